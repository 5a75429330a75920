namespace GitOpsBot.Forge;

/// <summary>
/// Where people review: pull requests of one manifest repository. Implementations promise that every method is one act that either
/// happened or did not, and that asking for what is already so changes nothing. Nothing here judges anything.
/// </summary>
public interface IForge
{
    /// <summary>Open pull requests to the base branch, and those merged or closed since the last few hundred, newest first.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<IReadOnlyList<PullRequest>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Opens a pull request for a branch that was pushed; when one is open for that head and base, that one is returned unchanged.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task<PullRequest> OpenAsync(PullRequestDraft draft, CancellationToken cancellationToken);

    /// <summary>Sets title and text.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task EditAsync(int number, string title, string body, CancellationToken cancellationToken);

    /// <summary>Closes a pull request without merging it.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task CloseAsync(int number, CancellationToken cancellationToken);

    /// <summary>Merges exactly <paramref name="headSha"/> into the base branch; refused when the head has moved, the request is not open, or the merge conflicts.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<MergeResult> MergeAsync(int number, string headSha, Core.Environments.MergeMethod method, string message, CancellationToken cancellationToken);

    /// <summary>Makes the labels of a pull request exactly these.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task SetLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken);

    /// <summary>All comments in the order they were written.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<IReadOnlyList<Comment>> ListCommentsAsync(int number, CancellationToken cancellationToken);

    /// <summary>Writes a comment as the bot.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task<Comment> CommentAsync(int number, string text, CancellationToken cancellationToken);

    /// <summary>Replaces the text of one of the bot's own comments.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task EditCommentAsync(int number, long commentId, string text, CancellationToken cancellationToken);

    /// <summary>Adds the bot's reaction to a comment.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task ReactAsync(int number, long commentId, Reaction reaction, CancellationToken cancellationToken);

    /// <summary>Sets the commit status <c>gitopsbot/promotion</c> on a commit.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task SetStatusAsync(string sha, CommitStatus status, CancellationToken cancellationToken);

    /// <summary>The status <c>gitopsbot/promotion</c> of a commit, or null.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<CommitStatus?> GetStatusAsync(string sha, CancellationToken cancellationToken);

    /// <summary>What this person may do in the repository, asked at this moment.</summary>
    /// <exception cref="ForgeException">The forge does not answer; never a permission instead.</exception>
    Task<Permission> GetPermissionAsync(string login, CancellationToken cancellationToken);
}

/// <summary>State of a pull request.</summary>
public enum PullRequestState
{
    /// <summary>Open.</summary>
    Open,
    /// <summary>Merged.</summary>
    Merged,
    /// <summary>Closed without a merge.</summary>
    Closed,
}

/// <summary>A pull request as the forge shows it.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Title">Title.</param>
/// <param name="Body">Text.</param>
/// <param name="State">State.</param>
/// <param name="Head">Branch that is proposed, without <c>refs/heads/</c>.</param>
/// <param name="Base">Branch it is proposed to.</param>
/// <param name="HeadSha">Tip of the head branch (of the merged or closed head, when it is not open).</param>
/// <param name="Labels">Labels, in no order that matters.</param>
/// <param name="Approvals">Approvals by review, those of people who later took them back left out.</param>
/// <param name="MergeSha">The commit that it became on the base branch; null unless merged.</param>
/// <param name="ClosedBy">Who closed it without merging: a login, or null for the bot itself and while it is open.</param>
public sealed record PullRequest(
    int Number, string Title, string Body, PullRequestState State, string Head, string Base, string HeadSha,
    IReadOnlyList<string> Labels, IReadOnlyList<Review> Approvals, string? MergeSha, string? ClosedBy);

/// <summary>An approval given to one head commit.</summary>
public sealed record Review(string Login, string HeadSha, DateTimeOffset At);

/// <summary>What a new pull request begins with.</summary>
public sealed record PullRequestDraft(string Title, string Body, string Head, string Base, IReadOnlyList<string> Labels);

/// <summary>A comment in a pull request's conversation.</summary>
/// <param name="Id">Unique in the repository, growing.</param>
/// <param name="Login">Who wrote it.</param>
/// <param name="Text">Text as written.</param>
/// <param name="At">When.</param>
/// <param name="HeadSha">The pull request's head when it was written.</param>
/// <param name="IsEdited">Whether it was changed afterwards.</param>
/// <param name="IsByBot">Whether a program wrote it, this one included.</param>
/// <param name="Reactions">The bot's own reactions.</param>
public sealed record Comment(long Id, string Login, string Text, DateTimeOffset At, string HeadSha, bool IsEdited, bool IsByBot, IReadOnlyList<Reaction> Reactions);

/// <summary>The bot's answer to a comment.</summary>
public enum Reaction
{
    /// <summary>👀</summary>
    Seen,
    /// <summary>🚀</summary>
    Done,
    /// <summary>👎</summary>
    Denied,
    /// <summary>😕</summary>
    NotUnderstood,
}

/// <summary>The state of a commit status.</summary>
public enum CommitState
{
    /// <summary>Something is missing.</summary>
    Pending,
    /// <summary>It may be merged.</summary>
    Success,
    /// <summary>It may not.</summary>
    Failure,
}

/// <summary>A commit status.</summary>
public sealed record CommitStatus(CommitState State, string Description);

/// <summary>A person's permission on the repository, each including the ones before it.</summary>
public enum Permission
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>May read.</summary>
    Read,
    /// <summary>May write.</summary>
    Write,
    /// <summary>May change settings.</summary>
    Admin,
}

/// <summary>What became of a merge. Closed.</summary>
public abstract record MergeResult
{
    private MergeResult() { }

    /// <summary>It stands on the base branch as this commit.</summary>
    public sealed record Merged(string Sha) : MergeResult;

    /// <summary>The head is not the one that was judged, or the base moved at that moment: look again.</summary>
    public sealed record Stale(string Reason) : MergeResult;

    /// <summary>The forge says no, in this sentence.</summary>
    public sealed record Refused(string Reason) : MergeResult;
}
