using System.Globalization;
using System.Net;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// The limits of one set of credentials (GitHub, "Rate limits for the REST API"): what GitHub said last, and the pace at which it lets content be
/// made. Nothing is sent before the moment that it named. One instance for each token or installation, so that one limit holds up no other.
/// </summary>
internal sealed class GitHubLimits(TimeProvider clock)
{
    /// <summary>Requests that make content, a minute.</summary>
    public const int PerMinute = 80;

    /// <summary>Requests that make content, an hour.</summary>
    public const int PerHour = 500;

    // GitHub: "wait for at least one minute" where a secondary limit names no time.
    private static readonly TimeSpan Unnamed = TimeSpan.FromMinutes(1);

    // A time farther away than this is no limit of GitHub's, but would stop the bot for good.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Lock door = new();
    private readonly Queue<DateTimeOffset> made = new();
    private DateTimeOffset until = DateTimeOffset.MinValue;
    private DateTimeOffset graphUntil = DateTimeOffset.MinValue;
    private string why = "";

    /// <summary>Why nothing may be sent now, or null.</summary>
    /// <param name="makesContent">Whether the request would create or change something.</param>
    /// <param name="isGraph">Whether it is one of GraphQL, which has a limit of its own.</param>
    public string? Stops(bool makesContent, bool isGraph = false)
    {
        lock (door)
        {
            var now = clock.GetUtcNow();
            if (now < until)
            {
                return $"{why}; nothing is sent before {until:u}.";
            }

            if (isGraph && now < graphUntil)
            {
                return $"GitHub's rate limit of GraphQL is reached; nothing is asked of it before {graphUntil:u}.";
            }

            if (!makesContent)
            {
                return null;
            }

            while (made.TryPeek(out var oldest) && oldest <= now - TimeSpan.FromHours(1))
            {
                made.Dequeue();
            }

            var inMinute = made.Count(m => m > now - TimeSpan.FromMinutes(1));
            if (inMinute >= PerMinute || made.Count >= PerHour)
            {
                var next = made.Count >= PerHour ? made.Peek() + TimeSpan.FromHours(1) : made.ElementAt(made.Count - PerMinute) + TimeSpan.FromMinutes(1);
                return $"GitHub lets {PerMinute} things be made in a minute and {PerHour} in an hour; the next may be made at {next:u}.";
            }

            made.Enqueue(now);
            return null;
        }
    }

    /// <summary>Hears what an answer says about limits.</summary>
    public void Hear(HttpResponseMessage answer, string body)
    {
        var now = clock.GetUtcNow();
        var remaining = Number(answer, "x-ratelimit-remaining");
        // Whatever names a time is obeyed, maintenance (503) too: SPEC section 3.
        var isRefused = answer.StatusCode == HttpStatusCode.TooManyRequests || ((int)answer.StatusCode >= 500 && answer.Headers.RetryAfter is not null)
            || (answer.StatusCode == HttpStatusCode.Forbidden && (answer.Headers.RetryAfter is not null || remaining == 0 || body.Contains("rate limit", StringComparison.OrdinalIgnoreCase)));
        DateTimeOffset? reset = remaining == 0 && Number(answer, "x-ratelimit-reset") is { } seconds and > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        var resource = answer.Headers.TryGetValues("x-ratelimit-resource", out var resources) ? resources.First() : "core";
        DateTimeOffset? named = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => now + delta,
            { Date: { } date } => date,
            // Search has a limit of its own, too, and says so.
            _ => resource == "core" ? reset : null,
        };
        if (resource == "graphql" && reset is { } end)
        {
            lock (door)
            {
                graphUntil = Within(end, now);
            }
        }

        if (isRefused || (remaining == 0 && named is not null))
        {
            // Nobody should look for spent requests where GitHub is down.
            Wait(named ?? now + Unnamed, now, (int)answer.StatusCode >= 500 ? $"GitHub is not available ({(int)answer.StatusCode}) and asks to wait" : "GitHub's rate limit is reached");
        }
    }

    private void Wait(DateTimeOffset to, DateTimeOffset now, string reason)
    {
        lock (door)
        {
            var end = Within(to, now);
            if (end > until)
            {
                (until, why) = (end, reason);
            }
        }
    }

    private static DateTimeOffset Within(DateTimeOffset end, DateTimeOffset now) => end > now + Longest ? now + Longest : end;

    private static long? Number(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
