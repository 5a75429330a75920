using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Registry;

/// <summary>
/// One place where artifacts lie: an OCI registry over HTTP, or an OCI image layout directory. Every byte it hands out was bounded in size
/// and checked against its digest. Safe for concurrent use.
/// </summary>
public interface IRegistry
{
    /// <summary>All tags of a repository, in the order they came.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or the repository is not there; never an empty list instead.</exception>
    Task<IReadOnlyList<string>> ListTagsAsync(ImageName name, CancellationToken cancellationToken);

    /// <summary>What a tag means now: by the registry's word alone where that is enough, since whoever reads the digest checks the bytes; null when the registry says that there is no such tag.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or not by the rules.</exception>
    Task<Descriptor?> ResolveAsync(ImageName name, string tag, CancellationToken cancellationToken);

    /// <summary>The same for a tag whose manifest is read next: where a copy would be kept and nobody else be asked for it, it may come with the answer.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or not by the rules.</exception>
    Task<Descriptor?> ResolveForReadingAsync(ImageName name, string tag, CancellationToken cancellationToken) => ResolveAsync(name, tag, cancellationToken);

    /// <summary>What stands under a tag now, hashed from its bytes; null when the registry says that there is no such tag.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or not by the rules.</exception>
    Task<RegistryContent?> ReadTagAsync(ImageName name, string tag, CancellationToken cancellationToken);

    /// <summary>Whether the registry holds the manifest or index of a digest, asked of it now.</summary>
    /// <exception cref="RegistryException">The registry does not answer.</exception>
    Task<bool> HasAsync(ImageName name, Digest digest, CancellationToken cancellationToken);

    /// <summary>A manifest or index by digest, with its media type; null when the registry says that it is not there.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or the bytes do not have that digest.</exception>
    Task<RegistryContent?> ReadManifestAsync(ImageName name, Digest digest, CancellationToken cancellationToken);

    /// <summary>A blob, at most <paramref name="limit"/> bytes long, kept from earlier or fetched; null when the registry says that it is not there.</summary>
    /// <exception cref="RegistryException">The registry does not answer, the blob is longer, or the bytes do not have that digest.</exception>
    Task<ReadOnlyMemory<byte>?> ReadBlobAsync(ImageName name, Digest digest, long limit, CancellationToken cancellationToken);

    /// <summary>Descriptors of the referrers of a digest (OCI distribution specification 1.1, "Listing Referrers") and of the fallback tag <c>sha256-HEX</c>, each once; empty when there are none.</summary>
    /// <exception cref="RegistryException">The registry does not answer, or not by the rules.</exception>
    Task<IReadOnlyList<Descriptor>> ListReferrersAsync(ImageName name, Digest digest, CancellationToken cancellationToken);
}

/// <summary>A manifest's bytes, whose digest was checked, and their media type.</summary>
public sealed record RegistryContent(Descriptor Descriptor, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Whether they were kept from earlier, or came from a mirror: then they do not show that the registry still has them.</summary>
    public bool IsCopy { get; init; }
}
