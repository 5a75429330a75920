using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>Any YAML as JSON: what stands in quotes is text, what does not may be a number or true or false (YAML 1.2, core schema).</summary>
internal static partial class AnyValue
{
    // Statements are read no deeper either.
    private const int Deepest = 60;

    /// <summary>The shape.</summary>
    public static Shape<JsonNode> Shape { get; } = new(
        () => [],
        (node, problems) =>
        {
            if (Read(node, 0) is { } value)
            {
                return value;
            }

            problems.Add(node.Place.Says($"Expected a value of at most {Deepest} levels."));
            return default;
        });

    private static JsonNode? Read(YamlNode node, int depth)
    {
        switch (node)
        {
            case YamlNode.Scalar scalar:
                return Scalar(scalar);
            case YamlNode.Sequence list when depth < Deepest:
                var items = list.Items.Select(i => Read(i, depth + 1)).ToList();
                return items.Contains(null) ? null : new JsonArray([.. items]);
            case YamlNode.Mapping mapping when depth < Deepest:
                var entries = mapping.Entries.Select(e => KeyValuePair.Create(e.Key.Text, Read(e.Value, depth + 1))).ToList();
                return entries.Exists(e => e.Value is null) ? null : new JsonObject(entries);
            default:
                return null;
        }
    }

    private static JsonNode? Scalar(YamlNode.Scalar scalar) => scalar.IsPlain && (scalar.Text is "true" or "false" || Number().IsMatch(scalar.Text))
        ? JsonNode.Parse(scalar.Text) : JsonValue.Create(scalar.Text);

    [GeneratedRegex(@"\A-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?\z")]
    private static partial Regex Number();
}
