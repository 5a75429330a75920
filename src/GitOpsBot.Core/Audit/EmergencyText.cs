using System.Globalization;
using System.Text;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Policies.Gates;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Audit;

/// <summary>What reviewers must not overlook: that a promotion moves although not every gate passed, on whose word, until when, and what is owed for it.</summary>
public static class EmergencyText
{
    // The gates' table and the trailers hold them all; this paragraph must leave room for the table.
    private const int MostOverrides = 10;
    private const int LongestReason = 120;

    /// <summary>Markdown, a paragraph of its own; empty while nothing is overridden. It names instants, and no clock.</summary>
    public static string Of(Judgement judgement)
    {
        var overridden = judgement.Verdict.Gates.Where(g => g.Outcome is GateOutcome.Overridden).Select(g => (g.Name, Outcome: (GateOutcome.Overridden)g.Outcome)).ToList();
        if (overridden.Count == 0 || judgement.Policy.Emergency is not { } emergency)
        {
            return "";
        }

        var text = new StringBuilder("\n⚠️ **Emergency:** ");
        var all = overridden.SelectMany(o => o.Outcome.By.Select(by => (o.Name, Code: o.Outcome.Code!, By: by))).ToList();
        foreach (var (name, code, by) in all.Take(MostOverrides))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Inert.Markdown(by.Login)} overrode {Inert.Markdown(name)} ({Inert.Markdown(code)}): {Inert.Markdown(Inert.Cut(by.Reason.TrimEnd('.'), LongestReason))}. ");
        }

        text.Append(all.Count <= MostOverrides ? "" : string.Create(CultureInfo.InvariantCulture, $"And {all.Count - MostOverrides} more. "));
        text.Append(CultureInfo.InvariantCulture, $"That counts until {overridden.Min(o => o.Outcome.Until).UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, for this very promotion and for no other.");
        return text.Append(emergency.Terms.FollowUp is { } followUp
            ? $" What is overridden must pass on the same digest within {StatementTime.Say(followUp)} after the merge; otherwise {judgement.Promotion.Environment} is marked as no longer meeting its policy.\n"
            : "\n").ToString();
    }
}
