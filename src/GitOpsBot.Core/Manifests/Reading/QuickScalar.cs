namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>A scalar on one line, for <see cref="QuickYaml"/>.</summary>
/// <param name="Value">Its text.</param>
/// <param name="Inner">Between its quotes; null where a quote in it is doubled.</param>
/// <param name="Writing">With or without quotes.</param>
/// <param name="Start">Its first character.</param>
/// <param name="End">After its last.</param>
internal readonly record struct QuickScalar(string Value, TextSpan? Inner, Writing Writing, int Start, int End)
{
    /// <summary>As a node.</summary>
    public MarkedScalar Node(ManifestSource source) => new(source, Value, Inner, Writing, Start, End);

    /// <summary>A scalar in quotes that ends before <paramref name="end"/>; null where it does not, or holds escapes.</summary>
    public static QuickScalar? Quoted(string text, int start, int end)
    {
        var quote = text[start];
        var isDoubled = false;
        for (var i = start + 1; i < end; i++)
        {
            if (text[i] == '\\' && quote == '"')
            {
                return null;
            }

            if (text[i] != quote)
            {
                continue;
            }

            if (quote == '\'' && i + 1 < end && text[i + 1] == '\'')
            {
                isDoubled = true;
                i++;
                continue;
            }

            var value = text[(start + 1)..i];
            return isDoubled
                ? new QuickScalar(value.Replace("''", "'", StringComparison.Ordinal), null, Writing.Quoted, start, i + 1)
                : new QuickScalar(value, new TextSpan(start + 1, i), Writing.Quoted, start, i + 1);
        }

        return null;
    }

    /// <summary>A scalar without quotes outside of flow collections; null where it is not plainly one.</summary>
    public static QuickScalar? Plain(string text, int start, int end)
    {
        if (!MayBeginPlain(text, start, end))
        {
            return null;
        }

        var stop = end;
        for (var i = start; i < end; i++)
        {
            if (text[i] == ':' && (i + 1 == end || text[i + 1] == ' '))
            {
                return null;
            }

            if (text[i] == '#' && i > start && text[i - 1] == ' ')
            {
                stop = i;
                break;
            }
        }

        while (text[stop - 1] == ' ')
        {
            stop--;
        }

        return new QuickScalar(text[start..stop], new TextSpan(start, stop), Writing.Plain, start, stop);
    }

    /// <summary>Whether a scalar without quotes can begin here.</summary>
    public static bool MayBeginPlain(string text, int start, int end) => text[start] switch
    {
        '-' => start + 1 < end && text[start + 1] is not (' ' or ',' or '[' or ']' or '{' or '}'),
        '?' or ':' or ',' or '[' or ']' or '{' or '}' or '#' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`' => false,
        _ => true,
    };
}
