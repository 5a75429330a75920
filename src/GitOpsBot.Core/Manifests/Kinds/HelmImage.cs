using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>
/// An image in parts, as the values of Helm charts have it at any depth: <c>repository</c> (or <c>name</c>), perhaps with its host in
/// <c>registry</c>, <c>tag</c> and <c>digest</c>. Without a key <c>digest</c> the chart has none to use, so nothing is added.
/// </summary>
internal sealed class HelmImage : IKeyKind
{
    private const string NoKey = "There is a repository without a 'digest' key; an empty one (digest: \"\") is enough to allow it.";

    public IReadOnlyList<string> Keys { get; } = ["repository", "*image", "*Image"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Key.Value != "repository")
        {
            if (spot.Value.Followed is MarkedMapping image && (image.Resolved("repository") ?? image.Resolved("name")) is MarkedScalar name && (image.Resolved("repository") is not null || HasParts(image)))
            {
                Add(spot, image, name, isSure: true, found);
            }
        }
        else if (spot.Scalar is { } repository && HasParts(spot.Mapping))
        {
            Add(spot, spot.Mapping, repository, isSure: false, found);
        }
    }

    private static bool HasParts(MarkedMapping image) => image.Resolved("tag") is not null || image.Resolved("digest") is not null;

    private static void Add(Spot spot, MarkedMapping image, MarkedScalar repository, bool isSure, FoundPins found)
    {
        var registry = image.Text("registry");
        var written = string.IsNullOrEmpty(registry) ? repository.Value : $"{registry}/{repository.Value}";
        if (!ImageName.TryParse(written, out var name))
        {
            if (ReferenceText.NameIn(written) is { } meant && found.Claim(~image.Start))
            {
                found.AddDoubt(meant, repository.Place, "The name of this image holds more than a name; tag and digest have keys of their own.");
            }

            return;
        }

        if (!found.Claim(~image.Start))
        {
            return;
        }

        var entry = new PinEntry(image.Place, name, written)
        {
            Tag = image["tag"], Digest = image["digest"], DigestKey = image.Key("digest"), Keys = ["repository", "registry", "name", "tag", "digest"], IsSure = isSure,
        };
        if (image.Resolved("digest") is null && !entry.HoldsDigest && (spot.Shared ?? image.SharedAs) is null)
        {
            var tagged = image.Text("tag") is { Length: > 0 } tag ? $"{written}:{tag}" : written;
            found.AddDoubt(name, image.Place, NoKey, isSure || ReferenceText.ShowsItself(tagged) ? tagged : null);
        }
        else
        {
            found.AddEntry(spot, image, entry);
        }
    }
}
