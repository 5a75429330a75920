using GitOpsBot.Core.Documents;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Hosting.Webhooks;

/// <summary>One sender of webhooks.</summary>
/// <param name="Key">Where the settings name its secret.</param>
/// <param name="Address">Where it sends to.</param>
/// <param name="File">Its secret; null when none is named, and then its address answers 404.</param>
internal sealed record WebhookSender(string Key, string Address, SecretFile? File);

/// <summary>
/// Whose webhooks are accepted (SPEC section 7). A sender without a secret is nobody that could be believed: its webhooks do not start, and the bot works
/// at its interval. A secret that is named and says nothing is a mistake that would look like that, so with one the bot does not start.
/// </summary>
internal static partial class WebhookSecrets
{
    /// <summary>All senders that the settings can have a secret for, in the order of the settings.</summary>
    public static IReadOnlyList<WebhookSender> Senders(BotSettings settings) =>
    [
        new("http.webhookSecretFile", "/webhooks/alertmanager", settings.WebhookSecret),
        .. settings.GitHub is { } github ? [new WebhookSender("github.webhookSecretFile", "/webhooks/github", github.WebhookSecret)] : Array.Empty<WebhookSender>(),
        .. settings.Registries.Select((r, i) => new WebhookSender($"registries[{i}].webhookSecretFile", "/webhooks/registry/" + r.Host, r.WebhookSecret)),
    ];

    /// <summary>A sentence for each secret that is named and cannot be used; none when the bot may start.</summary>
    public static IReadOnlyList<Problem> Problems(BotSettings settings) =>
        [.. Senders(settings).Select(s => (s.Key, Wrong: s.File is { } file ? Wrong(file) : null)).Where(s => s.Wrong is not null)
            .Select(s => new Problem("", 0, 0, $"The secret of '{s.Key}' cannot be used: {s.Wrong}"))];

    /// <summary>Why nobody can be known by this secret, a sentence; null when somebody can.</summary>
    public static string? Wrong(SecretFile file)
    {
        try
        {
            return string.IsNullOrWhiteSpace(file.Read()) ? $"The file {file.Path} is empty." : null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    /// <summary>Says at start that GitHub's webhooks are not accepted, where they could be: without them news waits for the interval.</summary>
    public static void LogClosed(BotSettings settings, ILogger logger)
    {
        if (settings.GitHub is { WebhookSecret: null } && settings.Repositories.Any(r => r.Forge == ForgeKind.GitHub))
        {
            Log.IsClosed(logger, settings.Interval);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "No webhooks of GitHub are accepted, since 'github.webhookSecretFile' is not set; what happens there is seen every {Interval}.")]
        public static partial void IsClosed(ILogger logger, TimeSpan interval);
    }
}
