using System.Globalization;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Syntax;

/// <content>What stands between operators: literals, names, calls, lists and maps.</content>
internal sealed partial class Parser
{
    private Expr Primary()
    {
        var token = Now;
        switch (token.Kind)
        {
            case TokenKind.Literal:
                at++;
                return Made(new Expr.Literal(token.Value, token.Start, token.End));
            case TokenKind.Whole or TokenKind.Real:
                return Number(token.Start, "");
            case TokenKind.Name:
                return NameOrCall(token.Start, false);
            case TokenKind.Symbol when Take("."):
                return Now.Kind == TokenKind.Name ? NameOrCall(token.Start, true) : throw Unexpected("a name");
            case TokenKind.Symbol when Take("("):
                var inner = Expression();
                Expect(")", "')'");
                return inner;
            case TokenKind.Symbol when Take("["):
                return ListOf(token.Start);
            case TokenKind.Symbol when Take("{"):
                return MapOf(token.Start);
            default:
                throw Unexpected("a value, a name or '('");
        }
    }

    private Expr.Literal Number(int start, string sign)
    {
        var token = Now;
        at++;
        var isHex = token.Text.StartsWith("0x", StringComparison.Ordinal);
        if (token.Kind == TokenKind.Real)
        {
            var real = double.Parse(sign + token.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
            return double.IsFinite(real) ? Made(new Expr.Literal(CelValue.Double(real), start, token.End)) : throw new SyntaxException(start, "This number is too large for a double.");
        }

        // Read without its sign, or the smallest int could not be written.
        var isRead = ulong.TryParse(isHex ? token.Text.AsSpan(2) : token.Text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var digits);
        var most = sign.Length > 0 ? 1UL << 63 : long.MaxValue;
        return isRead && digits <= most
            ? Made(new Expr.Literal(CelValue.Int(sign.Length > 0 ? unchecked(-(long)digits) : (long)digits), start, token.End))
            : throw new SyntaxException(start, "This number is too large for an int of 64 bits; a uint ends in u, a double has a fraction.");
    }

    private Expr NameOrCall(int start, bool isRooted)
    {
        var name = Now;
        at++;
        if (Keywords.Contains(name.Text))
        {
            return isRooted || name.Text == "in" ? throw new SyntaxException(name.Start, $"'{name.Text}' is a word of the language and no name.")
                : Made(new Expr.Literal(name.Text switch { "true" => CelValue.True, "false" => CelValue.False, _ => CelValue.Null }, start, name.End));
        }

        if (Reserved.Contains(name.Text))
        {
            throw new SyntaxException(name.Start, $"'{name.Text}' is reserved and cannot be a name; as a field it may stand behind a dot.");
        }

        if (!Is("("))
        {
            return Made(new Expr.Name(name.Text, isRooted, start, name.End));
        }

        var arguments = Arguments();
        var call = new Expr.Call(null, name.Text, isRooted, arguments, start, tokens[at - 1].End);
        return Macros.Expand(this, call, name.Start) ?? Made(call);
    }

    private List<Expr> Arguments()
    {
        Expect("(", "'('");
        var arguments = new List<Expr>();
        while (!Is(")"))
        {
            arguments.Add(Expression());
            if (!Is(")"))
            {
                Expect(",", "',' or ')'");
                if (Is(")"))
                {
                    throw Unexpected("another argument");
                }
            }
        }

        at++;
        return arguments;
    }

    private Expr ListOf(int start)
    {
        var items = new List<(Expr, bool)>();
        while (!Is("]"))
        {
            var isOptional = Take("?");
            items.Add((Expression(), isOptional));
            if (!Is("]"))
            {
                Expect(",", "',' or ']'");
            }
        }

        at++;
        return Made(new Expr.ListOf(items, start, tokens[at - 1].End));
    }

    private Expr MapOf(int start)
    {
        var entries = new List<(Expr, Expr, bool)>();
        while (!Is("}"))
        {
            var isOptional = Take("?");
            var key = Expression();
            Expect(":", "':' and the value of this key");
            entries.Add((key, Expression(), isOptional));
            if (!Is("}"))
            {
                Expect(",", "',' or '}'");
            }
        }

        at++;
        return Made(new Expr.MapOf(entries, start, tokens[at - 1].End));
    }
}
