using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Promotions;

/// <summary>One sentence that says what a person can do about a promotion now: what reviewers and on-call read first. Without a clock of its own.</summary>
public static class NextStep
{
    /// <summary>About a candidate: what stands against it first, then the gates that failed, then those that wait.</summary>
    public static string Of(JudgedCandidate what, PromotionEnvironment environment)
    {
        var rows = what.Rows;
        var first = what.Objections.Count > 0 ? rows[0] : rows.FirstOrDefault(r => r.Outcome is GateOutcome.Failed) ?? rows.FirstOrDefault(r => r.Outcome is GateOutcome.Pending);
        if (first is not null)
        {
            var isOverridable = what.Objections.Count == 0 && what.Judgement.Policy.Emergency?.Overridable.Contains(first.Name) == true;
            return About(first, what.Promotion) + (isOverridable ? $" In an emergency: /override {first.Name} REASON." : "");
        }

        var met = what.Judgement.Verdict.IsEmergency ? "every gate has passed, or is overridden" : "every gate has passed";
        return rows.Count == 0 ? "Give the policy gates: one without any refuses everything."
            : environment.Merge == MergeMode.Review ? $"Merge it: {met}."
            : $"Nobody needs to act: {met}, and the bot does the rest.";
    }

    private static string About(GateResult row, Promotion promotion) => row.Outcome switch
    {
        { Code: "held" } => "Comment /unhold, or run unhold, when it may move.",
        { Code: "frozen" } => "Wait for the end of the freeze; /unfreeze lifts one that was set by a command.",
        { Code: "paused" } => $"Comment /unhold when {promotion.Environment} may move again after its rollback.",
        { Code: "rolled-back" or "order-unknown" or "closed-by-person" } =>
            $"Ask for it by name if it shall move all the same: /promote {promotion.Pipeline} {Audit.Inert.Plain(promotion.Artifacts[0].Version, 80)} to {promotion.Environment}.",
        { Code: "not-selected" } => promotion.Artifacts is [var only]
            ? $"Select it again, close it, or ask for it by name: /promote {promotion.Pipeline} {only.To} to {promotion.Environment}."
            : "Select it again, or close it.",
        { Code: "approvals-missing" } => row.Before == GateTiming.Open ? "Approve the pull request." : "Approve it by a review, or by the comment /approve.",
        { Code: "authors-unknown" } => "Let somebody approve who is known not to have written it; until the forge can map every author, nobody's approval counts.",
        { Code: "no-reference" } => "Add a reference to the folder for the digest to stand in.",
        { Code: "platform-missing" } => "Publish a version for every platform.",
        { Code: "tag-moved" } => "Publish a new version: a tag that moved is not followed.",
        { Code: "unreachable" } => $"Nobody needs to act unless it lasts: what {row.Name} asks does not answer.",
        { Code: "deployment-failed" or "not-reported" or "deployment-running" } => $"Look at the deployment that {row.Name} waits for.",
        { Code: "slo-not-met" or "no-data" or "budget-burning" or "budget-spent" or "canary-worse" or "not-comparable" } => $"Look at what {row.Name} measures; it moves by itself when that is as demanded.",
        { Code: "denied" or "undefined-result" or "malformed" } and GateOutcome.Failed => $"Ask those who answer for {row.Name}, or publish a version that it accepts.",
        GateOutcome.Pending { LookAgain: { } again } => $"Nobody needs to act: it is looked at again at {again.UtcDateTime:u}.",
        GateOutcome.Pending => $"Nobody needs to act unless it lasts: {row.Name} waits.",
        _ => $"Publish a version that meets {row.Name}, or mend its evidence: this one does not move as it is.",
    };
}
