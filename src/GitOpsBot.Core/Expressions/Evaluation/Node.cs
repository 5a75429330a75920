using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>
/// A part of an expression whose names are resolved: what the checker types and what is evaluated. Evaluating never throws and ends: every
/// node costs a step, and when the steps are used up all the rest is an error at once.
/// </summary>
internal abstract class Node(Expr source)
{
    /// <summary>Where it comes from.</summary>
    public Expr Source => source;

    /// <summary>The parts that are evaluated.</summary>
    public abstract IEnumerable<Node> Parts { get; }

    /// <summary>What it comes to.</summary>
    public CelValue Evaluate(Run run)
    {
        if (!run.Spend(1))
        {
            return Run.Exhausted;
        }

        if (run.Trace is not { } trace)
        {
            return Placed(Compute(run));
        }

        var observation = trace.Begin(source);
        var value = Placed(Compute(run));
        if (observation is not null)
        {
            trace.End(observation, value);
        }

        return value;
    }

    /// <summary>What it comes to; the caller counts the step.</summary>
    protected abstract CelValue Compute(Run run);

    private CelValue Placed(CelValue value) => value.IsError && value.AsError.At is null ? CelValue.Error(value.AsError with { At = source }) : value;
}
