using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// Every series of a query lies within bounds, now or at every step of a span (<c>for</c>). Throughout the span there must have been a series: one that
/// began five minutes ago does not say how the half hour was.
/// </summary>
internal sealed record SloThreshold(string Query, double? AtMost, double? AtLeast, TimeSpan For) : SloCondition
{
    private string Wanted => $"{Shown.Quoted(Query)}{(AtLeast is { } low ? $" at least {Say(low)}" : "")}{(AtLeast is not null && AtMost is not null ? " and" : "")}"
        + $"{(AtMost is { } high ? $" at most {Say(high)}" : "")}{(For == TimeSpan.Zero ? "" : $" for {StatementTime.Say(For)}")}";

    /// <inheritdoc/>
    public override IEnumerable<MetricNeed> Needs(string source) => [new MetricNeed(source, Query, For)];

    /// <inheritdoc/>
    public override GateOutcome Judge(string source, GateFacts facts)
    {
        var need = new MetricNeed(source, Query, For);
        if (Missing(Wanted, need, facts, out var answer) is { } missing)
        {
            return missing;
        }

        var bad = answer.Series.SelectMany(s => s.Samples.Where(v => !Holds(v.Value)).Select(v => (Series: s, Sample: v))).OrderBy(b => b.Sample.At).ToList();
        if (bad.Count > 0)
        {
            var last = bad[^1];
            return new GateOutcome.Pending(
                "slo-not-met", $"Expected {Wanted}; found a value that is not.", For == TimeSpan.Zero ? null : last.Sample.At + For + need.Step)
            {
                Reading = $"It was {Say(last.Series, last.Sample.Value)} at {last.Sample.At:u}.",
            };
        }

        if (For > TimeSpan.Zero && !Covers(answer, need, facts.Now))
        {
            return new GateOutcome.Pending("no-data", $"Expected {Wanted}; found values for a part of that time only.");
        }

        var worst = AtMost is null ? answer.Series.SelectMany(s => s.Samples).Min(v => v.Value) : answer.Series.SelectMany(s => s.Samples).Max(v => v.Value);
        return new GateOutcome.Passed($"Expected {Wanted}; found nothing else.") { Reading = $"The {(AtMost is null ? "lowest" : "highest")} was {Say(worst)}." };
    }

    private bool Holds(double value) => !double.IsNaN(value) && (AtMost is not { } high || value <= high) && (AtLeast is not { } low || value >= low);

    private static bool Covers(MetricAnswer answer, MetricNeed need, DateTimeOffset now)
    {
        // The server counts steps from the beginning of the span; milliseconds are rounded on the way.
        var begin = now - need.Over;
        var seen = answer.Series.SelectMany(s => s.Samples).Select(v => (long)Math.Round((v.At - begin) / need.Step)).ToHashSet();
        return Enumerable.Range(0, (int)(need.Over / need.Step) + 1).All(k => seen.Contains(k));
    }
}
