using System.Globalization;
using System.Text;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Audit;

/// <summary>
/// What reviewers see of a promotion: what moves, why it is safe, what it waits for, how to go back. The same judgement always gives the same
/// text: no clock is in it, so nothing changes while only time passes.
/// </summary>
public static class PullRequestText
{
    // The forge's limit is 65,536 characters; what is cut says so.
    private const int Longest = 60_000;
    private const int LongestStatus = 140;

    /// <summary>A promotion.</summary>
    public static PullRequestFace Show(JudgedCandidate what, PromotionEnvironment environment)
    {
        var promotion = what.Promotion;
        var body = new StringBuilder(Inert.Markdown(NextStep.Of(what, environment))).Append("\n\n");
        Moves(body, promotion);
        body.Append('\n').Append(GateTable.Write(what.Rows)).Append('\n').Append(environment.Merge == MergeMode.Auto ? "The bot merges this when every gate has passed." : "People merge this when every gate has passed.")
            .Append(" Comment `/status`, `/approve`, `/hold` or `/help`; to go back after the merge, comment `/rollback REASON` or revert the commit.\n")
            .Append(what.ForgeSays is null ? "" : $"\n⏳ {Inert.Markdown(what.ForgeSays)}\n")
            .Append(CultureInfo.InvariantCulture, $"\nPolicy `{what.Judgement.Policy.Name}` at blob `{what.Judgement.Policy.Blob}`. Promotion `{promotion.Id}`.\n");
        var isHeld = what.Objections.Any(o => o.Name == "hold");
        string[] labels = ["promotion", $"env/{promotion.Environment}", .. isHeld ? ["promotion/hold"] : Array.Empty<string>()];
        return new PullRequestFace(PromotionMessage.Subject(promotion), Cut(body.ToString()), [.. labels.Order(StringComparer.Ordinal)], Status(what.Rows, what.MayMerge))
        {
            Summary = GateTable.Write(what.Rows),
        };
    }

    /// <summary>A rollback.</summary>
    public static PullRequestFace ShowRollback(JudgedRollback what, PromotionEnvironment environment)
    {
        var body = new StringBuilder();
        body.Append(CultureInfo.InvariantCulture, $"{Inert.Markdown(what.By)} asked for this: {Inert.Markdown(what.Reason)}\n\n");
        Moves(body, what.Move);
        body.Append(CultureInfo.InvariantCulture, $"\nIt reverts commit {what.Reverts}. What it takes out is refused in {environment.Name} and in every environment after it, and nothing new comes here by itself until `/unhold`.\n");
        body.Append('\n').Append(GateTable.Write(what.Rows));
        string[] labels = [$"env/{what.Move.Environment}", "promotion", "promotion/rollback"];
        return new PullRequestFace(RollbackMessage.Subject(what.Move), Cut(body.ToString()), labels, Status(what.Rows, what.MayMerge)) { Summary = GateTable.Write(what.Rows) };
    }

    private static void Moves(StringBuilder body, Promotion promotion)
    {
        body.Append("| Artifact | From | To |\n|---|---|---|\n");
        foreach (var artifact in promotion.Artifacts)
        {
            var from = artifact.From is null ? "nothing" : $"{Inert.Markdown(artifact.FromVersion ?? artifact.From.Short)} `{artifact.From}`";
            body.Append(CultureInfo.InvariantCulture, $"| {artifact.Name} `{artifact.Repository}` | {from} | {Inert.Markdown(artifact.Version)} `{artifact.To}` |\n");
        }
    }

    /// <summary>State and sentence of the check <c>gitopsbot/promotion</c>.</summary>
    public static (string State, string Description) Status(IReadOnlyList<GateResult> rows, bool mayMerge)
    {
        if (mayMerge)
        {
            return ("success", "Every gate has passed.");
        }

        var open = rows.FirstOrDefault(r => r.Outcome is GateOutcome.Failed) ?? rows.FirstOrDefault(r => r.Outcome is GateOutcome.Pending);
        var sentence = open is null ? "The policy has no gates." : $"{open.Name}: {Inert.Plain(open.Outcome.Reason)}";
        return (rows.Any(r => r.Outcome is GateOutcome.Failed) || open is null ? "failure" : "pending", Inert.Cut(sentence, LongestStatus));
    }

    private static string Cut(string body) => Inert.Cut(body, Longest, "\n\n(cut here: the text was too long)\n");
}
