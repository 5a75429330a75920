using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>A function or an operator with its arguments; a target is the first of them. An argument that failed is what the call comes to.</summary>
internal sealed class CallNode(Expr source, Function function, bool isMember, IReadOnlyList<Node> arguments) : Node(source)
{
    /// <summary>What is called.</summary>
    public Function Function => function;

    /// <summary>Whether it is called as <c>a.f()</c>.</summary>
    public bool IsMember => isMember;

    /// <summary>The arguments.</summary>
    public IReadOnlyList<Node> Arguments => arguments;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => arguments;

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        var values = new CelValue[arguments.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Evaluate(run);
            if (values[i].IsError)
            {
                return values[i];
            }
        }

        return function.Call(run, isMember, values);
    }
}

/// <summary><c>a.or(b)</c> and <c>a.orValue(b)</c>: what stands in for a missing value is only evaluated when it is needed.</summary>
internal sealed class OrElseNode(Expr source, Function function, bool isValue, Node optional, Node otherwise) : Node(source)
{
    /// <summary>The function it is called by.</summary>
    public Function Function => function;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => [optional, otherwise];

    /// <inheritdoc/>
    protected override CelValue Compute(Run run)
    {
        var value = optional.Evaluate(run);
        if (value.Kind != CelKind.Optional)
        {
            return value.IsError ? value : CelValue.Error(Fault.NoSuchOverload, $"{Rendering.Of(value)} is no optional");
        }

        if (value.HasValue)
        {
            return isValue ? value.Inner : value;
        }

        var other = otherwise.Evaluate(run);
        return isValue || other.IsError || other.Kind == CelKind.Optional ? other : CelValue.Error(Fault.NoSuchOverload, $"{Rendering.Of(other)} is no optional");
    }
}
