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
    /// <param name="Time">A time that somebody trusted signed, or null.</param>
    public sealed record Verified(Digest From, string Authority, string Identity, Digest Subject, InTotoStatement? Statement, DateTimeOffset? Time)
        : EvidenceItem(From, Statement is null ? "signature" : "attestation", Statement?.PredicateType);

    /// <summary>Not believed by the authority named, or by any when <paramref name="Authority"/> is null.</summary>
    public sealed record Rejected(Digest From, string ItemKind, string? ClaimedPredicateType, string? Authority, Rejection Rejection)
        : EvidenceItem(From, ItemKind, ClaimedPredicateType);
}
