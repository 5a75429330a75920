using GitOpsBot.Core.Policies;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Sources;

/// <summary>The sources of the bot's settings by the names that documents use. Safe for several threads.</summary>
/// <param name="settings">The sources.</param>
/// <param name="longest">How long a query of metrics may last; null for thirty seconds. Documents say it of webhooks.</param>
internal sealed class OutsideSources(SourceSettings settings, TimeSpan? longest = null)
{
    private readonly Dictionary<string, PrometheusSource> prometheus = settings.Prometheus.ToDictionary(
        s => s.Key, s => new PrometheusSource(new SourceClient($"Prometheus {s.Key}", s.Value), longest), StringComparer.Ordinal);

    private readonly Dictionary<string, WebhookSource> webhooks = settings.Webhooks.ToDictionary(
        s => s.Key, s => new WebhookSource(new SourceClient($"The webhook {s.Key}", s.Value)), StringComparer.Ordinal);

    /// <summary>None at all.</summary>
    public static OutsideSources None { get; } = new(SourceSettings.None);

    /// <summary>What a query gives.</summary>
    /// <exception cref="SourceException">There is no answer that counts.</exception>
    public Task<MetricAnswer> QueryAsync(MetricNeed need, DateTimeOffset now, CancellationToken cancellationToken) =>
        prometheus.TryGetValue(need.Source, out var source) ? source.QueryAsync(need, now, cancellationToken) : throw Missing("Prometheus server", need.Source);

    /// <summary>What a webhook answers.</summary>
    /// <exception cref="SourceException">There is no answer that counts.</exception>
    public Task<string> AskAsync(WebhookNeed need, CancellationToken cancellationToken) =>
        webhooks.TryGetValue(need.Source, out var source) ? source.AskAsync(need, cancellationToken) : throw Missing("webhook", need.Source);

    private static SourceException Missing(string what, string name) => new($"The bot's settings have no {what} {name}.", isSilent: false);
}
