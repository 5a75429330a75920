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

    // The next token: its offset and column; column -1 where the document ends.
    private int at;
    private int column;
    private bool isGivenUp;

    private QuickYaml(ManifestSource source) => (this.source, text) = (source, source.Text);

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
        Seek(0);
        while (!isGivenUp && at < text.Length)
        {
            if (column < 0)
            {
                var end = LineEnd(at);
                if (!IsBlankFrom(at + 3, end))
                {
                    return null;
                }

                Seek(end);
            }

            if (column < 0)
            {
                documents.Add(Empty(at));
                continue;
            }

            if (isGivenUp || Block(-1, 0) is not { } node || column >= 0)
            {
                return null;
            }

            documents.Add(node);
        }

        return isGivenUp ? null : documents;
    }

    // Goes to the next line, after the one that holds this offset's end, with something on it.
    private void Seek(int from)
    {
        var line = from;
        if (from > 0)
        {
            line = from < text.Length ? text.IndexOf('\n', from) + 1 : text.Length;
            line = line == 0 ? text.Length : line;
        }

        SeekLine(line);
    }

    private void SeekLine(int line)
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
                (at, column) = (i, i - line);
                if (column == 0 && IsMarker(i))
                {
                    column = -1;
                }

                isGivenUp |= column == 0 && (text[i] == '%' || text.AsSpan(i).StartsWith("..."));
                return;
            }

            line = text.IndexOf('\n', i < text.Length ? i : text.Length) + 1;
            if (line == 0)
            {
                break;
            }
        }

        (at, column) = (text.Length, -1);
    }

    private bool IsMarker(int i) => text.AsSpan(i).StartsWith("---") && (i + 3 == text.Length || text[i + 3] is ' ' or '\n' or '\r');

    private bool IsDash(int i) => text[i] == '-' && (i + 1 == text.Length || text[i + 1] is ' ' or '\n' or '\r');

    private MarkedNode? Block(int parent, int depth)
    {
        if (isGivenUp || depth > Deepest)
        {
            return null;
        }

        return IsDash(at) ? Sequence(column, depth) : Key() is { } key ? Mapping(key, depth) : Value(parent);
    }

    private MarkedSequence? Sequence(int indent, int depth)
    {
        var sequence = new MarkedSequence(source, at);
        while (column == indent && IsDash(at))
        {
            var (dash, end) = (at, LineEnd(at));
            var begin = SkipSpaces(dash + 1, end);
            MarkedNode? item;
            if (begin == end || text[begin] == '#')
            {
                Seek(end);
                item = column > indent ? Block(indent, depth + 1) : Empty(begin);
            }
            else
            {
                (at, column) = (begin, indent + begin - dash);
                item = Block(indent, depth + 1);
            }

            if (item is null)
            {
                return null;
            }

            sequence.Items.Add(item);
        }

        return column > indent ? null : sequence;
    }

    private MarkedMapping? Mapping(QuickScalar? key, int depth)
    {
        var indent = column;
        var mapping = new MarkedMapping(source, at, isFlow: false);
        while (true)
        {
            if (key is not { } found)
            {
                return null;
            }

            var end = LineEnd(found.End);
            var begin = SkipSpaces(found.End + 1, end);
            MarkedNode? value;
            if (begin == end || text[begin] == '#')
            {
                Seek(end);
                value = column > indent ? Block(indent, depth + 1)
                    : column == indent && column >= 0 && IsDash(at) ? Sequence(indent, depth + 1)
                    : Empty(found.End + 1);
            }
            else
            {
                at = begin;
                value = IsDash(at) ? null : Value(indent);
            }

            if (value is null || isGivenUp)
            {
                return null;
            }

            mapping.Entries.Add((found.Node(source), value));
            if (column != indent)
            {
                return column > indent ? null : mapping;
            }

            key = IsDash(at) ? null : Key();
        }
    }

    // A key that stands at the next token, with the colon behind it; null where none does.
    private QuickScalar? Key()
    {
        var end = LineEnd(at);
        if (text[at] is '"' or '\'')
        {
            return QuickScalar.Quoted(text, at, end) is { } quoted && quoted.End < end && text[quoted.End] == ':' && IsGap(quoted.End + 1, end) ? quoted : null;
        }

        if (!QuickScalar.MayBeginPlain(text, at, end))
        {
            return null;
        }

        for (var i = at; i < end; i++)
        {
            if (text[i] == ':' && IsGap(i + 1, end))
            {
                return i - at > LongestKey || text[i - 1] == ' ' ? null : new QuickScalar(text[at..i], new TextSpan(at, i), Writing.Plain, at, i);
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
        var end = LineEnd(at);
        if (text[at] is '|' or '>')
        {
            return BlockScalar(parent, end);
        }

        MarkedNode? node;
        int after;
        if (text[at] is '[' or '{')
        {
            node = new QuickFlow(source, end).Read(at, out after);
        }
        else
        {
            var scalar = text[at] is '"' or '\'' ? QuickScalar.Quoted(text, at, end) : QuickScalar.Plain(text, at, end);
            (node, after) = (scalar?.Node(source), scalar?.End ?? 0);
        }

        if (node is null || !IsBlankFrom(after, end))
        {
            return null;
        }

        Seek(end);
        return column > parent ? null : node;
    }

    private MarkedScalar? BlockScalar(int parent, int headerEnd)
    {
        var (begin, isLiteral) = (at, text[at] == '|');
        var chomping = begin + 1 < headerEnd && text[begin + 1] is '-' or '+' ? text[begin + 1] : ' ';
        if (parent < 0 || !IsBlankFrom(begin + (chomping == ' ' ? 1 : 2), headerEnd) || QuickBlock.Read(text, headerEnd, parent, isLiteral, chomping) is not { } block)
        {
            return null;
        }

        SeekLine(block.End);
        return column > parent ? null : new MarkedScalar(source, block.Value, null, isLiteral ? Writing.Literal : Writing.Folded, begin, block.End);
    }

    private MarkedScalar Empty(int offset) => new(source, "", new TextSpan(offset, offset), Writing.Plain, offset, offset);

    private int LineEnd(int i)
    {
        var end = text.IndexOf('\n', i);
        return end < 0 ? text.Length : end > 0 && text[end - 1] == '\r' ? end - 1 : end;
    }

    private int SkipSpaces(int i, int end)
    {
        while (i < end && text[i] == ' ')
        {
            i++;
        }

        return Math.Min(i, end);
    }

    private bool IsGap(int i, int end) => i >= end || text[i] == ' ';

    // Nothing but a comment.
    private bool IsBlankFrom(int i, int end)
    {
        var next = SkipSpaces(i, end);
        return next >= end || (text[next] == '#' && next > i);
    }
}
