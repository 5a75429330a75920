using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace GitOpsBot.Core.Evidence;

/// <summary>Signatures by plain keys: ECDSA on P-256 and P-384 (DER signatures, RFC 3279 2.2.3), Ed25519 (RFC 8032), RSA with PKCS #1 v1.5 or PSS and SHA-256.</summary>
internal static class KeySignature
{
    /// <summary>Whether this key signed these bytes. Anything that cannot be read is a no.</summary>
    public static bool Verify(ReadOnlyMemory<byte> subjectPublicKeyInfo, byte[] data, ReadOnlyMemory<byte> signature)
    {
        try
        {
            var der = subjectPublicKeyInfo.ToArray();
            switch (PublicKey.CreateFromSubjectPublicKeyInfo(der, out _).Oid.Value)
            {
                case "1.2.840.10045.2.1":
                    using (var ec = ECDsa.Create())
                    {
                        ec.ImportSubjectPublicKeyInfo(der, out _);
                        // Signers of P-384 keys use SHA-384, and cosign's default SHA-256.
                        return ec.VerifyData(data, signature.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                            || (ec.KeySize == 384 && ec.VerifyData(data, signature.Span, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence));
                    }

                case "1.2.840.113549.1.1.1":
                    using (var rsa = RSA.Create())
                    {
                        rsa.ImportSubjectPublicKeyInfo(der, out _);
                        return rsa.VerifyData(data, signature.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                            || rsa.VerifyData(data, signature.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
                    }

                case "1.3.101.112":
                    var verifier = new Ed25519Signer();
                    verifier.Init(false, (Ed25519PublicKeyParameters)PublicKeyFactory.CreateKey(der));
                    verifier.BlockUpdate(data, 0, data.Length);
                    return verifier.VerifySignature(signature.ToArray());
                default:
                    return false;
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or InvalidCastException or IOException or InvalidOperationException)
        {
            return false;
        }
    }
}
