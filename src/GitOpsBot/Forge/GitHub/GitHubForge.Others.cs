using System.Globalization;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Forge.GitHub;

/// <content>What others left on GitHub that gates ask for: commit statuses, and who wrote the promoted source.</content>
internal sealed partial class GitHubForge
{
    // Whatever reconciles an environment reports on the newest commit it saw; each further commit is a request.
    private const int MostReported = 20;

    // A promotion that brings more is not what somebody reviewed commit by commit.
    private const int MostSourceCommits = 1_000;

    private const int MostHidden = 1_000;

    private readonly Dictionary<string, (string Reader, ForgeException Refusal, DateTimeOffset At)> hidden = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    /// <remarks>Asked of the twenty newest commits, and of the oldest: the one that put it there.</remarks>
    public async Task<IReadOnlyList<ReportedStatus>> ListStatusesAsync(IReadOnlyList<string> commits, string context, CancellationToken cancellationToken)
    {
        var found = new List<ReportedStatus>();
        foreach (var sha in commits.Take(MostReported).Concat(commits.Skip(MostReported).TakeLast(1)))
        {
            var all = await connection.ListAsync<JsonReported>(address.Of($"commits/{sha}/statuses"), cancellationToken, 1);
            found.AddRange(all.Where(s => s.Context == context && s.Creator is not null).Select(s => new ReportedStatus(sha, Reported(s.State), s.Creator!.Login, s.CreatedAt)));
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task<Fact<IReadOnlyList<string>>> ListAuthorsAsync(SourceRange range, CancellationToken cancellationToken)
    {
        static Fact<IReadOnlyList<string>> Unknown(string why) => new Fact<IReadOnlyList<string>>.Unknown(why);
        if (address.Source(range.Repository) is not { } source)
        {
            return Unknown($"the source {range.Repository} is not on {address.Api.Host}.");
        }

        var commits = new List<JsonSourceCommit>();
        if (range.From is null)
        {
            commits.Add(await OfSourceAsync<JsonSourceCommit>(source, $"repos/{source}/commits/{range.To}", cancellationToken));
        }

        for (var page = 1; range.From is not null; page++)
        {
            var part = await OfSourceAsync<JsonComparison>(source, Comparison(source, range, page), cancellationToken);
            commits.AddRange(part.Commits);
            if (part.TotalCommits > MostSourceCommits)
            {
                return Unknown($"the promotion brings {part.TotalCommits} commits of {range.Repository}; at most {MostSourceCommits} are read.");
            }

            if (commits.Count >= part.TotalCommits)
            {
                break;
            }

            if (part.Commits.Count == 0)
            {
                // Whoever wrote those that are not listed must not approve unseen.
                return Unknown($"GitHub lists {commits.Count} of the {part.TotalCommits} commits of {range.Repository} that the promotion brings.");
            }
        }

        var logins = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var commit in commits)
        {
            if (commit.Author?.Login is not { } author)
            {
                return Unknown($"nobody can say which account wrote commit {commit.Sha[..12]} of {range.Repository}.");
            }

            logins.Add(author);
            foreach (Match coauthor in Coauthor().Matches(commit.Commit.Message))
            {
                if (NoReply().Match(coauthor.Groups["email"].Value) is not { Success: true } known)
                {
                    return Unknown($"nobody can say which account a co-author of commit {commit.Sha[..12]} of {range.Repository} is.");
                }

                logins.Add(known.Groups["login"].Value);
            }
        }

        return new Fact<IReadOnlyList<string>>.Known([.. logins]);
    }

    /// <inheritdoc/>
    public async Task<Fact<SourceCommits>> ListCommitsAsync(SourceRange range, CancellationToken cancellationToken)
    {
        if (address.Source(range.Repository) is not { } source)
        {
            return new Fact<SourceCommits>.Unknown($"the source is not on {address.Api.Host}.");
        }

        try
        {
            // The very address that authors are asked for, so that whoever asks second asks conditionally.
            var all = await OfSourceAsync<JsonComparison>(source, Comparison(source, range, 1), cancellationToken);
            return new Fact<SourceCommits>.Known(new SourceCommits(all.TotalCommits, all.BehindBy,
                [.. all.Commits.Select(c => new SourceCommit(c.Sha, c.Commit.Message.Split('\n', 2)[0].TrimEnd('\r'), c.Author?.Login ?? c.Commit.Author?.Name ?? "nobody named"))]));
        }
        catch (ForgeException e) when (IsRefusal(e))
        {
            var reader = await sources.ReaderAsync(source, credential.Name, cancellationToken);
            return new Fact<SourceCommits>.Unknown(
                $"{reader} may not read the source, or it does not hold both commits ({(int)((Octokit.ApiException)e.InnerException!).StatusCode}). {sources.Advice(source)}".TrimEnd());
        }
    }

    // Commits never change: what was refused is refused until somebody else reads, or is let in. An approval that waits for it costs no quota meanwhile.
    private async Task<T> OfSourceAsync<T>(string source, string path, CancellationToken cancellationToken) where T : class
    {
        if (IsSame(source, address.FullName))
        {
            return await connection.GetAsync<T>(path, cancellationToken);
        }

        var reader = await sources.ReaderAsync(source, credential.Name, cancellationToken);
        if (hidden.TryGetValue(path, out var known) && known.Reader == reader && clock.GetUtcNow() < known.At + RefusalKept)
        {
            throw new ForgeException(known.Refusal.Message, known.Refusal.IsTransient, known.Refusal.InnerException);
        }

        try
        {
            return await sources.ReadAsync(connection, source, by => by.GetAsync<T>(path, cancellationToken), cancellationToken);
        }
        catch (ForgeException e) when (SourceDoors.IsHidden(e))
        {
            if (hidden.Count >= MostHidden)
            {
                hidden.Clear();
            }

            hidden[path] = (reader, e, clock.GetUtcNow());
            throw;
        }
    }

    private static string Comparison(string source, SourceRange range, int page) =>
        string.Create(CultureInfo.InvariantCulture, $"repos/{source}/compare/{range.From}...{range.To}?per_page=100{(page == 1 ? "" : $"&page={page}")}");

    private static ReportedState Reported(string word) => word switch { "success" => ReportedState.Success, "pending" => ReportedState.Pending, _ => ReportedState.Failure };

    [GeneratedRegex(@"^co-authored-by:[^<\n]*<(?<email>[^>\n]*)>", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Coauthor();

    // The address that GitHub gives to every account, with and without its number.
    [GeneratedRegex(@"\A(?:[0-9]+\+)?(?<login>[A-Za-z0-9][A-Za-z0-9-]*(?:\[bot\])?)@users\.noreply\.[A-Za-z0-9.-]+\z", RegexOptions.NonBacktracking)]
    private static partial Regex NoReply();
}
