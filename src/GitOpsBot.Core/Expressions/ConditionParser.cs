using System.Text;
using System.Text.Json;

namespace GitOpsBot.Core.Expressions;

/// <summary>Reads comparisons joined by <c>&amp;&amp;</c>; throws <see cref="FormatException"/> with the character where it cannot go on.</summary>
internal sealed class ConditionParser(string text)
{
    private static readonly string[] Roots = ["predicate", "statement"];
    private int at;

    /// <summary>All comparisons; at least one.</summary>
    public IReadOnlyList<Condition.Comparison> All()
    {
        var all = new List<Condition.Comparison> { One() };
        while (Skip() && Take("&&"))
        {
            all.Add(One());
        }

        return at == text.Length ? all : throw No("only 'path == literal' joined by '&&' is available yet");
    }

    private Condition.Comparison One()
    {
        Skip();
        var start = at;
        var root = Identifier();
        if (!Roots.Contains(root))
        {
            at = start;
            throw No($"expected predicate or statement, found '{root}'");
        }

        var path = new List<string>();
        while (Take("."))
        {
            path.Add(Identifier());
        }

        if (path.Count == 0)
        {
            throw No($"expected a field after {root}");
        }

        Skip();
        return Take("==") ? new Condition.Comparison(root, path, Literal()) : throw No("only 'path == literal' joined by '&&' is available yet");
    }

    private string Identifier()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetter(text[at]) || text[at] == '_' || (at > start && char.IsAsciiDigit(text[at]))))
        {
            at++;
        }

        return at > start ? text[start..at] : throw No("expected a name");
    }

    private JsonElement Literal()
    {
        Skip();
        if (at < text.Length && text[at] is '"' or '\'')
        {
            return JsonSerializer.SerializeToElement(Quoted(text[at++]));
        }

        foreach (var (word, json) in (ReadOnlySpan<(string, string)>)[("true", "true"), ("false", "false"), ("null", "null")])
        {
            if (Take(word))
            {
                return Parse(json);
            }
        }

        var start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '-' or '.'))
        {
            at++;
        }

        return at > start ? Parse(text[start..at]) : throw No("expected a text in quotes, a number, true, false or null");
    }

    private JsonElement Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw No($"'{json}' is not a number");
        }
    }

    private string Quoted(char quote)
    {
        var value = new StringBuilder();
        for (; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                at++;
                return value.ToString();
            }

            if (text[at] == '\\' && ++at < text.Length)
            {
                value.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '\\' or '\'' or '"' or '`' or '?' => text[at], _ => throw No("this escape is not available yet") });
                continue;
            }

            if (at < text.Length)
            {
                value.Append(text[at]);
            }
        }

        throw No("the text has no closing quote");
    }

    private bool Skip()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return true;
    }

    private bool Take(string token)
    {
        if (string.CompareOrdinal(text, at, token, 0, token.Length) != 0)
        {
            return false;
        }

        at += token.Length;
        return true;
    }

    private FormatException No(string why) => new($"{why} (at character {at + 1})");
}
