using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GitOpsBot.Registry;

/// <summary>
/// Makes the HTTP clients of one registry. They use the proxy that the standard variables name (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>,
/// <c>ALL_PROXY</c>, <c>NO_PROXY</c>), follow no redirect by themselves, and keep no cookies.
/// </summary>
internal static class RegistryClients
{
    /// <summary>A client; with a guard it connects only where that lets it.</summary>
    /// <exception cref="RegistryException">The file of the private authority cannot be read.</exception>
    public static HttpClient Create(RegistryHost host, AddressGuard? guard)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (guard is not null)
        {
            handler.ConnectCallback = guard.ConnectAsync;
        }

        if (host.CaFile is { } file)
        {
            var roots = Roots(host.Host, file);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, roots);
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    // A private authority is believed beside those of the system, and only about the chain: a wrong name stays wrong.
    private static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
        {
            return errors == SslPolicyErrors.None;
        }

        using var again = new X509Chain();
        again.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        again.ChainPolicy.CustomTrustStore.AddRange(roots);
        again.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        again.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        foreach (var element in chain?.ChainElements.AsEnumerable() ?? [])
        {
            again.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return again.Build(leaf);
    }

    private static X509Certificate2Collection Roots(string host, string file)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            return roots.Count > 0 ? roots : throw new RegistryException($"The file {file} of the authority for {host} holds no certificate: expected PEM.", false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new RegistryException($"The file {file} of the authority for {host} cannot be read: expected certificates in PEM.", false, null, e);
        }
    }
}
