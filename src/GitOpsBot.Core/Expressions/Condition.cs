using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace GitOpsBot.Core.Expressions;

/// <summary>
/// The beginning of CEL (Common Expression Language): <c>predicate.path == literal</c>, several joined by <c>&amp;&amp;</c>. Anything else is
/// an error that says so, when the policy is loaded. A missing field, or a value of another type, is a no with its reason.
/// </summary>
public sealed class Condition
{
    /// <summary>Characters; people write one line.</summary>
    public const int Longest = 2000;

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
        foreach (var (root, path, literal) in all)
        {
            var value = root == "predicate" ? predicate : statement;
            foreach (var key in path)
            {
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(key, out value))
                {
                    return $"{root}.{string.Join('.', path)} is missing";
                }
            }

            if (!IsEqual(value, literal))
            {
                return $"{root}.{string.Join('.', path)} is {Show(value)}, expected {literal.GetRawText()}";
            }
        }

        return null;
    }

    private static bool IsEqual(JsonElement value, JsonElement literal) => (value.ValueKind, literal.ValueKind) switch
    {
        (JsonValueKind.String, JsonValueKind.String) => value.GetString() == literal.GetString(),
        (JsonValueKind.Number, JsonValueKind.Number) => value.TryGetDecimal(out var a) && literal.TryGetDecimal(out var b) && a == b,
        (JsonValueKind.True, JsonValueKind.True) or (JsonValueKind.False, JsonValueKind.False) or (JsonValueKind.Null, JsonValueKind.Null) => true,
        _ => false,
    };

    private static string Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => value.GetRawText() is { Length: > 60 } raw ? string.Create(CultureInfo.InvariantCulture, $"{raw[..60]}…") : value.GetRawText(),
    };
}
