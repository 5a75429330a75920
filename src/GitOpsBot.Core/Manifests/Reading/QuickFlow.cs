namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>A flow collection on one line, for <see cref="QuickYaml"/>.</summary>
internal readonly struct QuickFlow(ManifestSource source, int end)
{
    private const int Deepest = 20;

    private readonly string text = source.Text;

    /// <summary>The collection that begins here, and the offset after it; null where it does not end on the line or is not plain.</summary>
    public MarkedNode? Read(int start, out int after)
    {
        after = start;
        return Node(ref after, 0);
    }

    private MarkedNode? Node(ref int at, int depth)
    {
        if (at >= end || depth > Deepest)
        {
            return null;
        }

        switch (text[at])
        {
            case '[':
                return Sequence(ref at, depth);
            case '{':
                return Mapping(ref at, depth);
            default:
                var scalar = Scalar(at);
                at = scalar?.End ?? at;
                return scalar?.Node(source);
        }
    }

    private MarkedSequence? Sequence(ref int at, int depth)
    {
        var sequence = new MarkedSequence(source, at);
        at = Skip(at + 1);
        while (at < end && text[at] != ']')
        {
            if (Node(ref at, depth + 1) is not { } item)
            {
                return null;
            }

            sequence.Items.Add(item);
            if (!Comma(ref at, ']'))
            {
                return null;
            }
        }

        return Closed(ref at) ? sequence : null;
    }

    private MarkedMapping? Mapping(ref int at, int depth)
    {
        var mapping = new MarkedMapping(source, at, isFlow: true);
        at = Skip(at + 1);
        while (at < end && text[at] != '}')
        {
            if (Scalar(at) is not { } key || key.End >= end || text[key.End] != ':')
            {
                return null;
            }

            at = key.End + 1;
            if (at >= end || (text[at] != ' ' && key.Writing == Writing.Plain))
            {
                return null;
            }

            at = Skip(at);
            var value = at < end && text[at] is ',' or '}' ? new MarkedScalar(source, "", new TextSpan(at, at), Writing.Plain, at, at) : Node(ref at, depth + 1);
            if (value is null)
            {
                return null;
            }

            mapping.Entries.Add((key.Node(source), value));
            if (!Comma(ref at, '}'))
            {
                return null;
            }
        }

        return Closed(ref at) ? mapping : null;
    }

    private bool Comma(ref int at, char close)
    {
        at = Skip(at);
        if (at < end && text[at] == ',')
        {
            at = Skip(at + 1);
            return at < end && text[at] != ',';
        }

        return at < end && text[at] == close;
    }

    private bool Closed(ref int at) => at < end && at++ >= 0;

    private QuickScalar? Scalar(int start)
    {
        if (text[start] is '"' or '\'')
        {
            return QuickScalar.Quoted(text, start, end);
        }

        if (!QuickScalar.MayBeginPlain(text, start, end))
        {
            return null;
        }

        for (var i = start; i < end; i++)
        {
            switch (text[i])
            {
                case ',' or ']' or '}':
                case ':' when i + 1 < end && text[i + 1] == ' ':
                    return Ended(start, i);
                case '[' or '{' or '#' or '?':
                case ':' when i + 1 == end || text[i + 1] is ',' or '[' or ']' or '{' or '}':
                    return null;
            }
        }

        return null;
    }

    // A key may not have spaces before its colon here, so that what ends is either a whole key or a whole value.
    private QuickScalar? Ended(int start, int stop)
    {
        var isKey = text[stop] == ':';
        while (text[stop - 1] == ' ')
        {
            if (isKey)
            {
                return null;
            }

            stop--;
        }

        return new QuickScalar(text[start..stop], new TextSpan(start, stop), Writing.Plain, start, stop);
    }

    private int Skip(int at)
    {
        while (at < end && text[at] == ' ')
        {
            at++;
        }

        return at;
    }
}
