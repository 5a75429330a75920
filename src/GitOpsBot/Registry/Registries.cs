using System.Collections.Concurrent;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Registry;

/// <summary>
/// Everywhere artifacts may lie, one client for each host or folder, kept as long as this lives: connections, tokens, and what did not change
/// since are so shared by all passes. This folder's map: <see cref="RegistryExchange"/> is the wire, <see cref="RegistryConnection"/> its pace and
/// patience, <see cref="OciRegistry"/> the specification over it, <see cref="StoredRegistry"/> adds mirrors and the cache on disk;
/// <see cref="OciLayout"/> is a folder instead. All hand out bytes that were bounded and checked, <see cref="ArtifactReader"/> makes artifacts and
/// attached items of them, and nothing here believes or judges anything. Safe for concurrent use.
/// </summary>
public sealed class Registries(RegistryOptions options, TimeProvider? time = null) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<OciRegistry>> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, StoredRegistry> _stored = new(StringComparer.OrdinalIgnoreCase);
    private readonly ContentCache? _cache = options.CacheFolder is { } folder ? new ContentCache(folder) : null;
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>What tags meant when they were last asked for.</summary>
    internal TagMemory Tags { get; } = new(time ?? TimeProvider.System);

    /// <summary>The client for a name.</summary>
    /// <exception cref="RegistryException">The name is of a layout that the settings do not have.</exception>
    public IRegistry For(ImageName name)
    {
        if (name.IsLayout)
        {
            return options.Layouts.TryGetValue(name.Host, out var layout)
                ? new OciLayout(layout)
                : throw new RegistryException($"{name} names the layout '{name.Host}', which the settings do not have under 'sources.layouts'.", false);
        }

        return _stored.GetOrAdd(name.Host, host => new StoredRegistry(
            Host(host), [.. (Settings(host)?.Mirrors ?? []).Select(m => (m, Host(m.Host)))], _cache, _time));
    }

    /// <summary>Whether the settings hold credentials for where this name lies.</summary>
    public bool HasCredentials(ImageName name) => !name.IsLayout && Settings(name.Host)?.Credentials is not null;

    /// <summary>Whether the registry of a name knows the referrers API, asked about one of its digests; without it, only fallback tags show what is attached.</summary>
    /// <exception cref="RegistryException">The registry does not answer.</exception>
    public Task<bool> HasReferrersApiAsync(ImageName name, Digest digest, CancellationToken cancellationToken) => Host(name.Host).HasReferrersApiAsync(name, digest, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var host in _hosts.Values.Where(h => h.IsValueCreated))
        {
            host.Value.Dispose();
        }
    }

    private OciRegistry Host(string host) => _hosts.GetOrAdd(host, h => new Lazy<OciRegistry>(
        () => new OciRegistry(Settings(h) ?? new RegistryHost(h, false, null), options.CallTimeout, _time))).Value;

    private RegistryHost? Settings(string host) => options.Hosts.FirstOrDefault(h => string.Equals(h.Host, host, StringComparison.OrdinalIgnoreCase));
}
