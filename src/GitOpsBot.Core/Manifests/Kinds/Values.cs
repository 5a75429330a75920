using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>All values of a document that are text.</summary>
internal static class Values
{
    /// <summary>Each text that is the value of a key, or an item of a list that is, in the file's order. An item's spot has the item as its value.</summary>
    public static IEnumerable<Spot> Of(ManifestDocument document) => Of(document.Root, document, null, null);

    private static IEnumerable<Spot> Of(MarkedNode node, ManifestDocument document, Spot? around, string? shared)
    {
        shared ??= node.SharedAs;
        return node switch
        {
            MarkedMapping mapping => mapping.Entries.SelectMany(e =>
            {
                var spot = new Spot(around, mapping, e.Key, e.Value, shared, document);
                return e.Value is MarkedScalar ? [spot] : Of(e.Value, document, spot, shared);
            }),
            MarkedSequence sequence when around is not null => sequence.Items.SelectMany(item => item is MarkedScalar
                ? [around with { Value = item, Shared = around.Shared ?? shared }]
                : Of(item, document, around, shared)),
            MarkedSequence sequence => sequence.Items.SelectMany(item => Of(item, document, null, shared)),
            _ => [],
        };
    }
}
