using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Promotions;

/// <summary>
/// What is owed for something that landed past a gate: what was overridden must pass on the same digest, once, by a time. Somebody fixes what the haste
/// left open, looks at what nobody looked at, or replaces it; a gate that has passed is done with, even if it would not pass again later.
/// </summary>
/// <param name="Promotion">The promotion's id.</param>
/// <param name="PullRequest">Number of the pull request it landed by.</param>
/// <param name="Until">By when; null when the emergency policy asks for nothing.</param>
/// <param name="Left">The overridden gates that have not passed since, each with what it says itself.</param>
public sealed record FollowUp(string Promotion, int PullRequest, DateTimeOffset? Until, IReadOnlyList<GateResult> Left)
{
    /// <summary>Whether the time is over and something has still not passed.</summary>
    public bool IsOverdue(DateTimeOffset now) => Left.Count > 0 && now >= Until;

    /// <summary>What people read of it, from the names of the gates alone, so that it changes only when one of them has passed or the time is over.</summary>
    public static string Sentence(IReadOnlyList<string> left, DateTimeOffset until, bool isOverdue) => left.Count == 0
        ? "Follow-up done: what was overridden has passed since."
        : isOverdue ? $"Follow-up overdue: {string.Join(", ", left)} had to pass on the same digest by {until.UtcDateTime:u}."
        : $"Follow-up: {string.Join(", ", left)} must pass on the same digest by {until.UtcDateTime:u}.";

    /// <summary>The gates that are left, as what stands is judged by: while there is time they say nothing, then each is a no.</summary>
    public IReadOnlyList<GateResult> Overdue(DateTimeOffset now) => IsOverdue(now)
        ? [.. Left.Select(g => g with { Outcome = new GateOutcome.Failed("follow-up-overdue", $"It was overridden, and had to pass by {Until!.Value.UtcDateTime:u}. {g.Outcome.Reason}") })]
        : [];
}
