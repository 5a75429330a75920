using GitOpsBot.Core.Evidence.Predicates;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Differences;

/// <summary>One vulnerability of an artifact. Text is a stranger's.</summary>
/// <param name="Id">Its identifier; of several the CVE.</param>
/// <param name="Severity">The worst that is said of it.</param>
/// <param name="Packages">The packages that have it, in ordinal order; none where the scan names none.</param>
/// <param name="Why">Why it does not count for the policy; null when it counts.</param>
public sealed record KnownVulnerability(string Id, Severity Severity, IReadOnlyList<string> Packages, string? Why);

/// <summary>
/// What the scans of two artifacts differ in, matched by identifier and alias, and counted as the policy's own gates count: what they except, or what VEX
/// clears for them, is listed apart. All lists go from the worst down, then by identifier.
/// </summary>
/// <param name="New">What counts now and did not before.</param>
/// <param name="Fixed">What counted before and is not found any more.</param>
/// <param name="Still">What counts on both sides.</param>
/// <param name="Uncounted">What is found now and does not count, with the reason.</param>
/// <param name="FromAt">When the older scan was made, as far as anybody can say.</param>
/// <param name="ToAt">When the newer one was.</param>
public sealed record ScanDifference(
    IReadOnlyList<KnownVulnerability> New, IReadOnlyList<KnownVulnerability> Fixed, IReadOnlyList<KnownVulnerability> Still, IReadOnlyList<KnownVulnerability> Uncounted,
    DateTimeOffset? FromAt, DateTimeOffset? ToAt)
{
    /// <summary>Compares the scans that the gates believe, or any verified ones where no gate asks for scans; null on a side without any.</summary>
    internal static ScanDifference? Between(SeenScans? from, SeenScans? to)
    {
        if (from is null || to is null)
        {
            return null;
        }

        return new ScanDifference(
            [.. to.Found.Where(v => v.Known.Why is null && from.Find(v.Names) is not { Why: null }).Select(v => v.Known)],
            [.. from.Found.Where(v => v.Known.Why is null && to.Find(v.Names) is null).Select(v => v.Known)],
            [.. to.Found.Where(v => v.Known.Why is null && from.Find(v.Names) is { Why: null }).Select(v => v.Known)],
            [.. to.Found.Where(v => v.Known.Why is not null).Select(v => v.Known)],
            from.At, to.At);
    }

    /// <summary>When an exception of the policy ends next, and what counts may be another; null when none does.</summary>
    public static DateTimeOffset? ChangesAt(Policy policy, DateTimeOffset now) =>
        policy.Gates.OfType<VulnerabilitiesGate>().SelectMany(g => g.Except).Select(e => (DateTimeOffset?)e.Until).Where(until => until > now).Min();
}
