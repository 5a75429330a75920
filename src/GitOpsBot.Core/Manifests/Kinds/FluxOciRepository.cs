using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>Flux's OCIRepository: <c>spec.url</c>, and tag or digest in <c>spec.ref</c>; where both stand, Flux takes the digest. (Flux, source API.)</summary>
internal sealed class FluxOciRepository : IKeyKind
{
    public IReadOnlyList<string> Keys { get; } = ["kind"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Scalar?.Value != "OCIRepository" || spot.Mapping.Resolved("spec") is not MarkedMapping spec || spec.Text("url") is not { } url
            || !url.StartsWith("oci://", StringComparison.Ordinal) || !ImageName.TryParse(url[6..].TrimEnd('/'), out var name))
        {
            return;
        }

        var above = new Spot(spot.Parent, spot.Mapping, spot.Mapping.Key("spec") ?? spot.Key, spec, spot.Shared ?? spec.SharedAs, spot.Document);
        if (spec.Resolved("ref") is not MarkedMapping reference)
        {
            found.AddDoubt(name, spec.Place, "This OCIRepository has no 'ref' in which a digest could stand; an empty one (ref: {digest: \"\"}) is enough to allow it.", url);
            return;
        }

        var at = new Spot(above, spec, spec.Key("ref") ?? spot.Key, reference, above.Shared, spot.Document);
        found.AddEntry(at, reference, new PinEntry(reference.Place, name, url)
        {
            Tag = reference["tag"], Digest = reference["digest"], DigestKey = reference.Key("digest"), Keys = ["tag", "digest", "semver"], After = ["tag", "semver"],
        });
    }
}
