using System.Globalization;
using System.Text;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Syntax;

/// <summary>Texts and bytes as they are written: in one or three quotes, raw or with escapes (cel-spec, "String and Bytes Values").</summary>
internal static class TextLiteral
{
    /// <summary>Whether a literal begins here.</summary>
    public static bool Begins(string text, int at)
    {
        var quote = at + Prefix(text, at).Length;
        return quote < text.Length && text[quote] is '"' or '\'';
    }

    /// <summary>Reads the literal that begins at <paramref name="at"/>, and leaves it behind its end.</summary>
    public static CelValue Read(string text, ref int at)
    {
        var start = at;
        var prefix = Prefix(text, at);
        var isBytes = prefix.IndexOfAny('b', 'B') >= 0;
        var isRaw = prefix.IndexOfAny('r', 'R') >= 0;
        at += prefix.Length;
        var isTriple = at + 2 < text.Length && text[at + 1] == text[at] && text[at + 2] == text[at];
        var quote = new string(text[at], isTriple ? 3 : 1);
        at += quote.Length;
        var units = new StringBuilder();
        var octets = new List<byte>();
        while (string.CompareOrdinal(text, at, quote, 0, quote.Length) != 0)
        {
            if (at >= text.Length || (!isTriple && text[at] is '\n' or '\r'))
            {
                throw new SyntaxException(start, at >= text.Length
                    ? $"This text has no closing {quote}." : $"This text has no closing {quote} before the end of its line: a text of several lines stands in three quotes.");
            }

            var mark = at;
            var (code, isOctet) = text[at] == '\\' && !isRaw ? Escape(text, ref at) : (Unit(text, ref at), false);
            if (isBytes)
            {
                octets.AddRange(isOctet ? [(byte)code] : Encoding.UTF8.GetBytes(Character(code, mark)));
            }
            else
            {
                units.Append(Character(code, mark));
            }
        }

        at += quote.Length;
        return isBytes ? CelValue.Bytes([.. octets]) : CelValue.Text(units.ToString());
    }

    // b, r, or b and then r, in any case; without a quote behind it, it is a name.
    private static ReadOnlySpan<char> Prefix(string text, int at)
    {
        var end = at < text.Length && text[at] is 'b' or 'B' ? at + 1 : at;
        end += end < text.Length && text[end] is 'r' or 'R' ? 1 : 0;
        return text.AsSpan(at, end - at);
    }

    private static uint Unit(string text, ref int at)
    {
        if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            at += 2;
            return (uint)char.ConvertToUtf32(text[at - 2], text[at - 1]);
        }

        return text[at++];
    }

    private static string Character(uint code, int at) => Rune.TryCreate(code, out var rune)
        ? rune.ToString() : throw new SyntaxException(at, "This is half of a surrogate pair, or above U+10FFFF, and no character.");

    // The code, and whether it means one byte where bytes are written.
    private static (uint Code, bool IsOctet) Escape(string text, ref int at)
    {
        var mark = at;
        var letter = at + 1 < text.Length ? text[at + 1] : '\0';
        at += 2;
        switch (letter)
        {
            case 'a': return ('\a', false);
            case 'b': return ('\b', false);
            case 'f': return ('\f', false);
            case 'n': return ('\n', false);
            case 'r': return ('\r', false);
            case 't': return ('\t', false);
            case 'v': return ('\v', false);
            case '\\' or '?' or '"' or '\'' or '`': return (letter, false);
            case 'x' or 'X': return (Digits(text, mark, ref at, 2), true);
            case 'u': return (Digits(text, mark, ref at, 4), false);
            case 'U': return (Digits(text, mark, ref at, 8), false);
            case >= '0' and <= '3' when at + 1 < text.Length && text[at] is >= '0' and <= '7' && text[at + 1] is >= '0' and <= '7':
                at += 2;
                return (Convert.ToUInt32(text[(mark + 1)..at], 8), true);
            default:
                throw new SyntaxException(mark, "This is no escape: a backslash is written '\\\\', or the text is raw, as in r'…'.");
        }
    }

    private static uint Digits(string text, int mark, ref int at, int count)
    {
        at += count;
        return at <= text.Length && uint.TryParse(text.AsSpan(at - count, count), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? code : throw new SyntaxException(mark, $"This escape needs {count} hexadecimal digits.");
    }
}
