namespace GitOpsBot.Core.Expressions.Syntax;

/// <summary>
/// Parses the grammar of the language (cel-spec, "Syntax"), with optional fields, indexes and entries (<c>.?</c>, <c>[?</c>, <c>?key</c>) and macros.
/// Messages of protocol buffers, <c>NAME{field: value}</c>, are refused: there are none here.
/// </summary>
internal sealed partial class Parser
{
    private static readonly string[] Keywords = ["true", "false", "null", "in"];

    private static readonly string[] Reserved =
    [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while",
    ];

    private readonly List<Token> tokens;
    private readonly Dictionary<Expr, int> depths = new(ReferenceEqualityComparer.Instance);
    private int at;
    private int level;

    private Parser(List<Token> tokens) => this.tokens = tokens;

    private Token Now => tokens[at];

    /// <summary>The tree of a text; else null and what is wrong with it.</summary>
    public static Expr? Parse(string text, out ExpressionProblem? problem)
    {
        problem = null;
        if (text.Length > ExpressionLimits.LongestExpression)
        {
            problem = new ExpressionProblem(0, 1, 1, FormattableString.Invariant($"The expression has {text.Length} characters: at most {ExpressionLimits.LongestExpression} are read."));
            return null;
        }

        try
        {
            var parser = new Parser(new Lexer(text).All());
            var tree = parser.Expression();
            return parser.Now.Kind == TokenKind.End ? tree : throw parser.Unexpected("an operator, or the end");
        }
        catch (SyntaxException e)
        {
            problem = ExpressionProblem.At(text, e.Offset, e.Message);
            return null;
        }
    }

    /// <summary>Whether a name can be written as it is: as a variable, or behind a dot where reserved words may stand.</summary>
    public static bool IsPlainName(string name, bool isField) => Lexer.IsName(name) && !Keywords.Contains(name) && (isField || !Reserved.Contains(name));

    /// <summary>Notes a node of the tree; too deep a tree is refused here, before anything recurses through it.</summary>
    internal T Made<T>(T node) where T : Expr
    {
        var depth = 1;
        foreach (var part in node.Parts)
        {
            depth = Math.Max(depth, depths[part] + 1);
        }

        depths[node] = depth;
        return depth <= ExpressionLimits.DeepestExpression ? node : throw TooDeep(node.Start);
    }

    private Expr Expression()
    {
        Enter();
        var condition = Logic(isAnd: false);
        if (Take("?"))
        {
            var then = Logic(isAnd: false);
            Expect(":", "':' and what holds otherwise");
            var otherwise = Expression();
            condition = Made(new Expr.Conditional(condition, then, otherwise, condition.Start, otherwise.End));
        }

        level--;
        return condition;
    }

    private Expr Logic(bool isAnd)
    {
        Expr Operand() => isAnd ? Operation(Operator.OfRelation) : Logic(isAnd: true);
        var first = Operand();
        if (!Is(isAnd ? "&&" : "||"))
        {
            return first;
        }

        var operands = new List<Expr> { first };
        while (Take(isAnd ? "&&" : "||"))
        {
            operands.Add(Operand());
        }

        return Made(new Expr.Logic(isAnd, operands, first.Start, operands[^1].End));
    }

    // Operators of one precedence and above, grouping to the left.
    private Expr Operation(int precedence)
    {
        if (precedence == Operator.OfUnary)
        {
            return Unary();
        }

        var left = Operation(precedence + 1);
        while (Operator.Find(Now.Text) is { } op && op.Precedence == precedence && Now.Kind == (op.Symbol == "in" ? TokenKind.Name : TokenKind.Symbol))
        {
            at++;
            var right = Operation(precedence + 1);
            left = Made(new Expr.Binary(op, left, right, left.Start, right.End));
        }

        return left;
    }

    private Expr Unary()
    {
        var start = Now.Start;
        if (Is("-") && tokens[at + 1].Kind is TokenKind.Whole or TokenKind.Real)
        {
            at++;
            return Members(Number(start, "-"));
        }

        if (!Is("!") && !Is("-"))
        {
            return Members(Primary());
        }

        Enter();
        var op = Is("!") ? Operator.Not : Operator.Negate;
        at++;
        var operand = Unary();
        level--;
        return Made(new Expr.Unary(op, operand, start, operand.End));
    }

    private Expr Members(Expr operand)
    {
        while (true)
        {
            if (Take("."))
            {
                operand = Member(operand);
            }
            else if (Take("["))
            {
                var isOptional = Take("?");
                var key = Expression();
                Expect("]", "']'");
                operand = Made(new Expr.Index(operand, key, isOptional, operand.Start, tokens[at - 1].End));
            }
            else if (Is("{") && operand is Expr.Name or Expr.Select)
            {
                throw new SyntaxException(Now.Start, "Messages, written NAME{field: value}, cannot be made here; a map is written {\"key\": value}.");
            }
            else
            {
                return operand;
            }
        }
    }

    private Expr Member(Expr operand)
    {
        var isOptional = Take("?");
        var name = Now;
        if (name.Kind is not (TokenKind.Name or TokenKind.QuotedName) || (name.Kind == TokenKind.Name && Keywords.Contains(name.Text)))
        {
            throw Unexpected("the name of a field or function");
        }

        at++;
        if (!isOptional && name.Kind == TokenKind.Name && Is("("))
        {
            var arguments = Arguments();
            var call = new Expr.Call(operand, name.Text, false, arguments, operand.Start, tokens[at - 1].End);
            return Macros.Expand(this, call, name.Start) ?? Made(call);
        }

        return Made(new Expr.Select(operand, name.Text, isOptional, operand.Start, name.End));
    }

    private bool Is(string symbol) => Now.Kind == TokenKind.Symbol && Now.Text == symbol;

    private bool Take(string symbol)
    {
        var isThere = Is(symbol);
        at += isThere ? 1 : 0;
        return isThere;
    }

    private void Expect(string symbol, string expected)
    {
        if (!Take(symbol))
        {
            throw Unexpected(expected);
        }
    }

    private void Enter()
    {
        if (++level > ExpressionLimits.DeepestExpression)
        {
            throw TooDeep(Now.Start);
        }
    }

    private SyntaxException Unexpected(string expected)
    {
        var found = Now.Kind switch
        {
            TokenKind.End => "the end",
            TokenKind.Literal => "a literal",
            TokenKind.QuotedName => "a name in backquotes",
            _ => Documents.Shown.Quoted(Now.Text),
        };
        return new SyntaxException(Now.Start, $"Expected {expected}, found {found}.");
    }

    private static SyntaxException TooDeep(int offset) =>
        new(offset, FormattableString.Invariant($"The expression is nested deeper than {ExpressionLimits.DeepestExpression} levels here."));
}
