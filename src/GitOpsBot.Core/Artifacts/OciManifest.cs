namespace GitOpsBot.Core.Artifacts;

/// <summary>A manifest or an index as its bytes say it, well-formed but attacker-controlled.</summary>
/// <param name="MediaType">One of the four media types of manifests and indexes.</param>
public sealed record OciManifest(string MediaType)
{
    /// <summary>Whether it lists manifests instead of layers.</summary>
    public bool IsIndex => MediaTypes.IsIndex(MediaType);

    /// <summary>What kind of artifact it says it is; null when it says nothing.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The configuration; null in an index.</summary>
    public Descriptor? Config { get; init; }

    /// <summary>The layers; empty in an index.</summary>
    public IReadOnlyList<Descriptor> Layers { get; init; } = [];

    /// <summary>The manifests of an index, all of them; empty in a manifest.</summary>
    public IReadOnlyList<Descriptor> Manifests { get; init; } = [];

    /// <summary>What it refers to; null when it stands for itself.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>Annotations; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}

/// <summary>What became of reading bytes that a registry handed out. Closed.</summary>
/// <typeparam name="T">What was wanted.</typeparam>
public abstract record Reading<T>
{
    private Reading() { }

    /// <summary>Well-formed.</summary>
    public sealed record Done(T Value) : Reading<T>;

    /// <summary>Not well-formed, for this reason (one sentence).</summary>
    public sealed record Malformed(string Reason) : Reading<T>;

    /// <summary>Larger or more than the bounds allow (one sentence).</summary>
    public sealed record TooLarge(string Reason) : Reading<T>;
}
