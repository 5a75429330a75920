using System.Collections.Concurrent;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Registry;

/// <summary>The registry of every name; one client for each host, safe for concurrent use.</summary>
public sealed class Registries(RegistryOptions options) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        // Redirects are followed by hand, because credentials must not follow them.
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        AutomaticDecompression = System.Net.DecompressionMethods.None,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly ConcurrentDictionary<string, IRegistry> clients = new(StringComparer.Ordinal);

    /// <summary>Where this name lies.</summary>
    /// <exception cref="RegistryException">It names a layout that the settings do not have.</exception>
    public IRegistry For(ImageName name) => name.IsLayout
        ? clients.GetOrAdd("oci-layout:" + name.Host, _ => options.Layouts.TryGetValue(name.Host, out var folder)
            ? new OciLayout(folder)
            : throw new RegistryException($"There is no layout '{name.Host}' among `sources.layouts` of the bot's settings.", isTransient: false))
        : clients.GetOrAdd(name.Host, host => new OciRegistry(http, options.Hosts.FirstOrDefault(h => h.Host == host) ?? new RegistryHost(host, false, null)));

    /// <summary>Whether the settings hold credentials for where this name lies.</summary>
    public bool HasCredentials(ImageName name) => !name.IsLayout && options.Hosts.Any(h => h.Host == name.Host && h.Credentials is not null);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
