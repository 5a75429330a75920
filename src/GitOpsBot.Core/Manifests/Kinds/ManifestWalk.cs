using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>Shows every entry of a document to the kinds, outer ones first. An alias is not followed: what it means is shown where it is written.</summary>
internal static class ManifestWalk
{
    /// <summary>Walks a document; <paramref name="around"/> and <paramref name="shared"/> are those of the text that holds it.</summary>
    public static void Walk(ManifestDocument document, FoundPins found, Spot? around = null, string? shared = null) =>
        Walk(document.Root, document, found, around, shared);

    private static void Walk(MarkedNode node, ManifestDocument document, FoundPins found, Spot? around, string? shared)
    {
        shared ??= node.SharedAs;
        switch (node)
        {
            case MarkedSequence sequence:
                foreach (var item in sequence.Items)
                {
                    Walk(item, document, found, around, shared);
                }

                break;
            case MarkedMapping mapping:
                foreach (var (key, value) in mapping.Entries)
                {
                    var spot = new Spot(around, mapping, key, value, shared, document);
                    PinKinds.Look(spot, found);
                    if (value is not MarkedScalar)
                    {
                        Walk(value, document, found, spot, shared);
                    }
                }

                break;
        }
    }
}
