using System.Diagnostics;
using System.Formats.Asn1;
using System.Security.Cryptography;
using GitOpsBot.Core.Artifacts;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// A public key that authorities sign with: ECDSA P-256 (SHA-256), ECDSA P-384 (SHA-384, or SHA-256 as cosign wrote before it chose by curve), Ed25519,
/// RSA of 2048 to 8192 bits (PKCS #1 v1.5 or PSS, SHA-256). The algorithm follows from the key, never from the message. Immutable, safe to share.
/// </summary>
public sealed class PublicKey
{
    private const int LeastRsaBits = 2048; // NIST SP 800-131A: shorter is disallowed.
    private const int MostRsaBits = 8192; // Verifying costs grow with the square; nobody signs artifacts with more.
    private const int MostSpkiBytes = 2048; // An RSA key of 8192 bits has about 1,060.

    private readonly byte[] _spki;
    private readonly Ed25519.PublicPoint? _point;
    private AsymmetricAlgorithm? _prepared;

    private PublicKey(byte[] spki, KeyAlgorithm algorithm, int signatureBytes, Ed25519.PublicPoint? point = null)
    {
        (_spki, Algorithm, SignatureBytes, _point) = (spki, algorithm, signatureBytes, point);
        Fingerprint = Digest.Of(spki).Value;
    }

    /// <summary>Who this is: <c>sha256:</c> and the hexadecimal SHA-256 of its DER SubjectPublicKeyInfo.</summary>
    public string Fingerprint { get; }

    /// <summary>The kind of key.</summary>
    public KeyAlgorithm Algorithm { get; }

    /// <summary>The key, DER SubjectPublicKeyInfo (RFC 5280 4.1.2.7).</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _spki;

    private int SignatureBytes { get; }

