using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>Which of several scans count: the newest of each scanner of each authority, and every one that nobody can date, since it may be newer.</summary>
internal static class NewestScans
{
    /// <summary>The scans that count, in the order they were found.</summary>
    public static IReadOnlyList<EvidenceItem.Verified> Of(IReadOnlyList<EvidenceItem.Verified> scans) =>
    [
        .. scans.GroupBy(s => (s.Authority, Scanner: Unversioned(ReadPredicates.As<VulnerabilityScan>(s)?.Scanner))).SelectMany(same =>
        {
            var dated = same.Select(s => (Scan: s, At: StatementTime.Of(s))).ToList();
            var newest = dated.Max(s => s.At);
            return dated.Where(s => s.At is null || s.At == newest).Select(s => s.Scan);
        }),
    ];

    // pkg:github/aquasecurity/trivy@244fd47e: the next version of the same scanner goes on where this one ended.
    private static string? Unversioned(string? scanner) => scanner?.LastIndexOf('@') is { } at && at > scanner.LastIndexOf('/') ? scanner[..at] : scanner;
}
