using System.Globalization;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>What a metric showed for a while.</summary>
/// <param name="Value">The value; null when there was nothing.</param>
/// <param name="Until">When it ended; null when it lasts.</param>
internal sealed record MetricStretch(double? Value, DateTimeOffset? Until);

/// <summary>
/// What the queries of one <c>slo</c> gate show, as a test writes it: a value or stretches of values for bounds, the ratio of errors by span for an error
/// budget, two values for a canary. What is left out, the server has nothing for.
/// </summary>
/// <param name="Place">Where it is written.</param>
internal sealed record WrittenMetrics(Place Place)
{
    private static readonly Shape<double> Number = new(
        () => new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "number" }, new JsonObject { ["enum"] = new JsonArray("NaN", "+Inf", "-Inf") }) },
        (node, problems) =>
        {
            if (node is YamlNode.Scalar { Text: var text } && Parse(text) is { } value)
            {
                return value;
            }

            problems.Add(node.Place.Says($"Expected a number, NaN, +Inf or -Inf, found {Shapes.Kind(node)}."));
            return default;
        });

    private static readonly Shape<MetricStretch> Stretch = Shapes.Object<MetricStretch>("What it showed for a while.", keys =>
    {
        var value = keys.Optional("value", Number, default, "The value; without it, there was nothing.");
        var until = keys.Optional("until", Shapes.Instant, default, "When that ended; without it, it lasts.");
        return fields => new MetricStretch(fields.Has(value) ? fields.Get(value) : null, fields.Has(until) ? fields.Get(until) : null);
    });

    private static readonly Shape<IReadOnlyList<MetricStretch>> Stretches = new(
        Shapes.List(Stretch, 1).Schema,
        (node, problems) =>
        {
            var read = Shapes.List(Stretch, 1).Read(node, problems);
            if (read is { IsRead: true, Value: { } all } && all.Zip(all.Skip(1)).Any(pair => pair.First.Until is null || pair.First.Until >= (pair.Second.Until ?? DateTimeOffset.MaxValue)))
            {
                problems.Add(node.Place.Says("Expected values in the order of time, each but the last with an 'until' later than the one before."));
                return default;
            }

            return read;
        });

    /// <summary>How it is written.</summary>
    public static Shape<WrittenMetrics> Shape { get; } = Shapes.Object<WrittenMetrics>("What is measured.", keys =>
    {
        var value = keys.Optional("value", Number, default, "For bounds: the value, now and all the time before.");
        var values = keys.Optional("values", Stretches, null!, "For bounds: values one after the other.");
        var ratios = keys.Optional("ratios", Keyed.Map(Number), null!, "For an error budget: the ratio of errors, from 0 to 1, by span (1h, 30d).");
        var canary = keys.Optional("canary", Number, default, "For a canary: its value.");
        var baseline = keys.Optional("baseline", Number, default, "For a canary: the value beside it.");
        return fields => fields.HasOne(
            ("value", fields.Has(value)), ("values", fields.Has(values)), ("ratios", fields.Has(ratios)), ("canary or baseline", fields.Has(canary) || fields.Has(baseline)))
            ? new WrittenMetrics(fields.Place)
            {
                Seen = fields.Has(value) ? [new MetricStretch(fields.Get(value), null)] : fields.Get(values),
                Ratios = fields.Get(ratios),
                Canary = fields.Has(canary) ? fields.Get(canary) : null,
                Baseline = fields.Has(baseline) ? fields.Get(baseline) : null,
            }
            : default(Shaped<WrittenMetrics>);
    });

    private IReadOnlyList<MetricStretch>? Seen { get; init; }

    private IReadOnlyList<Keyed<double>>? Ratios { get; init; }

    private double? Canary { get; init; }

    private double? Baseline { get; init; }

    /// <summary>The answers to what a gate asks; none, with a problem, when the gate asks for something else than is written.</summary>
    public IEnumerable<(MetricNeed Need, MetricAnswer Answer)> Answers(SloGate gate, DateTimeOffset now, List<Problem> problems)
    {
        var needs = gate.Objective.Needs(gate.Source.Name).ToList();
        switch (gate.Objective)
        {
            case SloThreshold when Seen is { } stretches:
                return [.. needs.Select(n => (n, Series(n, now, at => stretches.FirstOrDefault(s => s.Until is null || at < s.Until)?.Value)))];
            case SloErrorBudget budget when Ratios is { } ratios:
                var spans = budget.Spans.ToList();
                problems.AddRange(ratios.Where(r => !spans.Exists(s => s == Shapes.ParseDuration(r.Name.Name)))
                    .Select(r => r.Name.Place.Says($"The gate '{gate.Name}' asks for no span {Shown.Quoted(r.Name.Name)}.{NearestName.Hint(r.Name.Name, spans.Select(StatementTime.Say))}")));
                return [.. needs.Zip(spans, (n, span) => (n, Series(n, now, _ => ratios.FirstOrDefault(r => Shapes.ParseDuration(r.Name.Name) == span)?.Value)))];
            case SloCanary when Canary is not null || Baseline is not null:
                return [(needs[0], Series(needs[0], now, _ => Canary)), (needs[1], Series(needs[1], now, _ => Baseline))];
            default:
                problems.Add(Place.Says($"The gate '{gate.Name}' asks for something else: expected {(gate.Objective switch
                {
                    SloThreshold => "value or values, for its bounds",
                    SloErrorBudget => "ratios, for its error budget",
                    _ => "canary and baseline",
                })}."));
                return [];
        }
    }

    private static MetricAnswer Series(MetricNeed need, DateTimeOffset now, Func<DateTimeOffset, double?> value)
    {
        // A test may write any year: there is no time before the first.
        var begin = now - DateTimeOffset.MinValue > need.Over ? now - need.Over : DateTimeOffset.MinValue;
        var samples = Enumerable.Range(0, (int)(need.Over / need.Step) + 1).Select(k => begin + (k * need.Step))
            .Select(at => (At: at, Value: value(at))).Where(s => s.Value is not null).Select(s => new MetricSample(s.At, s.Value!.Value)).ToList();
        return new MetricAnswer(samples.Count == 0 ? [] : [new MetricSeries("{written=\"in the test\"}", samples)]);
    }

    private static double? Parse(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null,
    };
}
