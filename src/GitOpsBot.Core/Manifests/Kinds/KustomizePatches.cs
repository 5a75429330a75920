using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>Patches that put an image somewhere: written inside a kustomization, or operations of JSON Patch (RFC 6902) on a path that ends in <c>/image</c>.</summary>
internal sealed class KustomizePatches : IKeyKind
{
    public IReadOnlyList<string> Keys { get; } = ["patch", "patchesStrategicMerge", "value"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Key.Value == "value")
        {
            if (spot.Scalar is { } value && spot.Mapping.Text("op") is not null && spot.Mapping.Text("path")?.EndsWith("/image", StringComparison.Ordinal) == true)
            {
                found.AddReference(spot, spot.Value, value, isSure: true);
            }

            return;
        }

        if (!spot.Document.IsKustomization)
        {
            return;
        }

        // One patch, or a list of patches and of files that hold some; a name of a file is one line.
        foreach (var node in spot.Value.Followed is MarkedSequence list ? list.Items : [spot.Value])
        {
            if (node.Followed is MarkedScalar text && text.Value.Contains("image", StringComparison.Ordinal) && text.Value.Contains(':', StringComparison.Ordinal))
            {
                found.LookInside(spot, text);
            }
        }
    }
}
