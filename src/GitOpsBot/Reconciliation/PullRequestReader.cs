using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>Reads what an open pull request on one of the bot's branches proposes, whose work it is, and which approvals count for it.</summary>
internal sealed class PullRequestReader(ManifestRepository git, IForge forge, FolderReader folders, PromotionCommits commits, BotState state, string revision)
{
    /// <summary>The pull request as the planner sees it.</summary>
    public async Task<ObservedPullRequest> ReadAsync(
        PullRequest open, Pipeline pipeline, PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var foreign = commits.Foreign(open.HeadSha, revision, pipeline, environment);
        var proposes = Proposed(open.HeadSha, pipeline, environment);
        var status = await forge.GetStatusAsync(open.HeadSha, cancellationToken);
        return new ObservedPullRequest(
            open.Number, open.HeadSha, proposes, foreign,
            NeedsRenewal: git.TreeId(Below(open.HeadSha), environment.Path) != git.TreeId(revision, environment.Path),
            ApprovedBy: proposes is null ? [] : [.. (await ApprovalsAsync(open, proposes, pipeline, environment, cancellationToken)).Select(a => a.Login).Distinct(StringComparer.OrdinalIgnoreCase)],
            new PullRequestFace(
                open.Title, open.Body, [.. open.Labels.Order(StringComparer.Ordinal)], status is null ? null : (Word(status.State), status.Description)));
    }

    /// <summary>What a head would put into the folder as it stands now; null when it cannot be said, or when it stands there already.</summary>
    public Promotion? Proposed(string head, Pipeline pipeline, PromotionEnvironment environment) =>
        folders.Read(head, pipeline, environment).State is FolderState.Stands { What: var what }
        && !(folders.Read(revision, pipeline, environment).State is FolderState.Stands now && now.What.Equals(what))
            ? commits.Moved(revision, pipeline, environment, what)
            : null;

    /// <summary>
    /// Approvals of a promotion: reviews, and <c>/approve</c> comments that were accepted, each given to a head that the bot itself made for the
    /// very same <c>Promotion-Id</c> (SPEC section 3).
    /// </summary>
    public async Task<IReadOnlyList<Approval>> ApprovalsAsync(
        PullRequest open, Promotion promotion, Pipeline pipeline, PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var given = open.Approvals.Select(r => (r.Login, r.HeadSha, r.At)).ToList();
        foreach (var comment in await forge.ListCommentsAsync(open.Number, cancellationToken))
        {
            if (comment is { IsByBot: false, IsEdited: false } && state.Handled(comment.Id) is { Approves: { } head } && head == comment.HeadSha)
            {
                given.Add((comment.Login, head, comment.At));
            }
        }

        return [.. given.Where(g => Carries(g.HeadSha, promotion, pipeline, environment)).Select(g => new Approval(g.Login, [], g.At))];
    }

    private bool Carries(string head, Promotion promotion, Pipeline pipeline, PromotionEnvironment environment) =>
        git.HasCommit(head)
        && commits.Foreign(head, revision, pipeline, environment) is null
        && folders.Read(head, pipeline, environment).State is FolderState.Stands { What: var what }
        && commits.Moved(Below(head), pipeline, environment, what)?.Id == promotion.Id;

    /// <summary>What a head puts into the folder; null when it cannot be said.</summary>
    public Standing? Carried(string head, Pipeline pipeline, PromotionEnvironment environment) =>
        git.HasCommit(head) && folders.Read(head, pipeline, environment).State is FolderState.Stands { What: var what } ? what : null;

    // The commit of the base branch that the bot's own commit stands on.
    private string Below(string head)
    {
        var commit = git.ReadCommit(head);
        return commit.Parents switch
        {
            [var parent] => parent,
            [var mine, _] when git.ReadCommit(mine).Parents is [var below] => below,
            _ => head,
        };
    }

    /// <summary>A commit state as a word.</summary>
    public static string Word(CommitState state) => state switch
    {
        CommitState.Success => "success",
        CommitState.Failure => "failure",
        _ => "pending",
    };
}
