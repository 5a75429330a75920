using System.Globalization;
using System.Text;

namespace GitOpsBot.Core.Documents;

/// <summary>The characters of a YAML file, and where in lines and columns each of them stands.</summary>
internal sealed class YamlText
{
    private readonly string file;
    private readonly List<int> lineStarts = [0];

    private YamlText(string file, string text)
    {
        this.file = file;
        Text = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>The text without its byte order mark.</summary>
    public string Text { get; }

    /// <summary>Decodes strictly; null with a problem when bytes are not UTF-8 or a character could hide something from a reader.</summary>
    public static YamlText? Decode(string file, ReadOnlySpan<byte> content, out Problem? problem)
    {
        problem = null;
        if (content.StartsWith(Encoding.UTF8.Preamble))
        {
            content = content[Encoding.UTF8.Preamble.Length..];
        }

        string decoded;
        try
        {
            decoded = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content);
        }
        catch (DecoderFallbackException e)
        {
            var good = new YamlText(file, Encoding.UTF8.GetString(content[..Math.Clamp(e.Index, 0, content.Length)]));
            problem = good.PlaceOf(good.Text.Length).Says("The file is not UTF-8.");
            return null;
        }

        var text = new YamlText(file, decoded);
        for (var i = 0; i < decoded.Length; i++)
        {
            if (IsHiding(decoded[i]))
            {
                problem = text.PlaceOf(i).Says(string.Create(CultureInfo.InvariantCulture, $"The character U+{(int)decoded[i]:X4} is not allowed: it cannot be seen, or ends a line for some readers only."));
                return null;
            }
        }

        return text;
    }

    /// <summary>The place of a UTF-16 offset; columns count UTF-16 units, as editors do.</summary>
    public Place PlaceOf(long index)
    {
        var at = (int)Math.Clamp(index, 0, Text.Length);
        var line = lineStarts.BinarySearch(at);
        line = line < 0 ? ~line - 1 : line;
        return new Place(file, line + 1, at - lineStarts[line] + 1);
    }

    // A zero ends the input for the YAML scanner; U+0085, U+2028 and U+2029 end a line, and so a comment, for it alone; the marks of
    // writing direction show a reviewer another order than is read ("Trojan Source", CVE-2021-42574).
    private static bool IsHiding(char c) => c switch
    {
        '\t' or '\n' or '\r' => false,
        < ' ' or (>= '\u007F' and <= '\u009F') => true,
        '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF' => true,
        (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') => true,
        _ => false,
    };
}
