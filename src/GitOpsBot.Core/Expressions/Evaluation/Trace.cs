using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>What a part of an expression came to, once.</summary>
/// <param name="Expr">The part.</param>
/// <param name="With">The variables of the loop around it, as in <c>e = 'x'</c>; null where there is none.</param>
internal sealed record Observation(Expr Expr, string? With)
{
    /// <summary>What it came to.</summary>
    public CelValue Value { get; set; }

    /// <summary>What its own parts came to; those that were not evaluated are not in it.</summary>
    public List<Observation> Parts { get; } = [];
}

/// <summary>Notes what every part comes to, as a tree. Bounded: what is too much is evaluated without being noted.</summary>
internal sealed class Trace
{
    private readonly Stack<Observation> open = new();
    private int count;

    /// <summary>The whole expression, once it was evaluated.</summary>
    public Observation? Root { get; private set; }

    /// <summary>Whether parts are missing.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The variables that the next parts are evaluated with.</summary>
    public string? With { get; set; }

    /// <summary>A part is about to be evaluated; null when it is not noted.</summary>
    public Observation? Begin(Expr expr)
    {
        if (count >= ExpressionLimits.MostObservations)
        {
            IsCut = true;
            return null;
        }

        count++;
        var observation = new Observation(expr, With);
        With = null;
        if (open.TryPeek(out var around))
        {
            around.Parts.Add(observation);
        }

        Root ??= observation;
        open.Push(observation);
        return observation;
    }

    /// <summary>The part that was begun last came to this.</summary>
    public void End(Observation observation, CelValue value)
    {
        observation.Value = value;
        open.Pop();
    }
}
