using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Expressions;

/// <summary>One thing that is wrong with an expression.</summary>
/// <param name="Offset">UTF-16 offset in the expression's text.</param>
/// <param name="Line">Line within the text, counted from 1.</param>
/// <param name="Column">Column within the line in UTF-16 units, counted from 1.</param>
/// <param name="Message">One sentence without the place.</param>
public sealed record ExpressionProblem(int Offset, int Line, int Column, string Message)
{
    /// <summary>A problem at an offset of a text.</summary>
    public static ExpressionProblem At(string text, int offset, string message)
    {
        var before = text.AsSpan(0, Math.Clamp(offset, 0, text.Length));
        return new ExpressionProblem(before.Length, before.Count('\n') + 1, before.Length - (before.LastIndexOf('\n') + 1) + 1, message);
    }

    /// <summary><c>LINE:COLUMN: message</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Line}:{Column}: {Shown.Plain(Message)}");
}
