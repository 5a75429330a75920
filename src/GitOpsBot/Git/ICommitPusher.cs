namespace GitOpsBot.Git;

/// <summary>
/// Puts commits of the bot onto branches. Which id a commit has there is known only afterwards: who signs it for the bot makes it anew. One instance
/// is for one open repository, and for one pass.
/// </summary>
internal interface ICommitPusher
{
    /// <summary>Temporary branches that were worked with, and that lie there only when something went wrong: looked at again before anything is asked for anew.</summary>
    IReadOnlySet<string> Drafts { get; }

    /// <summary>How many commits of one chain it moves a branch by at once.</summary>
    int LongestChain { get; }

    /// <summary>Moves a branch to a commit that was made here, or to one that differs from it in nothing but who made and signed it, and when; or changes nothing.</summary>
    /// <param name="fullRef">The branch, by its full name.</param>
    /// <param name="expected">What it names; null: it does not exist.</param>
    /// <param name="commit">The commit; only an object so far.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What the branch names now, or that somebody else moved it first.</returns>
    /// <exception cref="GitException">It is refused, cannot be made that way, or the remote is not reached; in the last case it may have happened.</exception>
    /// <exception cref="Forge.ForgeException">The forge does not make it, or does not answer; nothing has moved then.</exception>
    Task<PushResult> PushAsync(string fullRef, string? expected, string commit, CancellationToken cancellationToken);
}

/// <summary>Pushes commits as they were made here (<c>commits: git</c>).</summary>
internal sealed class GitPusher(ManifestRepository git) : ICommitPusher
{
    /// <inheritdoc/>
    /// <remarks>Few enough for a remote to take within its time-out, and for progress to be seen.</remarks>
    public int LongestChain => 100;

    /// <inheritdoc/>
    public IReadOnlySet<string> Drafts { get; } = new HashSet<string>();

    /// <inheritdoc/>
    public Task<PushResult> PushAsync(string fullRef, string? expected, string commit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(git.Push(fullRef, expected, commit));
    }
}
