using GitOpsBot.Git;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// Lets GitHub make the bot's commits, and so sign them (<c>commits: api</c>). What is wanted is known before: parent, tree and message of a commit
/// that was made here. GitHub makes its own of it on a draft (<see cref="DraftBranches"/>); that is fetched and held against what was wanted, and only
/// then does Git move the real branch to it, as it moves every other: a compare-and-swap. So what GitHub makes is never taken on trust, a branch that
/// people look at never stands at anything half done, and the branch of an open pull request is never set back to its base, which would close it.
/// Costs one request that counts for each commit; the rest is Git.
/// </summary>
/// <param name="git">The repository.</param>
/// <param name="connection">Where GitHub is asked.</param>
/// <param name="address">Which repository it is there.</param>
/// <param name="reach">Told of every write to the outside just before it is made.</param>
internal sealed class GitHubCommits(ManifestRepository git, GitHubConnection connection, GitHubAddress address, Action<string> reach) : ICommitPusher
{
    private readonly CommitRequests requests = new(connection, address);
    private readonly HashSet<string> drafts = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlySet<string> Drafts => drafts;

    /// <inheritdoc/>
    /// <remarks>The next commit needs the one that GitHub made as its parent.</remarks>
    public int LongestChain => 1;

    /// <inheritdoc/>
    public async Task<PushResult> PushAsync(string fullRef, string? expected, string commit, CancellationToken cancellationToken)
    {
        var wanted = git.ReadCommit(commit);
        var changes = CommitChanges.Of(git, wanted);
        var draft = DraftBranches.NameOf(wanted);
        drafts.Add(draft);
        if (await MakeAsync(wanted, changes, draft, cancellationToken) is not { } made)
        {
            // Another bot wanted the same, and was done with it: what it has moved is seen when this one looks again.
            await git.FetchAsync(cancellationToken);
            return new PushResult.Lost(git.ReadRef(fullRef));
        }

        if (Difference(wanted, git.ReadCommit(made)) is { } difference)
        {
            throw new GitException(
                $"The commit {made}, made by GitHub on the branch {draft}, is not the one that was asked for and is not used: {difference}. Delete that branch, and it is asked for once more.", isTransient: false);
        }

        var pushed = git.Push(fullRef, expected, made);
        reach("delete draft");
        git.Push("refs/heads/" + draft, made, null);
        reach("draft deleted");
        return pushed;
    }

    // What the draft names, which is still to be looked at; null when the draft is gone.
    private async Task<string?> MakeAsync(CommitInfo wanted, CommitChanges changes, string draft, CancellationToken cancellationToken)
    {
        var found = git.Tip(draft);
        if (found is null && wanted.Parents is [var parent])
        {
            reach("push draft");
            found = git.Push("refs/heads/" + draft, null, parent) is PushResult.Lost lost ? lost.Actual : parent;
            reach("draft pushed");
        }

        if (found is not null && !wanted.Parents.Contains(found))
        {
            // The answer to an earlier request was lost, or another bot was quicker.
            return found;
        }

        string made;
        try
        {
            reach("make commit");
            made = await (found is null ? requests.BeginAsync(draft, wanted, changes, cancellationToken) : requests.AppendAsync(draft, found, wanted.Message, changes, cancellationToken));
            reach("commit made");
        }
        catch (ForgeException e) when (e.InnerException is GraphRefusal { Type: GraphRefusal.StaleData or GraphRefusal.NotFound } or Octokit.ApiValidationException)
        {
            await git.FetchAsync(cancellationToken);
            if (git.Tip(draft) is var now && now == found)
            {
                // It lies there as it should: GitHub means something else, or has not seen the push yet.
                throw;
            }

            return now;
        }

        if (!git.HasCommit(made))
        {
            await git.FetchAsync(cancellationToken);
        }

        return git.HasCommit(made) ? made : throw new GitException($"GitHub says that it made the commit {made}, but it cannot be fetched yet.", isTransient: true);
    }

    private static string? Difference(CommitInfo wanted, CommitInfo made) =>
        !made.Parents.SequenceEqual(wanted.Parents) ? $"expected the parent {Parents(wanted)}, found {Parents(made)}"
        : made.Tree != wanted.Tree ? $"expected the tree {wanted.Tree}, found {made.Tree}"
        : Text(made) != Text(wanted) ? "expected the message that was asked for, found another"
        : null;

    private static string Parents(CommitInfo commit) => commit.Parents.Count == 0 ? "none" : string.Join(' ', commit.Parents);

    // Where a message ends, each program has its own habit.
    private static string Text(CommitInfo commit) => commit.Message.TrimEnd();
}
