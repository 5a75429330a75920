namespace GitOpsBot.Core.Evidence.Sigstore.Logs;

/// <summary>An entry of a transparency log as it came with a signature (protobuf-specs, <c>sigstore_rekor.proto</c>, "TransparencyLogEntry"). Nothing in it is proven.</summary>
/// <param name="LogId">The log's id.</param>
/// <param name="Index">Its number in the whole log; for Rekor v1 not its place in the tree of the proof.</param>
/// <param name="IntegratedTime">When the log says it was added; unsigned unless the promise verifies. Null for none.</param>
/// <param name="Body">The canonical entry, which is what the log keeps.</param>
/// <param name="Promise">The log's signed entry timestamp, or null.</param>
/// <param name="Proof">The inclusion proof, or null.</param>
/// <param name="Logged">What the body says.</param>
internal sealed record LogEntry(
    ReadOnlyMemory<byte> LogId, long Index, DateTimeOffset? IntegratedTime, ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte>? Promise, InclusionProof? Proof,
    LoggedSignature Logged);

/// <summary>A proof that an entry is in a tree, and what the log signed about that tree.</summary>
/// <param name="Index">The entry's place in the tree.</param>
/// <param name="TreeSize">The number of entries in the tree.</param>
/// <param name="RootHash">The tree's root, 32 bytes.</param>
/// <param name="Hashes">From the leaf to the root, 32 bytes each.</param>
/// <param name="Checkpoint">The signed note.</param>
internal sealed record InclusionProof(long Index, long TreeSize, ReadOnlyMemory<byte> RootHash, IReadOnlyList<ReadOnlyMemory<byte>> Hashes, string Checkpoint);

/// <summary>What a log entry says was signed, by whom and how: the part of every kind of entry that must be the item's own.</summary>
/// <param name="Kind">Kind and version, as <c>hashedrekord 0.0.1</c>.</param>
/// <param name="Signature">The signature; null for <c>intoto 0.0.1</c>, which names the whole envelope's hash instead.</param>
/// <param name="Verifier">DER of the certificate, or of the SubjectPublicKeyInfo.</param>
/// <param name="IsCertificate">Which of the two.</param>
/// <param name="Hashed">What the hash is of.</param>
/// <param name="Algorithm">The hash algorithm as the entry names it.</param>
/// <param name="Hash">The hash.</param>
internal sealed record LoggedSignature(
    string Kind, ReadOnlyMemory<byte>? Signature, ReadOnlyMemory<byte> Verifier, bool IsCertificate, LoggedHash Hashed, string Algorithm, ReadOnlyMemory<byte> Hash)
{
    /// <summary>Whether it is a kind of Rekor v2, which makes no promises.</summary>
    public bool IsRekorV2 => Kind is "hashedrekord 0.0.2" or "dsse 0.0.2";
}

/// <summary>What the hash in a log entry is of.</summary>
internal enum LoggedHash
{
    /// <summary>What the signature is over: an artifact or a simple signing payload.</summary>
    Message,
    /// <summary>The same, or a DSSE envelope's pre-authentication encoding (Rekor v2 has no kind for envelopes of its own any more).</summary>
    MessageOrEncoding,
    /// <summary>A DSSE envelope's payload.</summary>
    Payload,
    /// <summary>A DSSE envelope's bytes.</summary>
    Envelope,
}
