using System.Security.Cryptography;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// Turns what hangs on an artifact into facts and rejections: the signature first, by a key that an authority holds at this time, then what
/// was signed. Nothing that is not proven here counts for anything, whatever its annotations say, and nothing unexpected escapes as an
/// exception. Sigstore bundles and keyless authorities belong beside <see cref="VerifyWithKeys"/>; until they are verified here, what needs
/// them is rejected as unsupported.
/// </summary>
public static class EvidenceVerifier
{
    private const string SignatureAnnotation = "dev.cosignproject.cosign/signature";

    /// <summary>Verifies everything; the same bytes listed twice are one item, and one item that several authorities prove is one fact for each.</summary>
    /// <param name="items">What was found.</param>
    /// <param name="subject">The digest that is judged.</param>
    /// <param name="authorities">Who may be believed.</param>
    /// <param name="now">The time of the pass: without a verified time, a key's dates are compared with it.</param>
    public static IReadOnlyList<EvidenceItem> VerifyAll(
        IReadOnlyList<AttachedItem> items, Digest subject, IReadOnlyList<Authority> authorities, DateTimeOffset now) =>
        [.. items.DistinctBy(i => (i.Digest, i.Form, i.Annotations.GetValueOrDefault(SignatureAnnotation))).SelectMany(i => VerifyOne(i, subject, authorities, now))];

    private static IReadOnlyList<EvidenceItem> VerifyOne(AttachedItem item, Digest subject, IReadOnlyList<Authority> authorities, DateTimeOffset now)
    {
        try
        {
            return Verify(item, subject, authorities, now);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            // Attacker-controlled: half a surrogate pair in a text, for one, is found only when it is read.
            return [Rejected(item, null, null, new Rejection(RejectionCode.Malformed, "It holds text that cannot be read."))];
        }
    }

    private static IReadOnlyList<EvidenceItem> Verify(AttachedItem item, Digest subject, IReadOnlyList<Authority> authorities, DateTimeOffset now)
    {
        if (item.Fault is { } fault)
        {
            return [Rejected(item, null, null, fault)];
        }

        if (item.Subject != subject)
        {
            return [Rejected(item, null, null, new Rejection(RejectionCode.SubjectMismatch, $"It is attached to {item.Subject}; expected {subject}."))];
        }

        return item.Form switch
        {
            AttachedForm.SimpleSigning => VerifySimpleSigning(item, subject, authorities, now),
            AttachedForm.Dsse => VerifyDsse(item, subject, authorities, now),
            AttachedForm.SigstoreBundle => [Rejected(item, null, null, new Rejection(RejectionCode.Unsupported, "Sigstore bundles cannot be verified yet."))],
            _ => [Rejected(item, null, null, new Rejection(RejectionCode.Unsupported, $"Content of the type {item.MediaType} is not evidence."))],
        };
    }

    private static IReadOnlyList<EvidenceItem> VerifySimpleSigning(AttachedItem item, Digest subject, IReadOnlyList<Authority> authorities, DateTimeOffset now)
    {
        if (!item.Annotations.TryGetValue(SignatureAnnotation, out var text))
        {
            return [Rejected(item, null, null, new Rejection(RejectionCode.SignatureMissing, $"The layer has no annotation {SignatureAnnotation}."))];
        }

        if (EvidenceJson.FromBase64(text) is not { Length: > 0 } signature)
        {
            return [Rejected(item, null, null, new Rejection(RejectionCode.SignatureInvalid, "The signature is not Base64."))];
        }

        return VerifyWithKeys(item, null, item.Content.ToArray(), null, signature, authorities, now, (authority, identity) =>
            StatementReader.CheckSimpleSigning(item.Content, subject) is { } no
                ? Rejected(item, null, authority, no)
                : new EvidenceItem.Verified(item.Digest, authority, identity, subject, null, null));
    }

    private static IReadOnlyList<EvidenceItem> VerifyDsse(AttachedItem item, Digest subject, IReadOnlyList<Authority> authorities, DateTimeOffset now)
    {
        var (envelope, rejection) = DsseEnvelope.Read(item.Content);
        if (envelope is null)
        {
            return [Rejected(item, null, null, rejection!)];
        }

        var claimed = EvidenceJson.TryParse(envelope.Payload, "statement", out var root, out _) ? root.Text("predicateType") : null;
        return VerifyWithKeys(item, claimed, envelope.PreAuthentication(), envelope.KeyId, envelope.Signature, authorities, now, (authority, identity) =>
        {
            var (statement, no) = StatementReader.Read(envelope.Payload, subject);
            return statement is null
                ? Rejected(item, claimed, authority, no!)
                : new EvidenceItem.Verified(item.Digest, authority, identity, subject, statement, null);
        });
    }

    private static IReadOnlyList<EvidenceItem> VerifyWithKeys(
        AttachedItem item, string? claimed, byte[] data, string? keyId, ReadOnlyMemory<byte> signature, IReadOnlyList<Authority> authorities, DateTimeOffset now,
        Func<string, string, EvidenceItem> accept)
    {
        var found = new List<EvidenceItem>();
        var isKnownKey = false;
        foreach (var authority in authorities)
        {
            if (authority.Trust is not AuthorityTrust.Keys { Any: var keys })
            {
                continue;
            }

            isKnownKey |= keys.Any(k => IsCalled(keyId, Fingerprint(k)));
            if (keys.FirstOrDefault(k => KeySignature.Verify(k.SubjectPublicKeyInfo, data, signature)) is not { } key)
            {
                continue;
            }

            found.Add(
                key.NotAfter is { } end && now > end ? Rejected(item, claimed, authority.Name, new Rejection(
                    RejectionCode.KeyExpired, $"The key {key.File} of {authority.Name} was believed until {end:u}, and nothing proves an earlier time."))
                : key.NotBefore is { } start && now < start ? Rejected(item, claimed, authority.Name, new Rejection(
                    RejectionCode.KeyExpired, $"The key {key.File} of {authority.Name} is not believed before {start:u}."))
                : authority.RequiresTransparencyLog ? Rejected(item, claimed, authority.Name, new Rejection(
                    RejectionCode.LogEntryMissing, $"{authority.Name} demands an entry in a transparency log, and there is none that can be verified."))
                : accept(authority.Name, Fingerprint(key)));
        }

        if (found.Count > 0)
        {
            return found;
        }

        // Without a hint, bytes that were changed and bytes that a stranger signed look alike: no key proves either.
        return [Rejected(item, claimed, null, isKnownKey
            ? new Rejection(RejectionCode.SignatureInvalid, $"It names the key {keyId}, and that key did not sign these bytes.")
            : new Rejection(RejectionCode.UntrustedKey, "None of the keys of the authorities signed these bytes."))];
    }

    private static string Fingerprint(AuthorityKey key) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(key.SubjectPublicKeyInfo.Span));

    private static bool IsCalled(string? keyId, string fingerprint) => keyId is not null
        && (keyId.Equals(fingerprint, StringComparison.OrdinalIgnoreCase) || keyId.Equals(fingerprint["sha256:".Length..], StringComparison.OrdinalIgnoreCase));

    private static EvidenceItem.Rejected Rejected(AttachedItem item, string? claimed, string? authority, Rejection rejection) => new(
        item.Digest,
        item.Form switch
        {
            AttachedForm.SimpleSigning => "signature",
            AttachedForm.Dsse => "attestation",
            AttachedForm.SigstoreBundle => "bundle",
            _ => "unknown",
        },
        claimed, authority, rejection);
}
