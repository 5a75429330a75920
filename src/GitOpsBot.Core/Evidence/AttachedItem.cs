using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence;

/// <summary>How an item was attached, which decides how its bytes are read.</summary>
public enum AttachedForm
{
    /// <summary>A layer <c>application/vnd.dev.cosign.simplesigning.v1+json</c> whose signature stands in the annotation <c>dev.cosignproject.cosign/signature</c>.</summary>
    SimpleSigning,
    /// <summary>A DSSE envelope.</summary>
    Dsse,
    /// <summary>A Sigstore bundle, version 0.1 to 0.3.</summary>
    SigstoreBundle,
    /// <summary>Anything else: counts for nothing.</summary>
    Unknown,
}

/// <summary>
/// One thing that hangs on an artifact, as found: attacker-controlled, proven by nobody yet. Its bytes were checked against
/// <see cref="Digest"/>; when that failed, <see cref="Fault"/> says so and the bytes are empty.
/// </summary>
/// <param name="Subject">The digest it is attached to.</param>
/// <param name="Form">How to read it.</param>
/// <param name="MediaType">Media type of the layer or blob.</param>
/// <param name="Digest">Digest of the layer or blob the bytes came from.</param>
/// <param name="Content">The bytes, bounded by the registry client.</param>
/// <param name="Annotations">The layer's annotations.</param>
public sealed record AttachedItem(
    Digest Subject, AttachedForm Form, string MediaType, Digest Digest, ReadOnlyMemory<byte> Content, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>Why the bytes could not be had (<c>content-digest-mismatch</c>, <c>limit</c>, <c>malformed</c>), or null.</summary>
    public Rejection? Fault { get; init; }
}
