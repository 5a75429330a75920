using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>
/// Entries <c>{name, newName, newTag, digest}</c>: Kustomize's <c>images</c>, the same below <c>spec</c> of Flux's Kustomization, and those of a
/// HelmRelease's post-renderer.
/// </summary>
internal sealed class KustomizeImages : IKeyKind
{
    public IReadOnlyList<string> Keys { get; } = ["images"];

    public void Look(Spot spot, FoundPins found)
    {
        var isOwn = spot.Document.IsKustomization && (spot.Parent is null || (spot.Parent is { Key.Value: "spec", Parent: null }));
        var isRenderer = spot.Parent is { Key.Value: "kustomize", Parent.Key.Value: "postRenderers" };
        if ((!isOwn && !isRenderer) || spot.Value.Followed is not MarkedSequence entries)
        {
            return;
        }

        foreach (var item in entries.Items)
        {
            if (item.Followed is MarkedMapping entry && entry.Text("name") is { } name)
            {
                var shared = entries.SharedAs is { } all ? spot with { Shared = spot.Shared ?? all } : spot;
                Add(shared, entry, name, isOwn, found);
            }
        }
    }

    private static void Add(Spot spot, MarkedMapping entry, string original, bool isOwn, FoundPins found)
    {
        var means = entry.Text("newName") ?? original;
        if (!ImageName.TryParse(means, out var name))
        {
            if (ReferenceText.NameIn(means) is { } meant)
            {
                found.AddDoubt(meant, entry.Place, "Name and newName of this entry hold a name alone; tag and digest have keys of their own.");
            }

            return;
        }

        if (entry["tagSuffix"] is not null)
        {
            found.AddDoubt(name, entry.Place, "This entry has a tagSuffix, which goes behind whatever tag stands here; write the whole tag.");
            return;
        }

        var pin = found.AddEntry(spot, entry, new PinEntry(entry.Place, name, means)
        {
            Tag = entry["newTag"], Digest = entry["digest"], DigestKey = entry.Key("digest"), Keys = ["name", "newName", "newTag", "digest"], After = ["newTag", "newName", "name"],
        });
        if (pin is not null && isOwn)
        {
            found.Replace(pin, pin with { Replaces = ImageName.TryParse(original, out var replaced) ? replaced : null, ReplacesText = original, Written = means });
        }
    }
}
