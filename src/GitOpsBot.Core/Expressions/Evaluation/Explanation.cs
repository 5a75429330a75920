using GitOpsBot.Core.Expressions.Syntax;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>One part of an expression and what it came to, for people to look at.</summary>
/// <param name="Depth">How deep it stands in the whole.</param>
/// <param name="Text">The part, in one line.</param>
/// <param name="With">The variables of the loop around it, as in <c>e = 'x'</c>; null where there is none.</param>
/// <param name="Value">What it came to, short and harmless; null when it was not evaluated, because what stands before it decided.</param>
/// <param name="Error">Why it failed, or null.</param>
public sealed record ExplainedPart(int Depth, string Text, string? With, string? Value, string? Error);

/// <summary>Every part of an expression with its value, in the order of the text.</summary>
internal static class Explanation
{
    /// <summary>The parts; literals are left out, as their value is their text.</summary>
    public static IReadOnlyList<ExplainedPart> Of(Trace trace)
    {
        var parts = new List<ExplainedPart>();
        if (trace.Root is { } root)
        {
            Add(root, 0, parts);
        }

        return parts;
    }

    private static void Add(Observation seen, int depth, List<ExplainedPart> parts)
    {
        var value = seen.Value;
        // What failed below failed there; above it only says so.
        parts.Add(new ExplainedPart(depth, Finding.Show(seen.Expr), seen.With, value.IsError ? "error" : Rendering.Of(value),
            value.IsError ? ReferenceEquals(value.AsError.At, seen.Expr) ? value.AsError.Message : "a part of it failed" : null));
        foreach (var part in seen.Parts.Where(p => p.Expr is not Expr.Literal))
        {
            Add(part, depth + 1, parts);
        }

        var evaluated = seen.Parts.Select(p => p.Expr).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var part in seen.Expr.Parts.Where(p => p is not Expr.Literal && !evaluated.Contains(p) && !IsNamespace(seen.Expr, p)))
        {
            parts.Add(new ExplainedPart(depth + 1, Finding.Show(part), null, null, null));
        }
    }

    // math.abs(x): what stands before the name of the function is no value. a.b.c may be one variable.
    private static bool IsNamespace(Expr whole, Expr part) => part is Expr.Name or Expr.Select && (whole is Expr.Select || (whole is Expr.Call call && ReferenceEquals(call.Target, part)));
}
