using YamlDotNet.Core;

namespace GitOpsBot.Core.Documents;

/// <summary>How a scalar stands in its file, so that a place within its text can be found again.</summary>
/// <param name="File">The file's characters.</param>
/// <param name="Start">Where the scalar begins, its quote or block header included.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Style">How it is written.</param>
internal sealed record ScalarText(YamlText File, long Start, long End, ScalarStyle Style)
{
    /// <summary>The place of an offset in the scalar's text; null where the file's characters are not those of the text, because they are escaped or folded.</summary>
    public Place? PlaceOf(string text, int offset)
    {
        if (Start < 0 || End > File.Text.Length || Start > End)
        {
            return null;
        }

        if (Style == ScalarStyle.Literal)
        {
            return InBlock(text, offset);
        }

        var begin = (int)Start + (Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted ? 1 : 0);
        return string.CompareOrdinal(File.Text, begin, text, 0, text.Length) == 0 ? File.PlaceOf(begin + offset) : null;
    }

    // The lines of a literal block are those of its text behind an indentation that all of them have.
    private Place? InBlock(string text, int offset)
    {
        var line = File.Text.IndexOf('\n', (int)Start) + 1;
        var indentation = 0;
        while (line > 0 && line + indentation < File.Text.Length && File.Text[line + indentation] == ' ' && (text.Length == 0 || text[0] != ' '))
        {
            indentation++;
        }

        for (var at = 0; line > 0 && at <= offset;)
        {
            var end = text.IndexOf('\n', at) is >= 0 and var feed ? feed : text.Length;
            var isBlank = end == at;
            if (!isBlank && string.CompareOrdinal(File.Text, line + indentation, text, at, end - at) != 0)
            {
                return null;
            }

            if (offset <= end)
            {
                return File.PlaceOf(isBlank ? line : line + indentation + offset - at);
            }

            at = end + 1;
            line = File.Text.IndexOf('\n', line) + 1;
        }

        return null;
    }
}
