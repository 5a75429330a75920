using System.Globalization;

namespace GitOpsBot.Forge.GitHub;

/// <content>
/// The check <c>gitopsbot/promotion</c>: a check run by an App, which nobody else can write, or a commit status by a token. What was written is
/// remembered for a while instead of read again; what somebody else may have written over it is then seen with the next reading. Somebody else may
/// be a second bot with the same App: two may begin a run of one name in the same moment, and then the later one counts (REST API, "List check runs
/// for a Git reference", <c>filter=latest</c>), also where this bot knows only its own.
/// </content>
internal sealed partial class GitHubForge
{
    /// <summary>The check's name.</summary>
    public const string Check = "gitopsbot/promotion";

    private const int LongestSummary = 60_000;
    private const int MostChecks = 5_000;
    private static readonly TimeSpan Trusted = TimeSpan.FromMinutes(10);

    // A run that was begun where another bot may have begun one, too: as long as a request may be under way.
    private static readonly TimeSpan Begun = TimeSpan.FromSeconds(30);

    // A webhook may ask to forget while a pass is at work.
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, ShownCheck> checks = new(StringComparer.Ordinal);

    private sealed record ShownCheck(CommitStatus? Status, long? Run, DateTimeOffset Until);

    /// <summary>
    /// Reads all checks again, and writes that of one commit anew: somebody asked for a re-run, for which GitHub waits and by which it does not change
    /// what stands there (REST API, "Rerequest a check run").
    /// </summary>
    /// <param name="sha">The commit; null where it is not known.</param>
    public void ForgetChecks(string? sha)
    {
        checks.Clear();
        if (sha is not null)
        {
            checks[sha] = new ShownCheck(null, null, clock.GetUtcNow() + Trusted);
        }
    }

    /// <inheritdoc/>
    public async Task<CommitStatus?> GetStatusAsync(string sha, CancellationToken cancellationToken)
    {
        if (Known(sha) is { } known)
        {
            return known.Status;
        }

        return Remember(sha, app is { } id ? await ReadRunAsync(sha, id, cancellationToken) : await ReadStatusAsync(sha, cancellationToken)).Status;
    }

    private ShownCheck? Known(string sha) => checks.GetValueOrDefault(sha) is { } known && clock.GetUtcNow() < known.Until ? known : null;

    /// <inheritdoc/>
    public async Task SetStatusAsync(string sha, CommitStatus status, CancellationToken cancellationToken)
    {
        var isNew = status.IsOfNewCommit;
        status = status with { IsOfNewCommit = false };
        var known = Known(sha);
        // What lets people merge must not stay in a run that this bot does not know.
        if (app is { } reads && !isNew && (known is null || (known.Status?.State == CommitState.Success && status.State != CommitState.Success)))
        {
            known = await ReadRunAsync(sha, reads, cancellationToken);
        }

        if (known?.Status == (app is null ? status with { Summary = null } : status))
        {
            return;
        }

        // Until the answer comes, nobody knows what stands there.
        checks.TryRemove(sha, out _);
        if (app is null)
        {
            await connection.SendAsync<JsonStatus>(
                HttpMethod.Post, address.Of("statuses/" + sha), new { State = Word(status.State), Context = Check, status.Description }, cancellationToken);
            Remember(sha, new ShownCheck(status with { Summary = null }, null, clock.GetUtcNow() + Trusted));
            return;
        }

        var output = new { Title = status.Description, Summary = Cut(status.Summary ?? status.Description) };
        var (word, conclusion) = status.State switch { CommitState.Success => ("completed", "success"), CommitState.Failure => ("completed", "failure"), _ => ("in_progress", (string?)null) };
        // A run that was completed stays completed: what is open again is another run, and the newest of a name is what counts.
        var changes = known?.Run is not null && (conclusion is not null || known.Status is null or { State: CommitState.Pending });
        var run = changes
            ? await connection.SendAsync<JsonCheckRun>(
                HttpMethod.Patch, address.Of(string.Create(CultureInfo.InvariantCulture, $"check-runs/{known!.Run}")), new { Status = word, Conclusion = conclusion, Output = output }, cancellationToken)
            : await connection.SendAsync<JsonCheckRun>(
                HttpMethod.Post, address.Of("check-runs"), new { Name = Check, HeadSha = sha, Status = word, Conclusion = conclusion, Output = output }, cancellationToken);
        Remember(sha, new ShownCheck(status, run.Id, clock.GetUtcNow() + (changes || isNew ? Trusted : Begun)));
    }

    private async Task<ShownCheck> ReadStatusAsync(string sha, CancellationToken cancellationToken)
    {
        // A commit that GitHub does not have yet has no status either.
        var all = await connection.FindAsync<JsonStatuses>(address.Of($"commits/{sha}/status?per_page=100"), cancellationToken);
        var own = all?.Statuses.FirstOrDefault(s => s.Context.Equals(Check, StringComparison.OrdinalIgnoreCase));
        return new ShownCheck(own is null ? null : new CommitStatus(State(own.State), own.Description ?? ""), null, clock.GetUtcNow() + Trusted);
    }

    private async Task<ShownCheck> ReadRunAsync(string sha, long id, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"commits/{sha}/check-runs?check_name={Uri.EscapeDataString(Check)}&filter=latest&app_id={id}&per_page=100");
        var newest = (await connection.FindAsync<JsonCheckRuns>(address.Of(path), cancellationToken))?.CheckRuns.OrderByDescending(r => r.Id).FirstOrDefault(r => r.Name == Check);
        return new ShownCheck(
            newest?.Output?.Title is not { } title ? null
                : new CommitStatus(newest.Status == "completed" ? State(newest.Conclusion) : CommitState.Pending, title) { Summary = newest.Output.Summary },
            newest?.Id, clock.GetUtcNow() + Trusted);
    }

    private ShownCheck Remember(string sha, ShownCheck check)
    {
        if (checks.Count >= MostChecks)
        {
            checks.Clear();
        }

        return checks[sha] = check;
    }

    private static CommitState State(string? word) => word switch { "success" => CommitState.Success, "pending" => CommitState.Pending, _ => CommitState.Failure };

    private static string Word(CommitState state) => state switch { CommitState.Success => "success", CommitState.Failure => "failure", _ => "pending" };

    private static string Cut(string text) => text.Length <= LongestSummary ? text : text[..LongestSummary] + "\n\n(cut here: the text was too long)\n";
}
