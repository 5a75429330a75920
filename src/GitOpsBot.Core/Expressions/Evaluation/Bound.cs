using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary><c>cel.bind(v, a, b)</c>: a failure of the value only counts where it is used.</summary>
internal sealed class BindNode(Expr source, int slot, Node value, Node body) : Node(source)
{
    /// <summary>The place of the variable.</summary>
    public int Slot => slot;

    /// <summary>What is bound.</summary>
    public Node Value => value;

    /// <summary>Where it is used.</summary>
    public Node Body => body;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => [value, body];

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        run.Local(slot) = value.Evaluate(run);
        return body.Evaluate(run);
    }
}

/// <summary><c>a.optMap(v, b)</c> and <c>a.optFlatMap(v, b)</c>.</summary>
internal sealed class OptionalMapNode(Expr source, bool isFlat, int slot, Node operand, Node body) : Node(source)
{
    /// <summary>Whether the body is an optional itself.</summary>
    public bool IsFlat => isFlat;

    /// <summary>The place of the variable.</summary>
    public int Slot => slot;

    /// <summary>The optional.</summary>
    public Node Operand => operand;

    /// <summary>What is made of its value.</summary>
    public Node Body => body;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => [operand, body];

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        var value = operand.Evaluate(run);
        if (value.Kind != CelKind.Optional || !value.HasValue)
        {
            return value.IsError || value.Kind == CelKind.Optional ? value : CelValue.Error(Fault.NoSuchOverload, $"{Rendering.Of(value)} is no optional");
        }

        run.Local(slot) = value.Inner;
        var made = body.Evaluate(run);
        return made.IsError ? made : isFlat ? made.Kind == CelKind.Optional ? made : CelValue.Error(Fault.NoSuchOverload, $"{Rendering.Of(made)} is no optional") : CelValue.Some(made);
    }
}
