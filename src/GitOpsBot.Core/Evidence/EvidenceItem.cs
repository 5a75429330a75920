using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence;

/// <summary>What an attached item was found to be: closed, a verified fact or a rejection.</summary>
public abstract record EvidenceItem
{
    private EvidenceItem(Digest digest, string kind, string? predicateType) => (Digest, Kind, PredicateType) = (digest, kind, predicateType);

    /// <summary>Digest of the layer or blob it came from.</summary>
    public Digest Digest { get; }

    /// <summary><c>signature</c>, <c>attestation</c>, <c>bundle</c> or <c>unknown</c>.</summary>
    public string Kind { get; }

    /// <summary>The predicate type, for a statement that could be read that far; a claim when the item was rejected.</summary>
    public string? PredicateType { get; }

    /// <summary>Proven: signed by <paramref name="Authority"/> about <paramref name="Subject"/>. One item that several authorities prove is several facts.</summary>
    /// <param name="From">Digest of the layer or blob.</param>
    /// <param name="Authority">Name of the Authority document that is believed here.</param>
    /// <param name="Identity">Who signed: the key's fingerprint (<c>sha256:</c> of its SubjectPublicKeyInfo), or a certificate's identity.</param>
    /// <param name="Subject">The digest it is about.</param>
    /// <param name="Statement">The statement, or null for a plain signature.</param>
    /// <param name="Time">The earliest time that somebody trusted signed, or null: the signature existed then.</param>
    public sealed record Verified(Digest From, string Authority, string Identity, Digest Subject, InTotoStatement? Statement, DateTimeOffset? Time)
        : EvidenceItem(From, Statement is null ? "signature" : "attestation", Statement?.PredicateType)
    {
        /// <summary>What the signer's certificate says; null when a key signed.</summary>
        public SignerCertificate? Certificate { get; init; }

        /// <summary>Its number in the transparency log that was verified, or null.</summary>
        public long? LogIndex { get; init; }

        /// <summary>Whether a key of the authority signed it, not a certificate.</summary>
        public bool IsSignedByKey => Certificate is null;
    }

    /// <summary>Not believed by the authority named, or by any when <paramref name="Authority"/> is null.</summary>
    public sealed record Rejected(Digest From, string ItemKind, string? ClaimedPredicateType, string? Authority, Rejection Rejection)
        : EvidenceItem(From, ItemKind, ClaimedPredicateType);
}

/// <summary>What a verified certificate of Fulcio says beside the identity (sigstore/fulcio, <c>docs/oid-info.md</c>); a text that is not there is null.</summary>
/// <param name="Issuer">Who vouched for the identity: an OIDC issuer.</param>
/// <param name="SourceRepository">The repository that was built.</param>
/// <param name="SourceRevision">Its commit.</param>
/// <param name="SourceRef">Its branch or tag, as <c>refs/heads/main</c>.</param>
public sealed record SignerCertificate(string Issuer, string? SourceRepository, string? SourceRevision, string? SourceRef);
