using System.Diagnostics;
using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// A private key that the bot itself signs with: ECDSA P-256 (SHA-256) or Ed25519. The same message always gets the same signature (RFC 6979 for
/// ECDSA), so that what is made twice is the same twice. Immutable, safe to share; never says anything of the key.
/// </summary>
public sealed class SigningKey
{
    // A key of either kind has less than 300; a chain of certificates beside it would be more.
    private const int LongestPem = 8 * 1024;

    private readonly AsymmetricKeyParameter _key;

    private SigningKey(AsymmetricKeyParameter key, PublicKey publicKey) => (_key, PublicKey) = (key, publicKey);

    /// <summary>What its signatures are verified with.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Reads a PEM block <c>PRIVATE KEY</c> (PKCS #8, RFC 5958, not encrypted); the only block in the text.</summary>
    /// <returns>The key, or <c>malformed</c> or <c>unsupported</c>.</returns>
    public static Checked<SigningKey> ReadPem(string pem)
    {
        if (pem.Length > LongestPem || !PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] != "PRIVATE KEY" || PemEncoding.TryFind(pem.AsSpan(fields.Location.End), out _))
        {
            return new Rejection(RejectionCode.Malformed, "A signing key must be exactly one PEM block 'PRIVATE KEY' (PKCS #8), but the text is something else.");
        }

        try
        {
            var key = PrivateKeyFactory.CreateKey(Convert.FromBase64String(pem[fields.Base64Data]));
            return PublicOf(key) is not { } spki
                ? new Rejection(RejectionCode.Unsupported, "A signing key must be ECDSA on the named curve P-256 or Ed25519, but is of another kind.")
                : PublicKey.Read(spki) switch
                {
                    Checked<PublicKey>.Accepted accepted => new SigningKey(key, accepted.Value),
                    Checked<PublicKey>.Refused refused => refused.Rejection,
                    _ => throw new UnreachableException(),
                };
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException or GeneralSecurityException or FormatException or InvalidCastException)
        {
            return new Rejection(RejectionCode.Malformed, "A signing key must be PKCS #8, but is not.");
        }
    }

    /// <summary>The signature over a message: DER for ECDSA, 64 bytes for Ed25519.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        if (_key is Ed25519PrivateKeyParameters ed25519)
        {
            var signature = new byte[Ed25519PrivateKeyParameters.SignatureSize];
            ed25519.Sign(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Algorithm.Ed25519, null, message.ToArray(), 0, message.Length, signature, 0);
            return signature;
        }

        var signer = new DsaDigestSigner(new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest())), new Sha256Digest());
        signer.Init(true, _key);
        signer.BlockUpdate(message);
        return signer.GenerateSignature();
    }

    private static byte[]? PublicOf(AsymmetricKeyParameter key) => key switch
    {
        Ed25519PrivateKeyParameters ed25519 => SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(ed25519.GeneratePublicKey()).GetDerEncoded(),
        ECPrivateKeyParameters { PublicKeyParamSet: { } curve } ec when curve.Equals(SecObjectIdentifiers.SecP256r1) => SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(
            new ECPublicKeyParameters("EC", ec.Parameters.G.Multiply(ec.D).Normalize(), curve)).GetDerEncoded(),
        _ => null,
    };
}
