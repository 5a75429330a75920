using System.Text;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>Texts counted in code points, as the language counts them, while .NET keeps UTF-16 units.</summary>
internal static class CodePoints
{
    /// <summary>How many.</summary>
    public static int Count(string text)
    {
        var count = text.Length;
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDBFF'); i >= 0 && i + 1 < text.Length; i++)
        {
            count -= char.IsHighSurrogate(text[i]) && char.IsLowSurrogate(text[i + 1]) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The offset in units of a code point's index; the length for the index behind the last; negative when there is no such index.</summary>
    public static int Offset(string text, long index)
    {
        if (index < 0 || index > text.Length)
        {
            return -1;
        }

        var offset = 0;
        for (; index > 0 && offset < text.Length; index--)
        {
            offset += Width(text, offset);
        }

        return index == 0 ? offset : -1;
    }

    /// <summary>The index of the code point at an offset.</summary>
    public static int Index(string text, int offset) => Count(text[..offset]);

    /// <summary>Units of the code point at an offset.</summary>
    public static int Width(string text, int offset) =>
        char.IsHighSurrogate(text[offset]) && offset + 1 < text.Length && char.IsLowSurrogate(text[offset + 1]) ? 2 : 1;

    /// <summary>Whether a code point is white space of Unicode (property White_Space), which has no zero-width ones.</summary>
    public static bool IsSpace(char c) => c is (>= '\t' and <= '\r') or ' ' or '\u0085' or '\u00A0' or '\u1680' or (>= '\u2000' and <= '\u200A')
        or '\u2028' or '\u2029' or '\u202F' or '\u205F' or '\u3000';

    /// <summary>In reverse order.</summary>
    public static string Reverse(string text)
    {
        var reversed = new StringBuilder(text.Length);
        for (var end = text.Length; end > 0;)
        {
            var width = end > 1 && char.IsLowSurrogate(text[end - 1]) && char.IsHighSurrogate(text[end - 2]) ? 2 : 1;
            end -= width;
            reversed.Append(text, end, width);
        }

        return reversed.ToString();
    }
}
