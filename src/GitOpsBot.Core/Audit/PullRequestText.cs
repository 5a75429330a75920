using System.Globalization;
using System.Text;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Audit;

/// <summary>
/// What reviewers see of a promotion: what moves, why it is safe, what changes, what it waits for, how to go back. The same judgement always gives the
/// same text: no clock is in it, so nothing changes while only time passes. When all of it is too much, what changes gives way first, then reasons of
/// gates become shorter; the gates themselves, what moves and how to go back stay.
/// </summary>
public static class PullRequestText
{
    // The forge's limit is 65,536 characters; what is cut says so.
    private const int Longest = 60_000;
    private const int LongestStatus = 140;

    // Of a sentence that stands at the top; with everything in it escaped it becomes some ten times as long.
    private const int LongestSentence = 500;

    // Rows of a bundle's table: some forty artifacts.
    private const int LongestMoves = 20_000;

    /// <summary>A promotion.</summary>
    public static PullRequestFace Show(JudgedCandidate what, PromotionEnvironment environment)
    {
        var promotion = what.Promotion;
        var isHeld = what.Objections.Any(o => o.Name == "hold");
        var head = $"{Sentence(NextStep.Of(what, environment))}\n\n{Moves(promotion)}{EmergencyText.Of(what.Judgement)}\n";
        var tail = new StringBuilder(environment.Merge == MergeMode.Auto ? "The bot merges this when every gate has passed." : "People merge this when every gate has passed.")
            .Append(" Comment `/status`, `/approve`, `/hold` or `/help`; to go back after the merge, comment `/rollback REASON` or revert the commit.\n")
            .Append(what.ForgeSays is null ? "" : $"\n⏳ {Sentence(what.ForgeSays)}\n")
            .Append(what.Unasked is null ? "" : $"\n⚠️ {Sentence(what.Unasked)}\n")
            .Append(CultureInfo.InvariantCulture, $"\nPolicy `{what.Judgement.Policy.Name}` at blob `{what.Judgement.Policy.Blob}`. Promotion `{promotion.Id}`.\n");
        string[] labels = ["promotion", $"env/{promotion.Environment}", .. isHeld ? ["promotion/hold"] : Array.Empty<string>(), .. what.Judgement.Verdict.IsEmergency ? ["promotion/emergency"] : Array.Empty<string>()];
        return new PullRequestFace(PromotionMessage.Subject(promotion), Compose(head, what.Rows, what.Changes, tail.ToString()), [.. labels.Order(StringComparer.Ordinal)], Status(what.Rows, what.MayMerge))
        {
            Summary = GateTable.Write(what.Rows),
        };
    }

    /// <summary>A rollback.</summary>
    public static PullRequestFace ShowRollback(JudgedRollback what, PromotionEnvironment environment)
    {
        var head = $"{Inert.Markdown(what.By)} asked for this: {Sentence(what.Reason)}\n\n{Moves(what.Move)}"
            + $"\nIt reverts commit {what.Reverts}. What it takes out is refused in {environment.Name} and in every environment after it, and nothing new comes here by itself until `/unhold`.\n\n";
        string[] labels = [$"env/{what.Move.Environment}", "promotion", "promotion/rollback"];
        return new PullRequestFace(RollbackMessage.Subject(what.Move), Compose(head, what.Rows, what.Changes, ""), labels, Status(what.Rows, what.MayMerge)) { Summary = GateTable.Write(what.Rows) };
    }

    private static string Compose(string head, IReadOnlyList<GateResult> rows, IReadOnlyList<ChangeSection> changes, string tail)
    {
        var fixedLength = head.Length + tail.Length + 1;
        var table = GateTable.Write(rows, Math.Min(GateTable.Longest, Longest - fixedLength));
        var changed = FittedChanges.Write(changes, Longest - fixedLength - table.Length);
        return Inert.Cut($"{head}{table}{(changed.Length + tail.Length > 0 ? "\n" : "")}{changed}{tail}", Longest, "\n\n(cut here: the text was too long)\n");
    }

    private static string Moves(Promotion promotion)
    {
        var body = new StringBuilder("| Artifact | From | To |\n|---|---|---|\n");
        foreach (var (index, artifact) in promotion.Artifacts.Index())
        {
            var from = artifact.From is null ? "nothing" : $"{Version(artifact.FromVersion ?? artifact.From.Short)} `{artifact.From}`";
            var row = $"| {artifact.Name} `{artifact.Repository}` | {from} | {Version(artifact.Version)} `{artifact.To}` |\n";
            if (body.Length + row.Length > LongestMoves)
            {
                return body.Append(CultureInfo.InvariantCulture, $"| and {promotion.Artifacts.Count - index:N0} more | | |\n").ToString();
            }

            body.Append(row);
        }

        return body.ToString();
    }

    /// <summary>State and sentence of the check <c>gitopsbot/promotion</c>.</summary>
    public static (string State, string Description) Status(IReadOnlyList<GateResult> rows, bool mayMerge)
    {
        if (mayMerge)
        {
            string[] overridden = [.. rows.Where(r => r.Outcome is GateOutcome.Overridden).Select(r => r.Name)];
            return ("success", overridden.Length == 0 ? "Every gate has passed." : Inert.Cut($"Every gate has passed, or is overridden: {string.Join(", ", overridden)}.", LongestStatus));
        }

        var open = rows.FirstOrDefault(r => r.Outcome is GateOutcome.Failed) ?? rows.FirstOrDefault(r => r.Outcome is GateOutcome.Pending);
        var sentence = open is null ? "The policy has no gates." : $"{open.Name}: {Inert.Plain(open.Outcome.Reason)}";
        return (rows.Any(r => r.Outcome is GateOutcome.Failed) || open is null ? "failure" : "pending", Inert.Cut(sentence, LongestStatus));
    }

    private static string Sentence(string text) => Inert.Markdown(Inert.Cut(text, LongestSentence));

    // A tag has at most 128 characters (OCI distribution specification); a label may be as long as it likes.
    private static string Version(string version) => Inert.Markdown(Inert.Cut(version, 128));
}
