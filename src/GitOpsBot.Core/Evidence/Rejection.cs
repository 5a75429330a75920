namespace GitOpsBot.Core.Evidence;

/// <summary>Why an item of evidence is not believed, or a gate that asks for evidence is not met. Closed: programs compare these codes.</summary>
public enum RejectionCode
{
    /// <summary>Nothing of the wanted kind is attached.</summary>
    NoEvidence,
    /// <summary>No signature is attached, or an envelope has none.</summary>
    SignatureMissing,
    /// <summary>The signature does not match the bytes.</summary>
    SignatureInvalid,
    /// <summary>Not exactly one signature.</summary>
    SignatureCount,
    /// <summary>The DSSE payload type is not in-toto's.</summary>
    PayloadType,
    /// <summary>Signed, but about another digest.</summary>
    SubjectMismatch,
    /// <summary>Signed, but a statement of another type.</summary>
    PredicateTypeMismatch,
    /// <summary>The predicate says something else than the policy wants.</summary>
    PredicateValue,
    /// <summary>Each condition is met by some item, but all of them by none.</summary>
    NoSingleItemSatisfies,
    /// <summary>Fewer different authorities than the threshold.</summary>
    ThresholdNotMet,
    /// <summary>The certificate names another identity.</summary>
    IdentityMismatch,
    /// <summary>The certificate names another issuer.</summary>
    IssuerMismatch,
    /// <summary>Signed by a key that no authority holds.</summary>
    UntrustedKey,
    /// <summary>Signed by a key past its end.</summary>
    KeyExpired,
    /// <summary>The certificate does not lead to a trusted root.</summary>
    UntrustedRoot,
    /// <summary>The certificate is for another purpose.</summary>
    CertificateUsage,
    /// <summary>A verified time lies outside the certificate's validity.</summary>
    TimeOutsideCertificate,
    /// <summary>No time that anyone trusted signed.</summary>
    NoTrustedTime,
    /// <summary>The timestamp does not verify.</summary>
    TimestampInvalid,
    /// <summary>No signed certificate timestamp.</summary>
    SctMissing,
    /// <summary>The signed certificate timestamp does not verify.</summary>
    SctInvalid,
    /// <summary>A log that the trusted root does not know.</summary>
    UntrustedLog,
    /// <summary>The log's key was not valid then.</summary>
    LogKeyNotValid,
    /// <summary>No log entry, and one is demanded.</summary>
    LogEntryMissing,
    /// <summary>The log entry belongs to something else.</summary>
    LogEntryNotBound,
    /// <summary>No inclusion proof.</summary>
    InclusionProofMissing,
    /// <summary>The inclusion proof does not lead to the checkpoint.</summary>
    InclusionProofInvalid,
    /// <summary>The checkpoint does not verify.</summary>
    CheckpointInvalid,
    /// <summary>A bundle version that the authority does not allow.</summary>
    BundleVersionNotAllowed,
    /// <summary>Not well-formed.</summary>
    Malformed,
    /// <summary>Well-formed, but of a kind that is not verified here.</summary>
    Unsupported,
    /// <summary>The bytes do not have the digest they were listed with.</summary>
    ContentDigestMismatch,
    /// <summary>Larger or more than the bounds allow.</summary>
    Limit,
    /// <summary>Older than the policy allows.</summary>
    TooOld,
}

/// <summary>A "no" with its closed code and one sentence that says what was expected and what was found.</summary>
public sealed record Rejection(RejectionCode Code, string Reason)
{
    /// <summary>The code as it is printed: <c>no-evidence</c>, <c>signature-missing</c>, …</summary>
    public string CodeText => ToText(Code);

    /// <summary>The printed form of a code: lower case, words joined by hyphens.</summary>
    public static string ToText(RejectionCode code) => string.Concat(
        code.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));
}
