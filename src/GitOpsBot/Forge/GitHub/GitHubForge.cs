using System.Globalization;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// Pull requests on github.com or GitHub Enterprise Server. One instance for a repository lives as long as the process: what it remembers saves
/// requests and is never needed for an answer to be right. It is for one pass at a time. Costs: a pass in which nothing changed sends conditional
/// requests only; a promotion is opened, labelled, checked and merged with at most eight that count (a test counts them).
/// </summary>
internal sealed partial class GitHubForge(
    GitHubConnection connection, GitHubAddress address, string baseBranch, IGitHubCredential credential, SourceDoors sources, AttestationBlobs blobs, long? app, TimeProvider clock) : IForge
{
    // Older ones are history; the tree says what runs.
    private const int MostClosed = 300;

    private readonly Dictionary<int, JsonPullRequest> open = [];
    private Dictionary<int, PullRequest>? closed;

    /// <inheritdoc/>
    public required ForgePace Pace { get; init; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PullRequest>> ListAsync(CancellationToken cancellationToken)
    {
        var ofBase = Uri.EscapeDataString(baseBranch);
        var now = await connection.ListAsync<JsonPullRequest>(address.Of($"pulls?state=open&base={ofBase}&sort=created&direction=desc"), cancellationToken);
        closed ??= (await connection.ListAsync<JsonPullRequest>(address.Of($"pulls?state=closed&base={ofBase}&sort=updated&direction=desc"), cancellationToken, MostClosed / 100))
            .ToDictionary(p => p.Number, Show);
        var numbers = now.Select(p => p.Number).ToHashSet();
        // What was open at the last look and is not any more is looked at once; that is cheaper than a list of all that ever closed.
        foreach (var gone in open.Keys.Where(n => !numbers.Contains(n) && !closed.ContainsKey(n)).ToList())
        {
            if (await FindAsync(gone, cancellationToken) is { } found && found.State != PullRequestState.Open)
            {
                closed[gone] = found;
            }
        }

        open.Clear();
        foreach (var pull in now)
        {
            open[pull.Number] = pull;
            closed.Remove(pull.Number);
        }

        foreach (var old in closed.Keys.OrderByDescending(n => n).Skip(MostClosed).ToList())
        {
            closed.Remove(old);
        }

        return [.. now.Select(Show).Concat(closed.Values.Where(p => p.Base == baseBranch)).OrderByDescending(p => p.Number)];
    }

    /// <inheritdoc/>
    public async Task<PullRequest?> FindAsync(int number, CancellationToken cancellationToken) =>
        await connection.FindAsync<JsonPullRequest>(Pull(number), cancellationToken) is { } found ? Show(found) : null;

    /// <inheritdoc/>
    public async Task<string?> WhoClosedAsync(int number, CancellationToken cancellationToken)
    {
        var issue = await connection.GetAsync<JsonIssue>(address.Of(string.Create(CultureInfo.InvariantCulture, $"issues/{number}")), cancellationToken);
        return issue.ClosedBy is { } by && !IsSame(by.Login, await credential.LoginAsync(cancellationToken)) ? by.Login : null;
    }

    /// <inheritdoc/>
    public async Task<PullRequest> OpenAsync(PullRequestDraft draft, CancellationToken cancellationToken)
    {
        JsonPullRequest opened;
        try
        {
            opened = await connection.SendAsync<JsonPullRequest>(
                HttpMethod.Post, address.Of("pulls"), new { draft.Title, draft.Head, draft.Base, Body = Fit(draft.Body) }, cancellationToken);
        }
        catch (ForgeException e) when (e.InnerException is Octokit.ApiValidationException)
        {
            // Another bot was first, or the answer to our own request was lost: there is never a second one for a head.
            var same = await connection.ListAsync<JsonPullRequest>(
                address.Of($"pulls?state=open&head={Uri.EscapeDataString($"{address.Owner}:{draft.Head}")}&base={Uri.EscapeDataString(draft.Base)}"), cancellationToken);
            if (same is [var first, ..])
            {
                // That bot may have begun a check of the head, too.
                checks.TryRemove(first.Head.Sha, out _);
                return Show(first);
            }

            throw;
        }

        open[opened.Number] = opened;
        await RequestReviewsAsync(opened.Number, draft.Reviewers, cancellationToken);
        await SetLabelsAsync(opened.Number, draft.Labels, cancellationToken);
        return Show(opened);
    }

    /// <inheritdoc/>
    public Task EditAsync(int number, string title, string body, CancellationToken cancellationToken) =>
        connection.SendAsync<JsonPullRequest>(HttpMethod.Patch, Pull(number), new { Title = title, Body = Fit(body) }, cancellationToken);

    /// <inheritdoc/>
    public async Task CloseAsync(int number, CancellationToken cancellationToken) =>
        Closed(Show(await connection.SendAsync<JsonPullRequest>(HttpMethod.Patch, Pull(number), new { State = "closed" }, cancellationToken)));

    /// <inheritdoc/>
    public Task SetLabelsAsync(int number, IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        connection.SendAsync<List<JsonLabel>>(
            HttpMethod.Put, address.Of(string.Create(CultureInfo.InvariantCulture, $"issues/{number}/labels")), new { Labels = labels }, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Review>> ListApprovalsAsync(int number, CancellationToken cancellationToken)
    {
        var reviews = await connection.ListAsync<JsonReview>($"{Pull(number)}/reviews", cancellationToken);
        var asked = open.GetValueOrDefault(number)?.RequestedReviewers ?? [];
        var last = new Dictionary<string, JsonReview>(StringComparer.OrdinalIgnoreCase);
        foreach (var review in reviews.Where(r => r is { User.Type: "User", State: "APPROVED" or "CHANGES_REQUESTED" or "DISMISSED" }).OrderBy(r => r.Id))
        {
            last[review.User!.Login] = review;
        }

        // Who was asked to look again has not looked again.
        return [.. last.Values
            .Where(r => r is { State: "APPROVED", CommitId: not null, SubmittedAt: not null } && !asked.Any(a => IsSame(a.Login, r.User!.Login)))
            .Select(r => new Review(r.User!.Login, r.CommitId!, r.SubmittedAt!.Value))];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueuedHead>> ListQueueAsync(CancellationToken cancellationToken)
    {
        // GitHub makes a branch gh-readonly-queue/BASE/pr-NUMBER-SHA for each; found here, none is missed when a webhook is.
        // This list has no pages: GitHub describes no parameters for it.
        var branches = await connection.GetAsync<List<JsonRef>>(address.Of($"git/matching-refs/heads/gh-readonly-queue/{Escaped(baseBranch)}/"), cancellationToken);
        return [.. branches.Where(b => b.Object.Type == "commit").Select(b => new QueuedHead(b.Ref, b.Object.Sha))];
    }

    /// <inheritdoc/>
    public string HeadRef(int number) => string.Create(CultureInfo.InvariantCulture, $"refs/pull/{number}/head");

    private static string Escaped(string branch) => string.Join('/', branch.Split('/').Select(Uri.EscapeDataString));

    private void Closed(PullRequest pull)
    {
        closed?[pull.Number] = pull;
        open.Remove(pull.Number);
    }

    private string Pull(int number) => address.Of(string.Create(CultureInfo.InvariantCulture, $"pulls/{number}"));

    private PullRequest Show(JsonPullRequest p)
    {
        var isOurs = IsSame(p.Head.Repo?.FullName ?? "", address.FullName);
        var refusal = refusals.GetValueOrDefault(p.Number) is { } told && told.HeadSha == p.Head.Sha ? told : null;
        return new PullRequest(
            p.Number, p.Title, (p.Body ?? "").ReplaceLineEndings("\n").TrimEnd('\n') + "\n", p.MergedAt is not null ? PullRequestState.Merged : p.State == "open" ? PullRequestState.Open : PullRequestState.Closed,
            isOurs ? p.Head.Ref : $"{p.Head.Repo?.FullName.Split('/')[0] ?? "gone"}:{p.Head.Ref}", p.Base.Ref, p.Head.Sha, [.. p.Labels?.Select(l => l.Name) ?? []],
            p.MergedAt is null ? null : p.MergeCommitSha)
        {
            MergeRefusal = refusal?.Reason,
            IsBehind = refusal?.IsBehind == true,
            Unasked = unasked.GetValueOrDefault(p.Number),
        };
    }

    // GitHub refuses more; the texts are shorter, and what another version wrote must not stop this one.
    private static string Fit(string text) => text.Length <= 65_536 ? text : text[..65_536];

    private static bool IsSame(string login, string other) => login.Equals(other, StringComparison.OrdinalIgnoreCase);
}
