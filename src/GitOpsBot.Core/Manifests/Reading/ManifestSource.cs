using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>The characters of one file that nodes point into, and where in lines and columns each of them stands.</summary>
internal sealed class ManifestSource(string file, string text)
{
    private List<int>? lineStarts;

    /// <summary>The file's path.</summary>
    public string File => file;

    /// <summary>Its characters; a byte order mark is not among them.</summary>
    public string Text => text;

    /// <summary>The last part of its path.</summary>
    public ReadOnlySpan<char> Name => file.AsSpan(file.LastIndexOf('/') + 1);

    /// <summary>Line, counted from 0, of an offset.</summary>
    public int LineOf(int offset)
    {
        lineStarts ??= LineStarts();
        var line = lineStarts.BinarySearch(Math.Clamp(offset, 0, text.Length));
        return line < 0 ? ~line - 1 : line;
    }

    /// <summary>The place of an offset; columns count UTF-16 units, as editors do.</summary>
    public Place PlaceOf(int offset)
    {
        var line = LineOf(offset);
        return new Place(file, line + 1, Math.Clamp(offset, 0, text.Length) - lineStarts![line] + 1);
    }

    /// <summary>The offset at which the line that holds this offset begins.</summary>
    public int LineStart(int offset)
    {
        var line = LineOf(offset);
        return lineStarts![line];
    }

    /// <summary>The characters of a span.</summary>
    public ReadOnlySpan<char> Of(TextSpan span) => text.AsSpan(span.Start, span.End - span.Start);

    private List<int> LineStarts()
    {
        List<int> starts = [0];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        return starts;
    }
}
