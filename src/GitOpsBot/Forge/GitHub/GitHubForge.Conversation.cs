using System.Globalization;
using System.Text.RegularExpressions;
using Octokit;

namespace GitOpsBot.Forge.GitHub;

/// <content>The conversation: comments of all pull requests in one list, the bot's own, reactions.</content>
internal sealed partial class GitHubForge
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<Comment>> ListCommentsAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var from = since is { } time ? "&since=" + Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)) : "";
        var own = await credential.LoginAsync(cancellationToken);
        return [.. (await connection.ListAsync<JsonComment>(address.Of($"issues/comments?sort=created&direction=asc{from}"), cancellationToken))
            .Select(c => Show(c, own)).OfType<Comment>().OrderBy(c => c.Id)];
    }

    /// <inheritdoc/>
    public async Task<Comment?> FindCommentAsync(int number, long commentId, CancellationToken cancellationToken) =>
        await connection.FindAsync<JsonComment>(Address(commentId), cancellationToken) is { } found
        && Show(found, await credential.LoginAsync(cancellationToken)) is { } shown && shown.PullRequest == number ? shown : null;

    /// <inheritdoc/>
    public async Task<Comment?> FindOwnCommentAsync(int number, string marker, CancellationToken cancellationToken)
    {
        var own = await credential.LoginAsync(cancellationToken);
        var all = await connection.ListAsync<JsonComment>(Conversation(number), cancellationToken);
        return all.Where(c => c.User is { } user && IsSame(user.Login, own) && c.Body?.Contains(marker, StringComparison.Ordinal) == true).OrderBy(c => c.Id)
            .Select(c => Show(c, own)).FirstOrDefault();
    }

    /// <inheritdoc/>
    public async Task<Comment> CommentAsync(int number, string text, CancellationToken cancellationToken)
    {
        var made = await connection.SendAsync<JsonComment>(HttpMethod.Post, Conversation(number), new { Body = Fit(text) }, cancellationToken);
        return new Comment(made.Id, number, made.User?.Login ?? "", text, made.CreatedAt, null, IsEdited: false, IsByBot: true);
    }

    /// <inheritdoc/>
    public async Task<bool> EditCommentAsync(int number, long commentId, string text, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SendAsync<JsonComment>(HttpMethod.Patch, Address(commentId), new { Body = Fit(text) }, cancellationToken);
            return true;
        }
        catch (ForgeException e) when (e.InnerException is NotFoundException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task RemoveCommentAsync(int number, long commentId, CancellationToken cancellationToken) => connection.RemoveAsync(Address(commentId), cancellationToken);

    /// <inheritdoc/>
    public async Task ReactAsync(int number, long commentId, Reaction reaction, CancellationToken cancellationToken)
    {
        var content = reaction switch
        {
            Reaction.Seen => "eyes",
            Reaction.Done => "rocket",
            Reaction.Denied => "-1",
            _ => "confused",
        };
        try
        {
            await connection.SendAsync<JsonNothing>(HttpMethod.Post, Address(commentId) + "/reactions", new { Content = content }, cancellationToken);
        }
        catch (ForgeException e) when (e.InnerException is NotFoundException)
        {
            // Whoever wrote the comment took it away meanwhile.
        }
    }

    private string Address(long commentId) => address.Of(string.Create(CultureInfo.InvariantCulture, $"issues/comments/{commentId}"));

    private string Conversation(int number) => address.Of(string.Create(CultureInfo.InvariantCulture, $"issues/{number}/comments"));

    // Null for a comment on an issue. People are of the type User; Apps, organizations and the remains of deleted accounts command nothing.
    private Comment? Show(JsonComment c, string own)
    {
        var isOwn = c.User is { } user && IsSame(user.Login, own);
        return NumberOf(c) is { } number
            ? new Comment(c.Id, number, c.User?.Login ?? "ghost", c.Body ?? "", c.CreatedAt, null, c.UpdatedAt != c.CreatedAt, isOwn || c.User is not { Type: "User" }) { IsOwn = isOwn }
            : null;
    }

    // GitHub shows comments of pull requests under /pull/, and its own examples some under /issues/: there the number says which it is.
    private int? NumberOf(JsonComment c) => PlaceOfPullRequest().Match(c.HtmlUrl) is { Success: true } place ? int.Parse(place.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : PlaceOfIssue().Match(c.IssueUrl ?? "") is { Success: true } issue && int.Parse(issue.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var number
            && (open.ContainsKey(number) || closed?.ContainsKey(number) == true) ? number : null;

    [GeneratedRegex(@"/pull/([0-9]{1,9})(?:#|\z)")]
    private static partial Regex PlaceOfPullRequest();

    [GeneratedRegex(@"/issues/([0-9]{1,9})\z")]
    private static partial Regex PlaceOfIssue();
}
