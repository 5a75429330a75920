using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Promotions;

/// <summary>What landed in an environment and failed while it was watched.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Environment">The environment's name.</param>
/// <param name="Commit">The commit that put it there.</param>
/// <param name="Then">What is done about it.</param>
/// <param name="Reason">Which gates said no, in one sentence.</param>
public sealed record LandingFailure(string Pipeline, string Environment, string Commit, OnFailure Then, string Reason);

/// <summary>
/// Judges what has landed once more (SPEC section 3, "What people merge, or push, is judged again"): whether a gate would have stopped it, and whether
/// what the policy measures has turned bad since. What could not be asked decides nothing: nobody is rolled back because a server is silent.
/// </summary>
public static class Aftercare
{
    // No answer is not a no, and what is said about other environments says nothing of this one.
    private static readonly string[] Undecided = ["unreachable", "no-data", "not-comparable", "authors-unknown", "not-there-yet", "not-reported", "deployment-running", "internal-error"];

    /// <summary>Whether a landing is still watched.</summary>
    public static bool IsWatched(PromotionEnvironment environment, Landing? landing, DateTimeOffset now) =>
        environment.OnFailure is not null && landing is { Kind: LandingKind.New } && now >= landing.Since && now < landing.Since + environment.Watch;

    /// <summary>
    /// Gates that would have stopped it: not passed as things were when it landed, nor one interval before, since what only time ended within one interval
    /// is forgiven. Empty while one of them could not be asked.
    /// </summary>
    public static IReadOnlyList<GateResult> WouldHaveStopped(Verdict atLanding, Verdict beforeLanding)
    {
        var stopped = atLanding.Gates.Where(g => !g.Outcome.IsMet && beforeLanding.Gates.Any(b => b.Name == g.Name && !b.Outcome.IsMet)).ToList();
        return stopped.Exists(g => g.Outcome.Code is "unreachable" or "no-data" or "authors-unknown" or "internal-error") ? [] : stopped;
    }

    /// <summary>Gates of those that go on being watched that say no now.</summary>
    public static IReadOnlyList<GateResult> HasTurnedBad(Verdict now) => [.. now.Gates.Where(g => g.Outcome is not GateOutcome.Passed && !Undecided.Contains(g.Outcome.Code))];

    /// <summary>The sentence for people.</summary>
    public static string Sentence(string began, IReadOnlyList<GateResult> gates) => $"{began} {string.Join(' ', gates.Select(g => $"{g.Name}: {g.Outcome.Reason}"))}";
}
