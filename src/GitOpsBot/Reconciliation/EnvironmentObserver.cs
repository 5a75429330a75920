using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Gathers what the planner needs of one environment: candidates, newest first and no more than needed, each judged; the open pull requests;
/// what people asked for. Decides nothing that Core decides.
/// </summary>
internal sealed class EnvironmentObserver(PipelineView view)
{
    // A registry full of artifacts that no policy wants must not cost more than this in one pass; the newest are the ones that matter.
    private const int MostJudged = 50;

    private readonly CandidateSource source = new(view);
    private readonly CandidateJudge judge = new(view);
    private readonly ChangesReader changes = new(view);

    private Pipeline Pipeline => view.Pipeline;

    /// <summary>Observes one environment.</summary>
    public async Task<ObservedEnvironment> ObserveAsync(PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var here = view.Histories[environment.Name];
        var open = await OpenAsync(BranchNames.Promote(environment.Name, Pipeline.Name), environment, cancellationToken);
        var openRollback = await OpenAsync(BranchNames.Rollback(environment.Name, Pipeline.Name), environment, cancellationToken);
        var asked = new Asked(
            here, view.State.RequestFor(Pipeline.Name, environment.Name), view.State.LiftOf(Pipeline.Name, environment.Name), view.State.HoldOn(Pipeline.Name, environment.Name));
        var rolled = await new RollbackJudge(view).JudgeAsync(environment, here, openRollback, cancellationToken);
        // A rollback goes before everything else, so nothing else need be judged; one that cannot be is in nobody's way.
        var candidates = rolled is { Word: not "refuse" } || openRollback is not null ? [] : await CandidatesAsync(environment, asked, open, cancellationToken);
        if (rolled is not null && openRollback is not null)
        {
            rolled = rolled with { Changes = await changes.ReadAsync(environment, rolled.Move, isNew: false, cancellationToken) };
        }

        return new ObservedEnvironment(
            environment, await ShownAsync(environment, candidates, open, cancellationToken), open, rolled, openRollback,
            move => !asked.Names(move) && judge.RefusedIn(environment, move.Artifacts.Select(a => a.To)) is not null,
            []);
    }

    // Only what an open pull request shows is compared with what it should show.
    private async Task<IReadOnlyList<JudgedCandidate>> ShownAsync(
        PromotionEnvironment environment, IReadOnlyList<JudgedCandidate> candidates, ObservedPullRequest? open, CancellationToken cancellationToken)
    {
        if (open is not { Foreign: null, Proposes: { } proposes } || !candidates.Any(c => c.Promotion.Id == proposes.Id))
        {
            return candidates;
        }

        var shown = await changes.ReadAsync(environment, proposes, isNew: false, cancellationToken);
        return [.. candidates.Select(c => c.Promotion.Id == proposes.Id ? c with { Changes = shown } : c)];
    }

    private async Task<ObservedPullRequest?> OpenAsync(string branch, PromotionEnvironment environment, CancellationToken cancellationToken) =>
        view.OpenOn(branch) is { } open ? await view.PullRequestReader.ReadAsync(open, Pipeline, environment, MayCount(open, environment), cancellationToken) : null;

    // What the bot merges by itself, by a policy that asks nobody, needs nobody's approval, unless the forge was heard to want one.
    private bool MayCount(PullRequest open, PromotionEnvironment environment) =>
        environment.Merge != MergeMode.Auto || open.MergeRefusal is not null
        || view.Documents.PolicyFor(environment) is var policy && (policy.Emergency is not null || policy.Gates.Any(g => g.NeedsPullRequest));

    private async Task<IReadOnlyList<JudgedCandidate>> CandidatesAsync(
        PromotionEnvironment environment, Asked asked, ObservedPullRequest? open, CancellationToken cancellationToken)
    {
        if (asked.Here.Now is FolderState.Unclear)
        {
            return [];
        }

        var judged = new List<JudgedCandidate>();
        var current = asked.Here.Current?.What;
        var isOpenJudged = open?.Proposes is null;
        await foreach (var candidate in source.ComingAsync(environment, asked, cancellationToken))
        {
            // Older candidates are none (SPEC section 3), however many the registry still lists.
            if (candidate.Order == CandidateOrder.Older && asked.Named?.Equals(candidate.What) != true)
            {
                continue;
            }

            var move = PromotionCommits.Move(Pipeline, environment, current, candidate.What);
            var next = await judge.JudgeAsync(environment, move, candidate, asked, open, cancellationToken);
            isOpenJudged = isOpenJudged || next.Promotion.Id == open!.Proposes!.Id;
            judged.Add(next);
            if (judged.Count >= MostJudged || (environment.Merge == MergeMode.Push ? next.MayMerge && next.MayOpen : next.MayOpen))
            {
                break;
            }
        }

        if (!isOpenJudged)
        {
            var (what, lost) = await source.ProposedAsync(environment, open!.Proposes!, cancellationToken);
            var next = await judge.JudgeAsync(environment, open.Proposes!, new Candidate(what, CandidateOrder.Newer), asked, open, cancellationToken);
            // Of a tag that means something else that is said already. What a person named is a candidate, and need not be selected.
            judged.Add(next.Objections.Any(o => o.Name == "tag") ? next : next with { Objections = [.. next.Objections, .. lost] });
        }

        return judged;
    }
}
