using GitOpsBot.Core.Expressions.Syntax;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Evaluation;

/// <summary>Says in a phrase why an expression did not come to true: the part that was false or failed, and the values in it. Bounded, and harmless to show.</summary>
internal static class Finding
{
    /// <summary>As much of an expression as a sentence can hold.</summary>
    public const int LongestPart = 160;

    // Of several parts that were false, as many are told.
    private const int MostParts = 3;

    /// <summary>A phrase that can follow "found that": <c>predicate.result is 'FAILED'</c>.</summary>
    public static string Of(Trace trace) => trace.Root is { } root ? Of(root) : "it cannot be evaluated";

    /// <summary>A part as it is shown: in one line, cut.</summary>
    public static string Show(Expr expr) => Cut(Documents.Shown.Plain(Printer.Print(expr)));

    /// <summary>Text of an expression in one line, cut.</summary>
    public static string Cut(string text) => text.Length > LongestPart ? text[..LongestPart] + "…" : text;

    private static string Of(Observation seen)
    {
        if (seen.Value.IsError)
        {
            return Failed(seen.Value.AsError);
        }

        if (!seen.Value.IsFalse)
        {
            return $"{Show(seen.Expr)} is {Rendering.Of(seen.Value)}";
        }

        return seen.Expr switch
        {
            Expr.Logic { IsAnd: true } when seen.Parts.Find(p => p.Value.IsFalse) is { } part => Told(part),
            Expr.Logic => string.Join(" and ", seen.Parts.Take(MostParts).Select(Told)) + (seen.Parts.Count > MostParts ? " and so on" : ""),
            Expr.Conditional or Expr.Bind when seen.Parts.Count > 1 => Told(seen.Parts[^1]),
            Expr.Loop { Kind: LoopKind.All } when seen.Parts.Find(p => p.With is not null && p.Value.IsFalse) is { } item => $"with {item.With}, {Told(item)}",
            _ => Values(seen),
        };
    }

    // A part of a larger whole: named, and what it was made of.
    private static string Told(Observation part)
    {
        var values = Of(part);
        var name = Show(part.Expr);
        return part.Value.IsFalse && part.Expr is Expr.Binary or Expr.Call or Expr.Unary && values != $"{name} is false" ? $"{name} is false: {values}" : values;
    }

    private static string Values(Observation seen)
    {
        var operands = seen.Expr is Expr.Binary or Expr.Call or Expr.Unary ? seen.Parts.Where(p => p.Expr is not Expr.Literal && p.With is null).ToList() : [];
        return operands.Count == 0 ? $"{Show(seen.Expr)} is {Rendering.Of(seen.Value)}"
            : string.Join(" and ", operands.Select(p => $"{Show(p.Expr)} is {Rendering.Of(p.Value)}"));
    }

    private static string Failed(EvaluationError error)
    {
        var at = error.At is { } part ? Show(part) : "it";
        return error.Message.StartsWith("is ", StringComparison.Ordinal) ? $"{at} {error.Message}" : $"{at} cannot be evaluated: {error.Message}";
    }
}
