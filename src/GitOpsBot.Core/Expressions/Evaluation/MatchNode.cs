using GitOpsBot.Core.Expressions.Functions;
using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary><c>matches</c> with a pattern that is written out: read once, and refused when the expression is.</summary>
internal sealed class MatchNode : Node
{
    private readonly Node text;
    private readonly LiteralNode pattern;
    private readonly Pattern? read;

    /// <summary>With a text and a pattern as arguments.</summary>
    public MatchNode(Expr source, Function function, bool isMember, Node text, LiteralNode pattern)
        : base(source)
    {
        (Function, IsMember, this.text, this.pattern) = (function, isMember, text, pattern);
        read = Pattern.Read(pattern.Value.AsText, out var objection);
        Objection = objection;
    }

    /// <summary>The function it is called by.</summary>
    public Function Function { get; }

    /// <summary>Whether it is called as <c>a.matches(b)</c>.</summary>
    public bool IsMember { get; }

    /// <summary>Text and pattern.</summary>
    public override IEnumerable<Node> Parts => [text, pattern];

    /// <summary>Why the pattern is none; null when it is one.</summary>
    public string? Objection { get; }

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        var value = text.Evaluate(run);
        return value.IsError ? value
            : value.Kind != CelKind.Text ? CelValue.Error(Fault.NoSuchOverload, $"'matches' does not take {Rendering.Of(value)}")
            : read?.IsIn(run, value.AsText) ?? CelValue.Error(Fault.BadValue, Objection!);
    }
}
