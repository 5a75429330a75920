using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Promotions;

/// <summary>What others than the bot put into an environment, judged as it landed (SPEC section 3, "What people merge, or push, is judged again").</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Environment">The environment's name.</param>
/// <param name="What">What landed.</param>
/// <param name="Commit">The commit that put it there.</param>
/// <param name="At">When it landed.</param>
/// <param name="Stopped">What would have stopped it, each with its answer; empty when nothing would have.</param>
public sealed record LandingJudgement(string Pipeline, string Environment, Standing What, string Commit, DateTimeOffset At, IReadOnlyList<GateResult> Stopped)
{
    /// <summary>Whether nothing would have stopped it; otherwise it is <c>unproven</c>.</summary>
    public bool IsProven => Stopped.Count == 0;

    /// <summary>For people: what was put where, by which commit, and what would have stopped it.</summary>
    public string Sentence =>
        $"{Pipeline} {string.Join(", ", What.Artifacts.Select(a => a.Tag ?? a.Digest?.Short).Distinct())} in {Environment} is unproven: commit {Commit[..12]} put it there past its policy. "
        + string.Join(' ', Stopped.Select(g => $"{g.Name}: {g.Outcome.Reason}"));
}
