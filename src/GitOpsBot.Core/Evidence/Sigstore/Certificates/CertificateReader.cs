using System.Formats.Asn1;
using System.Security.Cryptography;

namespace GitOpsBot.Core.Evidence.Sigstore.Certificates;

/// <summary>Reads certificates to the letter of DER: a lenient reader accepts many byte strings as one certificate.</summary>
internal static class CertificateReader
{
    // Fulcio's certificates have about 1.7 KB; post-quantum ones would have more than ten.
    private const int MostBytes = 32 * 1024;
    private const int MostExtensions = 64;
    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 3);

    /// <summary>Reads a PEM block <c>CERTIFICATE</c>, the only one in the text.</summary>
    public static Checked<Certificate> ReadPem(string pem) =>
        pem.Length <= 2 * MostBytes && PemEncoding.TryFind(pem, out var fields) && pem[fields.Label] == "CERTIFICATE" && !PemEncoding.TryFind(pem.AsSpan(fields.Location.End), out _)
            ? Read(Convert.FromBase64String(pem[fields.Base64Data]))
            : new Rejection(RejectionCode.Malformed, "A certificate must be exactly one PEM block 'CERTIFICATE', but the text is something else.");

    /// <summary>Reads DER; nothing may follow it.</summary>
    /// <returns>The certificate, or <c>malformed</c> or <c>limit</c>. Whether its key and its algorithms are known is not asked here.</returns>
    public static Checked<Certificate> Read(ReadOnlyMemory<byte> der)
    {
        if (der.Length > MostBytes)
        {
            return new Rejection(RejectionCode.Limit, $"A certificate may have at most {MostBytes} bytes, but has {der.Length}.");
        }

        try
        {
            return ReadCertificate(der) ?? (Checked<Certificate>)NotOne();
        }
        catch (AsnContentException)
        {
            return NotOne();
        }
    }

    private static Certificate? ReadCertificate(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signed = certificate.PeekEncodedValue();
        var tbs = certificate.ReadSequence();
        var algorithm = certificate.ReadEncodedValue();
        var signature = certificate.ReadBitString(out var unused);
        certificate.ThrowIfNotEmpty();

        var version = tbs.ReadSequence(Version);
        var isVersion3 = version.TryReadInt32(out var number) && number == 2 && !version.HasData;
        var serial = tbs.ReadIntegerBytes();
        var innerAlgorithm = tbs.ReadEncodedValue();
        var issuer = tbs.PeekEncodedValue();
        tbs.ReadSequence();
        var validity = tbs.ReadSequence();
        var (notBefore, notAfter) = (ReadTime(validity), ReadTime(validity));
        validity.ThrowIfNotEmpty();
        var subject = tbs.PeekEncodedValue();
        tbs.ReadSequence();
        var key = tbs.PeekEncodedValue();
        tbs.ReadSequence();
        // Unique identifiers, [1] and [2], are of no use to anybody and absent in honest certificates: with them, what follows is not [3] and throws.
        var extensions = ReadExtensions(tbs.ReadSequence(Extensions).ReadSequence());
        tbs.ThrowIfNotEmpty();

        // RFC 5280 4.1.1.2: the algorithm is named twice, and only the inner one is signed.
        return isVersion3 && unused == 0 && algorithm.Span.SequenceEqual(innerAlgorithm.Span) && extensions is not null && CertificateUsage.Read(extensions) is { } usage
            ? new Certificate(der, signed, ReadAlgorithm(algorithm), signature, serial, issuer, subject, notBefore, notAfter, key, extensions) { Usage = usage }
            : null;
    }

    private static string ReadAlgorithm(ReadOnlyMemory<byte> algorithm) => new AsnReader(algorithm, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier();

    private static DateTimeOffset ReadTime(AsnReader validity) => validity.PeekTag() == Asn1Tag.UtcTime
        ? validity.ReadUtcTime(twoDigitYearMax: 2049) // RFC 5280 4.1.2.5.1
        : validity.ReadGeneralizedTime();

    private static Dictionary<string, CertificateExtension>? ReadExtensions(AsnReader list)
    {
        var extensions = new Dictionary<string, CertificateExtension>(StringComparer.Ordinal);
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var isCritical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            var value = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (extensions.Count == MostExtensions || !extensions.TryAdd(oid, new CertificateExtension(isCritical, value)))
            {
                return null;
            }
        }

        return extensions;
    }

    private static Rejection NotOne() => new(
        RejectionCode.Malformed, "A certificate must be DER of X.509 version 3 in which no extension stands twice, but is something else.");
}
