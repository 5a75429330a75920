using System.Globalization;
using System.Text;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Audit;

/// <summary>The answers of gates as a table in Markdown.</summary>
public static class GateTable
{
    /// <summary>A row for each gate, with a line end at its end.</summary>
    public static string Write(IReadOnlyList<GateResult> rows)
    {
        var text = new StringBuilder("| Gate | Outcome | Why |\n|---|---|---|\n");
        foreach (var row in rows)
        {
            var due = row.Before == GateTiming.Merge ? " (before the merge)" : "";
            var mark = row.Outcome switch { GateOutcome.Passed => "✅", GateOutcome.Pending => "⏳", _ => "❌" };
            text.Append(CultureInfo.InvariantCulture, $"| {Inert.Markdown(row.Name)}{due} | {mark} {row.Outcome.Word} | {Inert.Markdown(row.Outcome.Reason)} |\n");
        }

        return text.ToString();
    }
}
