using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Promotions;

/// <summary>Why something is not done although no gate forbids it: said in the plan like a gate.</summary>
/// <param name="Name">What objects: <c>hold</c>, <c>rollback</c>, <c>order</c>, <c>pull-request</c>, …</param>
/// <param name="Outcome">Pending or failed, with code and sentence.</param>
/// <param name="StopsMerge">Whether it also keeps an open pull request from being merged.</param>
public sealed record Objection(string Name, GateOutcome Outcome, bool StopsMerge);

/// <summary>A candidate with the policy's answer and what else objects.</summary>
public sealed record JudgedCandidate(Judgement Judgement, IReadOnlyList<Objection> Objections)
{
    /// <summary>What set it going: <c>selection</c>, <c>predecessor</c>, or <c>requested by LOGIN</c>.</summary>
    public string Trigger { get; init; } = "selection";

    /// <summary>Why the forge did not merge it when it was asked to, as a sentence; null when it was not asked.</summary>
    public string? ForgeSays { get; init; }

    /// <summary>Why it was chosen from what the registry holds and what it beat; null when nothing was chosen from.</summary>
    public string? Choice { get; init; }

    /// <summary>Who asked for it by name; null when the bot proposes it by itself.</summary>
    public string? Requester { get; init; }

    /// <summary>Who could not be asked for a review, with the reason, as a sentence; null when everybody was.</summary>
    public string? Unasked { get; init; }

    /// <summary>The logins and teams to ask for a review: those whose approval the policy asks for, without whoever asked for the promotion.</summary>
    public IReadOnlyList<string> Reviewers => [.. Judgement.Policy.Gates.SelectMany(g => g.Approvers)
        .Distinct(StringComparer.OrdinalIgnoreCase).Where(r => !r.Equals(Requester, StringComparison.OrdinalIgnoreCase))];

    /// <summary>What changes for a reviewer, ready to be shown; empty where nobody is shown it, or nothing can be told.</summary>
    public IReadOnlyList<ChangeSection> Changes { get; init; } = [];

    /// <summary>The promotion it would be.</summary>
    public Promotion Promotion => Judgement.Promotion;

    /// <summary>Whether it may be proposed now.</summary>
    public bool MayOpen => Objections.Count == 0 && Judgement.Verdict.MayOpen;

    /// <summary>Whether it may be merged now.</summary>
    public bool MayMerge => !Objections.Any(o => o.StopsMerge) && Judgement.Verdict is Verdict.Promote;

    /// <summary>All answers: what objects first, then the gates.</summary>
    public IReadOnlyList<GateResult> Rows =>
        [.. Objections.Select(o => new GateResult(o.Name, GateTiming.Open, o.Outcome)), .. Judgement.Verdict.Gates];

    /// <summary><c>promote</c>, <c>hold</c> or <c>refuse</c>, objections included.</summary>
    public string Word => Rows.Count == 0 || Rows.Any(r => r.Outcome is GateOutcome.Failed) ? "refuse"
        : Rows.All(r => r.Outcome.IsMet) ? "promote" : "hold";
}

/// <summary>What people see of a pull request, all of it derived from a judgement.</summary>
/// <param name="Title">Title.</param>
/// <param name="Body">Text.</param>
/// <param name="Labels">Labels, in ordinal order.</param>
/// <param name="Status">State and sentence of the commit status <c>gitopsbot/promotion</c>; null when there is none yet.</param>
public sealed record PullRequestFace(string Title, string Body, IReadOnlyList<string> Labels, (string State, string Description)? Status)
{
    /// <summary>The gates as a table, for a check that has room for more than a sentence; empty on what was read from a forge.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Whether a reader would see the same.</summary>
    public bool Shows(PullRequestFace other) =>
        Title == other.Title && Body == other.Body && Status == other.Status && Labels.SequenceEqual(other.Labels);
}

/// <summary>An open pull request on one of the bot's branches.</summary>
/// <param name="Number">Its number.</param>
/// <param name="HeadSha">The head that was read.</param>
/// <param name="Proposes">What its head puts into the folder, compared with what stands there now; null when that cannot be said.</param>
/// <param name="Foreign">Why the head is not what the bot made of it (somebody else's commits), or null.</param>
/// <param name="NeedsRenewal">Whether the folder changed under it, so that its commit must be made again.</param>
/// <param name="ApprovedBy">Who gave an approval that counts for it, each once.</param>
/// <param name="Face">What people see now.</param>
public sealed record ObservedPullRequest(
    int Number, string HeadSha, Promotion? Proposes, string? Foreign, bool NeedsRenewal, IReadOnlyList<string> ApprovedBy, PullRequestFace Face);

/// <summary>A rollback that a person asked for, judged by its own rule.</summary>
/// <param name="Move">From what stands to what stood before.</param>
/// <param name="Reverts">The commit that put there what stands now.</param>
/// <param name="Reason">Why, in the person's words.</param>
/// <param name="By">Who asked.</param>
/// <param name="Rows">The rule's answers: stood here before, can still be pulled.</param>
public sealed record JudgedRollback(Promotion Move, string Reverts, string Reason, string By, IReadOnlyList<GateResult> Rows)
{
    /// <summary>The <c>Promotion-Id</c> of what is reverted, where its commit says one; null otherwise.</summary>
    public string? RevertsId { get; init; }

    /// <summary>What changes for a reviewer, ready to be shown; empty where nobody is shown it, or nothing can be told.</summary>
    public IReadOnlyList<ChangeSection> Changes { get; init; } = [];

    /// <summary>Whether it may be proposed: everything is met that is due before.</summary>
    public bool MayOpen => Rows.Count > 0 && Rows.Where(r => r.Before == GateTiming.Open).All(r => r.Outcome is GateOutcome.Passed);

    /// <summary>Whether the rule is met.</summary>
    public bool MayMerge => Rows.Count > 0 && Rows.All(r => r.Outcome is GateOutcome.Passed);

    /// <summary><c>promote</c>, <c>hold</c> or <c>refuse</c>.</summary>
    public string Word => MayMerge ? "promote" : Rows.Count == 0 || Rows.Any(r => r.Outcome is GateOutcome.Failed) ? "refuse" : "hold";
}

/// <summary>All that was observed of one environment of one pipeline at one commit.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Candidates">Judged, newest first: down to the first that may be proposed, and what the open pull request proposes, wherever it comes.</param>
/// <param name="Open">The open promotion, or null.</param>
/// <param name="Rollback">The rollback that was asked for and has not landed, or null.</param>
/// <param name="OpenRollback">The open rollback pull request, or null.</param>
/// <param name="IsRefused">Whether a promotion's digests are refused here or in an environment before.</param>
/// <param name="StaleBranches">The bot's own branches here without an open pull request.</param>
public sealed record ObservedEnvironment(
    PromotionEnvironment Environment,
    IReadOnlyList<JudgedCandidate> Candidates,
    ObservedPullRequest? Open,
    JudgedRollback? Rollback,
    ObservedPullRequest? OpenRollback,
    Func<Promotion, bool> IsRefused,
    IReadOnlyList<string> StaleBranches);
