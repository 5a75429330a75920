using System.Collections.Concurrent;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// What stands somewhere, as it was last judged again. Evidence that runs out or turns bad is no matter of seconds, and asking for all of it in every
/// pass would be most of what an idle bot asks; another landing, or another document, is judged at once. Lives as long as the process.
/// </summary>
internal sealed class StandingMemory
{
    // Of the shortest time that policies let evidence grow old in practice, a tenth.
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(15);

    private const int Parts = 15;

    private readonly ConcurrentDictionary<(string Pipeline, string Environment), (string Key, DateTimeOffset At, DateTimeOffset Until, StandingJudgement? Judged)> known = [];

    /// <summary>The last answer while it is good, else what <paramref name="judge"/> says now.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="environment">The environment's name.</param>
    /// <param name="key">What the answer depends on beside time: what stands there, and the documents.</param>
    /// <param name="now">The time of the pass.</param>
    /// <param name="judge">Judges it.</param>
    public async Task<StandingJudgement?> OfAsync(string pipeline, string environment, string key, DateTimeOffset now, Func<Task<StandingJudgement?>> judge)
    {
        if (known.TryGetValue((pipeline, environment), out var last) && last.Key == key && now >= last.At && now < last.Until)
        {
            return last.Judged;
        }

        var judged = await judge();
        // What a start judges all at once must not come due all at once for ever after; environments of one pipeline share their evidence, and come together.
        var good = last.Key == key ? Good : Good * ((Turn(pipeline) + 1) / (double)Parts);
        known[(pipeline, environment)] = (key, now, now + good, judged);
        return judged;
    }

    private static int Turn(string pipeline) => (int)((uint)string.GetHashCode(pipeline, StringComparison.Ordinal) % Parts);
}
