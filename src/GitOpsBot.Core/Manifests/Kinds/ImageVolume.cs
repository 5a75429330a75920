namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>An artifact mounted as a volume: <c>volumes: [{image: {reference: …}}]</c> (Kubernetes API, ImageVolumeSource).</summary>
internal sealed class ImageVolume : IKeyKind
{
    public IReadOnlyList<string> Keys { get; } = ["reference"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Parent?.Key.Value == "image" && spot.Scalar is { } reference)
        {
            found.AddReference(spot, spot.Value, reference, isSure: true);
        }
    }
}
