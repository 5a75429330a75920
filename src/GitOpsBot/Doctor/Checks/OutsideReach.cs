using System.Net;
using System.Net.Http.Headers;
using GitOpsBot.Core.Policies;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Sources;

namespace GitOpsBot.Doctor.Checks;

/// <summary>The sources that documents may name answer and accept their tokens.</summary>
internal static class OutsideReach
{
    // Constant, so it says nothing of what is measured and costs nothing.
    private const string Query = "vector(1)";

    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("source", setUp =>
    [
        .. setUp.Settings.Sources.Prometheus.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new Look(s.Value.Url.Authority, s.Key, async cancellationToken =>
        {
            await new OutsideSources(setUp.Settings.Sources).QueryAsync(new MetricNeed(s.Key, Query, TimeSpan.Zero), setUp.Clock.GetUtcNow(), cancellationToken);
            return [new Finding.Ok(s.Key, "Prometheus answers queries.")];
        })),
        .. setUp.Settings.Sources.Webhooks.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new Look(s.Value.Url.Authority, s.Key, cancellationToken => WebhookAsync(s.Key, s.Value, cancellationToken))),
    ]);

    // A decision is not asked for: whoever decides may keep a record of it. That something answers, and not that it refuses the token, is what a GET shows.
    private static async Task<IReadOnlyList<Finding>> WebhookAsync(string name, SourceAddress address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10) });
        using var request = new HttpRequestMessage(HttpMethod.Get, address.Url);
        if (address.Token is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Read());
        }

        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return [answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new Finding.ToDo(name, $"The webhook {name} does not accept its token ({(int)answer.StatusCode}).", $"Put a token that it accepts into 'sources.webhooks.{name}.tokenFile'."),
            HttpStatusCode.NotFound => new Finding.ToDo(name, $"The webhook {name} has nothing at its address (404).", $"Correct 'sources.webhooks.{name}.url'."),
            >= HttpStatusCode.InternalServerError => new Finding.ToDo(name, $"The webhook {name} fails ({(int)answer.StatusCode}).", "See its own log."),
            _ => new Finding.Ok(name, "The webhook can be reached."),
        }];
    }
}
