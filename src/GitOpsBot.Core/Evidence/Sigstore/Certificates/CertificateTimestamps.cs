using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Core.Evidence.Sigstore.Certificates;

/// <summary>
/// The signed certificate timestamps inside a certificate (RFC 6962 section 3): a log's word that it has seen the certificate as it was before the
/// timestamps were put in. One of a log that the trusted root knows must hold.
/// </summary>
internal static class CertificateTimestamps
{
    private const string ListOid = "1.3.6.1.4.1.11129.2.4.2";
    private const byte Sha256 = 4;
    private const byte RsaSignature = 1;
    private const byte EcdsaSignature = 3;
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);

    /// <summary>Why no timestamp holds: <c>sct-missing</c>, <c>sct-invalid</c>, <c>log-key-not-valid</c>; null when one does.</summary>
    public static Rejection? WhyNot(Certificate leaf, Certificate issuer, TrustedRoot root)
    {
        if (!leaf.Extensions.TryGetValue(ListOid, out var extension))
        {
            return new Rejection(RejectionCode.SctMissing, "The certificate must carry a signed certificate timestamp, but has none.");
        }

        if (extension.Read(reader => reader.ReadOctetString()) is not { } list || CertificateTimestamp.ReadList(list) is not { } timestamps)
        {
            return Invalid("is malformed");
        }

        Rejection? worst = null;
        foreach (var timestamp in timestamps)
        {
            if (root.CertificateLog(timestamp.LogId.Span) is not { } log)
            {
                continue;
            }

            if (WhyNot(timestamp, log, leaf, issuer) is not { } rejection)
            {
                return null;
            }

            worst ??= rejection;
        }

        return timestamps.Count == 0 ? new Rejection(RejectionCode.SctMissing, "The certificate must carry a signed certificate timestamp, but its list is empty.")
            : worst ?? Invalid("is of a log that the trusted root does not know");
    }

    private static Rejection? WhyNot(CertificateTimestamp timestamp, TransparencyLog log, Certificate leaf, Certificate issuer)
    {
        if (log.Validity.WhyNot(timestamp.Time) is { } outside)
        {
            return new Rejection(RejectionCode.LogKeyNotValid, $"The key of the certificate log {log.Said} {outside}, the time of the signed certificate timestamp.");
        }

        var algorithm = log.Key.Algorithm == KeyAlgorithm.Rsa ? RsaSignature : EcdsaSignature;
        return timestamp.Hash == Sha256 && timestamp.Algorithm == algorithm && log.Key.Verifies(SignedBytes(timestamp, leaf, issuer), timestamp.Signature.Span, HashAlgorithmName.SHA256)
            ? null
            : Invalid($"is not what the log {log.Said} signed");
    }

    // RFC 6962 3.2: version, type, time, entry type "precert", hash of the issuer's key, the certificate without the list, extensions.
    private static byte[] SignedBytes(CertificateTimestamp timestamp, Certificate leaf, Certificate issuer)
    {
        var precertificate = WithoutList(leaf);
        var signed = new byte[2 + 8 + 2 + SHA256.HashSizeInBytes + 3 + precertificate.Length + 2 + timestamp.Extensions.Length];
        BinaryPrimitives.WriteInt64BigEndian(signed.AsSpan(2), timestamp.Time.ToUnixTimeMilliseconds());
        signed[11] = 1;
        SHA256.HashData(issuer.SubjectPublicKeyInfo.Span, signed.AsSpan(12));
        var at = 12 + SHA256.HashSizeInBytes;
        signed[at] = (byte)(precertificate.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(signed.AsSpan(at + 1), (ushort)precertificate.Length);
        precertificate.CopyTo(signed.AsSpan(at + 3));
        at += 3 + precertificate.Length;
        BinaryPrimitives.WriteUInt16BigEndian(signed.AsSpan(at), (ushort)timestamp.Extensions.Length);
        timestamp.Extensions.Span.CopyTo(signed.AsSpan(at + 2));
        return signed;
    }

    private static byte[] WithoutList(Certificate leaf)
    {
        var reader = new AsnReader(leaf.Signed, AsnEncodingRules.DER).ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            while (reader.HasData)
            {
                if (!reader.PeekTag().HasSameClassAndValue(ExtensionsTag))
                {
                    writer.WriteEncodedValue(reader.ReadEncodedValue().Span);
                    continue;
                }

                var extensions = reader.ReadSequence(ExtensionsTag).ReadSequence();
                using (writer.PushSequence(ExtensionsTag))
                using (writer.PushSequence())
                {
                    while (extensions.HasData)
                    {
                        var extension = extensions.ReadEncodedValue();
                        if (new AsnReader(extension, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() != ListOid)
                        {
                            writer.WriteEncodedValue(extension.Span);
                        }
                    }
                }
            }
        }

        return writer.Encode();
    }

    private static Rejection Invalid(string found) => new(
        RejectionCode.SctInvalid, $"The certificate must carry a signed certificate timestamp of a log of the trusted root, but its timestamp {found}.");
}
