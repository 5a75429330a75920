namespace GitOpsBot.Core.Promotions.Commands;

/// <summary>
/// The lines of a comment that its writer said: not those quoted, fenced, indented as code, or hidden in an HTML comment. Blocks are told as
/// CommonMark 0.31 tells them, because what people see is what must count. A line after a quote without a <c>&gt;</c> of its own counts:
/// whoever quotes marks every line. Time is linear in the comment's length.
/// </summary>
internal static class CommandLines
{
    private const int DeepestIndent = 3;
    private const string CommentStart = "<!--";
    private const string CommentEnd = "-->";

    /// <summary>Lines that begin with a slash, counted from 1, without the space around them.</summary>
    public static IEnumerable<(int Number, string Text)> Of(string comment)
    {
        // Line ends are those of CommonMark; others, such as U+2028, do not begin a line that anybody sees.
        var lines = comment.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var endsLater = CommentEndsInParagraph(lines);
        Block? open = null;
        for (var i = 0; i < lines.Length; i++)
        {
            var indent = lines[i].Length - lines[i].TrimStart(' ').Length;
            var text = lines[i][indent..].TrimEnd(' ', '\t');
            if (open is not null && text.Length > 0 && indent < open.Inside)
            {
                // The list item ended, and with it what was open in it.
                open = null;
            }

            if (open is not null)
            {
                open = open.IsEndedBy(indent, text) ? null : open;
                continue;
            }

            if (indent <= DeepestIndent)
            {
                if (text.StartsWith('/'))
                {
                    yield return (i + 1, text);
                }
                else if (text.StartsWith('>'))
                {
                    continue;
                }

                open = BlockOf(text, indent);
            }

            open ??= LeavesCommentOpen(text) && i + 1 < lines.Length && endsLater[i + 1] ? new Block.Hidden(0) : null;
        }
    }

    // A fence or an HTML comment that begins here, at the line's beginning or after the markers of a list.
    private static Block? BlockOf(string text, int indent)
    {
        var at = AfterListMarkers(text);
        var (content, inside) = (text[at..], at == 0 ? 0 : indent + at);
        if (content.StartsWith(CommentStart, StringComparison.Ordinal))
        {
            return content.Contains(CommentEnd, StringComparison.Ordinal) ? null : new Block.Hidden(inside);
        }

        var length = content.Length == 0 || content[0] is not ('`' or '~') ? 0 : content.Length - content.TrimStart(content[0]).Length;
        // "```a```" on one line is a code span, not a fence.
        return length < 3 || (content[0] == '`' && content.AsSpan(length).Contains('`')) ? null : new Block.Fence(content[0], length, inside);
    }

    private static int AfterListMarkers(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var end = at;
            while (end < text.Length && end - at < 9 && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            var isMarker = end < text.Length && (end == at ? text[end] is '-' or '+' or '*' : text[end] is '.' or ')');
            var next = end + 1;
            while (isMarker && next < text.Length && next - end <= 4 && text[next] is ' ' or '\t')
            {
                next++;
            }

            if (!isMarker || next == end + 1)
            {
                break;
            }

            at = next;
        }

        return at;
    }

    private static bool LeavesCommentOpen(string text)
    {
        for (var at = 0; (at = text.IndexOf(CommentStart, at, StringComparison.Ordinal)) >= 0; at += CommentEnd.Length)
        {
            at = text.IndexOf(CommentEnd, at + 2, StringComparison.Ordinal);
            if (at < 0)
            {
                return true;
            }
        }

        return false;
    }

    // Within a paragraph a comment hides only when it ends in that paragraph; otherwise its beginning is plain text.
    private static bool[] CommentEndsInParagraph(string[] lines)
    {
        var ends = new bool[lines.Length];
        for (var i = lines.Length - 1; i >= 0; i--)
        {
            ends[i] = lines[i].Contains(CommentEnd, StringComparison.Ordinal)
                || (i + 1 < lines.Length && lines[i].AsSpan().Trim(" \t").Length > 0 && ends[i + 1]);
        }

        return ends;
    }

    private abstract record Block(int Inside)
    {
        public abstract bool IsEndedBy(int indent, string text);

        // Ended by at least as many of the same characters, and nothing else.
        public sealed record Fence(char Mark, int Length, int Column) : Block(Column)
        {
            public override bool IsEndedBy(int indent, string text) =>
                indent - Column <= DeepestIndent && text.Length >= Length && text.AsSpan().Trim(Mark).IsEmpty;
        }

        public sealed record Hidden(int Column) : Block(Column)
        {
            public override bool IsEndedBy(int indent, string text) => text.Contains(CommentEnd, StringComparison.Ordinal);
        }
    }
}
