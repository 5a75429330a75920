using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;
using GitOpsBot.Registry;

namespace GitOpsBot.Reconciliation;

/// <summary>Gathers what the registry, and the forge of the source, hold about artifacts, once in a pass, and has it verified. What cannot be reached becomes an unknown fact, never an empty one.</summary>
/// <param name="artifacts">Where artifacts are read.</param>
/// <param name="isThere">Whether the registry said in this pass that a manifest is there.</param>
/// <param name="forge">Where sources lie.</param>
/// <param name="authorities">Who may be believed.</param>
/// <param name="now">The time of the pass.</param>
internal sealed class EvidenceReader(
    ArtifactReader artifacts, Func<ImageName, Digest, bool> isThere, IForge forge, IReadOnlyList<Authority> authorities, DateTimeOffset now)
{
    private readonly Dictionary<(ImageName, Digest), Fact<Artifact?>> described = [];
    private readonly Dictionary<(ImageName, Digest, string), Fact<IReadOnlyList<EvidenceItem>>> evidence = [];
    private readonly Dictionary<(ImageName, Digest), Fact<bool>> there = [];

    /// <summary>Reasons why something could not be read in this pass, each once.</summary>
    public HashSet<string> Unreachable { get; } = new(StringComparer.Ordinal);

    /// <summary>The artifact; a known null when the registry says that it is not there.</summary>
    public Task<Fact<Artifact?>> DescribeAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        OnceAsync(described, (name, digest), () => artifacts.DescribeAsync(name, null, digest, isThere(name, digest), cancellationToken));

    /// <summary>Whether it can be pulled.</summary>
    public Task<Fact<bool>> ExistsAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        // A single manifest that was described in this pass was there: nothing else belongs to it.
        described.TryGetValue((name, digest), out var seen) && seen is Fact<Artifact?>.Known { Value.Manifests.Count: 0 }
        ? Task.FromResult<Fact<bool>>(new Fact<bool>.Known(true))
        : OnceAsync(there, (name, digest), () => artifacts.ExistsAsync(name, digest, cancellationToken));

    /// <summary>Everything that is said about it, verified or rejected: what is attached to it, and what the forge keeps with these source repositories.</summary>
    public Task<Fact<IReadOnlyList<EvidenceItem>>> EvidenceAsync(ImageName name, Digest digest, IReadOnlyList<string> sources, CancellationToken cancellationToken) =>
        OnceAsync(evidence, (name, digest, string.Join(' ', sources)), async () =>
        {
            var found = new List<AttachedItem>(await artifacts.ListAttachedAsync(name, digest, cancellationToken));
            foreach (var source in sources)
            {
                found.AddRange(await forge.ListAttestationsAsync(source, digest, cancellationToken));
            }

            return EvidenceVerifier.VerifyAll(found, digest, authorities, now);
        });

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

    private async Task<Fact<T>> OnceAsync<TKey, T>(Dictionary<TKey, Fact<T>> memory, TKey key, Func<Task<T>> ask)
        where TKey : notnull
    {
        if (!memory.TryGetValue(key, out var fact))
        {
            try
            {
                fact = new Fact<T>.Known(await ask());
            }
            catch (Exception e) when (e is RegistryException or ForgeException)
            {
                Unreachable.Add(e.Message);
                fact = new Fact<T>.Unknown(e.Message);
            }

            memory[key] = fact;
        }

        return fact;
    }
}
