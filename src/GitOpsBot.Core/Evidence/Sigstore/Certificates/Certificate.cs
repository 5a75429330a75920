using System.Formats.Asn1;
using System.Security.Cryptography;

namespace GitOpsBot.Core.Evidence.Sigstore.Certificates;

/// <summary>
/// An X.509 certificate of version 3 (RFC 5280), taken apart by <see cref="CertificateReader"/>. Its own reader and path, and not .NET's
/// X509Chain: that one reads the machine's stores and can ask the network, and neither may decide here, whatever its settings.
/// </summary>
/// <param name="Raw">The certificate, DER.</param>
/// <param name="Signed">What its issuer signed: the TBSCertificate, DER.</param>
/// <param name="SignatureAlgorithm">Object identifier of the signature's algorithm.</param>
/// <param name="Signature">The issuer's signature.</param>
/// <param name="SerialNumber">The serial number's bytes.</param>
/// <param name="Issuer">The issuer's name, DER.</param>
/// <param name="Subject">The subject's name, DER.</param>
/// <param name="NotBefore">From when it is valid, inclusive.</param>
/// <param name="NotAfter">Until when it is valid, inclusive.</param>
/// <param name="SubjectPublicKeyInfo">Its key, DER.</param>
/// <param name="Extensions">Extensions by object identifier.</param>
internal sealed record Certificate(
    ReadOnlyMemory<byte> Raw, ReadOnlyMemory<byte> Signed, string SignatureAlgorithm, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> SerialNumber,
    ReadOnlyMemory<byte> Issuer, ReadOnlyMemory<byte> Subject, DateTimeOffset NotBefore, DateTimeOffset NotAfter,
    ReadOnlyMemory<byte> SubjectPublicKeyInfo, IReadOnlyDictionary<string, CertificateExtension> Extensions)
{
    private Checked<PublicKey>? key;

    /// <summary>Its key, or why it cannot be used here.</summary>
    public Checked<PublicKey> Key => key ??= PublicKey.Read(SubjectPublicKeyInfo);

    /// <summary>Basic constraints, key usage and extended key usage.</summary>
    public required CertificateUsage Usage { get; init; }

    /// <summary>Its subject key identifier (RFC 5280 4.2.1.2), or null.</summary>
    public ReadOnlyMemory<byte>? KeyIdentifier =>
        Extensions.TryGetValue("2.5.29.14", out var extension) && extension.Read(reader => reader.ReadOctetString()) is { } identifier ? identifier : (ReadOnlyMemory<byte>?)null;

    /// <summary>Whether it names itself as issuer, as roots do.</summary>
    public bool IsSelfIssued => Issuer.Span.SequenceEqual(Subject.Span);

    /// <summary>Whether a time is in its validity.</summary>
    public bool IsValidAt(DateTimeOffset time) => NotBefore <= time && time <= NotAfter;

    /// <summary>Whether it issued another: named by it, allowed to (RFC 5280 6.1.4: CA, keyCertSign), and its key made the signature.</summary>
    public bool IsIssuerOf(Certificate issued) => issued.Issuer.Span.SequenceEqual(Subject.Span)
        && Usage.MayIssue
        && Key is Checked<PublicKey>.Accepted(var mine)
        && SignatureAlgorithms.Hash(issued.SignatureAlgorithm, mine.Algorithm) is { } hash
        && mine.Verifies(issued.Signed.Span, issued.Signature.Span, hash);
}

/// <summary>An extension.</summary>
/// <param name="IsCritical">Whether whoever does not know it must refuse the certificate.</param>
/// <param name="Value">Its value, DER.</param>
internal sealed record CertificateExtension(bool IsCritical, ReadOnlyMemory<byte> Value)
{
    /// <summary>Reads the value; null when it is not what the reader expects, to the last byte.</summary>
    public T? Read<T>(Func<AsnReader, T?> read)
        where T : class
    {
        try
        {
            var reader = new AsnReader(Value, AsnEncodingRules.DER);
            var value = read(reader);
            return reader.HasData ? null : value;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}

/// <summary>Object identifiers of signatures, by what they hash with. SHA-1 is none of them.</summary>
internal static class SignatureAlgorithms
{
    /// <summary>The hash of a signature algorithm when it fits the kind of key; otherwise null.</summary>
    public static HashAlgorithmName? Hash(string oid, KeyAlgorithm key) => (oid, key) switch
    {
        ("1.2.840.10045.4.3.2", KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384) => HashAlgorithmName.SHA256,
        ("1.2.840.10045.4.3.3", KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384) => HashAlgorithmName.SHA384,
        ("1.2.840.10045.4.3.4", KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384) => HashAlgorithmName.SHA512,
        ("1.2.840.113549.1.1.11", KeyAlgorithm.Rsa) => HashAlgorithmName.SHA256,
        ("1.2.840.113549.1.1.12", KeyAlgorithm.Rsa) => HashAlgorithmName.SHA384,
        ("1.2.840.113549.1.1.13", KeyAlgorithm.Rsa) => HashAlgorithmName.SHA512,
        ("1.3.101.112", KeyAlgorithm.Ed25519) => HashAlgorithmName.SHA512,
        _ => null,
    };
}
