using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Differences;

/// <summary>
/// Chooses which lists of two artifacts are held against each other: those by one authority in one format where both have such, since two generators see
/// two things in one image; else those of one format; else all of each. Several by one authority in one format are one list together.
/// </summary>
internal static class ComparableSboms
{
    /// <summary>The lists; none on a side that has none that can be read.</summary>
    public static (IReadOnlyList<Sbom> From, IReadOnlyList<Sbom> To) Of(IEnumerable<EvidenceItem.Verified> from, IEnumerable<EvidenceItem.Verified> to)
    {
        var (before, after) = (Read(from), Read(to));
        var alike = before.Select(b => (b.Format, b.Authority)).Intersect(after.Select(a => (a.Format, a.Authority))).OrderBy(p => p.Format).ThenBy(p => p.Authority, StringComparer.Ordinal).ToList();
        if (alike is [var first, ..])
        {
            return (Lists(before, l => (l.Format, l.Authority) == first), Lists(after, l => (l.Format, l.Authority) == first));
        }

        var formats = before.Select(b => b.Format).Intersect(after.Select(a => a.Format)).Order().ToList();
        return formats is [var format, ..]
            ? (Lists(before, l => l.Format == format), Lists(after, l => l.Format == format))
            : (Lists(before, _ => true), Lists(after, _ => true));
    }

    private static List<(SbomFormat Format, string Authority, Sbom Sbom)> Read(IEnumerable<EvidenceItem.Verified> items) =>
    [
        .. items.Where(v => PredicateTypes.Spdx.Contains(v.PredicateType) || PredicateTypes.CycloneDx.Contains(v.PredicateType))
            .Select(v => (v.Authority, Sbom: ReadPredicates.As<Sbom>(v))).Where(v => v.Sbom is not null).Select(v => (v.Sbom!.Format, v.Authority, v.Sbom)),
    ];

    private static IReadOnlyList<Sbom> Lists(List<(SbomFormat Format, string Authority, Sbom Sbom)> all, Func<(SbomFormat Format, string Authority, Sbom Sbom), bool> isWanted) =>
        [.. all.Where(isWanted).Select(l => l.Sbom)];
}
