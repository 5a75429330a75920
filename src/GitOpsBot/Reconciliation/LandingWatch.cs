using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>Watches what has landed in an environment that says what happens on failure, for as long as it says; acts once for each landing.</summary>
/// <param name="view">The pipeline as it is now.</param>
internal sealed class LandingWatch(PipelineView view)
{
    private Pipeline Pipeline => view.Pipeline;

    /// <summary>What failed, or null: nothing did, it is not watched, or it was acted upon already.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="unproven">What stands there, when it was judged as it landed and is unproven; else null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<LandingFailure?> JudgeAsync(PromotionEnvironment environment, LandingJudgement? unproven, CancellationToken cancellationToken)
    {
        var here = view.Histories[environment.Name];
        if (here.Current is not { } landing || !Aftercare.IsWatched(environment, landing, view.Now)
            || view.State.WatchOf(Pipeline.Name, environment.Name)?.Commit == landing.Commit
            || Pipeline.Artifacts.Any(a => landing.What.Of(a.Name)?.Digest is null))
        {
            return null;
        }

        if (unproven?.Commit == landing.Commit && Aftercare.IsFailure(unproven))
        {
            return Failed(environment, landing, Aftercare.Sentence($"It was put into {environment.Name} although its policy would have stopped it.", unproven.Stopped));
        }

        var policy = view.Documents.PolicyFor(environment);
        var move = PromotionCommits.Move(Pipeline, environment, here.Landings.Count > 1 ? here.Landings[^2].What : null, landing.What);
        // What a person overrode did not turn bad: it is followed up.
        var overridden = view.State.OverridesIn(Pipeline.Name, environment.Name)
            .Where(o => o.Promotion == move.Id && landing.Since < o.At + o.Expires).Select(o => o.Gate).ToHashSet(StringComparer.Ordinal);
        var watched = policy with { Gates = [.. policy.Gates.Where(g => g.IsWatched && !overridden.Contains(g.Name))], Emergency = null };
        if (watched.Gates.Count == 0)
        {
            return null;
        }

        if (await view.DescribeAsync(environment, landing.What, watched, cancellationToken) is not { } described)
        {
            return null;
        }

        var bad = Aftercare.HasTurnedBad(await new GateFactsReader(view).JudgeAsync(watched, environment, move, landing.What, described, null, null, cancellationToken));
        return bad.Count == 0 ? null : Failed(environment, landing, Aftercare.Sentence($"It turned bad within {environment.Watch.TotalMinutes:0} minutes of landing in {environment.Name}.", bad));
    }

    /// <summary>Writes into the book what the environment says happens: the bot asks for the rollback, or holds. The next pass does the rest, by the same rules as for people.</summary>
    public static Task ActAsync(
        StateBook book, LandingFailure failure, EnvironmentHistory here, int newestPullRequest, string bot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var pages = new Dictionary<string, ReadOnlyMemory<byte>?>(StringComparer.Ordinal)
        {
            [BotState.WatchPath(failure.Pipeline, failure.Environment)] = StateBook.Page(new WatchPage(failure.Commit, failure.Reason, now), BotStateJson.Default.WatchPage),
        };
        if (failure.Then == OnFailure.Rollback && here.Before is { } back)
        {
            pages[BotState.RollbackPath(failure.Pipeline, failure.Environment)] = StateBook.Page(
                new RollbackRequest(back.Commit, failure.Commit, newestPullRequest, failure.Reason, bot, now), BotStateJson.Default.RollbackRequest);
        }
        else
        {
            pages[BotState.HoldPath(failure.Pipeline, failure.Environment)] = StateBook.Page(new Hold(bot, now, failure.Reason), BotStateJson.Default.Hold);
        }

        return book.ChangeAsync(
            $"{(failure.Then == OnFailure.Rollback ? "Roll back" : "Hold")} {failure.Pipeline} in {failure.Environment} after a failure", now,
            state => state.WatchOf(failure.Pipeline, failure.Environment)?.Commit == failure.Commit ? new Dictionary<string, ReadOnlyMemory<byte>?>() : pages, cancellationToken);
    }

    private LandingFailure Failed(PromotionEnvironment environment, Landing landing, string reason) =>
        new(Pipeline.Name, environment.Name, landing.Commit, environment.OnFailure!.Value, reason);
}
