using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Promotions;

/// <summary>What was promoted and stands somewhere now, judged again by the evidence that the policy asks for today.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Environment">The environment's name.</param>
/// <param name="What">What stands there.</param>
/// <param name="Commit">The commit that put it there.</param>
/// <param name="Gates">The gates about evidence, each with its answer.</param>
public sealed record StandingJudgement(string Pipeline, string Environment, Standing What, string Commit, IReadOnlyList<GateResult> Gates)
{
    /// <summary>What is owed for the gates that were overridden when it landed; null when none was.</summary>
    public FollowUp? FollowUp { get; init; }

    /// <summary>For people: what is owed, and by when; null when nothing is, or the time is over.</summary>
    public string? Owed => FollowUp is { Left.Count: > 0, Until: { } until } owed && !Gates.Any(g => g.Outcome.Code == "follow-up-overdue")
        ? $"{Pipeline} {string.Join(", ", What.Artifacts.Select(a => a.Tag ?? a.Digest?.Short).Distinct())} in {Environment} landed past a gate. "
            + Promotions.FollowUp.Sentence([.. owed.Left.Select(g => g.Name)], until, isOverdue: false)
        : null;

    /// <summary>The gates that say no; what could not be asked says neither.</summary>
    public IReadOnlyList<GateResult> Unmet => [.. Gates.Where(g => g.Outcome is GateOutcome.Failed)];

    /// <summary>Whether every gate could be asked.</summary>
    public bool IsKnown => Gates.All(g => g.Outcome is not GateOutcome.Pending);

    /// <summary>For people: what no longer meets what, and why.</summary>
    public string Sentence =>
        $"{Pipeline} {string.Join(", ", What.Artifacts.Select(a => a.Tag ?? a.Digest?.Short).Distinct())} in {Environment} no longer meets policy: {string.Join(' ', Unmet.Select(g => $"{g.Name}: {g.Outcome.Reason}"))}";
}
