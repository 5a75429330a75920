using System.Collections.Concurrent;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Hosting.Webhooks;

/// <summary>
/// <c>POST /webhooks/github</c>: signed by GitHub with the secret of the settings. Its body decides nothing; it says which repository to look at, and
/// whether somebody asked for a check to be run again.
/// </summary>
internal sealed class GitHubWebhook(BotSettings settings, PassTrigger trigger, Action<RepositorySettings, string?> lookAnew)
{
    /// <summary>What GitHub sends at most.</summary>
    public const int LargestBody = 25 * 1024 * 1024;

    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, bool> deliveries = new(StringComparer.Ordinal);

    /// <summary>Takes one.</summary>
    /// <returns>The status to answer with.</returns>
    public async Task<int> AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (settings.GitHub?.WebhookSecret is not { } secret)
        {
            return StatusCodes.Status404NotFound;
        }

        if (await WebhookBody.ReadAsync(request, LargestBody, cancellationToken) is not { } body)
        {
            return StatusCodes.Status413PayloadTooLarge;
        }

        if (!WebhookSecret.Signed(secret, request.Headers["X-Hub-Signature-256"], body))
        {
            return StatusCodes.Status401Unauthorized;
        }

        using var json = WebhookBody.Parse(Payload(request, body));
        if (json is null)
        {
            return StatusCodes.Status400BadRequest;
        }

        var delivery = request.Headers["X-GitHub-Delivery"].ToString();
        if (delivery.Length > 0 && !deliveries.TryAdd(delivery, true))
        {
            return StatusCodes.Status202Accepted;
        }

        if (deliveries.Count > MostRemembered)
        {
            deliveries.Clear();
        }

        var name = json.RootElement.Text("repository", "full_name");
        var isAboutAll = request.Headers["X-GitHub-Event"].ToString() is "installation" or "installation_repositories";
        foreach (var repository in settings.Repositories.Where(r => r.Forge == ForgeKind.GitHub && GitHubAddress.Repository(r.Address) is { } own
            && (isAboutAll || $"{own.Owner}/{own.Name}".Equals(name, StringComparison.OrdinalIgnoreCase))))
        {
            if (json.RootElement.Text("action") is "rerequested" or "requested_action")
            {
                lookAnew(repository, json.RootElement.Text("check_run", "head_sha") ?? json.RootElement.Text("check_suite", "head_sha"));
            }

            await trigger.AskAsync(repository.Name, cancellationToken);
        }

        return StatusCodes.Status202Accepted;
    }

    // Where the webhook was set up to send a form, the JSON is in it.
    private static ReadOnlyMemory<byte> Payload(HttpRequest request, byte[] body)
    {
        const string key = "payload=";
        return request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true && body.AsSpan().StartsWith("payload="u8)
            ? System.Text.Encoding.UTF8.GetBytes(Uri.UnescapeDataString(System.Text.Encoding.UTF8.GetString(body.AsSpan(key.Length)).Split('&')[0].Replace('+', ' ')))
            : body;
    }
}
