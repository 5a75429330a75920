using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace GitOpsBot.Core.Configuration;

/// <summary>Public keys as files: one PEM block <c>PUBLIC KEY</c> (RFC 7468 section 13).</summary>
internal static class PublicKeyFile
{
    // An RSA key of 8192 bits has 1.5 KB.
    private const int LargestFile = 16 * 1024;
    private const int SmallestRsa = 2048;
    private const int LargestRsa = 8192;

    private const string EcKey = "1.2.840.10045.2.1";
    private const string RsaKey = "1.2.840.113549.1.1.1";
    private const string Ed25519Key = "1.3.101.112";
    private const int Ed25519Length = 44;
    private static readonly IReadOnlyList<string> Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34"];

    /// <summary>The key, DER SubjectPublicKeyInfo; or what is wrong with the file, to follow its name.</summary>
    public static (ReadOnlyMemory<byte> Key, string? Problem) Read(ReadOnlySpan<byte> content)
    {
        if (content.Length > LargestFile)
        {
            return (default, $"is too large for a public key: expected at most {LargestFile} bytes");
        }

        var text = Encoding.UTF8.GetString(content);
        if (!PemEncoding.TryFind(text, out var pem) || text[pem.Label] != "PUBLIC KEY")
        {
            return (default, "is not a PEM file with a PUBLIC KEY");
        }

        if (text[pem.Location.End..].Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return (default, "holds more than one key; name each in a file of its own");
        }

        try
        {
            var der = Convert.FromBase64String(text[pem.Base64Data]);
            var key = PublicKey.CreateFromSubjectPublicKeyInfo(der, out var read);
            return read == der.Length ? (der, Weakness(key.Oid.Value, der)) : (default, "holds more than a key");
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return (default, "does not hold a key that can be read");
        }
    }

    private static string? Weakness(string? kind, byte[] der)
    {
        switch (kind)
        {
            case EcKey:
                using (var ec = ECDsa.Create())
                {
                    ec.ImportSubjectPublicKeyInfo(der, out _);
                    var curve = ec.ExportParameters(false).Curve;
                    return curve.IsNamed && Curves.Contains(curve.Oid.Value) ? null : "is an elliptic-curve key, but neither on P-256 nor on P-384";
                }

            case RsaKey:
                using (var rsa = RSA.Create())
                {
                    rsa.ImportSubjectPublicKeyInfo(der, out _);
                    return rsa.KeySize is >= SmallestRsa and <= LargestRsa
                        ? null
                        : string.Create(CultureInfo.InvariantCulture, $"is an RSA key of {rsa.KeySize} bits: expected {SmallestRsa} to {LargestRsa}");
                }

            case Ed25519Key:
                return der.Length == Ed25519Length ? null : "does not hold a key that can be read";
            default:
                return $"is a key of a kind that is not known ({kind}): expected ECDSA on P-256 or P-384, Ed25519, or RSA";
        }
    }
}
