using System.Globalization;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>What a gate about metrics demands. Closed: a threshold, an error budget, a canary beside its baseline. Whatever is not known, empty, or not a number is not met.</summary>
internal abstract record SloCondition
{
    /// <summary>A number in a document.</summary>
    public static Shape<double> Number(double atLeast, string expected) => new(
        () => new JsonObject { ["type"] = "number", ["minimum"] = atLeast },
        (node, problems) =>
        {
            if (node is YamlNode.Scalar { Text: var text } && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= atLeast)
            {
                return value;
            }

            problems.Add(node.Place.Says($"Expected {expected}, found {Shapes.Kind(node)}."));
            return default;
        });

    /// <summary>What is to be asked of a server.</summary>
    public abstract IEnumerable<MetricNeed> Needs(string source);

    /// <summary>Whether the answers are as demanded.</summary>
    public abstract GateOutcome Judge(string source, GateFacts facts);

    /// <summary>The answer to a question, or why it does not count: it could not be asked, or there was nothing.</summary>
    protected static GateOutcome? Missing(string wanted, MetricNeed need, GateFacts facts, out MetricAnswer answer)
    {
        answer = new MetricAnswer([]);
        if (facts.Outside.Of(need) is not Fact<MetricAnswer>.Known { Value: var known })
        {
            return new GateOutcome.Pending("unreachable", $"Expected {wanted}; {need.Source} could not be asked: {((Fact<MetricAnswer>.Unknown)facts.Outside.Of(need)).Reason}");
        }

        answer = known;
        return known.Series.Count == 0 ? new GateOutcome.Pending("no-data", $"Expected {wanted}; {need.Source} has nothing for {Shown.Quoted(need.Query)}, and nothing does not count.") : null;
    }

    /// <summary>A number for people.</summary>
    protected static string Say(double value) => double.IsNaN(value) ? "not a number" : value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A number of a series for people.</summary>
    protected static string Say(MetricSeries series, double value) => $"{Say(value)} of {Shown.Quoted(series.Labels)}";
}
