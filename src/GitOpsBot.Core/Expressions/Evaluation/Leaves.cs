using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>A literal, or the name of a type.</summary>
internal sealed class LiteralNode(Expr source, CelValue value) : Node(source)
{
    /// <summary>Its value.</summary>
    public CelValue Value => value;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => [];

    /// <inheritdoc/>
    protected override CelValue Compute(Run run) => value;
}

/// <summary>A variable of a macro.</summary>
internal sealed class LocalNode(Expr source, int slot) : Node(source)
{
    /// <summary>Its place in the run.</summary>
    public int Slot => slot;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => [];

    /// <inheritdoc/>
    protected override CelValue Compute(Run run) => run.Local(slot);
}

/// <summary>A variable of the host.</summary>
internal sealed class GlobalNode(Expr source, Variable variable, int place) : Node(source)
{
    /// <summary>What was declared.</summary>
    public Variable Variable => variable;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => [];

    /// <inheritdoc/>
    protected override CelValue Compute(Run run) => run.Bindings[place] is { Kind: not CelKind.None } value
        ? value : CelValue.Error(Fault.Unknown, $"'{variable.Name}' is not known here");
}

/// <summary>A name that means nothing: an error for the checker, and one to evaluate where nothing is checked.</summary>
internal sealed class UnknownNode(Expr source, string message, IReadOnlyList<Node> parts) : Node(source)
{
    /// <summary>One sentence.</summary>
    public string Message => message;

    /// <inheritdoc/>
    public override IEnumerable<Node> Parts => parts;

    /// <inheritdoc/>
    protected override CelValue Compute(Run run) => CelValue.Error(Fault.Unknown, "it names what is not known");
}
