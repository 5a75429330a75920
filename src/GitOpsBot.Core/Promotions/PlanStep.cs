namespace GitOpsBot.Core.Promotions;

/// <summary>One thing to do. Closed; every step may be carried out again without harm.</summary>
public abstract record PlanStep
{
    private PlanStep() { }

    /// <summary>Put it straight on the base branch.</summary>
    public sealed record Push(JudgedCandidate What) : PlanStep;

    /// <summary>Propose it by pull request.</summary>
    public sealed record Open(JudgedCandidate What) : PlanStep;

    /// <summary>Make the pull request's commit again where <paramref name="Renew"/>, and show the judgement as it is now.</summary>
    public sealed record Update(ObservedPullRequest PullRequest, JudgedCandidate What, bool Renew) : PlanStep;

    /// <summary>Let it take over the open pull request.</summary>
    public sealed record Supersede(ObservedPullRequest PullRequest, JudgedCandidate What) : PlanStep;

    /// <summary>Merge the head that was judged.</summary>
    public sealed record Merge(ObservedPullRequest PullRequest, JudgedCandidate What) : PlanStep;

    /// <summary>Close a pull request, with the reason for people.</summary>
    public sealed record Close(ObservedPullRequest PullRequest, string Reason) : PlanStep;

    /// <summary>Show that the pull request is stopped, and leave its branch alone.</summary>
    public sealed record Stop(ObservedPullRequest PullRequest, string Reason) : PlanStep;

    /// <summary>Put the rollback straight on the base branch.</summary>
    public sealed record PushRollback(JudgedRollback What) : PlanStep;

    /// <summary>Propose the rollback by pull request.</summary>
    public sealed record OpenRollback(JudgedRollback What) : PlanStep;

    /// <summary>Make the rollback's commit again where <paramref name="Renew"/>, and show it as it is now.</summary>
    public sealed record UpdateRollback(ObservedPullRequest PullRequest, JudgedRollback What, bool Renew) : PlanStep;

    /// <summary>Merge the rollback's head that was judged.</summary>
    public sealed record MergeRollback(ObservedPullRequest PullRequest, JudgedRollback What) : PlanStep;

    /// <summary>Delete one of the bot's own branches that no pull request needs.</summary>
    public sealed record DeleteBranch(string Branch) : PlanStep;
}

/// <summary>What is done about a promotion in this pass, as <c>plan</c> prints it (SPEC section 4).</summary>
public enum PlanAction
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Straight to the branch.</summary>
    Push,
    /// <summary>A new pull request.</summary>
    Open,
    /// <summary>The same digest with new text or base.</summary>
    Update,
    /// <summary>Another digest in the open pull request.</summary>
    Supersede,
    /// <summary>Merged.</summary>
    Merge,
    /// <summary>Closed.</summary>
    Close,
}

/// <summary>One line of the plan: a move, how it was answered, what is done.</summary>
public sealed record PlannedPromotion(Promotion Promotion, string Verdict, IReadOnlyList<Policies.GateResult> Rows, PlanAction Action, int? PullRequest)
{
    /// <summary>Why it was chosen from what the registry holds and what it beat; null when nothing was chosen from.</summary>
    public string? Choice { get; init; }

    /// <summary>What a person can do about it, in one sentence; null where there is nothing to say.</summary>
    public string? NextStep { get; init; }
}

/// <summary>The plan for one environment.</summary>
/// <param name="Promotions">At most two: what is proposed, and the newest candidate if that is another.</param>
/// <param name="Steps">In the order to carry them out.</param>
public sealed record EnvironmentPlan(IReadOnlyList<PlannedPromotion> Promotions, IReadOnlyList<PlanStep> Steps)
{
    /// <summary>When an answer may change by time alone, the earliest of all; null when none does.</summary>
    public DateTimeOffset? LookAgain { get; init; }
}
