using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Documents;

/// <summary>A name that a document mentions and another document must define.</summary>
public sealed record Reference(string Name, Place Place)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The shapes that documents and settings are built of. Every one reads, complains and describes itself.</summary>
public static partial class Shapes
{
    private static readonly Regex NamePattern = NameGrammar();

    /// <summary>Any text that is not empty.</summary>
    public static Shape<string> Text { get; } = Parsed("text", text => text.Length > 0 ? text : null, "text that is not empty");

    /// <summary>A name: lower-case letters, digits and hyphens, at most 63 (it becomes part of a branch's name).</summary>
    public static Shape<string> Name { get; } = Parsed(
        "name", text => NamePattern.IsMatch(text) ? text : null, "a name of lower-case letters, digits and inner hyphens, at most 63", NamePattern.ToString());

    /// <summary>The name of something defined elsewhere, with its place.</summary>
    public static Shape<Reference> Reference { get; } = new(
        Name.Schema,
        (node, problems) => Name.Read(node, problems) is { IsRead: true, Value: { } name } ? new Reference(name, node.Place) : default(Shaped<Reference>));

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static Shape<bool> Flag { get; } = Scalar<bool>(
        new JsonObject { ["type"] = "boolean" }, (s, _) => s.Text switch { "true" => true, "false" => false, _ => null }, "true or false");

    /// <summary>A duration: a number with s, m, h or d (SPEC section 3).</summary>
    public static Shape<TimeSpan> Duration { get; } = Scalar<TimeSpan>(
        new JsonObject { ["type"] = "string", ["pattern"] = DurationGrammar().ToString() }, (s, _) => ParseDuration(s.Text), "a duration such as 30s, 15m, 24h or 7d, at most 36500d");

    /// <summary>An instant with a zone, or a date (midnight UTC): RFC 3339.</summary>
    public static Shape<DateTimeOffset> Instant { get; } = Scalar<DateTimeOffset>(
        new JsonObject { ["type"] = "string" },
        (s, _) => ParseInstant(s.Text),
        "a time such as 2026-12-31T00:00:00Z");

