using System.Collections.Concurrent;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;
using GitOpsBot.Sources;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Fetches what gates need of the outside: each fact once in a pass, several at the same time, and none that takes longer than 30 seconds. What cannot be
/// fetched becomes an unknown fact with its reason. A source that was silent is not asked again in the same pass: one dead server must not hold up the rest.
/// </summary>
/// <param name="sources">Servers of metrics, and webhooks.</param>
/// <param name="forge">The forge.</param>
/// <param name="now">The time that metrics are asked for.</param>
/// <param name="asOf">What the forge was told later than this does not count; null: everything does.</param>
internal sealed class FactsReader(OutsideSources sources, IForge forge, DateTimeOffset now, DateTimeOffset? asOf = null)
{
    // Enough for a policy's queries to go side by side, and too few to trouble a server.
    private const int AtOnce = 8;

    private readonly ConcurrentDictionary<(FactNeed Need, string About), object> facts = [];
    private readonly ConcurrentDictionary<string, string> silent = new(StringComparer.Ordinal);

    /// <summary>Fetches all of them.</summary>
    /// <param name="needs">What is needed; the same need may stand there more than once.</param>
    /// <param name="commits">The commits that a need for statuses is about, newest first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<OutsideFacts> GatherAsync(IReadOnlyCollection<FactNeed> needs, Func<StatusNeed, IReadOnlyList<string>> commits, CancellationToken cancellationToken)
    {
        var asked = needs.Distinct().ToDictionary(n => n, n => n is StatusNeed status ? commits(status) : []);
        // The forge may be this machine's repository, which is for one thread at a time.
        var ofForge = Task.Run(
            async () =>
            {
                foreach (var (need, about) in asked.Where(n => n.Key is StatusNeed))
                {
                    await OnceAsync(need, about, cancellationToken);
                }
            },
            cancellationToken);
        await Parallel.ForEachAsync(
            asked.Keys.Where(n => n is not StatusNeed), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (need, token) => await OnceAsync(need, [], token));
        await ofForge;
        return new OutsideFacts(asked.ToDictionary(n => n.Key, n => facts[Key(n.Key, n.Value)]));
    }

    private static (FactNeed, string) Key(FactNeed need, IReadOnlyList<string> about) => (need, string.Join(' ', about));

    private async Task OnceAsync(FactNeed need, IReadOnlyList<string> about, CancellationToken cancellationToken)
    {
        var key = Key(need, about);
        if (!facts.ContainsKey(key))
        {
            facts[key] = need switch
            {
                MetricNeed metric => await TryAsync($"prometheus {metric.Source}", () => sources.QueryAsync(metric, now, cancellationToken)),
                WebhookNeed webhook => await TryAsync($"webhook {webhook.Source}", () => sources.AskAsync(webhook, cancellationToken)),
                StatusNeed status => await TryAsync("forge", () => StatusesAsync(about, status.Context, cancellationToken)),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
    }

    private async Task<IReadOnlyList<ReportedStatus>> StatusesAsync(IReadOnlyList<string> commits, string context, CancellationToken cancellationToken)
    {
        var all = await forge.ListStatusesAsync(commits, context, cancellationToken);
        return asOf is null ? all : [.. all.Where(s => s.At <= asOf)];
    }

    private async Task<Fact<T>> TryAsync<T>(string source, Func<Task<T>> ask)
    {
        if (silent.TryGetValue(source, out var reason))
        {
            return new Fact<T>.Unknown(reason);
        }

        try
        {
            return new Fact<T>.Known(await ask());
        }
        catch (SourceException e)
        {
            if (e.IsSilent)
            {
                silent[source] = e.Message;
            }

            return new Fact<T>.Unknown(e.Message);
        }
        catch (ForgeException e)
        {
            return new Fact<T>.Unknown(e.Message);
        }
    }
}
