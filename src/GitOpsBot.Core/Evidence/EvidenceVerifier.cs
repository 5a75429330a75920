using System.Diagnostics;
using System.Globalization;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence.Sigstore;
using GitOpsBot.Core.Evidence.Sigstore.Certificates;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// Tells what is proven from what merely hangs there. Map of this folder: <see cref="SignedItem"/> takes an item apart (<see cref="DsseEnvelope"/>,
/// <see cref="SimpleSigning"/>, Sigstore bundles), <see cref="TrustedKeys"/> and <see cref="KeylessAuthorities"/> say who signed it,
/// <see cref="SigstoreVerifier"/> proves certificates, log entries and times, <see cref="StatementReader"/> reads what it claims. The order is: signature,
/// then what others signed about it, then subject; nothing that is claimed decides before it is proven.
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
    /// <param name="now">The time of the pass; keys are judged by it where nobody signed a time.</param>
    public static IReadOnlyList<EvidenceItem> VerifyAll(IReadOnlyList<AttachedItem> items, Digest subject, IReadOnlyList<Authority> authorities, DateTimeOffset now)
    {
        var believed = new Believed(authorities);
        var facts = items.Select((item, i) => i < MostItems
            ? Verify(item, new SignedArtifact(subject, null), believed, now)
            : [Reject(item, null, new Rejection(RejectionCode.Limit, string.Create(CultureInfo.InvariantCulture, $"At most {MostItems} attached items are read, but there are {items.Count}.")))]);
        return [.. facts.SelectMany(f => f).DistinctBy(Sameness)];
    }

    /// <summary>Verifies one Sigstore bundle about something that need not lie in a registry, by one authority. Pure.</summary>
    /// <param name="bundle">The bundle's bytes, attacker-controlled.</param>
    /// <param name="digest">The digest of what it must be about.</param>
    /// <param name="content">Its bytes, for signatures that need them; null when only the digest is known.</param>
    /// <param name="authority">Who is believed.</param>
    /// <param name="now">The time of judging.</param>
    public static EvidenceItem VerifyBundle(ReadOnlyMemory<byte> bundle, Digest digest, ReadOnlyMemory<byte>? content, Authority authority, DateTimeOffset now)
    {
        var item = new AttachedItem(digest, AttachedForm.SigstoreBundle, MediaTypes.SigstoreBundlePrefix, Digest.Of(bundle.Span), bundle, new Dictionary<string, string>());
        return Verify(item, new SignedArtifact(digest, content), new Believed([authority]), now)[0];
    }

    private static IReadOnlyList<EvidenceItem> Verify(AttachedItem item, SignedArtifact subject, Believed believed, DateTimeOffset now)
    {
        if (item.Fault is { } fault)
        {
            return [Reject(item, null, fault)];
        }

        if (item.Subject != subject.Digest)
        {
            return [Reject(item, null, new Rejection(RejectionCode.SubjectMismatch, $"The item must be attached to {subject.Digest}, but is attached to {item.Subject}."))];
        }

        try
        {
            return SignedItem.Read(item, subject) switch
            {
                Checked<SignedItem>.Accepted(var signed) => Verify(item, signed, subject, believed, now),
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

    private static IReadOnlyList<EvidenceItem> Verify(AttachedItem item, SignedItem signed, SignedArtifact subject, Believed believed, DateTimeOffset now)
    {
        var claimed = signed.Claim is Checked<Claim>.Accepted({ Statement: { } statement }) ? statement.PredicateType : null;
        var facts = believed.Keys.Signers(signed, now)
            .Select(s => Judge(item, signed, claimed, subject, s.Authority, s.Proof, p => p with { Identity = s.Key.Fingerprint })).ToList();
        if (signed is { Signature: not null, Material.Certificate: { } certificate } && believed.Keyless.Names.Any())
        {
            var keyless = believed.Keyless.Judge(signed).Select(j => Judge(item, signed, claimed, subject, j.Authority, j.Proof, p => Named(p, certificate))).ToList();
            // What a key proved needs no certificate; that the certificate is a stranger's says nothing then.
            facts.AddRange(facts.Count == 0 ? keyless : keyless.OfType<EvidenceItem.Verified>());
        }

        return facts.Count == 0 ? [Reject(item, claimed, believed.Keys.WhyNobody(signed))] : facts;
    }

    private static EvidenceItem Judge(
        AttachedItem item, SignedItem signed, string? claimed, SignedArtifact subject, Authority? authority, Checked<SigstoreProof> proof,
        Func<EvidenceItem.Verified, EvidenceItem.Verified> name) => (proof, signed.Claim) switch
        {
            (Checked<SigstoreProof>.Refused(var why), _) => Reject(item, claimed, why, authority?.Name),
            (_, Checked<Claim>.Refused(var why)) => Reject(item, claimed, why, authority?.Name),
            (_, Checked<Claim>.Accepted(var about)) when !subject.IsSubjectOf(about) => Reject(item, claimed, Mismatch(about, subject.Digest), authority?.Name),
            (Checked<SigstoreProof>.Accepted(var proven), Checked<Claim>.Accepted(var about)) => name(
                new EvidenceItem.Verified(item.Digest, authority!.Name, "", subject.Digest, about.SignedStatement, proven.Earliest)
                {
                    LogIndex = proven.Entries.Count > 0 ? proven.Entries[0].Index : null,
                }),
            _ => throw new UnreachableException(),
        };

    private static EvidenceItem.Verified Named(EvidenceItem.Verified proven, Certificate certificate) => proven with
    {
        Identity = SignerIdentity.NameOf(certificate)!,
        Certificate = new SignerCertificate(
            SignerIdentity.IssuerOf(certificate)!, SignerIdentity.Extension(certificate, 12), SignerIdentity.Extension(certificate, 13), SignerIdentity.Extension(certificate, 14)),
    };

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

    // All authorities, prepared once for all items.
    private sealed class Believed(IReadOnlyList<Authority> authorities)
    {
        public TrustedKeys Keys { get; } = new(authorities);

        public KeylessAuthorities Keyless { get; } = new(authorities);
    }
}