    /// <summary>A whole number within bounds.</summary>
    public static Shape<int> Number(int atLeast, int atMost) => Scalar<int>(
        new JsonObject { ["type"] = "integer", ["minimum"] = atLeast, ["maximum"] = atMost },
        (s, _) => int.TryParse(s.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= atLeast && n <= atMost ? n : null,
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {atLeast} to {atMost}"));

    /// <summary>One of a few words.</summary>
    public static Shape<T> Choice<T>(params (string Word, T Value)[] words) where T : struct => Scalar<T>(
        new JsonObject { ["enum"] = new JsonArray([.. words.Select(w => (JsonNode)w.Word)]) },
        (s, problems) =>
        {
            foreach (var (word, value) in words)
            {
                if (word == s.Text)
                {
                    return value;
                }
            }

            return null;
        },
        "one of " + string.Join(", ", words.Select(w => w.Word)));

    /// <summary>Text that <paramref name="parse"/> understands; null from it is a problem that says what was <paramref name="expected"/>.</summary>
    public static Shape<T> Parsed<T>(string what, Func<string, T?> parse, string expected, string? pattern = null) where T : class => new(
        () =>
        {
            var schema = new JsonObject { ["type"] = "string" };
            if (pattern is not null)
            {
                schema["pattern"] = pattern.Replace(@"\A", "^", StringComparison.Ordinal).Replace(@"\z", "$", StringComparison.Ordinal);
            }

            return schema;
        },
        (node, problems) =>
        {
            if (node is YamlNode.Scalar scalar && !IsNull(scalar))
            {
                if (parse(scalar.Text) is { } value)
                {
                    return value;
                }

                problems.Add(node.Place.Says($"{Shown.Quoted(scalar.Text)} is not a valid {what}: expected {expected}."));
                return default;
            }

            problems.Add(node.Place.Says($"Expected {expected}, found {Kind(node)}."));
            return default;
        });

    /// <summary>Items of a list, unless it says otherwise: what one list names is compared with what another list names.</summary>
    public const int LongestList = 100;

    /// <summary>A list; a bad item does not hide the problems of the others.</summary>
    public static Shape<IReadOnlyList<T>> List<T>(Shape<T> item, int atLeast = 0, int atMost = LongestList) => new(
        () => new JsonObject { ["type"] = "array", ["items"] = item.Schema(), ["minItems"] = atLeast, ["maxItems"] = atMost },
        (node, problems) =>
        {
            if (node is not YamlNode.Sequence sequence)
            {
                problems.Add(node.Place.Says($"Expected a list, found {Kind(node)}."));
                return default;
            }

            if (sequence.Items.Count < atLeast)
            {
                problems.Add(node.Place.Says($"Expected at least {atLeast} item{(atLeast == 1 ? "" : "s")}, found {sequence.Items.Count}."));
                return default;
            }

            if (sequence.Items.Count > atMost)
            {
                problems.Add(node.Place.Says(string.Create(CultureInfo.InvariantCulture, $"Expected at most {atMost} items, found {sequence.Items.Count}.")));
                return default;
            }

            var read = sequence.Items.Select(i => item.Read(i, problems)).ToList();
            return read.TrueForAll(r => r.IsRead) ? new Shaped<IReadOnlyList<T>>(true, read.ConvertAll(r => r.Value!)) : default;
        });

    /// <summary>A mapping from free names to values.</summary>
    public static Shape<IReadOnlyDictionary<string, T>> Map<T>(Shape<T> value) => new(
        () => new JsonObject { ["type"] = "object", ["additionalProperties"] = value.Schema() },
        (node, problems) =>
        {
            if (node is not YamlNode.Mapping mapping)
            {
                problems.Add(node.Place.Says($"Expected a mapping, found {Kind(node)}."));
                return default;
            }

            var read = mapping.Entries.Select(e => (e.Key.Text, Value: value.Read(e.Value, problems))).ToList();
            return read.TrueForAll(r => r.Value.IsRead)
                ? new Shaped<IReadOnlyDictionary<string, T>>(true, read.ToDictionary(r => r.Text, r => r.Value.Value!, StringComparer.Ordinal))
                : default;
        });

    /// <summary>
    /// A mapping with known keys: <paramref name="declare"/> names the keys and returns what builds the value from them. An unknown key is a
    /// problem with the nearest known name; every problem of every key is reported.
    /// </summary>
    public static Shape<T> Object<T>(string description, Func<ObjectKeys, Func<ObjectFields, Shaped<T>>> declare)
    {
        var keys = new ObjectKeys();
        var build = declare(keys);
        return new Shape<T>(() => keys.Schema(description), (node, problems) => keys.Read(node, problems) is { } fields ? build(fields) : default);
    }

    /// <summary>Reads <c>2026-12-31T00:00:00Z</c>, or a date as its midnight in UTC; null when it is neither.</summary>
    public static DateTimeOffset? ParseInstant(string text) =>
        DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"],
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    /// <summary>The longest duration, a hundred years: any time of today, with it added or taken away, is still a time.</summary>
    public static readonly TimeSpan LongestDuration = TimeSpan.FromDays(36_500);

    /// <summary>Reads <c>30s</c>, <c>15m</c>, <c>24h</c>, <c>7d</c>; null when it is not a duration, or longer than <see cref="LongestDuration"/>.</summary>
    public static TimeSpan? ParseDuration(string text)
    {
        if (!DurationGrammar().IsMatch(text))
        {
            return null;
        }

        var n = long.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture);
        var duration = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(n),
            'm' => TimeSpan.FromMinutes(n),
            'h' => TimeSpan.FromHours(n),
            _ => TimeSpan.FromDays(n),
        };
        return duration <= LongestDuration ? duration : null;
    }

    internal static string Kind(YamlNode node) => node switch
    {
        YamlNode.Scalar s => IsNull(s) ? "nothing" : Shown.Quoted(s.Text),
        YamlNode.Sequence => "a list",
        _ => "a mapping",
    };

    internal static bool IsNull(YamlNode.Scalar scalar) => scalar.IsPlain && scalar.Text is "" or "~" or "null" or "Null" or "NULL";

    private static Shape<T> Scalar<T>(JsonObject schema, Func<YamlNode.Scalar, ICollection<Problem>, T?> read, string expected) where T : struct => new(
        () => (JsonObject)schema.DeepClone(),
        (node, problems) =>
        {
            if (node is YamlNode.Scalar scalar && read(scalar, problems) is { } value)
            {
                return value;
            }

            problems.Add(node.Place.Says($"Expected {expected}, found {Kind(node)}."));
            return default;
        });

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex NameGrammar();

    [GeneratedRegex(@"\A[0-9]{1,6}[smhd]\z")]
    private static partial Regex DurationGrammar();
}
