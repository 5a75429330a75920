namespace GitOpsBot.Forge;

/// <summary>
/// Where people review: pull requests of one manifest repository. Implementations promise that every method is one act that either
/// happened or did not, and that asking for what is already so changes nothing. Nothing here judges anything.
/// </summary>
public interface IForge
{
    /// <summary>How fast it lets things be made; null where nothing limits that.</summary>
    Core.Promotions.ForgePace? Pace { get; }

    /// <summary>Open pull requests to the base branch, and those merged or closed since the last few hundred, newest first.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<IReadOnlyList<PullRequest>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Opens a pull request for a branch that was pushed, asks for reviews, and then labels it: one without labels was cut off before. When one is open
    /// for that head and base, that one is returned unchanged.
    /// </summary>
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

    /// <summary>One pull request of the repository, to whatever branch; null when there is none of that number.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<PullRequest?> FindAsync(int number, CancellationToken cancellationToken);

    /// <summary>Who closed a pull request without merging it: a login, or null for the bot itself and while it is open.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<string?> WhoClosedAsync(int number, CancellationToken cancellationToken);

    /// <summary>Approvals by review, each person's last word; those taken back, dismissed or asked for again are left out.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<IReadOnlyList<Review>> ListApprovalsAsync(int number, CancellationToken cancellationToken);

    /// <summary>Comments in the conversations of all pull requests, written or edited since then, in the order they were written.</summary>
    /// <param name="since">Null for all of them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<IReadOnlyList<Comment>> ListCommentsAsync(DateTimeOffset? since, CancellationToken cancellationToken);

    /// <summary>One comment of a pull request's conversation as it stands now; null when it is gone.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<Comment?> FindCommentAsync(int number, long commentId, CancellationToken cancellationToken);

    /// <summary>The first comment of the bot itself in a pull request that holds this text, or null.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<Comment?> FindOwnCommentAsync(int number, string marker, CancellationToken cancellationToken);

    /// <summary>Writes a comment as the bot.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task<Comment> CommentAsync(int number, string text, CancellationToken cancellationToken);

    /// <summary>Replaces the text of one of the bot's own comments; false when it is gone.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task<bool> EditCommentAsync(int number, long commentId, string text, CancellationToken cancellationToken);

    /// <summary>Removes one of the bot's own comments; from one that is gone there is nothing to remove.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task RemoveCommentAsync(int number, long commentId, CancellationToken cancellationToken);

    /// <summary>Adds the bot's reaction to a comment; to one that is gone there is nothing to add.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task ReactAsync(int number, long commentId, Reaction reaction, CancellationToken cancellationToken);

    /// <summary>Sets the commit status <c>gitopsbot/promotion</c> on a commit.</summary>
    /// <exception cref="ForgeException">The forge refuses or does not answer.</exception>
    Task SetStatusAsync(string sha, CommitStatus status, CancellationToken cancellationToken);

    /// <summary>The status <c>gitopsbot/promotion</c> of a commit, or null.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<CommitStatus?> GetStatusAsync(string sha, CancellationToken cancellationToken);

    /// <summary>Commits that a merge queue is about to put on the base branch; none where the forge has no queue.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<IReadOnlyList<QueuedHead>> ListQueueAsync(CancellationToken cancellationToken);

    /// <summary>The full name of a ref by which the head of an open pull request can be fetched, also of one from somebody's copy.</summary>
    string HeadRef(int number);

    /// <summary>Commit statuses of others: all of one context on these commits (at most a hundred commits, newest first), in any order; what the forge keeps of older ones of the same commit too.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<IReadOnlyList<Core.Policies.ReportedStatus>> ListStatusesAsync(IReadOnlyList<string> commits, string context, CancellationToken cancellationToken);

    /// <summary>Logins of the authors and co-authors of the commits of a source repository; unknown when the forge cannot say it of every one of them.</summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<Core.Policies.Fact<IReadOnlyList<string>>> ListAuthorsAsync(Core.Policies.SourceRange range, CancellationToken cancellationToken);

    /// <summary>The commits that a promotion brings, the first page of them; unknown when the forge may not read the source, or it does not hold both.</summary>
    /// <param name="range">Two commits of one repository.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task<Core.Policies.Fact<Core.Differences.SourceCommits>> ListCommitsAsync(Core.Policies.SourceRange range, CancellationToken cancellationToken);

    /// <summary>
    /// Asks people and teams (<c>@org/team</c>) for a review of an open pull request. Who may not be asked is left out, and
    /// <see cref="PullRequest.Unasked"/> says so.
    /// </summary>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    Task RequestReviewsAsync(int number, IReadOnlyList<string> reviewers, CancellationToken cancellationToken);

    /// <summary>Attestations that the forge keeps with a source repository about a digest; none for repositories that lie elsewhere. Nothing of them is proven.</summary>
    /// <param name="source">The repository's address, as <c>https://github.com/acme/checkout</c>.</param>
    /// <param name="subject">What they are about.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForgeException">The forge does not answer: then nothing is known about what it keeps.</exception>
    Task<IReadOnlyList<Core.Evidence.AttachedItem>> ListAttestationsAsync(string source, Core.Artifacts.Digest subject, CancellationToken cancellationToken);

