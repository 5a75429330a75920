using System.Text.Json;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Hosting.Webhooks;

/// <summary>
/// <c>POST /webhooks/registry/HOST</c>: notifications of distribution, Harbor, GHCR, Quay, Docker Hub, and CloudEvents, with the secret of the host's
/// settings. What it names only narrows which repositories are looked at; what it does not name, or names in an unknown way, looks at all that
/// may promote from the host. That somebody pulled something is no news: the bot itself pulls.
/// </summary>
internal sealed class RegistryWebhook(BotSettings settings, PassTrigger trigger)
{
    /// <summary>Bytes; notifications have a few thousand.</summary>
    public const int LargestBody = 1024 * 1024;

    // Events of one body that are read; a registry that gathers more is looked at as a whole.
    private const int MostNames = 200;

    /// <summary>Takes one.</summary>
    /// <returns>The status to answer with.</returns>
    public async Task<int> AnswerAsync(string host, HttpRequest request, CancellationToken cancellationToken)
    {
        var registry = settings.Registries.FirstOrDefault(r => r.Host.Equals(host, StringComparison.OrdinalIgnoreCase));
        if (registry?.WebhookSecret is not { } secret)
        {
            return StatusCodes.Status404NotFound;
        }

        if (await WebhookBody.ReadAsync(request, LargestBody, cancellationToken) is not { } body)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        if (!WebhookSecret.IsAuthorization(secret, request.Headers.Authorization) && !WebhookSecret.Signed(secret, request.Headers["X-Hub-Signature-256"], body)
            && !WebhookSecret.Is(secret, request.Query["token"]))
        {
            return StatusCodes.Status401Unauthorized;
        }

        using var json = WebhookBody.Parse(body);
        if (json is null)
        {
            return StatusCodes.Status400BadRequest;
        }

        var kind = request.Headers["ce-type"].ToString() is { Length: > 0 } type ? type : json.RootElement.Text("type") ?? "";
        if (IsPull(kind) || Names(registry.Host, json.RootElement) is not { } names)
        {
            return StatusCodes.Status202Accepted;
        }

        foreach (var repository in settings.Repositories.Where(r => names.Count == 0 ? MayPromoteFrom(r, registry.Host) : names.Any(n => settings.MayPromote(r, n))))
        {
            await trigger.AskAsync(repository.Name, cancellationToken);
        }

        return StatusCodes.Status202Accepted;
    }

    // Null when nothing but pulls is told; empty when no name is.
    private static List<ImageName>? Names(string host, JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty("events", out var events) && events.ValueKind == JsonValueKind.Array)
        {
            var news = events.EnumerateArray().Where(e => e.Text("action") is not ("pull" or "head")).Take(MostNames + 1).ToList();
            return news.Count == 0 ? null : Known(host, news.Count > MostNames ? [null] : news.Select(e => e.Text("target", "repository")));
        }

        return Known(host,
        [
            body.Text("event_data", "repository", "repo_full_name") ?? body.Text("data", "repository", "repo_full_name") ?? body.Text("repository", "repo_name")
                ?? body.Text("docker_url") ?? body.Text("repository") ?? GhcrName(body),
        ]);
    }

    // ghcr.io/NAMESPACE/NAME: the package's name may hold slashes of its own.
    private static string? GhcrName(JsonElement body)
    {
        var package = body.ValueKind == JsonValueKind.Object && (body.TryGetProperty("registry_package", out var found) || body.TryGetProperty("package", out found)) ? found : default;
        return (package.Text("namespace") ?? package.Text("owner", "login")) is { } owner && package.Text("name") is { } name ? $"{owner}/{name}".ToLowerInvariant() : null;
    }

    // One name that cannot be read makes all of them unknown.
    private static List<ImageName> Known(string host, IEnumerable<string?> names)
    {
        var known = new List<ImageName>();
        foreach (var name in names)
        {
            var full = name is null || name.StartsWith(host + "/", StringComparison.OrdinalIgnoreCase) ? name : $"{host}/{name}";
            if (full is null || !ImageReference.TryParse(full, out var reference))
            {
                return [];
            }

            known.Add(reference.Name);
        }

        return known;
    }

    private static bool IsPull(string kind) =>
        kind.Contains("PULL_ARTIFACT", StringComparison.OrdinalIgnoreCase) || kind.EndsWith(".pulled", StringComparison.OrdinalIgnoreCase) || kind.EndsWith("pullImage", StringComparison.OrdinalIgnoreCase);

    private static bool MayPromoteFrom(RepositorySettings repository, string host) =>
        repository.Artifacts?.Any(a => a.Equals(host, StringComparison.OrdinalIgnoreCase) || a.StartsWith(host + "/", StringComparison.OrdinalIgnoreCase)) ?? true;
}
