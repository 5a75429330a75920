using System.Collections.Concurrent;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Registry;

/// <summary>
/// Everywhere artifacts may lie, one client for each host or folder, kept as long as this lives. This folder's map: <see cref="OciRegistry"/> and
/// <see cref="OciLayout"/> hand out bytes that were bounded and checked, <see cref="ArtifactReader"/> makes artifacts and attached items of them,
/// and nothing here believes or judges anything. Safe for concurrent use.
/// </summary>
public sealed class Registries(RegistryOptions options, TimeProvider? time = null) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<OciRegistry>> _hosts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The client for a name.</summary>
    /// <exception cref="RegistryException">The name is of a layout that the settings do not have.</exception>
    public IRegistry For(ImageName name)
    {
        if (name.IsLayout)
        {
            return options.Layouts.TryGetValue(name.Host, out var folder)
                ? new OciLayout(folder)
                : throw new RegistryException($"{name} names the layout '{name.Host}', which the settings do not have under 'sources.layouts'.", false);
        }

        return _hosts.GetOrAdd(name.Host, host => new Lazy<OciRegistry>(() => new OciRegistry(
            Settings(host) ?? new RegistryHost(host, false, null), options.CallTimeout, time ?? TimeProvider.System))).Value;
    }

    /// <summary>Whether the settings hold credentials for where this name lies.</summary>
    public bool HasCredentials(ImageName name) => !name.IsLayout && Settings(name.Host)?.Credentials is not null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var host in _hosts.Values.Where(h => h.IsValueCreated))
        {
            host.Value.Dispose();
        }
    }

    private RegistryHost? Settings(string host) => options.Hosts.FirstOrDefault(h => string.Equals(h.Host, host, StringComparison.OrdinalIgnoreCase));
}
