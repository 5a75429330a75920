using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>
/// OCI image layout directories (OCI image specification 1.1, "Image Layout") below one folder of the bot's settings: <c>oci-layout:NAME/PATH</c> is
/// the layout in the folder PATH below it. A tag is an entry of <c>index.json</c> with the annotation <c>org.opencontainers.image.ref.name</c>;
/// referrers are the entries whose manifest has the <c>subject</c>, and those of the fallback tag.
/// </summary>
internal sealed class OciLayout(string folder) : IRegistry
{
    /// <summary>The annotation that holds an entry's tag.</summary>
    public const string TagAnnotation = "org.opencontainers.image.ref.name";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListTagsAsync(ImageName name, CancellationToken cancellationToken) =>
        [.. (await Folder(name).ReadIndexAsync(cancellationToken)).Select(TagOf).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public async Task<Descriptor?> ResolveAsync(ImageName name, string tag, CancellationToken cancellationToken) =>
        (await ReadTagAsync(name, tag, cancellationToken))?.Descriptor;

    /// <inheritdoc/>
    public async Task<RegistryContent?> ReadTagAsync(ImageName name, string tag, CancellationToken cancellationToken)
    {
        Digest[] meant = [.. (await Folder(name).ReadIndexAsync(cancellationToken)).Where(d => TagOf(d) == tag).Select(d => d.Digest).Distinct()];
        return meant switch
        {
            [] => null,
            [var digest] => await ReadManifestAsync(name, digest, cancellationToken)
                ?? throw new RegistryException($"{name} lists the tag {tag} as {digest}, which is not there.", false, RejectionCode.Malformed),
            _ => throw new RegistryException($"{name} lists the tag {tag} {meant.Length} times with different digests; expected one.", false, RejectionCode.Malformed),
        };
    }

    /// <inheritdoc/>
    public async Task<bool> HasAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        await Folder(name).ReadBlobAsync(digest, ManifestReader.Largest, cancellationToken) is not null;

    /// <inheritdoc/>
    public async Task<RegistryContent?> ReadManifestAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        await Folder(name).ReadBlobAsync(digest, ManifestReader.Largest, cancellationToken) is { } bytes
            ? RegistryContents.Manifest(name, digest.Short, bytes, null)
            : null;

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadBlobAsync(ImageName name, Digest digest, long limit, CancellationToken cancellationToken) =>
        Folder(name).ReadBlobAsync(digest, limit, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Descriptor>> ListReferrersAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        var referrers = new List<Descriptor>();
        foreach (var entry in (await Folder(name).ReadIndexAsync(cancellationToken)).DistinctBy(e => e.Digest))
        {
            if (await RefersToAsync(name, entry, digest, cancellationToken))
            {
                referrers.Add(entry);
            }
        }

        if (await ReadTagAsync(name, $"sha256-{digest.Hex}", cancellationToken) is { } fallback)
        {
            referrers.AddRange(RegistryContents.Index(fallback.Bytes, $"The tag sha256-{digest.Hex} of {name}"));
        }

        RegistryContents.CheckReferrers(referrers.Count, name, digest);
        return [.. referrers.DistinctBy(r => r.Digest)];
    }

    private async Task<bool> RefersToAsync(ImageName name, Descriptor entry, Digest subject, CancellationToken cancellationToken)
    {
        try
        {
            return await Folder(name).ReadBlobAsync(entry.Digest, ManifestReader.Largest, cancellationToken) is { } bytes
                && ManifestReader.Read(bytes) is Reading<OciManifest>.Done { Value.Subject: { } found } && found.Digest == subject;
        }
        catch (RegistryException e) when (e.Code is not null)
        {
            // Its bytes were changed, so nobody can tell what it referred to: an attachment is listed, so that the fault is seen where it matters.
            return TagOf(entry) is null && entry.ArtifactType is not null;
        }
    }

    private LayoutFolder Folder(ImageName name) => new(name, folder);

    private static string? TagOf(Descriptor entry) =>
        entry.Annotations.GetValueOrDefault(TagAnnotation) is { } tag && ImageReference.IsTag(tag) ? tag : null;
}
