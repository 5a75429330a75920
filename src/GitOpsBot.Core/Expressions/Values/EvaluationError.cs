using GitOpsBot.Core.Expressions.Syntax;

namespace GitOpsBot.Core.Expressions.Values;

/// <summary>Why an evaluation failed.</summary>
internal enum Fault
{
    /// <summary>No operator or function of that name takes values of these types (<c>no_matching_overload</c>).</summary>
    NoSuchOverload,
    /// <summary>A field or key is not there (<c>no_such_field</c>).</summary>
    Missing,
    /// <summary>A name that means nothing, or a variable without a value here.</summary>
    Unknown,
    /// <summary>An index, argument or conversion out of range; overflow; division by zero.</summary>
    BadValue,
    /// <summary>The steps of an evaluation are used up, or something would become too large.</summary>
    Limit,
}

/// <summary>An evaluation that failed (cel-spec, "Runtime Errors"). Not an exception: logical operators may absorb it.</summary>
/// <param name="Fault">Its kind.</param>
/// <param name="Message">A phrase that can follow "failed:", bounded, what a stranger wrote made harmless.</param>
internal sealed record EvaluationError(Fault Fault, string Message)
{
    /// <summary>The part that failed; null while it is not known.</summary>
    public Expr? At { get; init; }
}
