using System.Collections.Concurrent;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Registry;

/// <summary>What is remembered of a digest, which can never change: claims of its publisher.</summary>
/// <param name="Created">When it says it was made; null when nothing says so.</param>
/// <param name="Revision">The source revision it says it was built from; null when nothing says so.</param>
internal sealed record ArtifactFacts(DateTimeOffset? Created, string? Revision)
{
    /// <summary>Those of an artifact.</summary>
    public static ArtifactFacts Of(Artifact artifact) => new(artifact.Created, artifact.Labels.GetValueOrDefault("org.opencontainers.image.revision"));
}

/// <summary>
/// What tags meant when they were last asked for, and what was read of their digests, for all passes of this process. It only spares questions:
/// an absent tag is never remembered, and before anything is merged the tag is asked for anew. Safe for concurrent use.
/// </summary>
internal sealed class TagMemory(TimeProvider time)
{
    /// <summary>Entries of a kind remembered at once; beyond that all are forgotten and asked again.</summary>
    private const int MostRemembered = 500_000;

    // What a start asks for all at once must not come due all at once for ever after: of half of the tags the first answer counts as older, by half of
    // what answers are good for.
    private static readonly TimeSpan FirstIsOlder = TimeSpan.FromSeconds(45);

    private readonly ConcurrentDictionary<(ImageName, string), (Digest Digest, DateTimeOffset At)> _tags = new();
    private readonly ConcurrentDictionary<(ImageName, Digest), ArtifactFacts> _facts = new();

    /// <summary>What the tag meant, if that was asked within <paramref name="age"/>; else null.</summary>
    public Digest? Recall(ImageName name, string tag, TimeSpan age) =>
        _tags.TryGetValue((name, tag), out var known) && time.GetUtcNow() - known.At < age ? known.Digest : null;

    /// <summary>Notes what it means now; null forgets it.</summary>
    public void Note(ImageName name, string tag, Digest? digest)
    {
        if (digest is null)
        {
            _tags.TryRemove((name, tag), out _);
            return;
        }

        if (_tags.Count >= MostRemembered)
        {
            _tags.Clear();
        }

        var isEarly = digest.Hex[^1] % 2 == 0 && !_tags.ContainsKey((name, tag));
        _tags[(name, tag)] = (digest, time.GetUtcNow() - (isEarly ? FirstIsOlder : TimeSpan.Zero));
    }

    /// <summary>What was read of a digest; null when it was not.</summary>
    public ArtifactFacts? Recall(ImageName name, Digest digest) => _facts.GetValueOrDefault((name, digest));

    /// <summary>Notes what was read of a digest.</summary>
    public void Note(ImageName name, Digest digest, ArtifactFacts facts)
    {
        if (_facts.Count >= MostRemembered)
        {
            _facts.Clear();
        }

        _facts[(name, digest)] = facts;
    }
}
