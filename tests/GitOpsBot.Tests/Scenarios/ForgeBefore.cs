using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>A forge before which something happens once: at the first look at a status, which is after the pass has read everything else.</summary>
internal sealed class ForgeBefore(IForge inner, Func<Task> happens) : IForge
{
    private bool happened;

    public Core.Promotions.ForgePace? Pace => inner.Pace;

    public async Task<CommitStatus?> GetStatusAsync(string sha, CancellationToken cancellationToken)
    {
        if (!happened)
        {
            happened = true;
            await happens();
        }

        return await inner.GetStatusAsync(sha, cancellationToken);
    }

    public Task<IReadOnlyList<PullRequest>> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public Task<PullRequest> OpenAsync(PullRequestDraft draft, CancellationToken cancellationToken) => inner.OpenAsync(draft, cancellationToken);

    public Task EditAsync(int number, string title, string body, CancellationToken cancellationToken) => inner.EditAsync(number, title, body, cancellationToken);

    public Task CloseAsync(int number, CancellationToken cancellationToken) => inner.CloseAsync(number, cancellationToken);

    public Task<MergeResult> MergeAsync(int number, string headSha, MergeMethod method, string message, CancellationToken cancellationToken) =>
        inner.MergeAsync(number, headSha, method, message, cancellationToken);

    public Task SetLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken) => inner.SetLabelsAsync(number, labels, cancellationToken);

    public Task<IReadOnlyList<Core.Evidence.AttachedItem>> ListAttestationsAsync(string source, Core.Artifacts.Digest subject, CancellationToken cancellationToken) =>
        inner.ListAttestationsAsync(source, subject, cancellationToken);

    public Task<PullRequest?> FindAsync(int number, CancellationToken cancellationToken) => inner.FindAsync(number, cancellationToken);

    public Task<string?> WhoClosedAsync(int number, CancellationToken cancellationToken) => inner.WhoClosedAsync(number, cancellationToken);

    public Task<IReadOnlyList<Review>> ListApprovalsAsync(int number, CancellationToken cancellationToken) => inner.ListApprovalsAsync(number, cancellationToken);

    public Task<IReadOnlyList<Comment>> ListCommentsAsync(DateTimeOffset? since, CancellationToken cancellationToken) => inner.ListCommentsAsync(since, cancellationToken);

    public Task<Comment?> FindCommentAsync(int number, long commentId, CancellationToken cancellationToken) => inner.FindCommentAsync(number, commentId, cancellationToken);

    public Task<Comment?> FindOwnCommentAsync(int number, string marker, CancellationToken cancellationToken) => inner.FindOwnCommentAsync(number, marker, cancellationToken);

    public Task<IReadOnlyList<QueuedHead>> ListQueueAsync(CancellationToken cancellationToken) => inner.ListQueueAsync(cancellationToken);

    public string HeadRef(int number) => inner.HeadRef(number);

    public Task<bool> IsMemberAsync(string team, string login, CancellationToken cancellationToken) => inner.IsMemberAsync(team, login, cancellationToken);

    public Task<Comment> CommentAsync(int number, string text, CancellationToken cancellationToken) => inner.CommentAsync(number, text, cancellationToken);

    public Task<bool> EditCommentAsync(int number, long commentId, string text, CancellationToken cancellationToken) => inner.EditCommentAsync(number, commentId, text, cancellationToken);

    public Task RemoveCommentAsync(int number, long commentId, CancellationToken cancellationToken) => inner.RemoveCommentAsync(number, commentId, cancellationToken);

    public Task ReactAsync(int number, long commentId, Reaction reaction, CancellationToken cancellationToken) => inner.ReactAsync(number, commentId, reaction, cancellationToken);

    public Task SetStatusAsync(string sha, CommitStatus status, CancellationToken cancellationToken) => inner.SetStatusAsync(sha, status, cancellationToken);

    public Task<IReadOnlyList<ReportedStatus>> ListStatusesAsync(IReadOnlyList<string> commits, string context, CancellationToken cancellationToken) =>
        inner.ListStatusesAsync(commits, context, cancellationToken);

    public Task<Fact<IReadOnlyList<string>>> ListAuthorsAsync(SourceRange range, CancellationToken cancellationToken) => inner.ListAuthorsAsync(range, cancellationToken);

    public Task<Fact<SourceCommits>> ListCommitsAsync(SourceRange range, CancellationToken cancellationToken) => inner.ListCommitsAsync(range, cancellationToken);

    public Task RequestReviewsAsync(int number, IReadOnlyList<string> reviewers, CancellationToken cancellationToken) => inner.RequestReviewsAsync(number, reviewers, cancellationToken);

    public Task<Permission> GetPermissionAsync(string login, CancellationToken cancellationToken) => inner.GetPermissionAsync(login, cancellationToken);
}
