using System.Text.Json;

namespace GitOpsBot.Core.Expressions;

/// <summary>Reads comparisons joined by <c>&amp;&amp;</c>; throws <see cref="FormatException"/> with the character where it cannot go on.</summary>
internal sealed class ConditionParser(string text)
{
    private const string Available = "'FIELD == LITERAL', several joined by '&&'";
    private static readonly string[] Roots = ["predicate", "statement"];
    private static readonly string[] Reserved = ["in", "true", "false", "null"];
    private int at;

    /// <summary>All comparisons; at least one.</summary>
    public IReadOnlyList<Condition.Comparison> All()
    {
        var all = new List<Condition.Comparison> { One() };
        while (Take("&&"))
        {
            if (all.Count == Condition.MostComparisons)
            {
                throw No($"expected at most {Condition.MostComparisons} comparisons");
            }

            all.Add(One());
        }

        return at == text.Length ? all : throw NotYet();
    }

    /// <summary>Whether a field of this name can be written with a dot.</summary>
    public static bool IsIdentifier(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(IsNamePart) && !Reserved.Contains(name);

    private Condition.Comparison One()
    {
        Skip();
        var start = at;
        var root = Word();
        if (!Roots.Contains(root))
        {
            at = start;
            throw NotYet();
        }

        var path = new List<string>();
        while (Field() is { } field)
        {
            path.Add(field);
            if (path.Count > Condition.Deepest)
            {
                throw No($"expected at most {Condition.Deepest} fields, one in the other");
            }
        }

        return path.Count == 0 ? throw No($"expected a field after {root}") : Take("==") ? new Condition.Comparison(root, path, Literal()) : throw NotYet();
    }

    private string? Field()
    {
        if (Take("."))
        {
            Skip();
            var start = at;
            var name = Word();
            if (IsIdentifier(name))
            {
                return name;
            }

            at = start;
            throw No("expected the name of a field");
        }

        if (!Take("["))
        {
            return null;
        }

        Skip();
        var quoted = at < text.Length && text[at] is '"' or '\'' ? Quoted() : throw No("only a name in quotes is available yet between '[' and ']'");
        return Take("]") ? quoted : throw No("expected ']'");
    }

    private JsonElement Literal()
    {
        Skip();
        if (at < text.Length && text[at] is '"' or '\'')
        {
            return JsonSerializer.SerializeToElement(Quoted());
        }

        if (CelLiteral.Number(text, at) is { } number)
        {
            at = number.End;
            return number.Value;
        }

        var start = at;
        switch (Word())
        {
            case "true":
                return JsonSerializer.SerializeToElement(true);
            case "false":
                return JsonSerializer.SerializeToElement(false);
            case "null":
                return JsonSerializer.SerializeToElement<object?>(null);
            default:
                at = start;
                throw No("expected a text in quotes, a number of at most 64 bits, true, false or null; more is not available yet");
        }
    }

    private string Quoted()
    {
        var (value, end, error) = CelLiteral.Quoted(text, at);
        at = end;
        return value ?? throw No(error!);
    }

    private string Word()
    {
        var start = at;
        while (at < text.Length && IsNamePart(text[at]))
        {
            at++;
        }

        return text[start..at];
    }

    // Blanks as CEL has them, and comments to the end of the line.
    private void Skip()
    {
        while (at < text.Length && (text[at] is ' ' or '\t' or '\n' or '\r' or '\f' || IsComment()))
        {
            at = IsComment() && text.IndexOf('\n', at) is var end ? (end < 0 ? text.Length : end) : at + 1;
        }
    }

    private bool IsComment() => string.CompareOrdinal(text, at, "//", 0, 2) == 0;

    private bool Take(string token)
    {
        Skip();
        if (string.CompareOrdinal(text, at, token, 0, token.Length) != 0)
        {
            return false;
        }

        at += token.Length;
        return true;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private FormatException NotYet() => No($"only {Available}, is available yet, FIELD beginning with predicate or statement");

    private FormatException No(string why) => new($"{why} (at character {at + 1})");
}
