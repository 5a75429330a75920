using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Expressions;

/// <summary>
/// The beginning of CEL (Common Expression Language): <c>predicate.path == literal</c>, several joined by <c>&amp;&amp;</c>; a field that is
/// not an identifier is written <c>predicate["a b"]</c>. Anything else is
/// an error that says so, when the policy is loaded. A missing field, or a value of another type, is a no with its reason.
/// </summary>
public sealed class Condition
{
    /// <summary>Characters; people write one line.</summary>
    public const int Longest = 2000;

    /// <summary>Comparisons; each costs a walk through the statement.</summary>
    public const int MostComparisons = 32;

    /// <summary>Fields from the root on; statements themselves are read no deeper.</summary>
    public const int Deepest = 64;

    private readonly IReadOnlyList<Comparison> all;

    private Condition(string text, IReadOnlyList<Comparison> all) => (Text, this.all) = (text, all);

    /// <summary>The text it was read from.</summary>
    public string Text { get; }

    internal sealed record Comparison(string Root, IReadOnlyList<string> Path, JsonElement Literal);

    /// <summary>Reads a condition, or says at which character it is not one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Condition? condition, [NotNullWhen(false)] out string? error)
    {
        condition = null;
        if (text.Length > Longest)
        {
            error = $"the condition has {text.Length} characters; at most {Longest} are read";
            return false;
        }

        try
        {
            condition = new Condition(text, new ConditionParser(text).All());
            error = null;
            return true;
        }
        catch (FormatException e)
        {
            error = e.Message;
            return false;
        }
    }

    /// <summary>Why it does not hold of a statement; null when it holds.</summary>
    public string? Objects(JsonElement statement, JsonElement predicate)
    {
        try
        {
            return Differs(statement, predicate);
        }
        catch (InvalidOperationException)
        {
            // Attacker-controlled: half a surrogate pair in a text is found only when it is read.
            return "a text in the statement cannot be read";
        }
    }

    private string? Differs(JsonElement statement, JsonElement predicate)
    {
        foreach (var (root, path, literal) in all)
        {
            var value = root == "predicate" ? predicate : statement;
            foreach (var key in path)
            {
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(key, out value))
                {
                    return $"{Spell(root, path)} is missing";
                }
            }

            if (!IsEqual(value, literal))
            {
                return $"{Spell(root, path)} is {Show(value)}";
            }
        }

        return null;
    }

    private static bool IsEqual(JsonElement value, JsonElement literal) => (value.ValueKind, literal.ValueKind) switch
    {
        (JsonValueKind.String, JsonValueKind.String) => value.GetString() == literal.GetString(),
        (JsonValueKind.Number, JsonValueKind.Number) => IsEqualNumber(value, literal),
        (JsonValueKind.True, JsonValueKind.True) or (JsonValueKind.False, JsonValueKind.False) or (JsonValueKind.Null, JsonValueKind.Null) => true,
        _ => false,
    };

    // Whole numbers are compared as such: as floating point, large neighbours would be equal.
    private static bool IsEqualNumber(JsonElement value, JsonElement literal) =>
        value.TryGetInt64(out var a) && literal.TryGetInt64(out var b) ? a == b
        : value.TryGetDecimal(out var c) && literal.TryGetDecimal(out var d) ? c == d
        : value.TryGetDouble(out var e) && literal.TryGetDouble(out var f) && double.IsFinite(e) && e.Equals(f);

    private static string Spell(string root, IReadOnlyList<string> path) =>
        root + string.Concat(path.Select(p => ConditionParser.IsIdentifier(p) ? "." + p : $"[{Shown.Quoted(p)}]"));

    private static string Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => Shown.Quoted(value.GetString()!),
        _ => Shown.Plain(value.GetRawText() is { Length: > 60 } raw ? raw[..60] + "…" : value.GetRawText()),
    };
}
