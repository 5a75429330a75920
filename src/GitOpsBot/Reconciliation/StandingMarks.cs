using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Marks in the bot's book what stands somewhere and no longer meets its policy: once when it begins, and gone when it is met again or replaced. What is owed
/// for an overridden gate stands beside it, until every such gate has passed.
/// </summary>
internal static class StandingMarks
{
    /// <summary>Writes what changed since the last pass, in one commit; answers with what is new.</summary>
    public static async Task<IReadOnlyList<StandingJudgement>> WriteAsync(
        StateBook book, BotState state, IReadOnlyList<StandingJudgement> judged, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var changed = judged.Where(j => IsChanged(state.UnmetIn(j.Pipeline, j.Environment), j)).ToList();
        var owed = judged.Where(j => IsOwedAnew(state.FollowUpIn(j.Pipeline, j.Environment), j, now)).ToList();
        if (changed.Count + owed.Count > 0)
        {
            await book.ChangeAsync(
                owed.Count == 0 ? $"Mark what no longer meets its policy, or does again ({changed.Count})" : $"Mark what is owed for overridden gates ({owed.Count})", now,
                current => changed.Where(j => IsChanged(current.UnmetIn(j.Pipeline, j.Environment), j)).Select(j => (
                        Path: BotState.UnmetPath(j.Pipeline, j.Environment),
                        Page: j.Unmet.Count == 0 ? null : StateBook.Page(new UnmetPage(j.Commit, [.. j.Unmet.Select(g => g.Name)], j.Sentence, now), BotStateJson.Default.UnmetPage)))
                    .Concat(owed.Where(j => IsOwedAnew(current.FollowUpIn(j.Pipeline, j.Environment), j, now)).Select(j => (
                        Path: BotState.FollowUpPath(j.Pipeline, j.Environment),
                        Page: PageOf(j, now) is { } page ? StateBook.Page(page, BotStateJson.Default.FollowUpPage) : null)))
                    .ToDictionary(f => f.Path, f => f.Page, StringComparer.Ordinal), cancellationToken);
        }

        return [.. changed.Where(j => j.Unmet.Count > 0)];
    }

    // While something cannot be asked, nothing is taken back.
    private static bool IsChanged(UnmetPage? marked, StandingJudgement judged) => judged.Unmet.Count == 0
        ? marked is not null && (judged.IsKnown || marked.Commit != judged.Commit)
        : marked is null || marked.Commit != judged.Commit || !judged.Unmet.Select(g => g.Name).All(marked.Gates.Contains);

    private static FollowUpPage? PageOf(StandingJudgement judged, DateTimeOffset now) => judged.FollowUp is { } owed
        ? new FollowUpPage(judged.Commit, owed.Promotion, owed.PullRequest, owed.Until, [.. owed.Left.Select(g => g.Name)], owed.IsOverdue(now)) : null;

    private static bool IsOwedAnew(FollowUpPage? marked, StandingJudgement judged, DateTimeOffset now) => (marked, PageOf(judged, now)) switch
    {
        (null, null) => false,
        ({ } old, { } page) => old with { Gates = page.Gates } != page || !old.Gates.SequenceEqual(page.Gates),
        _ => true,
    };
}
