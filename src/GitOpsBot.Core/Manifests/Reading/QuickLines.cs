namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>Where <see cref="QuickYaml"/> stands in a file, and the way from line to line.</summary>
internal sealed class QuickLines(string text)
{
    /// <summary>The next token.</summary>
    public int At { get; set; }

    /// <summary>Its column; -1 where the document ends.</summary>
    public int Column { get; set; }

    /// <summary>Whether a line was met that only the full parser understands.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>Goes to the next line, after the one that holds this offset's end, with something on it.</summary>
    public void Seek(int from)
    {
        var line = from;
        if (from > 0)
        {
            line = from < text.Length ? text.IndexOf('\n', from) + 1 : text.Length;
            line = line == 0 ? text.Length : line;
        }

        SeekLine(line);
    }

    /// <summary>The same, beginning with the line that begins here.</summary>
    public void SeekLine(int line)
    {
        while (line < text.Length)
        {
            var i = line;
            while (i < text.Length && text[i] == ' ')
            {
                i++;
            }

            if (i < text.Length && text[i] is not ('\n' or '\r' or '#'))
            {
                (At, Column) = (i, i - line);
                if (Column == 0 && IsMarker(i))
                {
                    Column = -1;
                }

                IsGivenUp |= Column == 0 && (text[i] == '%' || text.AsSpan(i).StartsWith("..."));
                return;
            }

            line = text.IndexOf('\n', i < text.Length ? i : text.Length) + 1;
            if (line == 0)
            {
                break;
            }
        }

        (At, Column) = (text.Length, -1);
    }

    /// <summary>Whether an item of a sequence begins here.</summary>
    public bool IsDash(int i) => text[i] == '-' && (i + 1 == text.Length || text[i + 1] is ' ' or '\n' or '\r');

    /// <summary>Where the line that holds this offset ends, before its line end.</summary>
    public int LineEnd(int i)
    {
        var end = text.IndexOf('\n', i);
        return end < 0 ? text.Length : end > 0 && text[end - 1] == '\r' ? end - 1 : end;
    }

    /// <summary>The first offset without a space.</summary>
    public int SkipSpaces(int i, int end)
    {
        while (i < end && text[i] == ' ')
        {
            i++;
        }

        return Math.Min(i, end);
    }

    /// <summary>Whether a space, or the end, stands here.</summary>
    public bool IsGap(int i, int end) => i >= end || text[i] == ' ';

    /// <summary>Whether nothing but a comment follows.</summary>
    public bool IsBlankFrom(int i, int end)
    {
        var next = SkipSpaces(i, end);
        return next >= end || (text[next] == '#' && next > i);
    }

    private bool IsMarker(int i) => text.AsSpan(i).StartsWith("---") && (i + 3 == text.Length || text[i + 3] is ' ' or '\n' or '\r');
}
