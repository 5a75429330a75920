namespace GitOpsBot.Core.Artifacts;

/// <summary>What a registry says about a piece of content (OCI image specification, "Content descriptors"); a claim until the bytes were hashed.</summary>
/// <param name="MediaType">Media type of the content.</param>
/// <param name="Digest">Digest of the content.</param>
/// <param name="Size">Length in bytes.</param>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>The artifact type, where it says one.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The platform, in the entries of an index.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Annotations; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}

/// <summary>Operating system and architecture, <c>linux/arm64</c> or <c>linux/arm/v7</c> (OCI image specification, "Image index").</summary>
public sealed record Platform(string Os, string Architecture, string? Variant = null)
{
    /// <summary>BuildKit lists attestations as <c>unknown/unknown</c>: not a platform.</summary>
    public bool IsUnknown => Os == "unknown" || Architecture == "unknown";

    /// <summary>Reads <c>os/architecture[/variant]</c>; null when it is not.</summary>
    public static Platform? TryParse(string text) => text.Split('/') switch
    {
        [{ Length: > 0 } os, { Length: > 0 } architecture] => new(os, architecture),
        [{ Length: > 0 } os, { Length: > 0 } architecture, { Length: > 0 } variant] => new(os, architecture, variant),
        _ => null,
    };

    /// <inheritdoc/>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";
}
