using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Syntax;

/// <summary>A parsed expression with its place in the text (UTF-16 offsets). Closed. Macros are kept as what they are, so that a tree can be printed as it was written.</summary>
internal abstract record Expr(int Start, int End)
{
    /// <summary>The parts, in the order of the text.</summary>
    public abstract IEnumerable<Expr> Parts { get; }

    /// <summary>A number, text, bytes, true, false or null.</summary>
    public sealed record Literal(CelValue Value, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => [];
    }

    /// <summary>A name; rooted when a dot stands before it.</summary>
    public sealed record Name(string Text, bool IsRooted, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => [];
    }

    /// <summary><c>a.b</c>, or <c>a.?b</c>.</summary>
    public sealed record Select(Expr Operand, string Field, bool IsOptional, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => [Operand];
    }

    /// <summary><c>has(a.b)</c>.</summary>
    public sealed record Has(Expr Operand, string Field, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => [Operand];
    }

    /// <summary><c>a[b]</c>, or <c>a[?b]</c>.</summary>
    public sealed record Index(Expr Operand, Expr Key, bool IsOptional, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => [Operand, Key];
    }

    /// <summary><c>f(a)</c>, or <c>a.f(b)</c>.</summary>
    public sealed record Call(Expr? Target, string Function, bool IsRooted, IReadOnlyList<Expr> Arguments, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => Target is null ? Arguments : [Target, .. Arguments];
    }

    /// <summary><c>!a</c> or <c>-a</c>.</summary>
    public sealed record Unary(Operator Operator, Expr Operand, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => [Operand];
    }

    /// <summary>Arithmetic, comparison, or <c>in</c>.</summary>
    public sealed record Binary(Operator Operator, Expr Left, Expr Right, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => [Left, Right];
    }

    /// <summary>Two or more operands joined by <c>&amp;&amp;</c> or <c>||</c>.</summary>
    public sealed record Logic(bool IsAnd, IReadOnlyList<Expr> Operands, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => Operands;
    }

    /// <summary><c>a ? b : c</c>.</summary>
    public sealed record Conditional(Expr Condition, Expr Then, Expr Else, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => [Condition, Then, Else];
    }

    /// <summary><c>[a, ?b]</c>.</summary>
    public sealed record ListOf(IReadOnlyList<(Expr Value, bool IsOptional)> Items, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => Items.Select(i => i.Value);
    }

    /// <summary><c>{a: b, ?c: d}</c>.</summary>
    public sealed record MapOf(IReadOnlyList<(Expr Key, Expr Value, bool IsOptional)> Entries, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => Entries.SelectMany(e => new[] { e.Key, e.Value });
    }

    /// <summary>A macro over the items of a list or the keys of a map.</summary>
    public sealed record Loop(LoopKind Kind, Expr Range, string Variable, string? Second, Expr? Filter, Expr Body, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => Filter is null ? [Range, Body] : [Range, Filter, Body];
    }

    /// <summary><c>cel.bind(v, a, b)</c>.</summary>
    public sealed record Bind(string Variable, Expr Value, Expr Body, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => [Value, Body];
    }

    /// <summary><c>a.optMap(v, b)</c>, or <c>a.optFlatMap(v, b)</c>.</summary>
    public sealed record OptionalMap(bool IsFlat, Expr Operand, string Variable, Expr Body, int Start, int End) : Expr(Start, End)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expr> Parts => [Operand, Body];
    }
}

/// <summary>What a loop makes.</summary>
internal enum LoopKind
{
    /// <summary>Whether the body holds of all.</summary>
    All,
    /// <summary>Whether it holds of any.</summary>
    Exists,
    /// <summary>Whether it holds of exactly one.</summary>
    ExistsOne,
    /// <summary>Those of which it holds.</summary>
    Filter,
    /// <summary>What the body makes of each.</summary>
    Map,
    /// <summary>The same with two variables.</summary>
    TransformList,
    /// <summary>A map with the same keys and what the body makes of each.</summary>
    TransformMap,
}
