using System.Text.RegularExpressions;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Git;

namespace GitOpsBot.Forge.Local;

/// <summary>
/// Pull requests of a bare repository, kept inside it: for trying the product without an account, and the second implementation of
/// <see cref="IForge"/>. It authenticates nobody: who writes to the repository may say to be anyone.
/// <para>
/// A merge moves the base branch and the book. The book first says which commit is coming, then the base branch moves, then the book says
/// merged; whoever reads the book in between finishes what the tree shows to have happened.
/// </para>
/// </summary>
internal sealed partial class LocalForge(ManifestRepository git, string baseBranch, CommitIdentity bot, TimeProvider clock, Action<string>? reach = null) : IForge
{
    // Older ones are history; the tree says what runs.
    private const int MostListed = 300;
    private const int MostMergeTries = 5;

    private readonly ForgeBook book = new(git, bot, clock);

    /// <inheritdoc/>
    public Core.Promotions.ForgePace? Pace => null;

    /// <inheritdoc/>
    public Task<IReadOnlyList<PullRequest>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PullRequest>>([.. All(book.Read()).OrderByDescending(p => p.Number).Select(Show).Where((p, i) => i < MostListed || p.State == PullRequestState.Open)]);

    /// <inheritdoc/>
    public Task<PullRequest> OpenAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        var head = git.Tip(draft.Head) ?? throw new ForgeException($"There is no branch {draft.Head} to open a pull request for.", isTransient: false);
        var pages = book.Change($"Open a pull request for {draft.Head}", now => All(now).Any(p => IsOpenFor(p, draft))
            ? null
            : ForgeBook.Page(new LocalPullRequest(
                now.PullRequests.Select(p => p.Number).DefaultIfEmpty(0).Max() + 1, draft.Title, draft.Body, PullRequestState.Open, draft.Head, draft.Base, head, draft.Labels, [], null, null)));
        return Task.FromResult(Show(All(pages).First(p => IsOpenFor(p, draft))));
    }

    /// <inheritdoc/>
    public Task EditAsync(int number, string title, string body, CancellationToken cancellationToken) =>
        Change(number, "Edit", p => p with { Title = title, Body = body });

    /// <inheritdoc/>
    public Task CloseAsync(int number, CancellationToken cancellationToken) => Close(number, null);

    /// <inheritdoc/>
    public Task<MergeResult> MergeAsync(int number, string headSha, MergeMethod method, string message, CancellationToken cancellationToken) =>
        Task.FromResult(Merge(number, headSha, method, message, bot));

    /// <inheritdoc/>
    public Task SetLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        Change(number, "Label", p => p with { Labels = labels });

    /// <inheritdoc/>
    public Task<PullRequest?> FindAsync(int number, CancellationToken cancellationToken) =>
        Task.FromResult(All(book.Read()).FirstOrDefault(p => p.Number == number) is { } found ? Show(found) : null);

    /// <inheritdoc/>
    public Task<string?> WhoClosedAsync(int number, CancellationToken cancellationToken) =>
        Task.FromResult(Find(book.Read(), number) is { State: PullRequestState.Closed, ClosedBy: var by } ? by : null);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Review>> ListApprovalsAsync(int number, CancellationToken cancellationToken) => Task.FromResult(Find(book.Read(), number).Approvals);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Comment>> ListCommentsAsync(DateTimeOffset? since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Comment>>([.. book.Read().Comments.Where(c => since is null || c.At >= since).OrderBy(c => c.Id).Select(Show)]);

    /// <inheritdoc/>
    public Task<Comment?> FindCommentAsync(int number, long commentId, CancellationToken cancellationToken) =>
        Task.FromResult(book.Read().Comments.FirstOrDefault(c => c.Id == commentId && c.PullRequest == number) is { } found ? Show(found) : null);

    /// <inheritdoc/>
    public Task<Comment?> FindOwnCommentAsync(int number, string marker, CancellationToken cancellationToken) =>
        Task.FromResult(book.Read().Comments.Where(c => c.PullRequest == number && c.IsByBot && c.Text.Contains(marker, StringComparison.Ordinal)).MinBy(c => c.Id) is { } found ? Show(found) : null);

    /// <inheritdoc/>
    public Task<Comment> CommentAsync(int number, string text, CancellationToken cancellationToken) => Task.FromResult(Comment(number, bot.Name, text, isByBot: true));

    /// <inheritdoc/>
    public Task<bool> EditCommentAsync(int number, long commentId, string text, CancellationToken cancellationToken)
    {
        var isThere = false;
        book.Change($"Edit comment {commentId}", now => (isThere = Own(now, commentId) is not null) ? ForgeBook.Page(Own(now, commentId)! with { Text = text }) : null);
        return Task.FromResult(isThere);
    }

    /// <inheritdoc/>
    public Task RemoveCommentAsync(int number, long commentId, CancellationToken cancellationToken)
    {
        book.Change($"Remove comment {commentId}", now => Own(now, commentId) is null ? null : (ForgeBook.CommentPath(commentId), null));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ReactAsync(int number, long commentId, Reaction reaction, CancellationToken cancellationToken)
    {
        book.Change($"React to comment {commentId}", now => now.Comments.FirstOrDefault(c => c.Id == commentId) is { } comment && !comment.Reactions.Contains(reaction)
            ? ForgeBook.Page(comment with { Reactions = [.. comment.Reactions, reaction] })
            : null);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SetStatusAsync(string sha, CommitStatus status, CancellationToken cancellationToken)
    {
        book.Change($"Set the status of {sha[..12]}", _ => ForgeBook.Page(sha, status with { Summary = null, IsOfNewCommit = false }));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<CommitStatus?> GetStatusAsync(string sha, CancellationToken cancellationToken) => Task.FromResult(book.Read().Status(sha));

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueuedHead>> ListQueueAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<QueuedHead>>([]);

    /// <inheritdoc/>
    public string HeadRef(int number) => "refs/heads/" + Find(book.Read(), number).Head;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReportedStatus>> ListStatusesAsync(IReadOnlyList<string> commits, string context, CancellationToken cancellationToken)
    {
        var pages = book.Read();
        return Task.FromResult<IReadOnlyList<ReportedStatus>>([.. commits.SelectMany(sha => pages.Reports(sha, context))]);
    }

    /// <inheritdoc/>
    public Task<Fact<IReadOnlyList<string>>> ListAuthorsAsync(SourceRange range, CancellationToken cancellationToken) =>
        Task.FromResult<Fact<IReadOnlyList<string>>>(new Fact<IReadOnlyList<string>>.Unknown("the local forge knows no authors of the source."));

    /// <inheritdoc/>
    public Task<Fact<SourceCommits>> ListCommitsAsync(SourceRange range, CancellationToken cancellationToken) =>
        Task.FromResult<Fact<SourceCommits>>(new Fact<SourceCommits>.Unknown("the local forge reads no source repositories."));

    /// <inheritdoc/>
    /// <remarks>It tells nobody anything, so there is nobody to ask.</remarks>
    public Task RequestReviewsAsync(int number, IReadOnlyList<string> reviewers, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Core.Evidence.AttachedItem>> ListAttestationsAsync(string source, Core.Artifacts.Digest subject, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Core.Evidence.AttachedItem>>([]);

    /// <inheritdoc/>
    public Task<Permission> GetPermissionAsync(string login, CancellationToken cancellationToken) => Task.FromResult(Login().IsMatch(login) ? Permission.Write : Permission.None);

    /// <inheritdoc/>
    public Task<bool> IsMemberAsync(string team, string login, CancellationToken cancellationToken) =>
        throw new ForgeException($"The local forge knows no teams, so nobody is in {team}.", isTransient: false);

    /// <summary>The bot's own reactions to a comment.</summary>
    public IReadOnlyList<Reaction> ReactionsOf(long commentId) => book.Read().Comments.First(c => c.Id == commentId).Reactions;

    /// <summary>Writes a comment as a person.</summary>
    /// <exception cref="ForgeException">There is no such pull request, or that is no login.</exception>
    public Comment CommentAs(int number, string login, string text) => Comment(number, Person(login), text, isByBot: false);

    /// <summary>Approves the head as it is now, as a person.</summary>
    /// <exception cref="ForgeException">There is no such open pull request, or that is no login.</exception>
    public Task ApproveAs(int number, string login) => Change(number, "Approve", p => p.State == PullRequestState.Open
        ? p with { Approvals = [.. p.Approvals.Where(a => a.Login != login || a.HeadSha != HeadOf(p)), new Review(Person(login), HeadOf(p), clock.GetUtcNow())] }
        : throw new ForgeException($"Pull request {number} is not open.", isTransient: false));

    /// <summary>Says something about a commit, as whoever reconciles it; what the same login said before in that context is replaced.</summary>
    public void ReportAs(string login, string sha, string context, ReportedState state) =>
        book.Change($"Report on {sha[..12]}", _ => ForgeBook.Page(context, new ReportedStatus(sha, state, login, clock.GetUtcNow())));

    /// <summary>Closes it without merging, as a person.</summary>
    public Task CloseAs(int number, string login) => Close(number, Person(login));

    /// <summary>Merges a head, as a person.</summary>
    public MergeResult MergeAs(int number, string login, string headSha, MergeMethod method, string message) =>
        Merge(number, headSha, method, message, new CommitIdentity(Person(login), $"{login}@localhost"));

    private MergeResult Merge(int number, string headSha, MergeMethod method, string message, CommitIdentity author)
    {
        for (var tries = 0; tries < MostMergeTries; tries++)
        {
            var pull = Show(Find(book.Read(), number));
            if (pull.State == PullRequestState.Merged)
            {
                return pull.HeadSha == headSha ? new MergeResult.Merged(pull.MergeSha!) : new MergeResult.Stale($"Pull request {number} was merged with another head.");
            }

            if (pull.State == PullRequestState.Closed)
            {
                return new MergeResult.Refused($"Pull request {number} is closed.");
            }

            if (pull.HeadSha != headSha)
            {
                return new MergeResult.Stale($"The head of pull request {number} is {pull.HeadSha[..12]} now, and not {headSha[..12]}.");
            }

            var tip = git.Tip(pull.Base) ?? throw new ForgeException($"There is no branch {pull.Base}.", isTransient: false);
            if (Merged(tip, headSha, method, message, author) is not { } commit)
            {
                return new MergeResult.Refused($"Pull request {number} conflicts with {pull.Base}.");
            }

            reach?.Invoke("forge: write intent");
            book.Change($"Merge pull request {number}", now => Find(now, number) is { State: PullRequestState.Open } open && open.Merging != commit
                ? ForgeBook.Page(open with { Merging = commit, HeadSha = headSha }) : null);
            reach?.Invoke("forge: move base");
            if (git.Push("refs/heads/" + pull.Base, tip, commit) is PushResult.Moved)
            {
                reach?.Invoke("forge: base moved");
                book.Change($"Merged pull request {number}", now => ForgeBook.Page(Find(now, number) with { State = PullRequestState.Merged, MergeSha = commit, HeadSha = headSha, Merging = null }));
                reach?.Invoke("forge: merge written");
                return new MergeResult.Merged(commit);
            }
        }

        return new MergeResult.Stale($"The branch {baseBranch} moved {MostMergeTries} times meanwhile.");
    }

    private string? Merged(string tip, string head, MergeMethod method, string message, CommitIdentity author)
    {
        var now = clock.GetUtcNow();
        switch (method)
        {
            case MergeMethod.Merge:
                return git.MergeTree(tip, head) is { } merged ? git.WriteCommitOfTree(merged, [tip, head], message, author, bot, now) : null;
            case MergeMethod.Squash:
                return git.MergeTree(tip, head) is { } squashed ? git.WriteCommitOfTree(squashed, [tip], message, author, bot, now) : null;
            default:
                var onto = tip;
                foreach (var commit in git.FirstParents(head).TakeWhile(c => !git.IsAncestor(c.Sha, tip)).Reverse().ToList())
                {
                    if (git.Replay(commit.Sha, onto) is not { } tree)
                    {
                        return null;
                    }

                    onto = git.WriteCommitOfTree(tree, [onto], commit.Message, author, bot, now);
                }

                return onto;
        }
    }

    private static LocalComment? Own(ForgePages pages, long id) => pages.Comments.FirstOrDefault(c => c.Id == id) is not { } found ? null
        : found.IsByBot ? found : throw new ForgeException($"Comment {id} is not the bot's own.", isTransient: false);

    private Comment Comment(int number, string login, string text, bool isByBot)
    {
        long id = 0;
        var pages = book.Change($"Comment on pull request {number}", now =>
        {
            id = now.Comments.Select(c => c.Id).DefaultIfEmpty(0).Max() + 1;
            return ForgeBook.Page(new LocalComment(id, number, login, text, clock.GetUtcNow(), HeadOf(Find(now, number)), false, isByBot, []));
        });
        return Show(pages.Comments.First(c => c.Id == id));
    }

    private Task Close(int number, string? by) => Change(number, "Close", p => p.State == PullRequestState.Open
        ? p with { State = PullRequestState.Closed, ClosedBy = by, HeadSha = HeadOf(p) } : p);

    private Task Change(int number, string word, Func<LocalPullRequest, LocalPullRequest> change)
    {
        book.Change($"{word} pull request {number}", now => ForgeBook.Page(change(Find(now, number))));
        return Task.CompletedTask;
    }

    private static bool IsOpenFor(LocalPullRequest p, PullRequestDraft draft) => p.State == PullRequestState.Open && p.Head == draft.Head && p.Base == draft.Base;

    private IEnumerable<LocalPullRequest> All(ForgePages pages) => pages.PullRequests.Select(Finished);

    private LocalPullRequest Find(ForgePages pages, int number) =>
        All(pages).FirstOrDefault(p => p.Number == number) ?? throw new ForgeException($"There is no pull request {number}.", isTransient: false);

    // While it is open the head is the branch itself, unless that is gone.
    private string HeadOf(LocalPullRequest pull) => pull.State == PullRequestState.Open ? git.Tip(pull.Head) ?? pull.HeadSha : pull.HeadSha;

    // A merge that the tree shows to have happened has happened, whatever the book came to say of it.
    private LocalPullRequest Finished(LocalPullRequest pull) =>
        pull is { State: PullRequestState.Open, Merging: { } coming } && git.Tip(pull.Base) is { } tip && git.IsAncestor(coming, tip)
            ? pull with { State = PullRequestState.Merged, MergeSha = coming, Merging = null }
            : pull;

    private PullRequest Show(LocalPullRequest pull) => new(
        pull.Number, pull.Title, pull.Body, pull.State, pull.Head, pull.Base, HeadOf(pull), pull.Labels, pull.MergeSha);

    private static Comment Show(LocalComment c) => new(c.Id, c.PullRequest, c.Login, c.Text, c.At, c.HeadSha, c.IsEdited, c.IsByBot) { IsOwn = c.IsByBot };

    private static string Person(string login) => Login().IsMatch(login) ? login : throw new ForgeException($"'{login}' is not a login: expected letters, digits and inner hyphens, at most 39.", isTransient: false);

    [GeneratedRegex(@"\A[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?\z")]
    private static partial Regex Login();
}
