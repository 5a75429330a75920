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
    /// What would have stopped a landing: not passed as things were when it landed, nor one interval before, since what only time ended within one
    /// interval is forgiven.
    /// </summary>
    public static IReadOnlyList<GateResult> WouldHaveStopped(IReadOnlyList<GateResult> atLanding, IReadOnlyList<GateResult> beforeLanding) =>
        [.. atLanding.Where(g => !g.Outcome.IsMet && !beforeLanding.Any(b => b.Name == g.Name && b.Outcome.IsMet))];

    /// <summary>Whether somebody was silent who would have had to be asked: then nothing is decided yet.</summary>
    public static bool IsSilent(GateResult gate) => gate.Outcome.Code is "unreachable" or "internal-error";

    /// <summary>Whether what an environment does on failure is done about a landing: it was really stopped by what was known, not by what nobody could say.</summary>
    public static bool IsFailure(LandingJudgement landing) =>
        !landing.IsProven && !landing.Stopped.Any(g => IsSilent(g) || g.Outcome.Code is "no-data" or "authors-unknown");

    /// <summary>Gates of those that go on being watched that say no now.</summary>
    public static IReadOnlyList<GateResult> HasTurnedBad(Verdict now) => [.. now.Gates.Where(g => g.Outcome is not GateOutcome.Passed && !Undecided.Contains(g.Outcome.Code))];

    /// <summary>The sentence for people.</summary>
    public static string Sentence(string began, IReadOnlyList<GateResult> gates) => $"{began} {string.Join(' ', gates.Select(g => $"{g.Name}: {g.Outcome.Reason}"))}";
}
