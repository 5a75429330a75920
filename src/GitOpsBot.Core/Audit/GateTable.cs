using System.Globalization;
using System.Text;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Audit;

/// <summary>The answers of gates as a table in Markdown.</summary>
public static class GateTable
{
    /// <summary>Characters of a table: beside it there is room for the rest of a text of 65,536.</summary>
    public const int Longest = 30_000;

    private const string Head = "| Gate | Outcome | Why |\n|---|---|---|\n";

    // Below this a reason says nothing any more, and gates are counted instead.
    private const int ShortestReason = 20;

    /// <summary>A row for each gate, with a line end at its end. When it would be too long the reasons are cut, evenly, and not the gates.</summary>
    /// <param name="rows">The answers.</param>
    /// <param name="longest">Characters that there are for it; at least some hundred.</param>
    public static string Write(IReadOnlyList<GateResult> rows, int longest = Longest)
    {
        var text = Write(rows, row => Inert.Markdown(row.Outcome.Reason));
        if (text.Length <= longest)
        {
            return text;
        }

        var bare = Write(rows, _ => "");
        var room = (longest - bare.Length) / Math.Max(1, rows.Count);
        return room >= ShortestReason ? Write(rows, row => Fit(row.Outcome.Reason, room)) : Most(rows, longest);
    }

    private static string Write(IReadOnlyList<GateResult> rows, Func<GateResult, string> reason)
    {
        var text = new StringBuilder(Head);
        foreach (var row in rows)
        {
            var due = row.Before == GateTiming.Merge ? " (before the merge)" : "";
            var mark = row.Outcome switch { GateOutcome.Passed => "✅", GateOutcome.Overridden => "⚠️", GateOutcome.Pending => "⏳", _ => "❌" };
            text.Append(CultureInfo.InvariantCulture, $"| {Inert.Markdown(row.Name)}{due} | {mark} {row.Outcome.Word} | {reason(row)} |\n");
        }

        return text.ToString();
    }

    // What is escaped grows, up to twelvefold, and not evenly.
    private static string Fit(string reason, int room)
    {
        var shown = Inert.Markdown(reason);
        for (var length = Math.Min(reason.Length, room); shown.Length > room && length > 1; length = Math.Min(length - 1, length * room / shown.Length))
        {
            shown = Inert.Markdown(Inert.Cut(reason, length));
        }

        return shown.Length <= room ? shown : "…";
    }

    // Hundreds of gates: those that stand in the way are shown, then as many of the others as fit.
    private static string Most(IReadOnlyList<GateResult> rows, int longest)
    {
        var inOrder = rows.OrderBy(r => r.Outcome is GateOutcome.Failed ? 0 : r.Outcome is GateOutcome.Passed ? 2 : 1).ToList();
        var text = new StringBuilder(Head);
        for (var shown = 0; shown < inOrder.Count; shown++)
        {
            var row = Write([inOrder[shown]], r => Fit(r.Outcome.Reason, 2 * ShortestReason))[Head.Length..];
            var more = string.Create(CultureInfo.InvariantCulture, $"| and {inOrder.Count - shown:N0} more | | |\n");
            if (text.Length + row.Length + more.Length > longest)
            {
                return text.Append(more).ToString();
            }

            text.Append(row);
        }

        return text.ToString();
    }
}
