using System.Diagnostics;
using System.Globalization;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// Tells what is proven from what merely hangs there. Map of this folder: <see cref="SignedItem"/> takes an item apart (<see cref="DsseEnvelope"/>,
/// <see cref="SimpleSigning"/>), <see cref="TrustedKeys"/> says who signed it, <see cref="StatementReader"/> what it claims; <c>Sigstore/</c> is where
/// certificates and logs will be. The order is: signature, then key's validity, then subject; nothing that is claimed decides before it is proven.
/// <para>
/// Promises: every item leaves at least one fact, verified or rejected with a reason; no exception escapes; an item is verified only when a valid key of
/// the authority signed exactly these bytes and the subject is among what they name. Where an item hangs, its media type and its annotations prove nothing.
/// Presumes: bytes were checked against their digest when they were fetched; keys come from documents of the base branch.
/// </para>
/// </summary>
public static class EvidenceVerifier
{
    /// <summary>2,000 items for one digest: honest images have a few dozen; each costs a signature check for every key.</summary>
    public const int MostItems = 2000;

    /// <summary>
    /// Verifies all that is attached to one digest. One fact for each authority that an item is proven by; the same bytes by the same authority count once,
    /// however often they are attached. Pure.
    /// </summary>
    /// <param name="items">What was found, attacker-controlled.</param>
    /// <param name="subject">The digest that everything must be about.</param>
    /// <param name="authorities">Who is believed.</param>
    /// <param name="now">The time of the pass; keys are judged by it.</param>
    public static IReadOnlyList<EvidenceItem> VerifyAll(IReadOnlyList<AttachedItem> items, Digest subject, IReadOnlyList<Authority> authorities, DateTimeOffset now)
    {
        var keys = new TrustedKeys(authorities);
        var facts = items.Select((item, i) => i < MostItems
            ? Verify(item, subject, keys, now)
            : [Reject(item, null, new Rejection(RejectionCode.Limit, string.Create(CultureInfo.InvariantCulture, $"At most {MostItems} attached items are read, but there are {items.Count}.")))]);
        return [.. facts.SelectMany(f => f).DistinctBy(Sameness)];
    }

    private static IReadOnlyList<EvidenceItem> Verify(AttachedItem item, Digest subject, TrustedKeys keys, DateTimeOffset now)
    {
        if (item.Fault is { } fault)
        {
            return [Reject(item, null, fault)];
        }

        if (item.Subject != subject)
        {
            return [Reject(item, null, new Rejection(RejectionCode.SubjectMismatch, $"The item must be attached to {subject}, but is attached to {item.Subject}."))];
        }

        try
        {
            return SignedItem.Read(item) switch
            {
                Checked<SignedItem>.Accepted(var signed) => Verify(item, signed, subject, keys, now),
                Checked<SignedItem>.Refused(var rejection) => [Reject(item, null, rejection)],
                _ => throw new UnreachableException(),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // CVE-2026-44310: an exception that hostile bytes brought about was once read as success. Whatever it was, it is a no.
            return [Reject(item, null, new Rejection(RejectionCode.Malformed, $"The item must be readable evidence, but reading it failed unexpectedly ({e.GetType().Name})."))];
        }
    }

    private static IReadOnlyList<EvidenceItem> Verify(AttachedItem item, SignedItem signed, Digest subject, TrustedKeys keys, DateTimeOffset now)
    {
        var claimed = signed.Claim is Checked<Claim>.Accepted({ Statement: { } statement }) ? statement.PredicateType : null;
        var signers = keys.Signers(signed, now);
        return signers.Count == 0
            ? [Reject(item, claimed, keys.WhyNobody(signed))]
            : [.. signers.Select(s => Judge(item, signed.Claim, claimed, subject, s.Authority, s.Key, s.Flaw))];
    }

    private static EvidenceItem Judge(
        AttachedItem item, Checked<Claim> claim, string? claimed, Digest subject, Authority authority, PublicKey key, Rejection? flaw)
    {
        return (flaw, claim) switch
        {
            ({ } why, _) => Reject(item, claimed, why, authority.Name),
            (_, Checked<Claim>.Refused(var why)) => Reject(item, claimed, why, authority.Name),
            (_, Checked<Claim>.Accepted(var about)) when !about.Subjects.Contains(subject) => Reject(item, claimed, Mismatch(about, subject), authority.Name),
            (_, Checked<Claim>.Accepted(var about)) => new EvidenceItem.Verified(item.Digest, authority.Name, key.Fingerprint, subject, about.Statement, null),
            _ => throw new UnreachableException(),
        };
    }

    private static Rejection Mismatch(Claim about, Digest subject) => new(RejectionCode.SubjectMismatch, about.Subjects switch
    {
        [] => $"Signed, but must be about {subject}, and names no SHA-256 digest.",
        [var only] => $"Signed, but must be about {subject}, and is about {only}.",
        [var first, ..] => string.Create(CultureInfo.InvariantCulture, $"Signed, but must be about {subject}, and is about {about.Subjects.Count} others, first {first}."),
    });

    private static EvidenceItem.Rejected Reject(AttachedItem item, string? claimed, Rejection rejection, string? authority = null) =>
        new(item.Digest, Kind(item.Form), claimed, authority, rejection);

    private static string Kind(AttachedForm form) => form switch
    {
        AttachedForm.SimpleSigning => "signature",
        AttachedForm.Dsse => "attestation",
        AttachedForm.SigstoreBundle => "bundle",
        _ => "unknown",
    };

    // Copies must not add up to a threshold. Several signatures over one payload share its digest, so the digest alone would lose some of them.
    private static object Sameness(EvidenceItem fact) => fact is EvidenceItem.Verified verified ? (verified.Digest, verified.Authority) : fact;
}
