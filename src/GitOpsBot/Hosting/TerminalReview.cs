using GitOpsBot.Commands;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Hosting;

/// <summary><c>pr</c> at the terminal: pull requests of one repository.</summary>
internal sealed class TerminalReview(OpenRepository open, RepositorySettings repository)
{
    /// <summary>All of them, by number.</summary>
    public async Task<Answer<IReadOnlyList<PullRequest>>> ListAsync(CancellationToken cancellationToken) =>
        new Answer<IReadOnlyList<PullRequest>>.Done([.. (await open.Forge.ListAsync(cancellationToken)).OrderBy(p => p.Number)]);

    /// <summary>One of them, with its comments and approvals.</summary>
    public async Task<Answer<PullRequestView>> ShowAsync(int number, CancellationToken cancellationToken)
    {
        return (await open.Forge.ListAsync(cancellationToken)).FirstOrDefault(p => p.Number == number) is not { } found
            ? new Answer<PullRequestView>.No($"There is no pull request {number}.")
            : new Answer<PullRequestView>.Done(new PullRequestView(
                found, [.. (await open.Forge.ListCommentsAsync(null, cancellationToken)).Where(c => c.PullRequest == number)],
                await open.Forge.ListApprovalsAsync(number, cancellationToken), await open.Forge.GetStatusAsync(found.HeadSha, cancellationToken)));
    }

    /// <summary>Comments on the local forge, which believes the login.</summary>
    public Answer<string> Comment(int number, string login, string text) => open.Local is { } local
        ? new Answer<string>.Done($"Comment {local.CommentAs(number, login, text).Id} stands on pull request {number}; the next pass answers it.")
        : NotHere();

    /// <summary>Approves on the local forge, which believes the login.</summary>
    public async Task<Answer<string>> ApproveAsync(int number, string login)
    {
        if (open.Local is not { } local)
        {
            return NotHere();
        }

        await local.ApproveAs(number, login);
        return new Answer<string>.Done($"{login} approved pull request {number}.");
    }

    /// <summary>Merges one of the bot's own when everything passes now, judged again for it (SPEC section 4).</summary>
    public async Task<Answer<string>> MergeAsync(int number, CancellationToken cancellationToken)
    {
        var seen = await Snapshot.TakeAsync(open.Parts, cancellationToken);
        if (seen.PullRequests.FirstOrDefault(p => p.Number == number) is not { State: PullRequestState.Open } pull)
        {
            return new Answer<string>.No($"There is no open pull request {number}.");
        }

        if (BranchNames.Read(pull.Head) is not { } branch || seen.Documents.Pipelines.FirstOrDefault(p => p.Name == branch.Pipeline) is not { } pipeline || pipeline.Environment(branch.Environment) is not { } environment)
        {
            return new Answer<string>.No($"Pull request {number} is not a promotion that the documents know.");
        }

        if (seen.Stranger(pipeline) is { } stranger)
        {
            return new Answer<string>.No(seen.SaysOf(stranger));
        }

        var observed = await seen.ObserveAsync(pipeline, environment, cancellationToken);
        var (judged, rows, isReady) = branch.IsRollback
            ? (observed.OpenRollback, observed.Rollback?.Rows ?? [], observed.Rollback is { MayMerge: true } r && observed.OpenRollback?.Proposes?.Id == r.Move.Id)
            : observed.Candidates.FirstOrDefault(c => c.Promotion.Id == observed.Open?.Proposes?.Id) is { } candidate
                ? (observed.Open, candidate.Rows, candidate.MayMerge)
                : (observed.Open, [], false);
        if (judged is not { Foreign: null, NeedsRenewal: false } || judged.HeadSha != pull.HeadSha || !isReady)
        {
            var missing = string.Join(' ', rows.Where(row => !row.Outcome.IsMet).Select(row => $"{row.Name}: {row.Outcome.Reason}"));
            return new Answer<string>.No($"Pull request {number} may not be merged. {judged?.Foreign ?? (missing.Length > 0 ? missing : "Look at it after the next pass.")}");
        }

        PlanStep step = branch.IsRollback
            ? new PlanStep.MergeRollback(judged, observed.Rollback!)
            : new PlanStep.Merge(judged, observed.Candidates.First(c => c.Promotion.Id == judged.Proposes!.Id));
        return await seen.Executor(pipeline, environment).DoAsync(step, cancellationToken) switch
        {
            StepResult.Done done => new Answer<string>.Done($"Pull request {number} is merged as {done.Commit}."),
            StepResult.Lost lost => new Answer<string>.No(lost.Reason),
            StepResult.Waiting waiting => new Answer<string>.No(waiting.Reason),
            StepResult.Refused refused => new Answer<string>.No(refused.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private Answer<string>.No NotHere() => new($"The pull requests of {repository.Name} are on GitHub: comment and approve there, as yourself.");
}
