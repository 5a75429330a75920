using System.Net;
using Octokit;

namespace GitOpsBot.Forge.GitHub;

/// <content>Asking people and teams for a review. GitHub refuses a whole request for one name in it, so after a refusal each is asked alone.</content>
internal sealed partial class GitHubForge
{
    // GitHub takes no more for one pull request.
    private const int MostReviewers = 15;

    // Each is a counted request; a policy that names more whom nobody can ask is told so all the same.
    private const int MostAlone = 4;

    // Who was refused is not asked again for every promotion; an hour later somebody may have invited them.
    private static readonly TimeSpan RefusalKept = TimeSpan.FromHours(1);

    private readonly Dictionary<string, (string Reason, DateTimeOffset At)> unaskable = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<int, string> unasked = [];

    /// <inheritdoc/>
    public async Task RequestReviewsAsync(int number, IReadOnlyList<string> reviewers, CancellationToken cancellationToken)
    {
        var author = open.GetValueOrDefault(number)?.User?.Login ?? "";
        var wanted = reviewers.Where(r => !IsSame(r, author)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var now = clock.GetUtcNow();
        foreach (var stranger in wanted.Where(r => r.StartsWith('@') && !IsSame(r.TrimStart('@').Split('/')[0], address.Owner)))
        {
            unaskable[stranger] = ($"only teams of {address.Owner} can be", now);
        }

        var able = wanted.Where(r => !unaskable.TryGetValue(r, out var known) || now >= known.At + RefusalKept).Take(MostReviewers).ToList();
        if (able.Count > 0 && await RefusedAsync(number, able, cancellationToken) is { } reason)
        {
            foreach (var (index, one) in able.Index())
            {
                var why = able.Count == 1 || index >= MostAlone ? reason : await RefusedAsync(number, [one], cancellationToken);
                unaskable.Remove(one);
                if (why is not null)
                {
                    unaskable[one] = (why, now);
                }
            }
        }

        var left = wanted.Where(unaskable.ContainsKey).ToList();
        unasked.Remove(number);
        if (left.Count > 0)
        {
            unasked[number] = $"Not asked for a review: {string.Join(", ", left.Select(l => $"{l} ({unaskable[l].Reason})"))}.";
        }
    }

    // Null when they were asked.
    private async Task<string?> RefusedAsync(int number, IReadOnlyList<string> reviewers, CancellationToken cancellationToken)
    {
        try
        {
            var (teamNames, logins) = (reviewers.Where(r => r.StartsWith('@')).Select(t => t.Split('/')[1]).ToList(), reviewers.Where(r => !r.StartsWith('@')).ToList());
            await connection.SendAsync<JsonNothing>(
                HttpMethod.Post, $"{Pull(number)}/requested_reviewers", new { Reviewers = logins.Count > 0 ? logins : null, TeamReviewers = teamNames.Count > 0 ? teamNames : null }, cancellationToken);
            return null;
        }
        catch (ForgeException e) when (IsRefusal(e))
        {
            return GitHubConnection.Said(e.InnerException!.Message).TrimEnd('.');
        }
    }

    // A no that asking again does not change; limits and outages are none.
    private static bool IsRefusal(ForgeException e) => e.InnerException is ApiException
    {
        StatusCode: HttpStatusCode.UnprocessableEntity or HttpStatusCode.Forbidden or HttpStatusCode.NotFound,
    } and not (RateLimitExceededException or SecondaryRateLimitExceededException or AbuseException);
}
