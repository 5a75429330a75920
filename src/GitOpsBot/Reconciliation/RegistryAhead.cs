using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Asks registries ahead of those who judge: one by one, a thousand services would cost a thousand times the way to the registry. What is newest is asked
/// for, and then what gates need of what is new or waited in the last pass. Whoever judges a pipeline waits for its own answers only, while others
/// are still asked for. A failure is told to whoever needs the answer.
/// </summary>
/// <param name="selection">Finds what is newest.</param>
/// <param name="evidence">Reads what is known of it.</param>
/// <param name="memory">What waited in the last pass, and what was met before.</param>
/// <param name="progress">Told how far it is.</param>
/// <param name="cancellationToken">Ends it.</param>
internal sealed class RegistryAhead(
    RegistrySelection selection, EvidenceReader evidence, RepositoryMemory memory, PassProgress? progress, CancellationToken cancellationToken) : IAsyncDisposable
{
    // Registries of different hosts are waited for side by side; each has its own bound.
    private const int AtOnce = 16;

    private readonly SemaphoreSlim slots = new(AtOnce);
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly ILookup<ImageName, AskedArtifact> waiting = memory.Asked.Left.ToLookup(a => a.Name);
    private readonly Dictionary<string, Task> asked = new(StringComparer.Ordinal);
    private int all;
    private int done;

    /// <summary>Begins to ask for what comes into a pipeline; for use by one thread, once for each pipeline.</summary>
    public void Ask(Pipeline pipeline, IEnumerable<Entrance> entrances)
    {
        var tasks = entrances.Select(one => Task.Run(() => AskAsync(one), CancellationToken.None)).ToList();
        Interlocked.Add(ref all, tasks.Count);
        asked.Add(pipeline.Name, Task.WhenAll(tasks));
    }

    /// <summary>Waits until what comes into a pipeline has been asked for.</summary>
    public Task AnswersAsync(Pipeline pipeline) => asked[pipeline.Name];

    /// <summary>Ends what nobody waits for any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(asked.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        slots.Dispose();
    }

    private async Task AskAsync(Entrance entrance)
    {
        await slots.WaitAsync(stop.Token);
        try
        {
            var wanted = waiting[entrance.Artifact.Repository].ToHashSet();
            if (await selection.AskAsync(entrance, stop.Token) is var (tag, digest) && IsNew(entrance, digest))
            {
                wanted.UnionWith(NeededOf(entrance, tag, digest));
            }

            await evidence.AskAsync(wanted, stop.Token);
        }
        finally
        {
            slots.Release();
            progress?.Tell("artifacts asked for", Interlocked.Increment(ref done), Volatile.Read(ref all));
        }
    }

    // What stands, or was met in the last pass, has been judged: what gates still need of it is remembered, or is among what waits.
    private bool IsNew(Entrance entrance, Digest digest)
    {
        var isMet = memory.Met.TryGet((entrance.Artifact.Repository, digest), _ => true, out _);
        memory.Met.Set((entrance.Artifact.Repository, digest), true);
        return !isMet && entrance.Stands?.Digest != digest;
    }

    private static IEnumerable<AskedArtifact> NeededOf(Entrance entrance, string tag, Digest digest)
    {
        yield return new AskedArtifact(entrance.Artifact.Repository, digest, CandidateJudge.DetailOf(entrance.Artifact, tag, entrance.Policy));
        if (entrance.Policy.Gates.Any(g => g.NeedsEvidence))
        {
            yield return new AskedArtifact(entrance.Artifact.Repository, digest, Detail: null);
        }
    }
}
