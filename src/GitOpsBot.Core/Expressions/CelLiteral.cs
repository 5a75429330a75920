using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Expressions;

/// <summary>Reads literals as CEL writes them (cel-spec, language definition, "Syntax" and "Values"); each answers null where the text is not one.</summary>
internal static partial class CelLiteral
{
    /// <summary>An int or double at this place, and where it ends. Numbers too large for 64 bits are none.</summary>
    public static (JsonElement Value, int End)? Number(string text, int at)
    {
        var match = NumberGrammar().Match(text, at);
        if (!match.Success)
        {
            return null;
        }

        var end = at + match.Length;
        if (match.Groups["fraction"].Success)
        {
            return double.TryParse(match.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
                ? (JsonSerializer.SerializeToElement(real), end) : null;
        }

        return long.TryParse(match.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? (JsonSerializer.SerializeToElement(whole), end) : null;
    }

    /// <summary>A string in single or double quotes that begins at this place, and where it ends; else where it breaks.</summary>
    public static (string? Value, int End, string? Error) Quoted(string text, int at)
    {
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] is '\n' or '\r')
            {
                return (null, at, "expected the closing quote before the end of the line");
            }

            if (text[at] != '\\')
            {
                value.Append(text[at++]);
                continue;
            }

            if (Escape(text, at) is not { } escape)
            {
                return (null, at, "this is not an escape of CEL");
            }

            value.Append(escape.Value);
            at = escape.End;
        }

        return at < text.Length ? (value.ToString(), at + 1, null) : (null, at, "the text has no closing quote");
    }

    private static (string Value, int End)? Escape(string text, int at)
    {
        var match = EscapeGrammar().Match(text, at);
        if (!match.Success)
        {
            return null;
        }

        var end = at + match.Length;
        if (match.Groups["one"] is { Success: true, ValueSpan: var one })
        {
            return ((one[0] switch { 'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', var self => self }).ToString(), end);
        }

        var code = match.Groups["octal"] is { Success: true, Value: var octal } ? Convert.ToUInt32(octal, 8)
            : uint.Parse(match.Groups["hex"].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        // Half a surrogate pair is no character.
        return Rune.IsValid(code) ? (new Rune(code).ToString(), end) : null;
    }

    [GeneratedRegex(@"\G-?(?:[0-9]+(?<fraction>(?:\.[0-9]+)?[eE][+-]?[0-9]+|\.[0-9]+)?|(?<fraction>\.[0-9]+(?:[eE][+-]?[0-9]+)?))(?![A-Za-z0-9_.])")]
    private static partial Regex NumberGrammar();

    [GeneratedRegex("""\G\\(?:(?<one>[abfnrtv\\?"'`])|[xX](?<hex>[0-9a-fA-F]{2})|u(?<hex>[0-9a-fA-F]{4})|U(?<hex>[0-9a-fA-F]{8})|(?<octal>[0-3][0-7]{2}))""")]
    private static partial Regex EscapeGrammar();
}
