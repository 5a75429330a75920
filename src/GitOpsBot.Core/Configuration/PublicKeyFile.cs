using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace GitOpsBot.Core.Configuration;

/// <summary>Public keys as files: one PEM block <c>PUBLIC KEY</c> (RFC 7468 section 13).</summary>
internal static class PublicKeyFile
{
    private const string EcKey = "1.2.840.10045.2.1";
    private const string RsaKey = "1.2.840.113549.1.1.1";
    private const string Ed25519 = "1.3.101.112";

    /// <summary>The key, DER SubjectPublicKeyInfo; or one sentence that says why it is none.</summary>
    public static (ReadOnlyMemory<byte> Key, string? Problem) Read(ReadOnlySpan<byte> content)
    {
        var text = Encoding.UTF8.GetString(content);
        if (!PemEncoding.TryFind(text, out var pem) || text[pem.Label] != "PUBLIC KEY")
        {
            return (default, "is not a PEM file with a PUBLIC KEY");
        }

        var der = Convert.FromBase64String(text[pem.Base64Data]);
        try
        {
            var key = PublicKey.CreateFromSubjectPublicKeyInfo(der, out var read);
            if (read != der.Length)
            {
                return (default, "holds more than one key");
            }

            switch (key.Oid.Value)
            {
                case EcKey:
                    using (var ec = ECDsa.Create())
                    {
                        ec.ImportSubjectPublicKeyInfo(der, out _);
                        return ec.KeySize is 256 or 384 ? (der, null) : (default, "is an elliptic-curve key, but neither P-256 nor P-384");
                    }

                case RsaKey:
                    using (var rsa = RSA.Create())
                    {
                        rsa.ImportSubjectPublicKeyInfo(der, out _);
                        return rsa.KeySize >= 2048 ? (der, null) : (default, $"is an RSA key of {rsa.KeySize} bits; at least 2048 are needed");
                    }

                case Ed25519:
                    return (der, null);
                default:
                    return (default, $"is a key of a kind that is not known ({key.Oid.Value})");
            }
        }
        catch (CryptographicException)
        {
            return (default, "does not hold a key that can be read");
        }
    }
}
