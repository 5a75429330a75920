namespace GitOpsBot.Core.Evidence.Sigstore;

/// <summary>
/// The seam for Sigstore: everything that needs a certificate, a transparency log or a timestamp authority is refused here, and only here, until its
/// verification exists. Each place where <see cref="EvidenceVerifier"/> calls this is where that verification will be called. Nothing here ever accepts.
/// </summary>
public static class AwaitsSigstore
{
    /// <summary>The annotation with the PEM certificate of a signature made keyless (cosign, <c>specs/SIGNATURE_SPEC.md</c>).</summary>
    public const string CertificateAnnotation = "dev.sigstore.cosign/certificate";

    /// <summary>The annotation with a transparency log's entry (the same specification).</summary>
    public const string LogEntryAnnotation = "dev.sigstore.cosign/bundle";

    /// <summary>Refuses a Sigstore bundle.</summary>
    public static Rejection Bundle() => new(
        RejectionCode.Unsupported, "Expected a signature by a key in a DSSE envelope or a cosign layer; found a Sigstore bundle, which cannot be verified yet.");

    /// <summary>Refuses what was signed with a certificate.</summary>
    public static Rejection Certificate() => new(
        RejectionCode.Unsupported, "Expected a signature by a key of an authority; found one with a certificate (keyless), which cannot be verified yet.");

    /// <summary>Refuses what an authority's key signed when that authority demands a transparency log's entry.</summary>
    /// <param name="authority">The authority's name.</param>
    /// <param name="isEntryThere">Whether an entry came with the item.</param>
    public static Rejection LogEntry(string authority, bool isEntryThere) => isEntryThere
        ? new(RejectionCode.Unsupported, $"Authority '{authority}' demands a transparency log entry; one is attached, but it cannot be verified yet.")
        : new(RejectionCode.LogEntryMissing, $"Authority '{authority}' demands a transparency log entry, but none is attached.");
}
