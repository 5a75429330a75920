using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>
/// A whole reference under a key that ends in <c>image</c>: values of Helm charts, custom resources, JSON, task definitions. Where the name
/// stands there alone and a <c>tag</c> or <c>digest</c> beside it, it is an image in parts.
/// </summary>
internal sealed class ImageKey : IKeyKind
{
    public IReadOnlyList<string> Keys { get; } = ["*image", "*Image"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Scalar is not { } image)
        {
            return;
        }

        var hasPart = image.Value.AsSpan(image.Value.LastIndexOf('/') + 1).ContainsAny(':', '@');
        if (!hasPart && (spot.Mapping["tag"] ?? spot.Mapping["digest"]) is MarkedScalar && ImageName.TryParse(image.Value, out var name))
        {
            AddParts(spot, image, name, found);
        }
        else if (hasPart && Digest.TryParse(spot.Mapping.Text("digest"), out _) && ReferenceText.NameIn(image.Value) is { } also && found.Claim(image.Inner?.End ?? image.End))
        {
            found.AddDoubt(also, spot.Value.Place, "This reference holds a tag or digest, and a digest stands beside it under a key of its own; write one of them.");
        }
        else
        {
            found.AddReference(spot, spot.Value, image, isSure: hasPart || (spot.Key.Value == "image" && spot.Document.IsKubernetes));
        }
    }

    private static void AddParts(Spot spot, MarkedScalar image, ImageName name, FoundPins found)
    {
        if (!found.Claim(image.Inner?.End ?? image.End) || !found.Claim(~spot.Mapping.Start))
        {
            return;
        }

        var mapping = spot.Mapping;
        var entry = new PinEntry(spot.Value.Place, name, image.Value)
        {
            Tag = mapping["tag"], Digest = mapping["digest"], DigestKey = mapping.Key("digest"), Keys = [spot.Key.Value, "tag", "digest"],
        };
        if (mapping.Resolved("digest") is null && !entry.HoldsDigest)
        {
            found.AddDoubt(name, spot.Value.Place, "There is a tag beside this name without a 'digest' key; an empty one (digest: \"\") is enough to allow it.", $"{image.Value}:{mapping.Text("tag")}");
        }
        else
        {
            found.AddEntry(spot, mapping, entry);
        }
    }
}
