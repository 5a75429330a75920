using System.Globalization;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>One scan held against the limits of a policy: what counts, what does not and why, and whether it is too much.</summary>
internal sealed class FindingTally
{
    // A sentence names so many; more are counted.
    private const int MostNamed = 5;

    private readonly VulnerabilitiesGate gate;
    private readonly string authority;
    private readonly List<Finding> counted = [];
    private readonly List<(Finding Finding, string Why)> left = [];
    private readonly List<string> ended = [];
    private readonly List<Finding> unfixable = [];

    /// <summary>Sorts the findings of one scan.</summary>
    public FindingTally(VulnerabilitiesGate gate, string authority, VulnerabilityScan scan, VexJudgement vex, DateTimeOffset now)
    {
        (this.gate, this.authority) = (gate, authority);
        var exceptions = gate.Except.ToLookup(e => e.Id, StringComparer.OrdinalIgnoreCase);
        foreach (var finding in scan.Findings)
        {
            var excepted = exceptions.Count == 0 ? [] : finding.Names.SelectMany(n => exceptions[n]).ToList();
            if (excepted.Find(e => now < e.Until) is { } exception)
            {
                left.Add((finding, $"excepted until {Time(exception.Until)}: {Shown.Plain(exception.Reason)}"));
            }
            else if (vex.Clears(finding) is { } why)
            {
                left.Add((finding, why));
            }
            // What a scan does not say to have no fix may have one.
            else if (gate.OnlyFixable && finding.IsFixable == false)
            {
                unfixable.Add(finding);
            }
            else
            {
                counted.Add(finding);
                ended.AddRange(excepted.Select(e => $"the exception of {Name(finding)} ended at {Time(e.Until)}"));
            }
        }

        Sentence = $"Expected {gate.Wanted}; found {Found(gate.AtMost.Keys.OrderDescending().ToList())} in the scan by {authority}{Left}.";
        TooMany = gate.AtMost.Keys.Where(s => Count(s) > gate.AtMost[s]).OrderDescending().ToList() is { Count: > 0 } over
            ? $"Expected {gate.Wanted}; found {Found(over)} in the scan by {authority}{string.Concat(ended.Distinct().Take(MostNamed).Select(e => "; " + e))}{Left}." : null;
    }

    /// <summary>What was expected and found.</summary>
    public string Sentence { get; }

    /// <summary>The same when it is too much, with what is too much named; null when it is within the limits.</summary>
    public string? TooMany { get; }

    /// <summary>The findings that count.</summary>
    public IReadOnlyList<Finding> Counted => counted;

    /// <summary>The findings that do not, each with the reason.</summary>
    public IEnumerable<(Finding Finding, string Why)> Uncounted => left.Concat(unfixable.Select(f => (f, "without a fix")));

    private bool IsUnknownLimited => gate.AtMost.ContainsKey(Severity.Unknown);

    private int Count(Severity severity) => counted.Count(f => IsOf(f, severity));

    // It may be of any severity; a policy that says how many unknown ones it bears has decided that itself.
    private bool IsOf(Finding finding, Severity severity) => finding.Severity == severity || (finding.Severity == Severity.Unknown && !IsUnknownLimited);

    private string Found(IReadOnlyList<Severity> severities)
    {
        var known = severities.Select(s => Group(counted.Where(f => f.Severity == s).ToList(), s == Severity.Unknown ? "of unknown severity" : VulnerabilitiesGate.Word(s)));
        var unknown = counted.Where(f => f.Severity == Severity.Unknown).ToList();
        return string.Join(", ", IsUnknownLimited || unknown.Count == 0 ? known : known.Append(Group(unknown, "of unknown severity, which may be as bad")));
    }

    private static string Group(List<Finding> findings, string what)
    {
        var names = findings.Select(Name).Distinct().ToList();
        var more = names.Count > MostNamed ? ", …" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{findings.Count} {what}") + (names.Count == 0 ? "" : $" ({string.Join(", ", names.Take(MostNamed))}{more})");
    }

    private string Left
    {
        get
        {
            var all = left.Select(l => $"{Name(l.Finding)} ({l.Why})").Distinct().Take(MostNamed).ToList();
            if (left.Count > MostNamed)
            {
                all.Add("…");
            }

            if (unfixable.Count > 0)
            {
                all.Add(string.Create(CultureInfo.InvariantCulture, $"{unfixable.Count} without a fix"));
            }

            return all.Count == 0 ? "" : $"; not counted: {string.Join(", ", all)}";
        }
    }

    private static string Name(Finding finding) => Shown.Plain(finding.Id.Length > 60 ? finding.Id[..60] + "…" : finding.Id);

    private static string Time(DateTimeOffset at) => at.TimeOfDay == TimeSpan.Zero ? at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : at.ToString("u", CultureInfo.InvariantCulture);
}
