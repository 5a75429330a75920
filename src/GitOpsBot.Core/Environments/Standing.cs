using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Environments;

/// <summary>What one artifact's references in a folder say.</summary>
/// <param name="Name">The artifact's name in the pipeline.</param>
/// <param name="Digest">The digest; for a reference without one, what its tag resolves to now; null when nobody knows.</param>
/// <param name="Tag">The tag beside it, else what the trailer <c>Promotion-Version</c> of the commit that put it there calls it, or null.</param>
public sealed record StandingArtifact(string Name, Digest? Digest, string? Tag)
{
    /// <summary>When its publisher says it was made; null when nobody asked, or nothing says so.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>What makes two of them the same: the digest, else the bare tag.</summary>
    internal string Identity => Digest?.Value ?? "tag:" + Tag;
}

/// <summary>What stands in an environment: one artifact, or a bundle's tuple, in the pipeline's order. Equal when every digest is equal.</summary>
public sealed class Standing : IEquatable<Standing>
{
    private readonly string key;

    /// <summary>What stands together.</summary>
    public Standing(IReadOnlyList<StandingArtifact> artifacts)
    {
        Artifacts = artifacts;
        key = string.Join('\n', artifacts.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => $"{a.Name} {a.Identity}"));
    }

    /// <summary>The artifacts that stand there; those of which the folder has no reference with a digest or tag are left out.</summary>
    public IReadOnlyList<StandingArtifact> Artifacts { get; }

    /// <summary>The digests that are known.</summary>
    public IEnumerable<Digest> Digests => Artifacts.Select(a => a.Digest).OfType<Digest>();

    /// <summary>The same with these tags, in the order of the artifacts; null keeps the one that is there.</summary>
    public Standing With(IReadOnlyList<string?> tags) => new([.. Artifacts.Zip(tags, (artifact, tag) => artifact with { Tag = tag ?? artifact.Tag })]);

    /// <summary>What stands there of one artifact, or null.</summary>
    public StandingArtifact? Of(string artifact) => Artifacts.FirstOrDefault(a => a.Name == artifact);

    /// <inheritdoc/>
    public bool Equals(Standing? other) => other is not null && key == other.key;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Standing);

    /// <inheritdoc/>
    public override int GetHashCode() => key.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Artifacts.Select(a => $"{a.Name} {a.Tag ?? a.Digest?.Short}"));
}

/// <summary>What a folder says at one commit. Closed.</summary>
public abstract record FolderState
{
    private FolderState() { }

    /// <summary>These stand there.</summary>
    public sealed record Stands(Standing What) : FolderState;

    /// <summary>No folder, or no reference to the pipeline's artifacts in it.</summary>
    public sealed record Empty : FolderState;

    /// <summary>It cannot be said what stands there: broken files, or different digests of one artifact.</summary>
    public sealed record Unclear(string Reason) : FolderState;
}
