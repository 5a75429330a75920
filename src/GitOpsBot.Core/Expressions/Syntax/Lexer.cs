using System.Globalization;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Syntax;

/// <summary>Splits a text into tokens (cel-spec, "Syntax"). Throws <see cref="SyntaxException"/> at what begins no token.</summary>
internal sealed class Lexer(string text)
{
    private static readonly string[] Symbols = ["&&", "||", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "<", ">", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];
    private int at;

    /// <summary>All tokens; the last one is the end.</summary>
    public List<Token> All()
    {
        var tokens = new List<Token>();
        while (true)
        {
            SkipBlanks();
            if (at == text.Length)
            {
                tokens.Add(new Token(TokenKind.End, "", default, at, at));
                return tokens;
            }

            tokens.Add(Next());
        }
    }

    /// <summary>Whether a name has this shape: a letter or underscore, then letters, digits, underscores.</summary>
    public static bool IsName(string name) => name.Length > 0 && IsNameStart(name[0]) && name.All(IsNamePart);

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsQuotedNamePart(char c) => IsNamePart(c) || c is '.' or '-' or '/' or ' ';

    private void SkipBlanks()
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                at++;
            }
            else if (string.CompareOrdinal(text, at, "//", 0, 2) == 0)
            {
                at = text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;
            }
            else
            {
                return;
            }
        }
    }

    private Token Next()
    {
        var start = at;
        if (TextLiteral.Begins(text, at))
        {
            var value = TextLiteral.Read(text, ref at);
            return new Token(TokenKind.Literal, "", value, start, at);
        }

        if (IsNameStart(text[at]))
        {
            Take(IsNamePart);
            return new Token(TokenKind.Name, text[start..at], default, start, at);
        }

        if (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            return Number();
        }

        return text[at] == '`' ? QuotedName() : Symbol();
    }

    private Token Number()
    {
        var start = at;
        var isHex = text[at] == '0' && at + 2 < text.Length && text[at + 1] is 'x' && char.IsAsciiHexDigit(text[at + 2]);
        var isReal = false;
        if (isHex)
        {
            at += 2;
            Take(char.IsAsciiHexDigit);
        }
        else
        {
            Take(char.IsAsciiDigit);
            if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
            {
                (isReal, at) = (true, at + 1);
                Take(char.IsAsciiDigit);
            }

            isReal |= TakeExponent();
        }

        var digits = text[start..at];
        if (!isReal && at < text.Length && text[at] is 'u' or 'U')
        {
            at++;
            RefuseNameHere(start);
            return ulong.TryParse(isHex ? digits.AsSpan(2) : digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned)
                ? new Token(TokenKind.Literal, "", CelValue.Uint(unsigned), start, at)
                : throw new SyntaxException(start, "This number is too large for a uint: at most 18446744073709551615u.");
        }

        RefuseNameHere(start);
        return new Token(isReal ? TokenKind.Real : TokenKind.Whole, digits, default, start, at);
    }

    private bool TakeExponent()
    {
        var mark = at;
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at++;
            at += at < text.Length && text[at] is '+' or '-' ? 1 : 0;
            if (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                Take(char.IsAsciiDigit);
                return true;
            }
        }

        at = mark;
        return false;
    }

    private void RefuseNameHere(int start)
    {
        if (at < text.Length && IsNamePart(text[at]))
        {
            throw new SyntaxException(start, "A number is followed by a letter: expected an operator between them, or quotes around a text.");
        }
    }

    private Token QuotedName()
    {
        var start = at++;
        Take(IsQuotedNamePart);
        if (at == text.Length || text[at] != '`' || at == start + 1)
        {
            throw new SyntaxException(start, "A name in backquotes holds letters, digits, '_', '.', '-', '/' and spaces, and ends with a backquote; other names are written as [\"name\"].");
        }

        at++;
        return new Token(TokenKind.QuotedName, text[(start + 1)..(at - 1)], default, start, at);
    }

    private Token Symbol()
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
            {
                at += symbol.Length;
                return new Token(TokenKind.Symbol, symbol, default, at - symbol.Length, at);
            }
        }

        throw new SyntaxException(at, text[at] switch
        {
            '=' => "'=' means nothing here: equality is '=='.",
            '&' => "'&' means nothing here: both conditions are joined by '&&'.",
            '|' => "'|' means nothing here: one of two conditions is '||'.",
            '“' or '”' or '‘' or '’' => "This is a typographic quote: texts stand in \" or '.",
            var other => $"{Shown.Quoted(other.ToString())} begins nothing in an expression.",
        });
    }

    private void Take(Func<char, bool> isPart)
    {
        while (at < text.Length && isPart(text[at]))
        {
            at++;
        }
    }
}
