namespace GitOpsBot.Core.Promotions.Commands;

/// <summary>The lines of a comment that its writer said: not those quoted, fenced, indented as code, or hidden in an HTML comment.</summary>
internal static class CommandLines
{
    /// <summary>Those lines, without their leading spaces.</summary>
    public static IEnumerable<string> Of(string comment)
    {
        string? fence = null;
        var isHidden = false;
        foreach (var raw in comment.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = raw;
            var indent = line.Length - line.TrimStart(' ').Length;
            var text = line.TrimStart(' ');
            if (fence is not null)
            {
                // Closed by at least as many of the same characters, and nothing else (CommonMark, "Fenced code blocks").
                if (indent <= 3 && text.StartsWith(fence, StringComparison.Ordinal) && text.TrimEnd().All(c => c == fence[0]))
                {
                    fence = null;
                }

                continue;
            }

            var wasHidden = isHidden;
            text = Visible(text, ref isHidden);
            if (wasHidden)
            {
                // What follows the end of a hidden part on its line did not begin that line.
                continue;
            }

            if (indent <= 3 && (text.StartsWith("```", StringComparison.Ordinal) || text.StartsWith("~~~", StringComparison.Ordinal)))
            {
                fence = new string(text[0], text.TakeWhile(c => c == text[0]).Count());
            }
            else if (indent <= 3 && text.StartsWith('/'))
            {
                yield return text.Trim();
            }
        }
    }

    private static string Visible(string text, ref bool isHidden)
    {
        var visible = "";
        while (text.Length > 0)
        {
            var mark = isHidden ? "-->" : "<!--";
            var at = text.IndexOf(mark, StringComparison.Ordinal);
            visible += isHidden ? "" : at < 0 ? text : text[..at];
            if (at < 0)
            {
                break;
            }

            isHidden = !isHidden;
            text = text[(at + mark.Length)..];
        }

        return visible;
    }
}
