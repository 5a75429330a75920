using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests;

/// <summary>A reference that is not pinned by digest.</summary>
/// <param name="Place">Where it is written.</param>
/// <param name="Reference">As it is written; parts that stand apart are put together.</param>
public sealed record UnpinnedReference(Place Place, string Reference);

/// <summary>What of a scan has no digest, and could have one.</summary>
public static class UnpinnedReferences
{
    /// <summary>
    /// The references without a digest, by file and place. Where an entry of Kustomize's <c>images</c> replaces a reference, the entry is asked; one
    /// that only renames leaves the answer to what it renames. A chart's version can hold no digest and is not named.
    /// </summary>
    public static IReadOnlyList<UnpinnedReference> Of(PinScan scan)
    {
        var replaced = new ReplacedReferences(scan);
        return
        [
            .. scan.Pins.Where(p => p.Digest is null && (p.IsSure || Kinds.ReferenceText.ShowsItself(p.Text)) && !replaced.IsReplaced(p) && !IsPinnedWhereItIsRenamed(replaced, p))
                .Select(p => new UnpinnedReference(p.Place, p.Text))
                .Concat(scan.Doubts.Where(d => d.Unpinned is not null).Select(d => new UnpinnedReference(new Place(d.Problem.File, d.Problem.Line, d.Problem.Column), d.Unpinned!)))
                .Distinct()
                .OrderBy(r => r.Place.File, StringComparer.Ordinal).ThenBy(r => r.Place.Line).ThenBy(r => r.Place.Column).ThenBy(r => r.Reference, StringComparer.Ordinal),
        ];
    }

    private static bool IsPinnedWhereItIsRenamed(ReplacedReferences replaced, ImagePin pin) =>
        pin is { ReplacesText: not null, Tag: null } && replaced.RenamedBy(pin) is { Count: > 0 } renamed && renamed.All(r => r.Digest is not null);
}
