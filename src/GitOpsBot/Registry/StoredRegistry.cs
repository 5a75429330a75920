using System.Collections.Concurrent;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Registry;

/// <summary>
/// A registry whose content by digest may come from elsewhere: from the cache on disk, else from its mirrors in order, else from itself. What a
/// tag means, what hangs on a digest, and whether something is there at all is asked of the registry alone: a copy saves bytes, not questions.
/// </summary>
internal sealed class StoredRegistry(OciRegistry upstream, IReadOnlyList<(RegistryMirror Mirror, OciRegistry Registry)> mirrors, ContentCache? cache, TimeProvider time) : IRegistry
{
    // A mirror that failed is left out for a while, so that it does not cost every read its time-out.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<RegistryMirror, DateTimeOffset> _resting = new();
    private readonly ConcurrentDictionary<(ImageName, string), Digest> _tags = new();

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListTagsAsync(ImageName name, CancellationToken cancellationToken) => upstream.ListTagsAsync(name, cancellationToken);

    /// <inheritdoc/>
    public Task<Descriptor?> ResolveAsync(ImageName name, string tag, CancellationToken cancellationToken) => upstream.ResolveAsync(name, tag, cancellationToken);

    /// <inheritdoc/>
    public async Task<Descriptor?> ResolveForReadingAsync(ImageName name, string tag, CancellationToken cancellationToken)
    {
        // Of an image that nothing is kept of its manifest is not kept either. Later on, what is known already is not sent again to learn that.
        if (cache is not null && mirrors.Count == 0 && !cache.Knows(name))
        {
            try
            {
                return (await ReadTagAsync(name, tag, cancellationToken))?.Descriptor;
            }
            catch (RegistryException e) when (e.Code is not null)
            {
                // What is wrong with it is told when it is read; until then the tag means what the registry says it means.
            }
        }

        return await upstream.ResolveAsync(name, tag, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> HasAsync(ImageName name, Digest digest, CancellationToken cancellationToken) => upstream.HasAsync(name, digest, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Descriptor>> ListReferrersAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        upstream.ListReferrersAsync(name, digest, cancellationToken);

    /// <inheritdoc/>
    public async Task<RegistryContent?> ReadTagAsync(ImageName name, string tag, CancellationToken cancellationToken)
    {
        // What the tag meant before, and is still kept, need not be sent again when it still means that.
        if (_tags.TryGetValue((name, tag), out var before)
            && await KeptAsync(name, before, ManifestReader.Largest, cancellationToken) is { } kept
            && (await upstream.ResolveAsync(name, tag, cancellationToken))?.Digest == before)
        {
            return RegistryContents.Manifest(name, tag, kept, null);
        }

        var content = await upstream.ReadTagAsync(name, tag, cancellationToken);
        if (content is not null)
        {
            await KeepAsync(name, content.Descriptor.Digest, content.Bytes, cancellationToken);
            if (_tags.Count > OciRegistry.MostTags)
            {
                _tags.Clear();
            }

            _tags[(name, tag)] = content.Descriptor.Digest;
        }

        return content;
    }

    /// <inheritdoc/>
    public async Task<RegistryContent?> ReadManifestAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        if (await KeptAsync(name, digest, ManifestReader.Largest, cancellationToken) is { } kept)
        {
            return RegistryContents.Manifest(name, digest.Short, kept, null) with { IsCopy = true };
        }

        var content = await FromMirrorsAsync(name, mirror => mirror.Registry.ReadManifestAsync(mirror.Name, digest, cancellationToken)) is { } copy
            ? copy with { IsCopy = true }
            : await upstream.ReadManifestAsync(name, digest, cancellationToken);
        if (content is not null)
        {
            await KeepAsync(name, digest, content.Bytes, cancellationToken);
        }

        return content;
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> ReadBlobAsync(ImageName name, Digest digest, long limit, CancellationToken cancellationToken)
    {
        if (await KeptAsync(name, digest, limit, cancellationToken) is { } kept)
        {
            return kept;
        }

        var copy = await FromMirrorsAsync(name, async mirror => await mirror.Registry.ReadBlobAsync(mirror.Name, digest, limit, cancellationToken) is { } found ? new Blob(found) : null);
        var bytes = copy?.Bytes ?? await upstream.ReadBlobAsync(name, digest, limit, cancellationToken);
        if (bytes is { } read)
        {
            await KeepAsync(name, digest, read, cancellationToken);
        }

        return bytes;
    }

    private async Task<T?> FromMirrorsAsync<T>(ImageName name, Func<(OciRegistry Registry, ImageName Name), Task<T?>> read) where T : class
    {
        foreach (var (mirror, registry) in mirrors)
        {
            if (_resting.TryGetValue(mirror, out var until) && time.GetUtcNow() < until)
            {
                continue;
            }

            try
            {
                if (await read((registry, ImageName.Parse($"{mirror.Host}/{(mirror.Path.Length == 0 ? "" : mirror.Path + "/")}{name.Repository}"))) is { } found)
                {
                    return found;
                }
            }
            catch (RegistryException)
            {
                // Whatever is wrong with a mirror, the next one or the registry itself has the content or says what is wrong.
                _resting[mirror] = time.GetUtcNow() + Rest;
            }
        }

        return null;
    }

    private async Task<ReadOnlyMemory<byte>?> KeptAsync(ImageName name, Digest digest, long limit, CancellationToken cancellationToken) =>
        cache is null ? null : await cache.FindAsync(name, digest, limit, cancellationToken);

    private Task KeepAsync(ImageName name, Digest digest, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        cache?.KeepAsync(name, digest, bytes, cancellationToken) ?? Task.CompletedTask;

    private sealed record Blob(ReadOnlyMemory<byte>? Bytes);
}
