using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Differences;

/// <summary>All that the newest scans of one artifact found, each vulnerability once, whichever scanner and under whichever of its names.</summary>
internal sealed class SeenScans
{
    private readonly Dictionary<string, Seen> byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Seen> all = [];

    private SeenScans(IReadOnlyList<EvidenceItem.Verified> scans, IEnumerable<(Finding Finding, string? Why)> findings)
    {
        At = scans.Select(StatementTime.Of).Max();
        foreach (var (finding, why) in findings.OrderBy(f => f.Finding.Id, StringComparer.Ordinal).ThenBy(f => f.Finding.Package, StringComparer.Ordinal).ThenBy(f => f.Why, StringComparer.Ordinal))
        {
            Add(finding, why);
        }

        Found = [.. all.Select(s => (s.Known, (IReadOnlyCollection<string>)s.Names)).OrderByDescending(s => s.Known.Severity).ThenBy(s => s.Known.Id, StringComparer.Ordinal)];
    }

    /// <summary>When the newest of them was made; null when nobody can say.</summary>
    public DateTimeOffset? At { get; }

    /// <summary>What was found, the worst first.</summary>
    public IReadOnlyList<(KnownVulnerability Known, IReadOnlyCollection<string> Names)> Found { get; }

    /// <summary>
    /// Reads what a policy's gates about vulnerabilities make of what is attached; without such a gate every verified scan counts in full. Scans count at
    /// any age here: what stands was scanned when it was promoted. Null when there is no scan.
    /// </summary>
    public static SeenScans? Of(Policy policy, EvidenceTarget target, DateTimeOffset now)
    {
        var proven = target.Proven.Where(v => PredicateTypes.Scans.Contains(v.PredicateType) && ReadPredicates.As<VulnerabilityScan>(v) is not null).ToList();
        var gates = policy.Gates.OfType<VulnerabilitiesGate>().ToList();
        var (scans, findings) = (new List<EvidenceItem.Verified>(), new List<(Finding, string?)>());
        foreach (var gate in gates)
        {
            var vex = new VexJudgement(target, [.. gate.VexBy.Select(v => v.Name)], now);
            foreach (var scan in NewestScans.Of([.. proven.Where(s => gate.By.Any(b => b.Name == s.Authority))]))
            {
                var tally = new FindingTally(gate, scan.Authority, ReadPredicates.As<VulnerabilityScan>(scan)!, vex, now);
                scans.Add(scan);
                findings.AddRange(tally.Counted.Select(f => (f, (string?)null)).Concat(tally.Uncounted.Select(u => (u.Finding, (string?)u.Why))));
            }
        }

        if (gates.Count == 0)
        {
            scans.AddRange(NewestScans.Of(proven));
            findings.AddRange(scans.SelectMany(s => ReadPredicates.As<VulnerabilityScan>(s)!.Findings).Select(f => (f, (string?)null)));
        }

        return scans.Count == 0 ? null : new SeenScans(scans, findings);
    }

    /// <summary>The vulnerability that has one of these names, or null.</summary>
    public KnownVulnerability? Find(IReadOnlyCollection<string> names) => names.Select(n => byName.GetValueOrDefault(n)).FirstOrDefault(s => s is not null)?.Known;

    private void Add(Finding finding, string? why)
    {
        var seen = finding.Names.Select(n => byName.GetValueOrDefault(n)).FirstOrDefault(s => s is not null);
        if (seen is null)
        {
            all.Add(seen = new Seen());
        }

        seen.Ids.Add(finding.Id);
        seen.Severity = finding.Severity > seen.Severity ? finding.Severity : seen.Severity;
        // What counts for one gate counts.
        (seen.Counts, seen.Why) = (seen.Counts || why is null, seen.Why ?? why);
        if (finding.Package is { } package)
        {
            seen.Packages.Add(package);
        }

        foreach (var name in finding.Names)
        {
            seen.Names.Add(name);
            byName.TryAdd(name, seen);
        }
    }

    private sealed class Seen
    {
        public HashSet<string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

        public SortedSet<string> Ids { get; } = new(StringComparer.Ordinal);

        public SortedSet<string> Packages { get; } = new(StringComparer.Ordinal);

        public Severity Severity { get; set; }

        public bool Counts { get; set; }

        public string? Why { get; set; }

        public KnownVulnerability Known => field ??= new(Ids.FirstOrDefault(id => id.StartsWith("CVE-", StringComparison.OrdinalIgnoreCase)) ?? Ids.Min!, Severity, [.. Packages], Counts ? null : Why);
    }
}
