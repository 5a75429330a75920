using System.Collections.Concurrent;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Registry;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// What registries answer in one pass, each question asked once: a tag means one digest in it, and what failed is not asked again. A question that
/// may be answered from earlier passes says how old the answer may be. Safe for concurrent use.
/// </summary>
internal sealed class RegistryAnswers(Registries registries)
{
    private readonly ArtifactReader artifacts = new(registries);
    private readonly ConcurrentDictionary<ImageName, Lazy<Task<IReadOnlyList<string>>>> tags = new();
    private readonly ConcurrentDictionary<(ImageName, string), Lazy<Task<Digest?>>> resolved = new();
    private readonly ConcurrentDictionary<(ImageName, Digest), bool> seen = new();

    /// <summary>All tags of a repository now.</summary>
    /// <exception cref="RegistryException">The registry does not answer; never an empty list instead.</exception>
    public Task<IReadOnlyList<string>> TagsAsync(ImageName name, CancellationToken cancellationToken) =>
        tags.GetOrAdd(name, n => new(() => registries.For(n).ListTagsAsync(n, cancellationToken))).Value;

    /// <summary>What a tag means in this pass; null when there is no such tag.</summary>
    /// <exception cref="RegistryException">The registry does not answer.</exception>
    public Task<Digest?> ResolveAsync(ImageName name, string tag, CancellationToken cancellationToken) =>
        ResolveAsync(name, tag, isToCome: false, cancellationToken);

    /// <summary>What a tag means at this moment, asked once more; the rest of the pass goes by it.</summary>
    /// <exception cref="RegistryException">The registry does not answer.</exception>
    public Task<Digest?> ResolveAnewAsync(ImageName name, string tag, CancellationToken cancellationToken)
    {
        var anew = new Lazy<Task<Digest?>>(() => AskAsync(name, tag, isToCome: false, cancellationToken));
        resolved[(name, tag)] = anew;
        return anew.Value;
    }

    /// <summary>Whether a tag was found to mean this digest in this pass, so that its manifest is there.</summary>
    public bool HasSeen(ImageName name, Digest digest) => seen.ContainsKey((name, digest));

    /// <summary>What a tag means, or meant when it was asked for within <paramref name="age"/>.</summary>
    /// <param name="name">Where it lies.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="age">How old the answer may be.</param>
    /// <param name="isToCome">Whether it seems to be new, so that it will be read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RegistryException">The registry does not answer.</exception>
    public async Task<Digest?> MeaningAsync(ImageName name, string tag, TimeSpan age, bool isToCome, CancellationToken cancellationToken) =>
        Recall(name, tag, age) ?? await ResolveAsync(name, tag, isToCome, cancellationToken);

    /// <summary>What a tag means, at most so old, with what its artifact says of itself; null when there is no such tag.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or what stands there cannot be read.</exception>
    public async Task<(Digest Digest, ArtifactFacts Facts)?> ReadAsync(ImageName name, string tag, TimeSpan age, CancellationToken cancellationToken)
    {
        if (Recall(name, tag, age) is { } meant && registries.Tags.Recall(name, meant) is { } known)
        {
            return (meant, known);
        }

        if (await artifacts.DescribeTagAsync(name, tag, cancellationToken) is not { } found)
        {
            registries.Tags.Note(name, tag, null);
            return null;
        }

        var facts = ArtifactFacts.Of(found);
        registries.Tags.Note(name, found.Digest, facts);
        Note(name, tag, found.Digest);
        return (found.Digest, facts);
    }

    /// <summary>What an artifact says of itself; null when the registry says that it is not there.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or it cannot be read.</exception>
    public async Task<ArtifactFacts?> ReadAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        if (registries.Tags.Recall(name, digest) is { } known)
        {
            return known;
        }

        if (await artifacts.DescribeAsync(name, null, digest, ArtifactDetail.Configuration, HasSeen(name, digest), cancellationToken) is not { } found)
        {
            return null;
        }

        var facts = ArtifactFacts.Of(found);
        registries.Tags.Note(name, digest, facts);
        return facts;
    }

    private Task<Digest?> ResolveAsync(ImageName name, string tag, bool isToCome, CancellationToken cancellationToken) =>
        resolved.GetOrAdd((name, tag), _ => new(() => AskAsync(name, tag, isToCome, cancellationToken))).Value;

    private async Task<Digest?> AskAsync(ImageName name, string tag, bool isToCome, CancellationToken cancellationToken)
    {
        var registry = registries.For(name);
        var digest = (await (isToCome ? registry.ResolveForReadingAsync(name, tag, cancellationToken) : registry.ResolveAsync(name, tag, cancellationToken)))?.Digest;
        Note(name, tag, digest);
        if (digest is not null)
        {
            seen[(name, digest)] = true;
        }

        return digest;
    }

    // A folder of this machine is asked as quickly as a memory.
    private Digest? Recall(ImageName name, string tag, TimeSpan age) => name.IsLayout ? null : registries.Tags.Recall(name, tag, age);

    private void Note(ImageName name, string tag, Digest? digest)
    {
        if (!name.IsLayout)
        {
            registries.Tags.Note(name, tag, digest);
        }
    }
}
