using System.Formats.Asn1;

namespace GitOpsBot.Core.Evidence.Sigstore.Timestamps;

/// <summary>
/// A timestamp (RFC 3161 2.4.2) in its CMS envelope (RFC 5652), taken apart: what was signed and what it says. Certificates in it are passed over
/// without a look: the signer is an authority of the trusted root or nobody.
/// </summary>
/// <param name="Time">The time it tells.</param>
/// <param name="ImprintAlgorithm">Object identifier of the hash of what was stamped.</param>
/// <param name="Imprint">That hash.</param>
/// <param name="Info">The TSTInfo's bytes, whose hash the signed attributes hold.</param>
/// <param name="Issuer">Issuer of the signer's certificate, DER; null when the signer is named by <paramref name="KeyIdentifier"/>.</param>
/// <param name="SerialNumber">Serial number of the signer's certificate.</param>
/// <param name="KeyIdentifier">Key identifier of the signer's certificate, or null.</param>
/// <param name="DigestAlgorithm">Object identifier of the hash of <paramref name="Info"/>.</param>
/// <param name="Digest">That hash.</param>
/// <param name="SignedAttributes">The bytes that were signed.</param>
/// <param name="SignatureAlgorithm">Object identifier of the signature's algorithm.</param>
/// <param name="Signature">The signature.</param>
internal sealed record TimestampToken(
    DateTimeOffset Time, string ImprintAlgorithm, ReadOnlyMemory<byte> Imprint, ReadOnlyMemory<byte> Info,
    ReadOnlyMemory<byte>? Issuer, ReadOnlyMemory<byte> SerialNumber, ReadOnlyMemory<byte>? KeyIdentifier,
    string DigestAlgorithm, ReadOnlyMemory<byte> Digest, ReadOnlyMemory<byte> SignedAttributes, string SignatureAlgorithm, ReadOnlyMemory<byte> Signature)
{
    // A token with a chain of three RSA certificates has 6 KB.
    private const int MostBytes = 64 * 1024;
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string InfoType = "1.2.840.113549.1.9.16.1.4";
    private const string ContentTypeAttribute = "1.2.840.113549.1.9.3";
    private const string DigestAttribute = "1.2.840.113549.1.9.4";

    // CMS may be BER, and is, in the wild; nothing rests on its form: what counts is signed byte for byte.
    private const AsnEncodingRules Rules = AsnEncodingRules.BER;
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);

    /// <summary>Takes a TimeStampResp apart; null when it is none, or tells of a failure.</summary>
    public static TimestampToken? Read(ReadOnlyMemory<byte> response)
    {
        if (response.Length > MostBytes)
        {
            return null;
        }

        try
        {
            var outer = new AsnReader(response, Rules);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var isGranted = sequence.ReadSequence().TryReadInt32(out var status) && status is 0 or 1;
            var token = sequence.ReadSequence();
            sequence.ThrowIfNotEmpty();
            return isGranted && token.ReadObjectIdentifier() == SignedData ? ReadSignedData(token.ReadSequence(Zero).ReadSequence()) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static TimestampToken? ReadSignedData(AsnReader data)
    {
        data.ReadIntegerBytes();
        data.ReadSetOf(skipSortOrderValidation: true);
        var content = data.ReadSequence();
        var isInfo = content.ReadObjectIdentifier() == InfoType;
        var info = content.ReadSequence(Zero).ReadOctetString();
        while (data.HasData && data.PeekTag().TagClass == TagClass.ContextSpecific)
        {
            data.ReadEncodedValue(); // Certificates and revocation lists.
        }

        var signers = data.ReadSetOf(skipSortOrderValidation: true);
        var signer = signers.ReadSequence();
        return isInfo && !signers.HasData && !data.HasData ? ReadSigner(signer, info) : null;
    }

    private static TimestampToken? ReadSigner(AsnReader signer, byte[] info)
    {
        signer.ReadIntegerBytes();
        ReadOnlyMemory<byte>? issuer = null, keyIdentifier = null;
        ReadOnlyMemory<byte> serial = default;
        if (signer.PeekTag().HasSameClassAndValue(Zero))
        {
            keyIdentifier = signer.ReadOctetString(Zero);
        }
        else
        {
            var named = signer.ReadSequence();
            (issuer, serial) = (named.ReadEncodedValue(), named.ReadIntegerBytes());
        }

        var digestAlgorithm = signer.ReadSequence().ReadObjectIdentifier();
        // RFC 5652 5.4: signed is the SET itself, not the tag under which it lies here.
        var signed = signer.PeekEncodedValue().ToArray();
        signed[0] = 0x31;
        var attributes = ReadAttributes(signer.ReadSetOf(skipSortOrderValidation: true, Zero));
        var signatureAlgorithm = signer.ReadSequence().ReadObjectIdentifier();
        var signature = signer.ReadOctetString();
        return attributes is not null && attributes.TryGetValue(ContentTypeAttribute, out var type) && type.ReadObjectIdentifier() == InfoType
            && attributes.TryGetValue(DigestAttribute, out var digest)
            && ReadInfo(info) is var (time, imprintAlgorithm, imprint)
            ? new TimestampToken(time, imprintAlgorithm, imprint, info, issuer, serial, keyIdentifier, digestAlgorithm, digest.ReadOctetString(), signed, signatureAlgorithm, signature)
            : null;
    }

    private static Dictionary<string, AsnReader>? ReadAttributes(AsnReader set)
    {
        var attributes = new Dictionary<string, AsnReader>(StringComparer.Ordinal);
        while (set.HasData)
        {
            var attribute = set.ReadSequence();
            if (!attributes.TryAdd(attribute.ReadObjectIdentifier(), attribute.ReadSetOf(skipSortOrderValidation: true)))
            {
                return null;
            }
        }

        return attributes;
    }

    private static (DateTimeOffset Time, string Algorithm, byte[] Imprint) ReadInfo(byte[] bytes)
    {
        var info = new AsnReader(bytes, Rules).ReadSequence();
        info.ReadIntegerBytes();
        info.ReadObjectIdentifier();
        var imprint = info.ReadSequence();
        var algorithm = imprint.ReadSequence().ReadObjectIdentifier();
        var hash = imprint.ReadOctetString();
        info.ReadIntegerBytes();
        return (info.ReadGeneralizedTime(), algorithm, hash);
    }
}
