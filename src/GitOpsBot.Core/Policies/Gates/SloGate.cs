using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary><c>slo</c>: what a Prometheus server of the bot's settings measures is as demanded. Time and the outside can change it, so it is never failed.</summary>
internal sealed record SloGate(GateHeader Header, Reference Source, SloCondition Objective) : Gate(Header)
{
    private const int LongestQuery = 4000;

    private static readonly Shape<string> Query = Shapes.Parsed("query", t => t.Trim().Length is > 0 and <= LongestQuery ? t : null, "PromQL of at most 4000 characters");

    private static readonly Shape<double> Any = SloCondition.Number(double.MinValue, "a number");

    private static readonly Shape<BurnRate> Burn = Shapes.Object<BurnRate>("One window.", keys =>
    {
        var over = keys.Required("over", Shapes.Duration, "How long.");
        var atMost = keys.Required("atMost", SloCondition.Number(0, "a number that is not negative"), "How many times as fast as the budget lasts.");
        return fields => new BurnRate(fields.Get(over), fields.Get(atMost));
    });

    private static readonly Shape<SloErrorBudget> Budget = Shapes.Object<SloErrorBudget>("An error budget; the query gives the ratio of errors over $window.", keys =>
    {
        var objective = keys.Required("objective", SloCondition.Number(0, "a percentage below 100"), "What is promised, in per cent.");
        var window = keys.Required("window", Shapes.Duration, "Over how long it is promised.");
        var burn = keys.Required("burn", Shapes.List(Burn, 1, 10), "Windows of the burn rate, all of which must hold.");
        return fields =>
        {
            if (fields.Get(objective) >= 100)
            {
                fields.Says(objective, "Expected a percentage below 100: an objective of 100 leaves no budget.");
                return default;
            }

            if (fields.Get(burn).Any(b => b.Over == TimeSpan.Zero || b.Over > fields.Get(window)))
            {
                fields.Says(burn, "Expected windows longer than nothing, and not longer than that of the objective.");
                return default;
            }

            return new SloErrorBudget("", fields.Get(objective), fields.Get(window), fields.Get(burn));
        };
    });

    private static readonly Shape<SloCanary> Canary = Shapes.Object<SloCanary>("A canary beside its baseline.", keys =>
    {
        var query = keys.Required("query", Query, "What the canary shows.");
        var baseline = keys.Required("baseline", Query, "What runs beside it.");
        var ratio = keys.Required("atMostRatio", SloCondition.Number(0, "a number that is not negative"), "How many times as high the canary may be.");
        return fields => new SloCanary(fields.Get(query), fields.Get(baseline), fields.Get(ratio));
    });

    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("slo", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("What is measured.", keys =>
    {
        var source = keys.Required("prometheus", Shapes.Reference, "The server, by its name under sources.prometheus of the bot's settings.");
        var query = keys.Optional("query", Query, null!, "PromQL; every series it gives must hold, and none does not.");
        var atMost = keys.Optional("atMost", Any, 0, "The highest value.");
        var atLeast = keys.Optional("atLeast", Any, 0, "The lowest value.");
        var time = keys.Optional("for", Shapes.Duration, TimeSpan.Zero, "Throughout how long; without it, now.");
        var budget = keys.Optional("errorBudget", Budget, null!, "An error budget instead of bounds.");
        var canary = keys.Optional("canary", Canary, null!, "A comparison instead of a query.");
        return fields => Condition(fields) is { } condition ? new Shaped<Func<GateHeader, Gate>>(true, header => new SloGate(header, fields.Get(source), condition)) : default;

        SloCondition? Condition(ObjectFields fields)
        {
            var hasBounds = fields.Has(atMost) || fields.Has(atLeast);
            if (!fields.HasOne(("atMost or atLeast", hasBounds), ("errorBudget", fields.Has(budget)), ("canary", fields.Has(canary))))
            {
                return null;
            }

            if (fields.Has(query) == fields.Has(canary))
            {
                fields.Says(fields.Has(query) ? "A canary has its own query: leave out 'query'." : "The key 'query' is missing.");
                return null;
            }

            if (fields.Has(time) && !hasBounds)
            {
                fields.Says(time, "'for' belongs to atMost and atLeast.");
                return null;
            }

            var hasPlaceholder = fields.Has(query) && fields.Get(query).Contains(SloErrorBudget.Placeholder, StringComparison.Ordinal);
            if (hasPlaceholder != fields.Has(budget) && !fields.Has(canary))
            {
                fields.Says(query, $"The query of an error budget, and no other, must hold {SloErrorBudget.Placeholder} where the span stands, as in rate(errors[{SloErrorBudget.Placeholder}]).");
                return null;
            }

            return fields.Has(canary) ? fields.Get(canary)
                : fields.Has(budget) ? fields.Get(budget) with { Query = fields.Get(query) }
                : new SloThreshold(fields.Get(query), fields.Has(atMost) ? fields.Get(atMost) : null, fields.Has(atLeast) ? fields.Get(atLeast) : null, fields.Get(time));
        }
    }));

    /// <inheritdoc/>
    public override bool IsWatched => true;

    /// <inheritdoc/>
    public override IReadOnlyList<SourceReference> Sources => [new SourceReference(SourceKind.Prometheus, Source)];

    /// <inheritdoc/>
    public override IEnumerable<FactNeed> Needs(GateFacts facts) => Objective.Needs(Source.Name);

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts) => Objective.Judge(Source.Name, facts);
}
