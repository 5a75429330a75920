using System.Buffers;

namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>
/// Reads the plain part of YAML in which nearly every manifest is written, many times quicker than a full parser: block mappings and sequences,
/// scalars and flow collections of one line, block scalars, comments, several documents. It either gives exactly what the full parser gives
/// or nothing; anchors, tags, escapes, tabs, values over several lines and everything doubtful are left to the parser. Tests hold both
/// against each other.
/// </summary>
internal sealed class QuickYaml
{
    private const int Deepest = 60;

    // An implicit key may have 1,024 characters; nobody comes near.
    private const int LongestKey = 1000;

    // Characters that end a line, or the input, for some readers only; a tab can stand where spaces must.
    private static readonly SearchValues<char> Odd = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 32).Where(c => c is not ('\n' or '\r')).Concat(Enumerable.Range(0x7F, 33)).Select(c => (char)c)) + "\u2028\u2029\uFEFF\uFFFE\uFFFF");

    private readonly ManifestSource source;
    private readonly string text;

    private readonly QuickLines lines;

    private QuickYaml(ManifestSource source) => (this.source, text, lines) = (source, source.Text, new QuickLines(source.Text));

    /// <summary>The documents, or null where the file is not plain enough.</summary>
    public static IReadOnlyList<MarkedNode>? Read(ManifestSource source) =>
        source.Text.AsSpan().ContainsAny(Odd) || HasLoneReturn(source.Text) ? null : new QuickYaml(source).Documents();

    private static bool HasLoneReturn(string text)
    {
        for (var i = text.IndexOf('\r', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\r', i + 1))
        {
            if (i + 1 == text.Length || text[i + 1] != '\n')
            {
                return true;
            }
        }

        return false;
    }

    private List<MarkedNode>? Documents()
    {
        var documents = new List<MarkedNode>();
        lines.Seek(0);
        while (!lines.IsGivenUp && lines.At < text.Length)
        {
            if (lines.Column < 0)
            {
                var end = lines.LineEnd(lines.At);
                if (!lines.IsBlankFrom(lines.At + 3, end))
                {
                    return null;
                }

                lines.Seek(end);
            }

            if (lines.Column < 0)
            {
                documents.Add(Empty(lines.At));
                continue;
            }

            if (lines.IsGivenUp || Block(-1, 0) is not { } node || lines.Column >= 0)
            {
                return null;
            }

            documents.Add(node);
        }

        return lines.IsGivenUp ? null : documents;
    }

    private MarkedNode? Block(int parent, int depth)
    {
        if (lines.IsGivenUp || depth > Deepest)
        {
            return null;
        }

        return lines.IsDash(lines.At) ? Sequence(lines.Column, depth) : Key() is { } key ? Mapping(key, depth) : Value(parent);
    }

    private MarkedSequence? Sequence(int indent, int depth)
    {
        var sequence = new MarkedSequence(source, lines.At);
        while (lines.Column == indent && lines.IsDash(lines.At))
        {
            var (dash, end) = (lines.At, lines.LineEnd(lines.At));
            var begin = lines.SkipSpaces(dash + 1, end);
            MarkedNode? item;
            if (begin == end || text[begin] == '#')
            {
                lines.Seek(end);
                item = lines.Column > indent ? Block(indent, depth + 1) : Empty(begin);
            }
            else
            {
                (lines.At, lines.Column) = (begin, indent + begin - dash);
                item = Block(indent, depth + 1);
            }

            if (item is null)
            {
                return null;
            }

            sequence.Items.Add(item);
        }

        return lines.Column > indent ? null : sequence;
    }

    private MarkedMapping? Mapping(QuickScalar? key, int depth)
    {
        var indent = lines.Column;
        var mapping = new MarkedMapping(source, lines.At, isFlow: false);
        while (true)
        {
            if (key is not { } found)
            {
                return null;
            }

            var end = lines.LineEnd(found.End);
            var begin = lines.SkipSpaces(found.End + 1, end);
            MarkedNode? value;
            if (begin == end || text[begin] == '#')
            {
                lines.Seek(end);
                value = lines.Column > indent ? Block(indent, depth + 1)
                    : lines.Column == indent && lines.Column >= 0 && lines.IsDash(lines.At) ? Sequence(indent, depth + 1)
                    : Empty(found.End + 1);
            }
            else
            {
                lines.At = begin;
                value = lines.IsDash(lines.At) ? null : Value(indent);
            }

            if (value is null || lines.IsGivenUp)
            {
                return null;
            }

            mapping.Entries.Add((found.Node(source), value));
            if (lines.Column != indent)
            {
                return lines.Column > indent ? null : mapping;
            }

            key = lines.IsDash(lines.At) ? null : Key();
        }
    }

    // A key that stands at the next token, with the colon behind it; null where none does.
    private QuickScalar? Key()
    {
        var end = lines.LineEnd(lines.At);
        if (text[lines.At] is '"' or '\'')
        {
            return QuickScalar.Quoted(text, lines.At, end) is { } quoted && quoted.End < end && text[quoted.End] == ':' && lines.IsGap(quoted.End + 1, end) ? quoted : null;
        }

        if (!QuickScalar.MayBeginPlain(text, lines.At, end))
        {
            return null;
        }

        for (var i = lines.At; i < end; i++)
        {
            if (text[i] == ':' && lines.IsGap(i + 1, end))
            {
                return i - lines.At > LongestKey || text[i - 1] == ' ' ? null : new QuickScalar(text[lines.At..i], new TextSpan(lines.At, i), Writing.Plain, lines.At, i);
            }

            if (text[i] == '#' && text[i - 1] == ' ')
            {
                return null;
            }
        }

        return null;
    }

    // A scalar or flow collection that begins at the next token and, but for block scalars, ends on its line.
    private MarkedNode? Value(int parent)
    {
        var end = lines.LineEnd(lines.At);
        if (text[lines.At] is '|' or '>')
        {
            return BlockScalar(parent, end);
        }

        MarkedNode? node;
        int after;
        if (text[lines.At] is '[' or '{')
        {
            node = new QuickFlow(source, end).Read(lines.At, out after);
        }
        else
        {
            var scalar = text[lines.At] is '"' or '\'' ? QuickScalar.Quoted(text, lines.At, end) : QuickScalar.Plain(text, lines.At, end);
            (node, after) = (scalar?.Node(source), scalar?.End ?? 0);
        }

        if (node is null || !lines.IsBlankFrom(after, end))
        {
            return null;
        }

        lines.Seek(end);
        return lines.Column > parent ? null : node;
    }

    private MarkedScalar? BlockScalar(int parent, int headerEnd)
    {
        var (begin, isLiteral) = (lines.At, text[lines.At] == '|');
        var chomping = begin + 1 < headerEnd && text[begin + 1] is '-' or '+' ? text[begin + 1] : ' ';
        if (parent < 0 || !lines.IsBlankFrom(begin + (chomping == ' ' ? 1 : 2), headerEnd) || QuickBlock.Read(text, headerEnd, parent, isLiteral, chomping) is not { } block)
        {
            return null;
        }

        lines.SeekLine(block.End);
        return lines.Column > parent ? null : new MarkedScalar(source, block.Value, null, isLiteral ? Writing.Literal : Writing.Folded, begin, block.End);
    }

    private MarkedScalar Empty(int offset) => new(source, "", new TextSpan(offset, offset), Writing.Plain, offset, offset);
}