    /// <summary>What this person may do in the repository, asked at this moment.</summary>
    /// <exception cref="ForgeException">The forge does not answer; never a permission instead.</exception>
    Task<Permission> GetPermissionAsync(string login, CancellationToken cancellationToken);

    /// <summary>Whether a person is a member of a team, <c>@org/team</c>; invitations that were not accepted do not count.</summary>
    /// <exception cref="ForgeException">The forge does not answer, or there is no such team; never a membership instead.</exception>
    Task<bool> IsMemberAsync(string team, string login, CancellationToken cancellationToken);
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
/// <param name="Head">Branch that is proposed, without <c>refs/heads/</c>; of somebody's copy of the repository <c>OWNER:BRANCH</c>, which no branch here is called.</param>
/// <param name="Base">Branch it is proposed to.</param>
/// <param name="HeadSha">Tip of the head branch (of the merged or closed head, when it is not open).</param>
/// <param name="Labels">Labels, in no order that matters.</param>
/// <param name="MergeSha">The commit that it became on the base branch; null unless merged.</param>
public sealed record PullRequest(
    int Number, string Title, string Body, PullRequestState State, string Head, string Base, string HeadSha, IReadOnlyList<string> Labels, string? MergeSha)
{
    /// <summary>Why the forge did not merge this head when it was last asked to, as a sentence; null when it was not asked, or nobody remembers.</summary>
    public string? MergeRefusal { get; init; }

    /// <summary>Who could not be asked for a review, with the reason, as a sentence; null when everybody was, or nobody remembers.</summary>
    public string? Unasked { get; init; }

    /// <summary>Whether the forge would merge the head only when it stands on the tip of the base branch, and it does not.</summary>
    public bool IsBehind { get; init; }
}

/// <summary>A commit of a merge queue.</summary>
/// <param name="Ref">The full name of its ref.</param>
/// <param name="Sha">The commit.</param>
public sealed record QueuedHead(string Ref, string Sha);

/// <summary>An approval given to one head commit.</summary>
public sealed record Review(string Login, string HeadSha, DateTimeOffset At);

/// <summary>What a new pull request begins with.</summary>
public sealed record PullRequestDraft(string Title, string Body, string Head, string Base, IReadOnlyList<string> Labels)
{
    /// <summary>Logins, and teams as <c>@org/team</c>, that are asked for a review.</summary>
    public IReadOnlyList<string> Reviewers { get; init; } = [];
}

/// <summary>A comment in a pull request's conversation.</summary>
/// <param name="Id">Unique in the repository, growing.</param>
/// <param name="PullRequest">Number of the pull request.</param>
/// <param name="Login">Who wrote it.</param>
/// <param name="Text">Text as written.</param>
/// <param name="At">When.</param>
/// <param name="HeadSha">The pull request's head when it was written; null where the forge does not keep it.</param>
/// <param name="IsEdited">Whether it was changed afterwards.</param>
/// <param name="IsByBot">Whether a program wrote it, this one included.</param>
public sealed record Comment(long Id, int PullRequest, string Login, string Text, DateTimeOffset At, string? HeadSha, bool IsEdited, bool IsByBot)
{
    /// <summary>Whether the bot itself wrote it, or another that bears its name.</summary>
    public bool IsOwn { get; init; }
}

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
/// <param name="State">State.</param>
/// <param name="Description">One sentence, at most 140 characters.</param>
public sealed record CommitStatus(CommitState State, string Description)
{
    /// <summary>More of it in Markdown, where the forge has a place for that; not read back.</summary>
    public string? Summary { get; init; }

    /// <summary>Whether nobody else can have looked at the commit yet, so that no status stands there and none need be looked for; not read back.</summary>
    public bool IsOfNewCommit { get; init; }
}

/// <summary>A person's permission on the repository, each including the ones before it.</summary>
public enum Permission
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>May read.</summary>
    Read,
    /// <summary>May sort issues and pull requests.</summary>
    Triage,
    /// <summary>May write.</summary>
    Write,
    /// <summary>May change some settings.</summary>
    Maintain,
    /// <summary>May change all settings.</summary>
    Admin,
}

/// <summary>What became of a merge. Closed.</summary>
public abstract record MergeResult
{
    private MergeResult() { }

    /// <summary>It stands on the base branch as this commit.</summary>
    public sealed record Merged(string Sha) : MergeResult;

    /// <summary>The forge merges it later, or when something that it demands is there, in this sentence: look again.</summary>
    public sealed record Waiting(string Reason) : MergeResult;

    /// <summary>The head is not the one that was judged, or the base moved at that moment: look again.</summary>
    public sealed record Stale(string Reason) : MergeResult;

    /// <summary>The forge says no, in this sentence.</summary>
    public sealed record Refused(string Reason) : MergeResult;
}
