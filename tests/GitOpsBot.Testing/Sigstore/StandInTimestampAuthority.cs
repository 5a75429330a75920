using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1.Cmp;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tsp;
using Org.BouncyCastle.Utilities.Collections;
using Org.BouncyCastle.X509;

namespace GitOpsBot.Testing.Sigstore;

/// <summary>A timestamp authority (RFC 3161): an anchor, a signer, and the responses it gives; made with another library than the one under test reads with.</summary>
public sealed class StandInTimestampAuthority
{
    public const string TimeStamping = "1.3.6.1.5.5.7.3.8";
    private readonly StandInKey.Ec anchorKey = StandInKey.P256();
    private readonly StandInKey.Ec signerKey = StandInKey.P256();

    public StandInTimestampAuthority(DateTimeOffset from, DateTimeOffset until)
    {
        var anchor = new CertificateRequest("CN=timestamp anchor, O=stand-in", anchorKey.Key, HashAlgorithmName.SHA256);
        anchor.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = anchor.CreateSelfSigned(from, until);
        Anchor = root.RawData;
        Signer = Certificate(from, until);
    }

    public byte[] Anchor { get; }

    public byte[] Signer { get; }

    /// <summary>A certificate of the signer's key with the same name and number, right or wrong.</summary>
    public byte[] Certificate(DateTimeOffset from, DateTimeOffset until, bool isCritical = true, params string[] purposes)
    {
        var request = new CertificateRequest("CN=timestamps, O=stand-in", signerKey.Key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. (purposes.Length == 0 ? [TimeStamping] : purposes).Select(p => new Oid(p))], isCritical));
        var name = new X500DistinguishedName("CN=timestamp anchor, O=stand-in");
        using var certificate = request.Create(name, X509SignatureGenerator.CreateForECDsa(anchorKey.Key), from, until, [7]);
        return certificate.RawData;
    }

    /// <summary>A response over these bytes.</summary>
    public byte[] Stamp(byte[] data, DateTimeOffset at, bool brings = true)
    {
        var certificate = new X509CertificateParser().ReadCertificate(Signer);
        var generator = new TimeStampTokenGenerator(PrivateKeyFactory.CreateKey(signerKey.Key.ExportPkcs8PrivateKey()), certificate, TspAlgorithms.Sha256, "1.2.3.4");
        if (brings)
        {
            generator.SetCertificates(CollectionUtilities.CreateStore([certificate, new X509CertificateParser().ReadCertificate(Anchor)]));
        }

        var requests = new TimeStampRequestGenerator();
        requests.SetCertReq(brings);
        var request = requests.Generate(TspAlgorithms.Sha256, SHA256.HashData(data), BigInteger.ValueOf(42));
        var response = new TimeStampResponseGenerator(generator, TspAlgorithms.Allowed).Generate(request, BigInteger.ValueOf(99), at.UtcDateTime);
        return response.Status == (int)PkiStatus.Granted ? response.GetEncoded() : throw new InvalidOperationException(response.GetStatusString());
    }
}
