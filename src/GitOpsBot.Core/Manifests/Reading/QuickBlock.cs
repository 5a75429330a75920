using System.Text;

namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>The lines of a block scalar, for <see cref="QuickYaml"/>.</summary>
/// <param name="Value">Its text.</param>
/// <param name="End">Where the line after it begins.</param>
internal readonly record struct QuickBlock(string Value, int End)
{
    /// <summary>Reads the lines below a header; null where only the full parser knows what they mean.</summary>
    /// <param name="text">The file.</param>
    /// <param name="headerEnd">Where the header's line ends.</param>
    /// <param name="parent">The indentation that the lines must exceed.</param>
    /// <param name="isLiteral">Literal, else folded.</param>
    /// <param name="chomping"><c>-</c>, <c>+</c> or a space.</param>
    public static QuickBlock? Read(string text, int headerEnd, int parent, bool isLiteral, char chomping)
    {
        var value = new StringBuilder();
        var (indent, breaks) = (-1, 0);
        var line = NextLine(text, headerEnd);
        while (line < text.Length)
        {
            var newline = text.IndexOf('\n', line);
            if (newline < 0)
            {
                // Without a line end the last line is read in more than one way.
                return IsAfter(text, line, text.Length, parent) ? Ended(value, breaks, chomping, line) : null;
            }

            var end = text[newline - 1] == '\r' ? newline - 1 : newline;
            var begin = Math.Min(Spaces(text, line), end);
            if (begin == end)
            {
                // Blank. More spaces than the indentation would be part of the text.
                if (indent < 0 || begin - line > indent)
                {
                    return null;
                }

                breaks++;
            }
            else if (begin - line <= parent)
            {
                return Ended(value, breaks, chomping, line);
            }
            else
            {
                indent = indent < 0 ? begin - line : indent;
                if (begin - line < indent || (!isLiteral && begin - line > indent))
                {
                    return null;
                }

                Join(value, breaks, isLiteral);
                value.Append(text, line + indent, end - line - indent);
                breaks = 1;
            }

            line = newline + 1;
        }

        return Ended(value, breaks, chomping, text.Length);
    }

    private static void Join(StringBuilder value, int breaks, bool isLiteral)
    {
        if (!isLiteral && breaks == 1)
        {
            value.Append(' ');
        }
        else
        {
            value.Append('\n', isLiteral ? breaks : Math.Max(breaks - 1, 0));
        }
    }

    private static QuickBlock? Ended(StringBuilder value, int breaks, char chomping, int end)
    {
        if (value.Length == 0)
        {
            return null;
        }

        return new QuickBlock(value.Append('\n', chomping == '-' ? 0 : chomping == '+' ? breaks : 1).ToString(), end);
    }

    private static bool IsAfter(string text, int line, int end, int parent)
    {
        var begin = Spaces(text, line);
        return begin < end && begin - line <= parent;
    }

    private static int Spaces(string text, int i)
    {
        while (i < text.Length && text[i] == ' ')
        {
            i++;
        }

        return i;
    }

    private static int NextLine(string text, int from)
    {
        var end = text.IndexOf('\n', from);
        return end < 0 ? text.Length : end + 1;
    }
}
