using System.Security.Cryptography;
using GitOpsBot.Core.Evidence.Sigstore.Certificates;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Core.Evidence.Sigstore.Timestamps;

/// <summary>
/// Proves timestamps (RFC 3161) over a signature by the timestamp authorities of the trusted root. The signer is the first certificate of an authority's
/// chain, whatever certificates the token brings (CVE-2026-39984). Every timestamp that came must hold, as Sigstore's client specification demands.
/// </summary>
internal static class TimestampEvidence
{
    /// <summary>The times that authorities signed, one for each timestamp; or <c>timestamp-invalid</c>.</summary>
    /// <param name="timestamps">RFC 3161 responses, attacker-controlled.</param>
    /// <param name="signature">What they must be over.</param>
    /// <param name="root">Whose authorities are believed.</param>
    public static Checked<IReadOnlyList<DateTimeOffset>> Prove(IReadOnlyList<ReadOnlyMemory<byte>> timestamps, ReadOnlySpan<byte> signature, TrustedRoot root)
    {
        var times = new List<DateTimeOffset>();
        foreach (var timestamp in timestamps)
        {
            if (TimestampToken.Read(timestamp) is not { } token)
            {
                return Invalid("an RFC 3161 response that grants one", "something else");
            }

            if ((WhyNotSigned(token, root) ?? WhyNotOver(token, signature)) is { } rejection)
            {
                return rejection;
            }

            times.Add(token.Time);
        }

        return times;
    }

    private static Rejection? WhyNotSigned(TimestampToken token, TrustedRoot root)
    {
        var claimed = root.TimestampAuthorities.Where(a => IsSigner(token, a.Chain[0])).ToList();
        if (claimed.Count == 0)
        {
            return Invalid("one by a timestamp authority of the trusted root", "one by another");
        }

        Rejection? worst = null;
        foreach (var authority in claimed)
        {
            if (WhyNotBy(token, authority) is not { } rejection)
            {
                return null;
            }

            worst ??= rejection;
        }

        return worst;
    }

    private static bool IsSigner(TimestampToken token, Certificate certificate) => token.KeyIdentifier is { } identifier
        ? certificate.KeyIdentifier is { } own && own.Span.SequenceEqual(identifier.Span)
        : token.Issuer!.Value.Span.SequenceEqual(certificate.Issuer.Span) && token.SerialNumber.Span.SequenceEqual(certificate.SerialNumber.Span);

    private static Rejection? WhyNotBy(TimestampToken token, CertificateAuthority authority)
    {
        var signer = authority.Chain[0];
        // RFC 3161 2.3: for timestamps, for nothing else, and critical.
        if (signer.Usage.WhyNotFor(CertificateUsage.TimeStamping, "time stamping") is not null || signer.Usage is not { Purposes.Count: 1, ArePurposesCritical: true }
            || authority.From(0) is not { } chain || !CertificatePath.IsAllowed([.. chain.Skip(1)], CertificateUsage.TimeStamping))
        {
            return Invalid("one by an authority whose certificate is for time stamping alone and leads to its anchor", "another authority's");
        }

        if (authority.Validity.WhyNot(token.Time) is { } outside)
        {
            return new Rejection(RejectionCode.TimestampInvalid, $"The timestamp's authority {outside}, the time it tells.");
        }

        if (chain.FirstOrDefault(c => !c.IsValidAt(token.Time)) is { } expired)
        {
            return new Rejection(RejectionCode.TimestampInvalid,
                $"A certificate of the timestamp's authority is valid from {Validity.Say(expired.NotBefore)} to {Validity.Say(expired.NotAfter)}, but the timestamp tells {Validity.Say(token.Time)}.");
        }

        return signer.Key is Checked<PublicKey>.Accepted(var key)
            && Hash(token.DigestAlgorithm) is { } digest && CryptographicOperations.HashData(digest, token.Info.Span).AsSpan().SequenceEqual(token.Digest.Span)
            && SignatureHash(token, key.Algorithm) is { } hash && key.Verifies(token.SignedAttributes.Span, token.Signature.Span, hash)
            ? null
            : Invalid("one that its authority signed", "one that was changed, or that another signed");
    }

    private static Rejection? WhyNotOver(TimestampToken token, ReadOnlySpan<byte> signature) =>
        Hash(token.ImprintAlgorithm) is { } hash && CryptographicOperations.HashData(hash, signature).AsSpan().SequenceEqual(token.Imprint.Span)
            ? null
            : Invalid("one over this signature", "one over something else");

    // Some name only the kind of key as the algorithm, and the hash beside it (RFC 5652 10.1.2, RFC 3370).
    private static HashAlgorithmName? SignatureHash(TimestampToken token, KeyAlgorithm algorithm) => (token.SignatureAlgorithm, algorithm) switch
    {
        ("1.2.840.113549.1.1.1", KeyAlgorithm.Rsa) or ("1.2.840.10045.2.1", KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384) => Hash(token.DigestAlgorithm),
        var (oid, _) => SignatureAlgorithms.Hash(oid, algorithm),
    };

    private static HashAlgorithmName? Hash(string oid) => oid switch
    {
        "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private static Rejection Invalid(string expected, string found) => new(RejectionCode.TimestampInvalid, $"Expected a timestamp, {expected}; found {found}.");
}
