using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>
/// <c>&amp;&amp;</c> and <c>||</c>: an operand that decides, decides, whatever failed before it or would fail after it (cel-spec, "Logical Operators").
/// </summary>
internal sealed class LogicNode(Expr source, bool isAnd, IReadOnlyList<Node> operands) : Node(source)
{
    /// <summary>The operands.</summary>
    public IReadOnlyList<Node> Operands => operands;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => operands;

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        CelValue? failed = null;
        foreach (var operand in operands)
        {
            var value = operand.Evaluate(run);
            if (value.Kind == CelKind.Bool)
            {
                if (value.IsTrue != isAnd)
                {
                    return value;
                }
            }
            else
            {
                failed ??= value.IsError ? value : NotBool(value, operand.Source);
            }
        }

        return failed ?? CelValue.Bool(isAnd);
    }

    /// <summary>The error of a value that should be true or false.</summary>
    public static CelValue NotBool(CelValue value, Expr at) =>
        CelValue.Error(new EvaluationError(Fault.NoSuchOverload, $"is {Rendering.Of(value)} and neither true nor false") { At = at });
}

/// <summary><c>a ? b : c</c>; only one of both is evaluated.</summary>
internal sealed class ConditionalNode(Expr source, Node condition, Node then, Node otherwise) : Node(source)
{
    /// <summary>What decides.</summary>
    public Node Condition => condition;

    /// <summary>If it is true.</summary>
    public Node Then => then;

    /// <summary>If it is false.</summary>
    public Node Otherwise => otherwise;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => [condition, then, otherwise];

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        var decided = condition.Evaluate(run);
        return decided.Kind == CelKind.Bool ? (decided.IsTrue ? then : otherwise).Evaluate(run)
            : decided.IsError ? decided : LogicNode.NotBool(decided, condition.Source);
    }
}
