using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>How much of an artifact is read; each says everything that those before it say.</summary>
internal enum ArtifactDetail
{
    /// <summary>Its manifest or index, and with an index its platforms.</summary>
    Manifest,
    /// <summary>The platform of a single manifest, too, which its configuration says.</summary>
    Platforms,
    /// <summary>Labels and the time of creation, too, which stand in the configuration, of an index in that of its first manifest, and in annotations.</summary>
    Configuration,
}

/// <summary>Reads artifacts and what is attached to them, wherever they lie. Safe for concurrent use.</summary>
internal sealed class ArtifactReader(Registries registries)
{
    // The images that are built for the most have some fifteen.
    private const int MostPlatforms = 30;

    /// <summary>What a digest is; null when the registry says that it is not there.</summary>
    /// <param name="name">Where it lies.</param>
    /// <param name="tag">The tag it was selected by, or null.</param>
    /// <param name="digest">The digest.</param>
    /// <param name="detail">How much of it is read.</param>
    /// <param name="isThere">Whether the registry said a moment ago that its manifest is there, so that a copy on this machine will do.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RegistryException">The registry does not answer, or what it hands out is not what the digest says, or not an image or index.</exception>
    public async Task<Artifact?> DescribeAsync(ImageName name, string? tag, Digest digest, ArtifactDetail detail, bool isThere, CancellationToken cancellationToken)
    {
        var registry = registries.For(name);
        if (await registry.ReadManifestAsync(name, digest, cancellationToken) is not { } content
            || (content.IsCopy && !isThere && !await registry.HasAsync(name, digest, cancellationToken)))
        {
            return null;
        }

        return await DescribeAsync(registry, name, tag, content, detail, cancellationToken);
    }

    /// <summary>What stands under a tag now; null when the registry says that there is no such tag.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or what it hands out is not an image or index.</exception>
    public async Task<Artifact?> DescribeTagAsync(ImageName name, string tag, CancellationToken cancellationToken)
    {
        var registry = registries.For(name);
        return await registry.ReadTagAsync(name, tag, cancellationToken) is { } content
            ? await DescribeAsync(registry, name, tag, content, ArtifactDetail.Configuration, cancellationToken)
            : null;
    }

    /// <summary>Whether a digest can still be pulled: its manifest is there and, for an index, the manifest of every platform.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or what it hands out is not what the digest says.</exception>
    public async Task<bool> ExistsAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        var registry = registries.For(name);
        if (await registry.ReadManifestAsync(name, digest, cancellationToken) is not { } content
            || (content.IsCopy && !await registry.HasAsync(name, digest, cancellationToken)))
        {
            return false;
        }

        foreach (var manifest in Read(content, name).Manifests.Where(m => m.Platform is { IsUnknown: false }))
        {
            if (!await registry.HasAsync(name, manifest.Digest, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Bytes of the layers of each platform, as the manifests state them, compressed; under the empty text for a single manifest. Null when one of the
    /// manifests is not there. Manifests by digest are kept, so asking again costs no request.
    /// </summary>
    /// <exception cref="RegistryException">The registry does not answer, or what it hands out is not what the digest says, or not an image or index.</exception>
    public async Task<IReadOnlyDictionary<string, long>?> SizesAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        var registry = registries.For(name);
        if (await registry.ReadManifestAsync(name, digest, cancellationToken) is not { } content)
        {
            return null;
        }

        var (top, sizes) = (Read(content, name), new Dictionary<string, long>(StringComparer.Ordinal));
        if (!top.IsIndex)
        {
            sizes[""] = SizeDifference.Of(top);
            return sizes;
        }

        foreach (var manifest in top.Manifests.Where(m => m.Platform is { IsUnknown: false } && MediaTypes.IsManifest(m.MediaType)).DistinctBy(m => m.Platform!.ToString()).Take(MostPlatforms))
        {
            if (await registry.ReadManifestAsync(name, manifest.Digest, cancellationToken) is not { } of)
            {
                return null;
            }

            sizes[manifest.Platform!.ToString()] = SizeDifference.Of(Read(of, name));
        }

        return sizes;
    }

    /// <summary>
    /// Everything that hangs on a digest: its referrers, those of the fallback tag, and cosign's tags <c>.sig</c> and <c>.att</c>; each once. What is
    /// wrong with content is the item's <see cref="AttachedItem.Fault"/>, so that it is seen and counts for nothing.
    /// </summary>
    /// <exception cref="RegistryException">The registry does not answer: then nothing is known about what is attached.</exception>
    public Task<IReadOnlyList<AttachedItem>> ListAttachedAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        new AttachedItems(registries.For(name), name, digest).CollectAsync(cancellationToken);

    private static async Task<Artifact> DescribeAsync(
        IRegistry registry, ImageName name, string? tag, RegistryContent content, ArtifactDetail detail, CancellationToken cancellationToken)
    {
        var top = Read(content, name);
        Descriptor[] platforms = [.. top.Manifests.Where(m => m.Platform is not { IsUnknown: true })];
        if (detail == ArtifactDetail.Manifest || (detail == ArtifactDetail.Platforms && top.IsIndex))
        {
            return new Artifact(name, content.Descriptor) { Tag = tag, Manifests = platforms };
        }

        var image = top.IsIndex ? await FirstImageAsync(registry, name, platforms, cancellationToken) : top;
        var config = image is null ? new ImageConfig() : await ConfigAsync(registry, name, image, cancellationToken);

        var labels = new Dictionary<string, string>(config.Labels, StringComparer.Ordinal);
        foreach (var (key, value) in (image?.Annotations ?? new Dictionary<string, string>()).Concat(top.Annotations))
        {
            labels[key] = value;
        }

        return new Artifact(name, content.Descriptor)
        {
            Tag = tag,
            Labels = labels,
            Manifests = platforms,
            Platform = top.IsIndex ? null : config.Platform,
            Created = ImageConfig.ReadTime(labels.GetValueOrDefault("org.opencontainers.image.created")) ?? config.Created,
        };
    }

    private static async Task<OciManifest?> FirstImageAsync(IRegistry registry, ImageName name, IReadOnlyList<Descriptor> platforms, CancellationToken cancellationToken)
    {
        // A mirror may hold some platforms only; labels are for people, so an absent one is no failure here.
        var first = platforms.FirstOrDefault(p => MediaTypes.IsManifest(p.MediaType));
        return first is not null && await registry.ReadManifestAsync(name, first.Digest, cancellationToken) is { } content ? Read(content, name) : null;
    }

    // An image's configuration must be one; what other artifacts have in its place is read as far as it says the same things.
    private static async Task<ImageConfig> ConfigAsync(IRegistry registry, ImageName name, OciManifest artifact, CancellationToken cancellationToken)
    {
        if (artifact.Config is not { } config || !MediaTypes.IsJsonConfig(config.MediaType)
            || await registry.ReadBlobAsync(name, config.Digest, ImageConfig.LargestConfig, cancellationToken) is not { } bytes)
        {
            return new ImageConfig();
        }

        var read = ImageConfig.Read(bytes);
        return MediaTypes.IsImageConfig(config.MediaType) ? RegistryContents.Value(read, $"The configuration {config.Digest.Short} of {name}")
            : read is Reading<ImageConfig>.Done { Value: var found } ? found
            : new ImageConfig();
    }

    private static OciManifest Read(RegistryContent content, ImageName name) =>
        RegistryContents.Value(ManifestReader.Read(content.Bytes, content.Descriptor.MediaType), $"The manifest {content.Descriptor.Digest.Short} of {name}");
}
