using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>
/// OCI image layout directories below one folder (OCI image specification, "Image Layout"): <c>oci-layout:NAME/PATH</c> is the layout PATH in it.
/// Tags are entries of <c>index.json</c> by the annotation <c>org.opencontainers.image.ref.name</c>.
/// </summary>
internal sealed class OciLayout(string folder) : IRegistry
{
    private const string RefName = "org.opencontainers.image.ref.name";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListTagsAsync(ImageName name, CancellationToken cancellationToken) =>
        [.. (await IndexAsync(name, cancellationToken)).Select(d => d.Annotations.GetValueOrDefault(RefName)).OfType<string>().Where(ImageReference.IsTag).Distinct()];

    /// <inheritdoc/>
    public async Task<Descriptor?> ResolveAsync(ImageName name, string tag, CancellationToken cancellationToken)
    {
        var entries = (await IndexAsync(name, cancellationToken)).Where(d => d.Annotations.GetValueOrDefault(RefName) == tag).ToList();
        return entries.Select(e => e.Digest).Distinct().Count() <= 1
            ? entries.FirstOrDefault()
            : throw new RegistryException($"The layout {name} has the tag {tag} for several digests.", isTransient: false, RejectionCode.Malformed);
    }

    /// <inheritdoc/>
    public async Task<RegistryContent?> ReadManifestAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        if (await ReadBlobAsync(name, digest, ManifestReader.Largest, cancellationToken) is not { } bytes)
        {
            return null;
        }

        var type = MediaTypeOf(bytes.Span) ?? throw new RegistryException($"{name}@{digest} is not a manifest.", isTransient: false, RejectionCode.Malformed);
        return new RegistryContent(new Descriptor(type, digest, bytes.Length), bytes);
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> ReadBlobAsync(ImageName name, Digest digest, long limit, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder(name), "blobs", "sha256", digest.Hex);
        var bytes = await ReadFileAsync(name, path, limit, cancellationToken);
        return bytes is null ? null
            : Digest.Of(bytes) == digest ? bytes
            : throw new RegistryException($"The bytes of {name}@{digest} have the digest {Digest.Of(bytes)}.", isTransient: false, RejectionCode.ContentDigestMismatch);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Descriptor>> ListReferrersAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        var found = new List<Descriptor>();
        foreach (var entry in (await IndexAsync(name, cancellationToken)).DistinctBy(e => e.Digest))
        {
            if (await ReadManifestAsync(name, entry.Digest, cancellationToken) is { } content
                && ManifestReader.Read(content.Bytes, content.Descriptor.MediaType) is { Subject.Digest: { } subject } manifest && subject == digest)
            {
                found.Add(content.Descriptor with { ArtifactType = manifest.ArtifactType ?? manifest.Config?.MediaType, Annotations = manifest.Annotations });
            }
        }

        if (await ResolveAsync(name, "sha256-" + digest.Hex, cancellationToken) is { } fallback
            && await ReadManifestAsync(name, fallback.Digest, cancellationToken) is { } index)
        {
            found.AddRange(ManifestReader.Read(index.Bytes, index.Descriptor.MediaType)?.Manifests ?? []);
        }

        return found;
    }

    private async Task<IReadOnlyList<Descriptor>> IndexAsync(ImageName name, CancellationToken cancellationToken)
    {
        var bytes = await ReadFileAsync(name, Path.Combine(Folder(name), "index.json"), ManifestReader.Largest, cancellationToken)
            ?? throw new RegistryException($"There is no OCI image layout {name} (no index.json in {Folder(name)}).", isTransient: false);
        return (ManifestReader.Read(bytes, MediaTypes.Index)
            ?? throw new RegistryException($"The index.json of {name} is not an image index.", isTransient: false, RejectionCode.Malformed)).Manifests;
    }

    private string Folder(ImageName name) => name.Repository.Length == 0 ? folder : Path.Combine(folder, name.Repository.Replace('/', Path.DirectorySeparatorChar));

    private static async Task<byte[]?> ReadFileAsync(ImageName name, string path, long limit, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return null;
            }

            if (file.LinkTarget is not null)
            {
                throw new RegistryException($"{path} of {name} is a link, and links are not followed.", isTransient: false, RejectionCode.Malformed);
            }

            return file.Length <= limit
                ? await File.ReadAllBytesAsync(path, cancellationToken)
                : throw new RegistryException($"{path} of {name} has {file.Length} bytes; at most {limit} are read.", isTransient: false, RejectionCode.Limit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryException($"{name} cannot be read: {e.Message}", isTransient: true, null, e);
        }
    }

    private static string? MediaTypeOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new System.Text.Json.Utf8JsonReader(bytes);
            using var document = System.Text.Json.JsonDocument.ParseValue(ref reader);
            return document.RootElement.TryGetProperty("mediaType", out var type) && type.GetString() is { } own && MediaTypes.IsManifest(own) ? own
                : document.RootElement.TryGetProperty("manifests", out _) ? MediaTypes.Index
                : document.RootElement.TryGetProperty("config", out _) ? MediaTypes.Manifest
                : null;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
