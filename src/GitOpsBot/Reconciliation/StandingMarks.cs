using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>Marks in the bot's book what stands somewhere and no longer meets its policy: once when it begins, and gone when it is met again or replaced.</summary>
internal static class StandingMarks
{
    /// <summary>Writes what changed since the last pass, in one commit; answers with what is new.</summary>
    public static IReadOnlyList<StandingJudgement> Write(StateBook book, BotState state, IReadOnlyList<StandingJudgement> judged, DateTimeOffset now)
    {
        var changed = judged.Where(j => IsChanged(state.UnmetIn(j.Pipeline, j.Environment), j)).ToList();
        if (changed.Count > 0)
        {
            book.Change(
                $"Mark what no longer meets its policy, or does again ({changed.Count})", now,
                current => changed.Where(j => IsChanged(current.UnmetIn(j.Pipeline, j.Environment), j)).ToDictionary(
                    j => BotState.UnmetPath(j.Pipeline, j.Environment),
                    j => j.Unmet.Count == 0 ? null : StateBook.Page(new UnmetPage(j.Commit, [.. j.Unmet.Select(g => g.Name)], j.Sentence, now), BotStateJson.Default.UnmetPage),
                    StringComparer.Ordinal));
        }

        return [.. changed.Where(j => j.Unmet.Count > 0)];
    }

    // While something cannot be asked, nothing is taken back.
    private static bool IsChanged(UnmetPage? marked, StandingJudgement judged) => judged.Unmet.Count == 0
        ? marked is not null && (judged.IsKnown || marked.Commit != judged.Commit)
        : marked is null || marked.Commit != judged.Commit || !judged.Unmet.Select(g => g.Name).All(marked.Gates.Contains);
}
