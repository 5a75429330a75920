using System.Collections.Concurrent;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;
using GitOpsBot.Registry;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Gathers what the registry, and the forge of the source, hold about artifacts, once in a pass, and has it verified. What cannot be reached becomes an
/// unknown fact, never an empty one. What registries are asked can be asked before it is needed, for many artifacts side by side.
/// </summary>
/// <param name="artifacts">Where artifacts are read.</param>
/// <param name="isThere">Whether the registry said in this pass that a manifest is there.</param>
/// <param name="forge">Where sources lie.</param>
/// <param name="authorities">Who may be believed.</param>
/// <param name="now">The time of the pass.</param>
/// <param name="asked">Remembers what the next pass will ask; null where there is none.</param>
internal sealed class EvidenceReader(
    ArtifactReader artifacts, Func<ImageName, Digest, bool> isThere, IForge forge, IReadOnlyList<Authority> authorities, DateTimeOffset now,
    Generations<AskedArtifact, bool>? asked = null)
{
    private readonly ConcurrentDictionary<(ImageName, Digest, ArtifactDetail), Lazy<Task<Fact<Artifact?>>>> described = new();
    private readonly ConcurrentDictionary<(ImageName, Digest), Lazy<Task<IReadOnlyList<AttachedItem>>>> attached = new();
    private readonly ConcurrentDictionary<(ImageName, Digest, string), Lazy<Task<Fact<IReadOnlyList<EvidenceItem>>>>> evidence = new();
    private readonly ConcurrentDictionary<(ImageName, Digest), Lazy<Task<Fact<bool>>>> there = new();

    /// <summary>Reasons why something could not be read that this pass needed, each once.</summary>
    public HashSet<string> Unreachable { get; } = new(StringComparer.Ordinal);

    /// <summary>Asks registries for these, so that the answers are there when they are needed; who needs one gets it, or the reason why there is none.</summary>
    public Task AskAsync(IReadOnlyCollection<AskedArtifact> wanted, CancellationToken cancellationToken) => Task.WhenAll(wanted.Select(async artifact =>
    {
        try
        {
            await (artifact.Detail is { } detail
                ? ArtifactAsync(artifact.Name, artifact.Digest, detail, cancellationToken) : (Task)AttachedAsync(artifact.Name, artifact.Digest, cancellationToken));
        }
        catch (RegistryException)
        {
            // Kept as the answer of this pass.
        }
    }));

    /// <summary>The artifact with its configuration; a known null when the registry says that it is not there.</summary>
    public Task<Fact<Artifact?>> DescribeAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        DescribeAsync(name, digest, ArtifactDetail.Configuration, cancellationToken);

    /// <summary>The artifact, as much of it as is needed; a known null when the registry says that it is not there.</summary>
    public Task<Fact<Artifact?>> DescribeAsync(ImageName name, Digest digest, ArtifactDetail detail, CancellationToken cancellationToken) =>
        NeededAsync(ArtifactAsync(name, digest, detail, cancellationToken));

    /// <summary>Notes that the next pass will ask the same about an artifact that waits.</summary>
    /// <param name="name">Where it lies.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="detail">How much of it.</param>
    /// <param name="isAttachedAsked">Whether it is asked for what is attached to it, too.</param>
    public void Expect(ImageName name, Digest digest, ArtifactDetail detail, bool isAttachedAsked)
    {
        if (!isThere(name, digest))
        {
            asked?.Set(new AskedArtifact(name, digest, detail), true);
        }

        if (isAttachedAsked)
        {
            asked?.Set(new AskedArtifact(name, digest, Detail: null), true);
        }
    }

    /// <summary>Whether it can be pulled.</summary>
    public async Task<Fact<bool>> ExistsAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        await IsDescribedAsync(name, digest) ? new Fact<bool>.Known(true)
            : await NeededAsync(Once(there, (name, digest), () => artifacts.ExistsAsync(name, digest, cancellationToken)));

    /// <summary>Everything that is said about it, verified or rejected: what is attached to it, and what the forge keeps with these source repositories.</summary>
    public Task<Fact<IReadOnlyList<EvidenceItem>>> EvidenceAsync(ImageName name, Digest digest, IReadOnlyList<string> sources, CancellationToken cancellationToken) =>
        NeededAsync(Once(evidence, (name, digest, string.Join(' ', sources)), async () =>
        {
            var found = new List<AttachedItem>(await AttachedAsync(name, digest, cancellationToken));
            foreach (var source in sources)
            {
                found.AddRange(await forge.ListAttestationsAsync(source, digest, cancellationToken));
            }

            return EvidenceVerifier.VerifyAll(found, digest, authorities, now);
        }));

    /// <summary>
    /// Bytes to pull, by platform; the empty text stands for the platform of a single manifest. What cannot be read is no failure of the pass: sizes are
    /// for people only.
    /// </summary>
    public async Task<Fact<IReadOnlyDictionary<string, long>>> SizesAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await artifacts.SizesAsync(name, digest, cancellationToken) is { } sizes
                ? new Fact<IReadOnlyDictionary<string, long>>.Known(sizes)
                : new Fact<IReadOnlyDictionary<string, long>>.Unknown($"{name} does not hold all manifests of {digest.Short}.");
        }
        catch (RegistryException e)
        {
            return new Fact<IReadOnlyDictionary<string, long>>.Unknown(e.Message);
        }
    }

    private Task<Fact<Artifact?>> ArtifactAsync(ImageName name, Digest digest, ArtifactDetail detail, CancellationToken cancellationToken) =>
        Once(described, (name, digest, detail), () => artifacts.DescribeAsync(name, null, digest, detail, isThere(name, digest), cancellationToken));

    // A single manifest that was described in this pass was there: nothing else belongs to it.
    private async Task<bool> IsDescribedAsync(ImageName name, Digest digest)
    {
        foreach (var detail in Enum.GetValues<ArtifactDetail>())
        {
            if (described.TryGetValue((name, digest, detail), out var seen) && await seen.Value is Fact<Artifact?>.Known { Value.Manifests.Count: 0 })
            {
                return true;
            }
        }

        return false;
    }

    private Task<IReadOnlyList<AttachedItem>> AttachedAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        attached.GetOrAdd((name, digest), _ => new(() => artifacts.ListAttachedAsync(name, digest, cancellationToken))).Value;

    private async Task<Fact<T>> NeededAsync<T>(Task<Fact<T>> asked)
    {
        var fact = await asked;
        if (fact is Fact<T>.Unknown no)
        {
            Unreachable.Add(no.Reason);
        }

        return fact;
    }

    private static Task<Fact<T>> Once<TKey, T>(ConcurrentDictionary<TKey, Lazy<Task<Fact<T>>>> memory, TKey key, Func<Task<T>> ask)
        where TKey : notnull =>
        memory.GetOrAdd(key, _ => new(() => TryAsync(ask))).Value;

    private static async Task<Fact<T>> TryAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return new Fact<T>.Known(await ask());
        }
        catch (Exception e) when (e is RegistryException or ForgeException)
        {
            return new Fact<T>.Unknown(e.Message);
        }
    }
}

/// <summary>What a registry was asked about an artifact.</summary>
/// <param name="Name">Where it lies.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Detail">How much of it; null for what is attached to it.</param>
internal sealed record AskedArtifact(ImageName Name, Digest Digest, ArtifactDetail? Detail);