    /// <summary>Reads a PEM block <c>PUBLIC KEY</c>; the only block in the text.</summary>
    /// <returns>The key, or <c>malformed</c> or <c>unsupported</c>.</returns>
    public static Checked<PublicKey> ReadPem(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] != "PUBLIC KEY"
            || PemEncoding.TryFind(pem.AsSpan(fields.Location.End), out _))
        {
            return new Rejection(RejectionCode.Malformed, "A public key must be exactly one PEM block 'PUBLIC KEY', but the text is something else.");
        }

        return Read(Convert.FromBase64String(pem[fields.Base64Data]));
    }

    /// <summary>Reads a DER SubjectPublicKeyInfo; nothing may follow it.</summary>
    /// <returns>The key, or <c>malformed</c> or <c>unsupported</c> (an algorithm, curve or size that is not believed here).</returns>
    public static Checked<PublicKey> Read(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        if (subjectPublicKeyInfo.Length > MostSpkiBytes)
        {
            return new Rejection(RejectionCode.Limit, $"A public key may have at most {MostSpkiBytes} bytes, but has {subjectPublicKeyInfo.Length}.");
        }

        try
        {
            var der = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER);
            var info = der.ReadSequence();
            der.ThrowIfNotEmpty();
            var algorithm = info.ReadSequence();
            var oid = algorithm.ReadObjectIdentifier();
            var bits = info.ReadBitString(out var unused);
            info.ThrowIfNotEmpty();
            var spki = subjectPublicKeyInfo.ToArray();
            return (oid, unused) switch
            {
                ("1.2.840.10045.2.1", 0) => ReadEllipticCurve(spki, bits, algorithm),
                ("1.2.840.113549.1.1.1", 0) => ReadRsa(spki),
                // Decoding and proving a point costs as much as a signature check, so it is done once.
                ("1.3.101.112", 0) when bits.Length == Ed25519.PublicKeySize && !algorithm.HasData && Ed25519.ValidatePublicKeyFullExport(bits, 0) is { } point
                    => new PublicKey(spki, KeyAlgorithm.Ed25519, Ed25519.SignatureSize, point),
                ("1.3.101.112", _) => new Rejection(RejectionCode.Malformed, "An Ed25519 key must be a point of full order in 32 bytes, but is not."),
                _ => new Rejection(RejectionCode.Unsupported, $"A public key must be ECDSA P-256 or P-384, Ed25519 or RSA, but its algorithm is {Quoted.Text(oid)}."),
            };
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return new Rejection(RejectionCode.Malformed, "A public key must be a DER SubjectPublicKeyInfo, but is not.");
        }
    }

    /// <summary>Whether this key made the signature. Anything malformed is a no.</summary>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!CouldHaveMade(signature))
        {
            return false;
        }

        switch (Algorithm)
        {
            case KeyAlgorithm.EcdsaP256:
                return VerifiesEcdsa(SHA256.HashData(message), signature);
            case KeyAlgorithm.EcdsaP384:
                return VerifiesEcdsa(SHA384.HashData(message), signature) || VerifiesEcdsa(SHA256.HashData(message), signature);
            case KeyAlgorithm.Ed25519:
                return Ed25519.Verify(signature.ToArray(), 0, _point, message.ToArray(), 0, message.Length);
            case KeyAlgorithm.Rsa:
                return VerifiesRsa(SHA256.HashData(message), signature, HashAlgorithmName.SHA256, orPss: true);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>
    /// Whether this key made the signature with a hash that is named elsewhere (a certificate, a timestamp). RSA by PKCS #1 v1.5 alone; Ed25519 has no
    /// choice of hash.
    /// </summary>
    internal bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, HashAlgorithmName hash) => CouldHaveMade(signature) && Algorithm switch
    {
        KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384 => VerifiesEcdsa(CryptographicOperations.HashData(hash, message), signature),
        KeyAlgorithm.Rsa => VerifiesRsa(CryptographicOperations.HashData(hash, message), signature, hash, orPss: false),
        KeyAlgorithm.Ed25519 => Verifies(message, signature),
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether this key made the signature over bytes of which only the SHA-256 is known. Never for Ed25519, which needs the bytes.</summary>
    internal bool VerifiesSha256(ReadOnlySpan<byte> sha256, ReadOnlySpan<byte> signature) => CouldHaveMade(signature) && Algorithm switch
    {
        KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384 => VerifiesEcdsa(sha256, signature),
        KeyAlgorithm.Rsa => VerifiesRsa(sha256, signature, HashAlgorithmName.SHA256, orPss: true),
        _ => false,
    };

    /// <summary>Whether this key, if it is Ed25519, made the signature over a SHA-512 (Ed25519ph, RFC 8032 5.1, without context).</summary>
    internal bool VerifiesPrehashed(ReadOnlySpan<byte> sha512, ReadOnlySpan<byte> signature) =>
        Algorithm == KeyAlgorithm.Ed25519 && CouldHaveMade(signature) && Ed25519.VerifyPrehash(signature.ToArray(), 0, _point, [], sha512.ToArray(), 0);

    /// <summary>Whether the bytes have the form of a signature by a key of this kind and size.</summary>
    public bool CouldHaveMade(ReadOnlySpan<byte> signature) => Algorithm switch
    {
        KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384 => EcdsaSignature.TryRead(signature, SignatureBytes / 2, out _),
        _ => signature.Length == SignatureBytes,
    };

    /// <summary>Whether the bytes have the form of a signature of any kind that is known here.</summary>
    public static bool IsSignatureOfAnyKind(ReadOnlySpan<byte> signature) =>
        signature.Length == Ed25519.SignatureSize
        || signature.Length is >= LeastRsaBits / 8 and <= MostRsaBits / 8
        || EcdsaSignature.TryRead(signature, 66, out _);

    private static Checked<PublicKey> ReadEllipticCurve(byte[] spki, byte[] point, AsnReader parameters)
    {
        // Only named curves: explicit parameters could describe a curve on which anyone can sign (CVE-2020-0601).
        var curve = parameters.HasData && parameters.PeekTag() == Asn1Tag.ObjectIdentifier ? parameters.ReadObjectIdentifier() : null;
        (KeyAlgorithm Algorithm, int Bytes)? known = curve switch
        {
            "1.2.840.10045.3.1.7" => (KeyAlgorithm.EcdsaP256, 32),
            "1.3.132.0.34" => (KeyAlgorithm.EcdsaP384, 48),
            _ => null,
        };
        if (known is not { } found)
        {
            return new Rejection(RejectionCode.Unsupported, $"An ECDSA key must be on the named curve P-256 or P-384, but its curve is {Quoted.Text(curve)}.");
        }

        var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(spki, out _); // Throws for a point that is not on the curve.
        return new PublicKey(spki, found.Algorithm, 2 * found.Bytes) { _prepared = ecdsa };
    }

    private static Checked<PublicKey> ReadRsa(byte[] spki)
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(spki, out _);
        if (rsa.KeySize is < LeastRsaBits or > MostRsaBits)
        {
            return new Rejection(RejectionCode.Unsupported, $"An RSA key must have {LeastRsaBits} to {MostRsaBits} bits, but has {rsa.KeySize}.");
        }

        // FIPS 186-5 A.1.1: an exponent under 65537 makes forging easier; 1 makes it free.
        var exponent = rsa.ExportParameters(false).Exponent!;
        return exponent.Length >= 3 && (exponent[^1] & 1) == 1
            ? new PublicKey(spki, KeyAlgorithm.Rsa, (rsa.KeySize + 7) / 8)
            : new Rejection(RejectionCode.Unsupported, "An RSA key must have an odd public exponent of at least 65537, but has another.");
    }

    private bool VerifiesEcdsa(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        if (!EcdsaSignature.TryRead(signature, SignatureBytes / 2, out var fixedWidth))
        {
            return false;
        }

        // Preparing a key costs as much as a signature check. One prepared key is kept; whoever finds it in use prepares another.
        var ecdsa = Interlocked.Exchange(ref _prepared, null) as ECDsa ?? Import(ECDsa.Create());
        var isRight = ecdsa.VerifyHash(hash, fixedWidth, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Interlocked.Exchange(ref _prepared, ecdsa)?.Dispose();
        return isRight;
    }

    private bool VerifiesRsa(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature, HashAlgorithmName algorithm, bool orPss)
    {
        var rsa = Interlocked.Exchange(ref _prepared, null) as RSA ?? Import(RSA.Create());
        var isRight = rsa.VerifyHash(hash, signature, algorithm, RSASignaturePadding.Pkcs1) || (orPss && rsa.VerifyHash(hash, signature, algorithm, RSASignaturePadding.Pss));
        Interlocked.Exchange(ref _prepared, rsa)?.Dispose();
        return isRight;
    }

    private T Import<T>(T algorithm)
        where T : AsymmetricAlgorithm
    {
        algorithm.ImportSubjectPublicKeyInfo(_spki, out _);
        return algorithm;
    }
}

/// <summary>The kinds of keys that are believed.</summary>
public enum KeyAlgorithm
{
    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    EcdsaP256,
    /// <summary>ECDSA on P-384 with SHA-384 or SHA-256.</summary>
    EcdsaP384,
    /// <summary>Ed25519 (RFC 8032), not prehashed.</summary>
    Ed25519,
    /// <summary>RSA with SHA-256, PKCS #1 v1.5 or PSS.</summary>
    Rsa,
}
