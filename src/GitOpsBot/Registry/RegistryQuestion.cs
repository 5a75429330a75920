namespace GitOpsBot.Registry;

/// <summary>One question to a registry.</summary>
/// <param name="Address">Where, on the registry's own host.</param>
/// <param name="Repository">The repository it is about.</param>
/// <param name="What">What is asked for, for sentences: <c>The manifest 1.4.2</c>.</param>
/// <param name="Limit">The most bytes of the answer.</param>
internal sealed record RegistryQuestion(Uri Address, string Repository, string What, long Limit)
{
    /// <summary>Media types that are understood; empty for any.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Whether only the headers are wanted.</summary>
    public bool HeadOnly { get; init; }

    /// <summary>The <c>ETag</c> of the answer that is known already; then 304 is understood.</summary>
    public string? Validator { get; init; }

    /// <summary>Whether the answer may come from another host: only where its digest is known beforehand.</summary>
    public bool MayBeElsewhere { get; init; }

    /// <summary>Statuses that are an answer rather than a failure.</summary>
    public IReadOnlyList<int> Understood { get; init; } = [];
}

/// <summary>One answer: status 200 with a bounded body, or one of the statuses that the caller said it understands, without a body.</summary>
internal sealed record RegistryAnswer(int Status, string? MediaType, ReadOnlyMemory<byte> Body, Uri? Next)
{
    /// <summary>The header <c>ETag</c>, where it can be sent back as it came.</summary>
    public string? ETag { get; init; }

    /// <summary>The header <c>Docker-Content-Digest</c>: a claim.</summary>
    public string? ClaimedDigest { get; init; }

    /// <summary>The length that was announced; null when none was.</summary>
    public long? Length { get; init; }
}
