using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GitOpsBot.Testing.GitHub;

/// <summary>
/// Checks JSON by the schemas of an OpenAPI 3.0 document, as far as GitHub's requests use them; a keyword that is not known here fails the check rather
/// than being passed over. Keys that a schema with properties does not name are refused unless it allows them expressly.
/// </summary>
/// <param name="root">The document, in which references are looked up.</param>
internal sealed class SchemaCheck(JsonElement root)
{
    // Words for people, and those that restrict answers only.
    private static readonly HashSet<string> Silent =
        ["description", "title", "example", "examples", "default", "deprecated", "readOnly", "x-github", "x-multi-segment", "nullable", "externalDocs"];

    /// <summary>JSON, or null where it is none.</summary>
    public static JsonElement? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a reference names, or the element itself.</summary>
    public JsonElement Resolve(JsonElement element)
    {
        while (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out var reference))
        {
            element = reference.GetString()!.Split('/').Skip(1).Aggregate(root, (at, part) => at.GetProperty(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)));
        }

        return element;
    }

    /// <summary>What is wrong, each sentence with its place; none when the value is as described.</summary>
    public IEnumerable<string> Problems(JsonElement described, JsonElement value, string place)
    {
        var schema = Resolve(described);
        return value.ValueKind == JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable) && nullable.GetBoolean()
            ? [] : schema.EnumerateObject().SelectMany(keyword => Problems(schema, keyword, value, place));
    }

    private IEnumerable<string> Problems(JsonElement schema, JsonProperty keyword, JsonElement value, string place)
    {
        var said = keyword.Value;
        switch (keyword.Name)
        {
            case "type":
                return Is(said.GetString()!, value) ? [] : [$"{place} is {value.ValueKind}, not {said.GetString()}"];
            case "enum":
                return said.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)) ? [] : [$"{place} is {value.GetRawText()}, none of {said.GetRawText()}"];
            case "required" when value.ValueKind == JsonValueKind.Object:
                return said.EnumerateArray().Select(r => r.GetString()!).Where(r => !value.TryGetProperty(r, out _)).Select(r => $"{place}.{r} is missing");
            case "properties" when value.ValueKind == JsonValueKind.Object:
                return value.EnumerateObject().SelectMany(p => said.TryGetProperty(p.Name, out var of) ? Problems(of, p.Value, $"{place}.{p.Name}")
                    : schema.TryGetProperty("additionalProperties", out _) ? [] : [$"{place}.{p.Name} is not described"]);
            case "additionalProperties" when value.ValueKind == JsonValueKind.Object && said.ValueKind != JsonValueKind.True:
                var others = value.EnumerateObject().Where(p => !schema.TryGetProperty("properties", out var own) || !own.TryGetProperty(p.Name, out _));
                return others.SelectMany(p => said.ValueKind == JsonValueKind.False ? [$"{place}.{p.Name} is not described"] : Problems(said, p.Value, $"{place}.{p.Name}"));
            case "items" when value.ValueKind == JsonValueKind.Array:
                return value.EnumerateArray().SelectMany((item, i) => Problems(said, item, $"{place}[{i}]"));
            case "allOf":
                return said.EnumerateArray().SelectMany(s => Problems(s, value, place));
            case "anyOf" or "oneOf":
                var tried = said.EnumerateArray().Select(s => Problems(s, value, place).ToList()).ToList();
                var fitting = tried.Count(t => t.Count == 0);
                return fitting == 1 || (fitting > 1 && keyword.Name == "anyOf") ? [] : [$"{place} fits {fitting} of {tried.Count} alternatives ({string.Join("; ", tried.SelectMany(t => t).Distinct())})"];
            case "minItems" or "maxItems" when value.ValueKind == JsonValueKind.Array:
                return Within(keyword, value.GetArrayLength(), place + ", counted,");
            case "uniqueItems" when value.ValueKind == JsonValueKind.Array && said.GetBoolean():
                return value.EnumerateArray().Select(i => i.GetRawText()).Distinct().Count() == value.GetArrayLength() ? [] : [$"{place} has an item twice"];
            case "minLength" or "maxLength" when value.ValueKind == JsonValueKind.String:
                return Within(keyword, new StringInfo(value.GetString()!).LengthInTextElements, "the length of " + place);
            case "minimum" or "maximum" when value.ValueKind == JsonValueKind.Number:
                return Within(keyword, value.GetDouble(), place);
            case "maxProperties" when value.ValueKind == JsonValueKind.Object:
                return Within(keyword, value.EnumerateObject().Count(), place + ", counted,");
            case "pattern" when value.ValueKind == JsonValueKind.String:
                return Regex.IsMatch(value.GetString()!, said.GetString()!) ? [] : [$"{place} does not match {said.GetString()}"];
            case "format" when value.ValueKind == JsonValueKind.String && said.GetString() == "date-time":
                return DateTimeOffset.TryParseExact(value.GetString(), ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? [] : [$"{place} is not a time"];
            case "format" or "required" or "properties" or "additionalProperties" or "items" or "minItems" or "maxItems" or "uniqueItems" or "minLength" or "maxLength" or "minimum" or "maximum" or "maxProperties" or "pattern":
                return [];
            default:
                return Silent.Contains(keyword.Name) ? [] : [$"{place} is described by '{keyword.Name}', which is not known here"];
        }
    }

    private static string[] Within(JsonProperty bound, double number, string what) =>
        bound.Name.StartsWith("min", StringComparison.Ordinal) ? number >= bound.Value.GetDouble() ? [] : [$"{what} is {number}, less than {bound.Value.GetDouble()}"]
        : number <= bound.Value.GetDouble() ? [] : [$"{what} is {number}, more than {bound.Value.GetDouble()}"];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => false,
    };
}
