namespace GitOpsBot.Core.Artifacts;

/// <summary>One artifact as the registry showed it: everything here was read from bytes whose digest was checked.</summary>
/// <param name="Repository">Where it lies.</param>
/// <param name="Descriptor">Media type, digest and size of its manifest or index.</param>
public sealed record Artifact(ImageName Repository, Descriptor Descriptor)
{
    /// <summary>The digest that is promoted.</summary>
    public Digest Digest => Descriptor.Digest;

    /// <summary>The tag it was selected by, or null when it was asked for by digest.</summary>
    public string? Tag { get; init; }

    /// <summary>When the publisher says it was made; null when nothing says so. Never trusted for an age.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Labels of the image configuration (of the first platform, for an index) under annotations of the manifest; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The manifests of an index by platform, <c>unknown/unknown</c> left out; empty for a single manifest.</summary>
    public IReadOnlyList<Descriptor> Manifests { get; init; } = [];

    /// <summary>The platform of a single manifest, where its configuration says one.</summary>
    public Platform? Platform { get; init; }

    /// <summary>What people call it: the tag, else the label <c>org.opencontainers.image.version</c>, else the digest's beginning.</summary>
    public string Version => Tag ?? Labels.GetValueOrDefault("org.opencontainers.image.version") ?? Digest.Short;
}
