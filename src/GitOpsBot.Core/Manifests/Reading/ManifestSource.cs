using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>The characters of one file that nodes point into, and where in lines and columns each of them stands.</summary>
internal sealed class ManifestSource(string file, string text)
{
    // The line that was asked for last, and where it begins: places are asked for from front to back, so that each line end is counted once.
    private int line;
    private int lineStart;

    /// <summary>The file's path.</summary>
    public string File => file;

    /// <summary>Its characters; a byte order mark is not among them.</summary>
    public string Text => text;

    /// <summary>The last part of its path.</summary>
    public ReadOnlySpan<char> Name => file.AsSpan(file.LastIndexOf('/') + 1);

    /// <summary>Line, counted from 0, of an offset.</summary>
    public int LineOf(int offset)
    {
        Find(offset);
        return line;
    }

    /// <summary>The place of an offset; columns count UTF-16 units, as editors do.</summary>
    public Place PlaceOf(int offset)
    {
        Find(offset);
        return new Place(file, line + 1, Math.Clamp(offset, 0, text.Length) - lineStart + 1);
    }

    /// <summary>The offset at which the line that holds this offset begins.</summary>
    public int LineStart(int offset)
    {
        Find(offset);
        return lineStart;
    }

    /// <summary>The characters of a span.</summary>
    public ReadOnlySpan<char> Of(TextSpan span) => text.AsSpan(span.Start, span.End - span.Start);

    private void Find(int offset)
    {
        var to = Math.Clamp(offset, 0, text.Length);
        if (to < lineStart)
        {
            (line, lineStart) = (0, 0);
        }

        // A line ends with \n, \r\n or \r; the offset between the two belongs to the line they end.
        while (text.AsSpan(lineStart, to - lineStart).IndexOfAny('\n', '\r') is >= 0 and var length)
        {
            var end = lineStart + length;
            var next = text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1;
            if (next > to)
            {
                return;
            }

            (line, lineStart) = (line + 1, next);
        }
    }
}
