using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>What became of a step. Closed.</summary>
internal abstract record StepResult
{
    private StepResult() { }

    /// <summary>Done, with the commit it made where it made one.</summary>
    public sealed record Done(string? Commit) : StepResult;

    /// <summary>Somebody else was first, and what was judged is no longer what is there: the next pass looks again.</summary>
    public sealed record Lost(string Reason) : StepResult;

    /// <summary>The forge does it later, or when something that it demands is there; the pull request says so, and the next pass looks again.</summary>
    public sealed record Waiting(string Reason) : StepResult;

    /// <summary>It cannot be done until a person acts.</summary>
    public sealed record Refused(string Reason) : StepResult;
}

/// <summary>
/// Carries out the steps of one environment's plan. Every write to the outside is named to the <see cref="StepProbe"/> before and after, and
/// each leaves a state from which the next pass goes on: a branch without a pull request is used again or deleted, a pull request without its
/// face is shown again, a merge that happened is seen in the tree. The base branch and the bot's branches only move as a compare-and-swap.
/// </summary>
internal sealed class StepExecutor(
    ManifestRepository git, IForge forge, PromotionCommits commits, ICommitPusher pusher, BaseBranch trunk, StepProbe steps, string baseBranch, JudgedKey key, PromotionCap cap,
    Pipeline pipeline, PromotionEnvironment environment, DateTimeOffset now)
{
    /// <summary>Carries out one step.</summary>
    public Task<StepResult> DoAsync(PlanStep step, CancellationToken cancellationToken) => step switch
    {
        PlanStep.Push push => FirstAsync(PushTogetherAsync(trunk, [(this, push)], cancellationToken)),
        PlanStep.PushRollback push => FirstAsync(trunk.PushAsync([Straight(push.What.Move, Message(push.What))], cancellationToken)),
        PlanStep.Open open => OpenAsync(BranchNames.Promote(environment.Name, pipeline.Name), open.What.Promotion, Message(open.What, []), Faces.Show(open.What, environment), open.What.Reviewers, cancellationToken),
        PlanStep.OpenRollback open => OpenAsync(BranchNames.Rollback(environment.Name, pipeline.Name), open.What.Move, Message(open.What), Faces.Show(open.What, environment), [], cancellationToken),
        PlanStep.Update update => UpdateAsync(update.PullRequest, update.Renew ? (update.What.Promotion, Message(update.What, [])) : null, Faces.Show(update.What, environment), update.What.Reviewers, false, cancellationToken),
        PlanStep.Supersede take => UpdateAsync(take.PullRequest, (take.What.Promotion, Message(take.What, [])), Faces.Show(take.What, environment), take.What.Reviewers, false, cancellationToken),
        PlanStep.UpdateRollback update => UpdateAsync(update.PullRequest, update.Renew ? (update.What.Move, Message(update.What)) : null, Faces.Show(update.What, environment), [], true, cancellationToken),
        PlanStep.Merge merge => WithinCapAsync(
            merge.What.Promotion,
            () => MergeAsync(merge.PullRequest, BranchNames.Promote(environment.Name, pipeline.Name), Message(merge.What, merge.PullRequest.ApprovedBy), cancellationToken), cancellationToken),
        PlanStep.MergeRollback merge => MergeAsync(merge.PullRequest, BranchNames.Rollback(environment.Name, pipeline.Name), Message(merge.What), cancellationToken),
        PlanStep.Close close => CloseAsync(close, cancellationToken),
        PlanStep.Stop stop => StopAsync(stop, cancellationToken),
        PlanStep.DeleteBranch delete => Task.FromResult(Delete(delete.Branch)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Carries out pushes of several environments in one chain.</summary>
    /// <returns>What became of each, in their order.</returns>
    public static async Task<IReadOnlyList<StepResult>> PushTogetherAsync(
        BaseBranch trunk, IReadOnlyList<(StepExecutor Of, PlanStep.Push Push)> all, CancellationToken cancellationToken)
    {
        var results = new StepResult?[all.Count];
        foreach (var (i, (of, push)) in all.Index())
        {
            try
            {
                results[i] = await of.TakePlaceAsync(push.What.Promotion, cancellationToken);
            }
            catch (GitException e)
            {
                results[i] = new StepResult.Refused(e.Message);
            }
        }

        var going = all.Index().Where(p => results[p.Index] is null).ToList();
        var pushed = await trunk.PushAsync([.. going.Select(p => p.Item.Of.Straight(p.Item.Push.What.Promotion, Message(p.Item.Push.What, [])))], cancellationToken);
        foreach (var ((i, (of, push)), result) in going.Zip(pushed))
        {
            results[i] = result;
            try
            {
                await of.KeepPlaceAsync(push.What.Promotion, result, cancellationToken);
            }
            catch (GitException)
            {
                // A place that is not given back counts until its time is over.
            }
        }

        return [.. results.Select(r => r!)];
    }

    private static async Task<StepResult> FirstAsync(Task<IReadOnlyList<StepResult>> all) => (await all)[0];

    private StraightPush Straight(Promotion move, string message) => new(key, pipeline, environment, move, message);

    private static string Message(JudgedCandidate what, IReadOnlyList<string> approvedBy) =>
        PromotionMessage.Write(what.Promotion, what.Judgement.Policy, what.Judgement.Verdict, what.Trigger, approvedBy);

    private static string Message(JudgedRollback what) => RollbackMessage.Write(what.Move, what.Reverts, what.Reason, what.By, what.RevertsId);

    private async Task<StepResult> WithinCapAsync(Promotion move, Func<Task<StepResult>> act, CancellationToken cancellationToken) =>
        await TakePlaceAsync(move, cancellationToken) is { } full ? full : await KeepPlaceAsync(move, await act(), cancellationToken);

    private async Task<StepResult.Lost?> TakePlaceAsync(Promotion move, CancellationToken cancellationToken) =>
        await cap.TakeAsync(pipeline, environment, move, cancellationToken) is { } full ? new StepResult.Lost(full.Outcome.Reason) : null;

    private async Task<StepResult> KeepPlaceAsync(Promotion move, StepResult result, CancellationToken cancellationToken)
    {
        if (result is StepResult.Lost)
        {
            await cap.GiveBackAsync(pipeline, environment, move, cancellationToken);
        }

        return result;
    }

    private async Task<StepResult> OpenAsync(string branch, Promotion move, string message, PullRequestFace face, IReadOnlyList<string> reviewers, CancellationToken cancellationToken)
    {
        if (key.Tip(out var tip) is { } lost)
        {
            return lost;
        }

        var leftover = git.Tip(branch);
        if (leftover is not null && commits.Foreign(leftover, tip, pipeline, environment) is not null)
        {
            return new StepResult.Refused($"The branch {branch} holds commits that the bot did not make; delete or rename it.");
        }

        var (head, isNew) = (leftover, false);
        if (head is null || !commits.Carries(head, tip, pipeline, environment, move))
        {
            if (await PointAsync(branch, leftover, commits.Write(tip, pipeline, environment, move, message, now), cancellationToken) is not { To: { } to } moved)
            {
                return Moved(branch);
            }

            (head, isNew) = (to, !moved.WasThere);
        }

        // Where there was no branch another bot may have opened, merged and tidied up since the base branch was read; from here on it finds this one.
        if (isNew && leftover is null)
        {
            await git.FetchAsync(cancellationToken);
            if (key.Tip(out _) is { } meanwhile)
            {
                return meanwhile;
            }
        }

        // Who made the head shows its check and then opens the pull request; who found it opens first and then looks for a check. So of two bots at most
        // one can miss the other's check, and it is told by the forge that it was not the one who opened.
        if (isNew)
        {
            await ShowStatusAsync(head, face.Status, cancellationToken, face.Summary, isNew: true);
        }

        steps.Reach("open pull request");
        var opened = await forge.OpenAsync(new PullRequestDraft(face.Title, face.Body, branch, baseBranch, face.Labels) { Reviewers = reviewers }, cancellationToken);
        steps.Reach("pull request opened");
        if (!isNew)
        {
            await ShowStatusAsync(head, face.Status, cancellationToken, face.Summary);
        }

        return opened.HeadSha == head ? new StepResult.Done(head) : new StepResult.Lost($"Pull request {opened.Number} has another head already.");
    }

    private async Task<StepResult> UpdateAsync(
        ObservedPullRequest open, (Promotion Move, string Message)? renewed, PullRequestFace face, IReadOnlyList<string> reviewers, bool isRollback, CancellationToken cancellationToken)
    {
        if (key.Tip(out var tip) is { } lost)
        {
            return lost;
        }

        var head = open.HeadSha;
        if (renewed is { } made)
        {
            var branch = isRollback ? BranchNames.Rollback(environment.Name, pipeline.Name) : BranchNames.Promote(environment.Name, pipeline.Name);
            if (await PointAsync(branch, open.HeadSha, commits.Write(tip, pipeline, environment, made.Move, made.Message, now), cancellationToken) is not { To: { } renewal })
            {
                return Moved(branch);
            }

            // A forge takes a status only of a commit that it has. Until then the new head has none, which lets nobody merge and is seen by the next pass.
            head = renewal;
            await ShowStatusAsync(head, face.Status, cancellationToken, face.Summary);
        }

        if (open.Face.Title != face.Title || open.Face.Body != face.Body)
        {
            steps.Reach("edit pull request");
            await forge.EditAsync(open.Number, face.Title, face.Body, cancellationToken);
            steps.Reach("pull request edited");
        }

        if (!open.Face.Labels.SequenceEqual(face.Labels))
        {
            if (open.Face.Labels.Count == 0 && reviewers.Count > 0)
            {
                // Its opening was cut off before anybody was asked: labels are what opening ends with.
                steps.Reach("ask for reviews");
                await forge.RequestReviewsAsync(open.Number, reviewers, cancellationToken);
                steps.Reach("reviews asked for");
            }

            steps.Reach("set labels");
            await forge.SetLabelsAsync(open.Number, face.Labels, cancellationToken);
            steps.Reach("labels set");
        }

        if (head == open.HeadSha && (open.Face.Status != face.Status || open.Face.Body != face.Body))
        {
            await ShowStatusAsync(head, face.Status, cancellationToken, face.Summary);
        }

        return new StepResult.Done(renewed is null ? null : head);
    }

    private async Task<StepResult> MergeAsync(ObservedPullRequest open, string branch, string message, CancellationToken cancellationToken)
    {
        if (key.Tip(out _) is { } lost)
        {
            return lost;
        }

        steps.Reach("merge");
        var result = await forge.MergeAsync(open.Number, open.HeadSha, environment.MergeMethod, message, cancellationToken);
        steps.Reach("merged");
        switch (result)
        {
            case MergeResult.Merged merged:
                Delete(branch);
                return new StepResult.Done(merged.Sha);
            case MergeResult.Stale stale:
                return new StepResult.Lost(stale.Reason);
            case MergeResult.Waiting waiting:
                return new StepResult.Waiting(waiting.Reason);
            case MergeResult.Refused refused:
                return new StepResult.Refused(refused.Reason);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<StepResult> CloseAsync(PlanStep.Close close, CancellationToken cancellationToken)
    {
        await ShowStatusAsync(close.PullRequest.HeadSha, ("failure", Faces.Fit(close.Reason)), cancellationToken);
        steps.Reach("close pull request");
        await forge.CloseAsync(close.PullRequest.Number, cancellationToken);
        steps.Reach("pull request closed");
        if (close.PullRequest.Foreign is null)
        {
            foreach (var branch in new[] { BranchNames.Promote(environment.Name, pipeline.Name), BranchNames.Rollback(environment.Name, pipeline.Name) })
            {
                if (git.Tip(branch) == close.PullRequest.HeadSha)
                {
                    return Delete(branch);
                }
            }
        }

        return new StepResult.Done(null);
    }

    private async Task<StepResult> StopAsync(PlanStep.Stop stop, CancellationToken cancellationToken)
    {
        await ShowStatusAsync(stop.PullRequest.HeadSha, ("failure", stop.Reason), cancellationToken);
        return new StepResult.Done(null);
    }

    // Only the bot's own work is deleted, and only while it is what was looked at.
    private StepResult Delete(string branch)
    {
        if (git.Tip(branch) is { } head && git.Tip(baseBranch) is { } tip && commits.Foreign(head, tip, pipeline, environment) is null)
        {
            steps.Reach("delete branch");
            git.Push("refs/heads/" + branch, head, null);
            steps.Reach("branch deleted");
        }

        return new StepResult.Done(null);
    }

    // Null when somebody else was first.
    private async Task<PushResult.Moved?> PointAsync(string branch, string? from, string commit, CancellationToken cancellationToken)
    {
        steps.Reach("push branch");
        var pushed = await pusher.PushAsync("refs/heads/" + branch, from, commit, cancellationToken);
        steps.Reach("branch pushed");
        return pushed as PushResult.Moved;
    }

    private static StepResult.Lost Moved(string branch) => new($"The branch {branch} was moved by somebody else meanwhile.");

    private async Task ShowStatusAsync(string sha, (string State, string Description)? status, CancellationToken cancellationToken, string? summary = null, bool isNew = false)
    {
        if (status is not { } said)
        {
            return;
        }

        var state = said.State switch { "success" => CommitState.Success, "failure" => CommitState.Failure, _ => CommitState.Pending };
        steps.Reach("set status");
        await forge.SetStatusAsync(sha, new CommitStatus(state, said.Description) { Summary = summary, IsOfNewCommit = isNew }, cancellationToken);
        steps.Reach("status set");
    }
}
