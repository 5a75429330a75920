using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>What one pass decided and did, as <c>plan</c> and <c>reconcile</c> print it (SPEC section 4).</summary>
internal sealed record PassReport(IReadOnlyList<RepositoryReport> Repositories)
{
    /// <summary>Exit status: 2 when a document is wrong, else 1 when something could not be read or written, else 0 whatever the verdicts.</summary>
    public int ExitStatus => Repositories.Any(r => r.Problems.Count > 0) ? 2 : Repositories.Any(r => r.Failures.Count > 0) ? 1 : 0;
}

/// <summary>One repository's part of a pass.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="Revision">The commit of the base branch that was read; null when none could be.</param>
/// <param name="Promotions">At most two for each environment.</param>
/// <param name="Problems">What is wrong in documents.</param>
internal sealed record RepositoryReport(string Name, string? Revision, IReadOnlyList<PlannedPromotion> Promotions, IReadOnlyList<Problem> Problems)
{
    /// <summary>When an answer may change by time alone, the earliest of all; null when none does.</summary>
    public DateTimeOffset? LookAgain { get; init; }

    /// <summary>What was promoted, stands somewhere, and no longer meets its policy.</summary>
    public IReadOnlyList<StandingJudgement> Unmet { get; init; } = [];

    /// <summary>What landed past a gate and still owes that the gate passes, its time not being over.</summary>
    public IReadOnlyList<StandingJudgement> Owing { get; init; } = [];

    /// <summary>Those of <see cref="Unmet"/> that this pass was the first to find; empty for a plan.</summary>
    public IReadOnlyList<StandingJudgement> NewlyUnmet { get; init; } = [];

    /// <summary>What landed and failed while it was watched.</summary>
    public IReadOnlyList<LandingFailure> FailedLandings { get; init; } = [];

    /// <summary>What others put somewhere past its policy: what stands there still, and what this pass found.</summary>
    public IReadOnlyList<LandingJudgement> Unproven { get; init; } = [];

    /// <summary>Those of <see cref="Unproven"/> that this pass was the first to find; empty for a plan.</summary>
    public IReadOnlyList<LandingJudgement> NewlyUnproven { get; init; } = [];

    /// <summary>How long the forge makes what is planned take, as a sentence; null for what takes less than a minute, and for what was done.</summary>
    public string? Pace { get; init; }

    /// <summary>What could not be read or written: a registry, the repository, an environment's folder. Printed after the problems of documents.</summary>
    public IReadOnlyList<Problem> Failures { get; init; } = [];
}
