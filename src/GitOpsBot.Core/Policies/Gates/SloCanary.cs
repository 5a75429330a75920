using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>A canary beside its baseline: the highest series of the one is at most so many times the lowest of the other. Both must be there, and neither negative.</summary>
internal sealed record SloCanary(string Query, string Baseline, double AtMostRatio) : SloCondition
{
    private string Wanted => $"{Shown.Quoted(Query)} at most {Say(AtMostRatio)} times {Shown.Quoted(Baseline)}";

    /// <inheritdoc/>
    public override IEnumerable<MetricNeed> Needs(string source) => [new MetricNeed(source, Query, TimeSpan.Zero), new MetricNeed(source, Baseline, TimeSpan.Zero)];

    /// <inheritdoc/>
    public override GateOutcome Judge(string source, GateFacts facts)
    {
        if ((Missing(Wanted, new MetricNeed(source, Query, TimeSpan.Zero), facts, out var canary)
            ?? Missing(Wanted, new MetricNeed(source, Baseline, TimeSpan.Zero), facts, out _)) is { } missing)
        {
            return missing;
        }

        _ = Missing(Wanted, new MetricNeed(source, Baseline, TimeSpan.Zero), facts, out var baseline);
        var (ours, theirs) = (Values(canary), Values(baseline));
        var reading = $"It was {Say(ours.Max())} beside {Say(theirs.Min())}.";
        if (ours.Concat(theirs).Any(v => double.IsNaN(v) || v < 0))
        {
            return new GateOutcome.Pending("not-comparable", $"Expected {Wanted}; found values that are negative or not numbers, which have no ratio.") { Reading = reading };
        }

        return ours.Max() <= AtMostRatio * theirs.Min()
            ? new GateOutcome.Passed($"Expected {Wanted}; found it so.") { Reading = reading }
            : new GateOutcome.Pending("canary-worse", $"Expected {Wanted}; found it higher.") { Reading = reading };
    }

    private static List<double> Values(MetricAnswer answer) => [.. answer.Series.SelectMany(s => s.Samples).Select(v => v.Value)];
}
