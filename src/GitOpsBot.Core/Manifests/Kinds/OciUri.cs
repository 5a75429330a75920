namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>Addresses <c>oci://NAME[:TAG][@DIGEST]</c>: KServe's <c>storageUri</c> (modelcars), and <c>url</c> of WASM plugins.</summary>
internal sealed class OciUri : IKeyKind
{
    private const string Scheme = "oci://";

    public IReadOnlyList<string> Keys { get; } = ["storageUri", "sourceModelUri", "url"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Scalar is not { } address || !address.Value.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return;
        }

        // A bare url is a place where artifacts lie, as in a HelmRepository; with tag or digest it is an artifact.
        var isReference = spot.Key.Value != "url" || address.Value.AsSpan(address.Value.LastIndexOf('/')).ContainsAny(':', '@');
        if (isReference)
        {
            found.AddReference(spot, spot.Value, address, Scheme.Length, isSure: true);
        }
    }
}
