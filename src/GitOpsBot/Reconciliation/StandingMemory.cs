using System.Collections.Concurrent;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// What stands somewhere, as it was last judged again. Evidence that runs out or turns bad is no matter of seconds, and asking for all of it in every
/// pass would be most of what an idle bot asks; another landing, or another document, is judged at once. Lives as long as the process.
/// </summary>
internal sealed class StandingMemory
{
    // A tenth of the shortest time that policies let evidence grow old in practice.
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<(string Pipeline, string Environment), (string Key, DateTimeOffset At, StandingJudgement? Judged)> known = [];

    /// <summary>The last answer while it is good, else what <paramref name="judge"/> says now.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="environment">The environment's name.</param>
    /// <param name="key">What the answer depends on beside time: what stands there, and the documents.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="judge">Judges it.</param>
    public async Task<StandingJudgement?> OfAsync(string pipeline, string environment, string key, DateTimeOffset now, Func<Task<StandingJudgement?>> judge)
    {
        if (known.TryGetValue((pipeline, environment), out var last) && last.Key == key && now >= last.At && now < last.At + Good)
        {
            return last.Judged;
        }

        var judged = await judge();
        known[(pipeline, environment)] = (key, now, judged);
        return judged;
    }
}
