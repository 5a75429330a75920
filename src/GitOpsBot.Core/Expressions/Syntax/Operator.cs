namespace GitOpsBot.Core.Expressions.Syntax;

/// <summary>An operator other than the logical ones.</summary>
/// <param name="Symbol">As it is written.</param>
/// <param name="Function">The name of the function it stands for (cel-spec, "Standard Definitions").</param>
/// <param name="Precedence">How strongly it binds; a larger number binds more strongly.</param>
internal sealed record Operator(string Symbol, string Function, int Precedence)
{
    /// <summary>Of <c>?:</c>.</summary>
    public const int OfConditional = 1;

    /// <summary>Of <c>||</c>.</summary>
    public const int OfOr = 2;

    /// <summary>Of <c>&amp;&amp;</c>.</summary>
    public const int OfAnd = 3;

    /// <summary>Of relations.</summary>
    public const int OfRelation = 4;

    /// <summary>Of <c>!</c> and <c>-</c> before an operand.</summary>
    public const int OfUnary = 7;

    /// <summary>Of fields, indexes and calls.</summary>
    public const int OfMember = 8;

    /// <summary><c>!a</c>.</summary>
    public static Operator Not { get; } = new("!", "!_", OfUnary);

    /// <summary><c>-a</c>.</summary>
    public static Operator Negate { get; } = new("-", "-_", OfUnary);

    /// <summary>Those with two operands; all group to the left.</summary>
    public static IReadOnlyList<Operator> Binary { get; } =
    [
        new("==", "_==_", OfRelation), new("!=", "_!=_", OfRelation), new("<", "_<_", OfRelation), new("<=", "_<=_", OfRelation),
        new(">", "_>_", OfRelation), new(">=", "_>=_", OfRelation), new("in", "@in", OfRelation),
        new("+", "_+_", 5), new("-", "_-_", 5), new("*", "_*_", 6), new("/", "_/_", 6), new("%", "_%_", 6),
    ];

    /// <summary>The operator of that symbol between two operands.</summary>
    public static Operator? Find(string symbol) => Binary.FirstOrDefault(o => o.Symbol == symbol);
}
