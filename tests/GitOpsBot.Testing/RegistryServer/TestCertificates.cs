using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GitOpsBot.Testing;

/// <summary>A private certificate authority with one server certificate for 127.0.0.1 and localhost, as files in a folder.</summary>
public sealed class TestCertificates : IDisposable
{
    /// <summary>Makes them.</summary>
    public TestCertificates(string folder)
    {
        (CaFile, CertificateFile, KeyFile) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=Private CA", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, until) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(2));
        using var ca = caRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(ca, from, until, [1, 2, 3, 4]);
        using var withKey = signed.CopyWithPrivateKey(key);
        // Through PKCS #12, so that Kestrel can use the key.
        Server = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);

        File.WriteAllText(CaFile, ca.ExportCertificatePem());
        File.WriteAllText(CertificateFile, signed.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportECPrivateKeyPem());
    }

    /// <summary>PEM of the authority.</summary>
    public string CaFile { get; }

    /// <summary>PEM of the server's certificate.</summary>
    public string CertificateFile { get; }

    /// <summary>PEM of the server's private key.</summary>
    public string KeyFile { get; }

    /// <summary>The server's certificate with its key.</summary>
    public X509Certificate2 Server { get; }

    /// <inheritdoc/>
    public void Dispose() => Server.Dispose();
}
