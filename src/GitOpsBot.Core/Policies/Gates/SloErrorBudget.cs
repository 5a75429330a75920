namespace GitOpsBot.Core.Policies.Gates;

/// <summary>One window of a burn rate: over this long, the budget may be used up at most this many times as fast as it lasts.</summary>
internal sealed record BurnRate(TimeSpan Over, double AtMost);

/// <summary>
/// An error budget by burn rates over several windows at once. The query gives the ratio of errors, from 0 to 1, over the span that
/// <see cref="Placeholder"/> stands for in it; divided by what the objective allows (0.001 for 99.9) that is the burn rate. Every window must hold,
/// and over the whole window of the objective the budget must not be used up (a rate of at most 1).
/// </summary>
internal sealed record SloErrorBudget(string Query, double Objective, TimeSpan Window, IReadOnlyList<BurnRate> Burn) : SloCondition
{
    /// <summary>Stands in the query for the span; no PromQL has it.</summary>
    public const string Placeholder = "$window";

    private string Wanted => $"the error budget of {Say(Objective)}% over {StatementTime.Say(Window)} not used up"
        + string.Concat(Burn.Select(b => $", at most {Say(b.AtMost)} times as fast over {StatementTime.Say(b.Over)}"));

    private IEnumerable<BurnRate> All => [.. Burn, new BurnRate(Window, 1)];

    /// <summary>The spans it asks for, in the order of its needs.</summary>
    public IEnumerable<TimeSpan> Spans => All.Select(b => b.Over);

    /// <inheritdoc/>
    public override IEnumerable<MetricNeed> Needs(string source) => All.Select(b => Need(source, b));

    /// <inheritdoc/>
    public override GateOutcome Judge(string source, GateFacts facts)
    {
        // In decimals: 1 - 0.999 is not 0.001 in binary, and what lies on a limit must not lie beyond it.
        var allowed = (double)((100 - (decimal)Objective) / 100);
        var found = new List<string>();
        GateOutcome.Pending? burning = null;
        foreach (var burn in All)
        {
            if (Missing(Wanted, Need(source, burn), facts, out var answer) is { } missing)
            {
                return missing;
            }

            // A ratio that is not a number has had no requests to be a ratio of: nothing does not count.
            var rate = answer.Series.SelectMany(s => s.Samples).Max(v => double.IsNaN(v.Value) ? double.PositiveInfinity : v.Value / allowed);
            found.Add($"{Say(rate)} over {StatementTime.Say(burn.Over)}");
            if (rate > burn.AtMost)
            {
                burning = burn.Over == Window && burn.AtMost == 1
                    ? new GateOutcome.Pending("budget-spent", $"Expected {Wanted}; it is used up.")
                    : burning ?? new GateOutcome.Pending("budget-burning", $"Expected {Wanted}; over {StatementTime.Say(burn.Over)} it burns faster.");
            }
        }

        var reading = $"Burn rates: {string.Join(", ", found)}.";
        return burning is null ? new GateOutcome.Passed($"Expected {Wanted}; found it so.") { Reading = reading } : burning with { Reading = reading };
    }

    private MetricNeed Need(string source, BurnRate burn) =>
        new(source, Query.Replace(Placeholder, StatementTime.Say(burn.Over), StringComparison.Ordinal), TimeSpan.Zero);
}
