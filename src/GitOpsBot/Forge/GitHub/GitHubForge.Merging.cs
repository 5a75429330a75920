using System.Globalization;
using System.Net;
using GitOpsBot.Core.Environments;
using Octokit;

namespace GitOpsBot.Forge.GitHub;

/// <content>Merging: always with the head that was judged; what GitHub refuses is a sentence and a later look.</content>
internal sealed partial class GitHubForge
{
    // While GitHub shows the pull request as it did when it refused, trying is a request without hope; but what it shows is not always what it does.
    private static readonly TimeSpan TriesAgain = TimeSpan.FromMinutes(10);

    private readonly Dictionary<int, Refusal> refusals = [];

    private sealed record Refusal(string HeadSha, string Reason, string? State, bool IsPatient, DateTimeOffset At)
    {
        public bool IsBehind => State == "behind";
    }

    /// <inheritdoc/>
    public async Task<MergeResult> MergeAsync(int number, string headSha, MergeMethod method, string message, CancellationToken cancellationToken)
    {
        if (refusals.GetValueOrDefault(number) is { } told && told.HeadSha == headSha && clock.GetUtcNow() < told.At + TriesAgain
            && (told.IsPatient || await connection.GetAsync<JsonPullRequest>(Pull(number), cancellationToken) is { State: "open", MergeableState: { } state } && state != "unknown" && state == told.State))
        {
            return new MergeResult.Waiting(told.Reason);
        }

        var lines = message.Split('\n', 2);
        try
        {
            var merged = await connection.SendAsync<JsonMerged>(HttpMethod.Put, $"{Pull(number)}/merge", new
            {
                CommitTitle = lines[0],
                CommitMessage = (lines.Length > 1 ? lines[1] : "").Trim('\n') + "\n",
                Sha = headSha,
                MergeMethod = method.ToString().ToLowerInvariant(),
            }, cancellationToken);
            refusals.Remove(number);
            if (merged is not { Merged: true, Sha: { Length: > 0 } sha })
            {
                // Taken and not done yet (202), or not done: the next look at the pull request and the branch says which.
                return new MergeResult.Waiting(string.Create(CultureInfo.InvariantCulture, $"Pull request {number}: GitHub has taken the request and not merged it yet."));
            }

            if (open.GetValueOrDefault(number) is { } was)
            {
                Closed(Show(was with { State = "closed", MergedAt = "now", MergeCommitSha = sha }));
            }

            return new MergeResult.Merged(sha);
        }
        catch (ForgeException e) when (e.InnerException is ApiException { StatusCode: var status }
            && status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.Conflict or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity or HttpStatusCode.NotFound)
        {
            return await WhyNotAsync(number, headSha, (ApiException)e.InnerException!, cancellationToken);
        }
    }

    private async Task<MergeResult> WhyNotAsync(int number, string headSha, ApiException refused, CancellationToken cancellationToken)
    {
        // A limit is no word about this pull request.
        if (credential.Limits.Stops(makesContent: false) is { } limit)
        {
            throw new ForgeException(limit, isTransient: true);
        }

        var said = GitHubConnection.Said(refused.Message);
        var now = await connection.GetAsync<JsonPullRequest>(Pull(number), cancellationToken);
        if (now.MergedAt is not null)
        {
            // The answer to an earlier request was lost, or a person was quicker.
            Closed(Show(now));
            return now.Head.Sha == headSha ? new MergeResult.Merged(now.MergeCommitSha!) : new MergeResult.Stale($"Pull request {number} was merged with another head.");
        }

        if (now.State != "open")
        {
            return new MergeResult.Refused($"Pull request {number} is closed.");
        }

        if (now.Head.Sha != headSha || refused.StatusCode == HttpStatusCode.Conflict || said.Contains("Base branch was modified", StringComparison.OrdinalIgnoreCase))
        {
            return new MergeResult.Stale($"GitHub did not merge {headSha[..12]} ({said}); its head is {now.Head.Sha[..Math.Min(12, now.Head.Sha.Length)]}.");
        }

        if (said.Contains("merge queue", StringComparison.OrdinalIgnoreCase) && now.NodeId is { } node)
        {
            return await EnqueueAsync(number, headSha, node, cancellationToken);
        }

        // What was refused may be a check that this bot remembers as passed.
        checks.TryRemove(headSha, out _);
        return Remember(number, new Refusal(
            headSha, now.MergeableState == "dirty" ? $"It conflicts with {baseBranch}." : $"GitHub does not merge it yet: {said}", now.MergeableState,
            // The repository's own settings: nothing that happens to the pull request changes them.
            IsPatient: said.Contains("are not allowed on this repository", StringComparison.OrdinalIgnoreCase), clock.GetUtcNow()));
    }

    private async Task<MergeResult> EnqueueAsync(int number, string headSha, string node, CancellationToken cancellationToken)
    {
        const string mutation = "mutation($id: ID!, $head: GitObjectID!) { enqueuePullRequest(input: {pullRequestId: $id, expectedHeadOid: $head}) { mergeQueueEntry { position } } }";
        string reason;
        try
        {
            await connection.GraphAsync(address.GraphQL, mutation, new { id = node, head = headSha }, cancellationToken);
            reason = "It is in GitHub's merge queue.";
        }
        catch (ForgeException e) when (!e.IsTransient)
        {
            reason = e.Message.Contains("already", StringComparison.OrdinalIgnoreCase) ? "It is in GitHub's merge queue." : $"It could not be put into GitHub's merge queue. {e.Message}";
        }

        return Remember(number, new Refusal(headSha, reason, null, true, clock.GetUtcNow()));
    }

    private MergeResult.Waiting Remember(int number, Refusal refusal)
    {
        refusals[number] = refusal;
        return new MergeResult.Waiting(string.Create(CultureInfo.InvariantCulture, $"Pull request {number}: {refusal.Reason}"));
    }
}
