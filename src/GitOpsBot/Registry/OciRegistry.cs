using System.Net;
using System.Text.Json;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>An OCI registry over HTTP (OCI distribution specification 1.1). Every body is bounded and hashed; a digest in a header is believed by nobody.</summary>
internal sealed class OciRegistry(HttpClient http, RegistryHost host) : IRegistry
{
    private const string Accept =
        MediaTypes.Manifest + ", " + MediaTypes.Index + ", " + MediaTypes.DockerManifest + ", " + MediaTypes.DockerIndex;

    // A repository with more tags or referrers than this is not one that people promote from.
    private const int MostPages = 1000;
    private const int MostTags = 100_000;
    private const int MostReferrers = 1000;

    private readonly RegistryConnection connection = new(http, host);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListTagsAsync(ImageName name, CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        string? path = $"/v2/{name.Repository}/tags/list";
        for (var page = 0; path is not null; page++)
        {
            var answer = await connection.GetAsync(name, path, "application/json", ManifestReader.Largest, cancellationToken);
            if (answer.Status != HttpStatusCode.OK)
            {
                throw answer.Unexpected("its tags");
            }

            using var json = answer.Json("its tags");
            if (json.RootElement.TryGetProperty("tags", out var list) && list.ValueKind == JsonValueKind.Array)
            {
                tags.AddRange(list.EnumerateArray().Select(t => t.GetString()).OfType<string>().Where(ImageReference.IsTag));
            }

            if (page >= MostPages || tags.Count > MostTags)
            {
                throw new RegistryException($"{name} lists more than {MostTags} tags, or more than {MostPages} pages of them.", isTransient: false, RejectionCode.Limit);
            }

            path = answer.Next(path);
        }

        return tags;
    }

    /// <inheritdoc/>
    public async Task<Descriptor?> ResolveAsync(ImageName name, string tag, CancellationToken cancellationToken) =>
        (await ReadAsync(name, tag, cancellationToken))?.Descriptor;

    /// <inheritdoc/>
    public async Task<RegistryContent?> ReadManifestAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        await ReadAsync(name, digest.Value, cancellationToken) is not { } content ? null
        : content.Descriptor.Digest == digest ? content
        : throw Changed(name, digest, content.Descriptor.Digest);

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> ReadBlobAsync(ImageName name, Digest digest, long limit, CancellationToken cancellationToken)
    {
        var answer = await connection.GetAsync(name, $"/v2/{name.Repository}/blobs/{digest}", "*/*", limit, cancellationToken);
        return answer.Status switch
        {
            HttpStatusCode.NotFound => null,
            HttpStatusCode.OK => Digest.Of(answer.Body.Span) == digest ? answer.Body : throw Changed(name, digest, Digest.Of(answer.Body.Span)),
            _ => throw answer.Unexpected(digest.Value),
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Descriptor>> ListReferrersAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        var found = new List<Descriptor>();
        string? path = $"/v2/{name.Repository}/referrers/{digest}";
        for (var page = 0; path is not null; page++)
        {
            var answer = await connection.GetAsync(name, path, MediaTypes.Index, ManifestReader.Largest, cancellationToken);
            if (answer.Status == HttpStatusCode.NotFound && page == 0)
            {
                // No referrers API: the index under the fallback tag (OCI distribution specification, "Unavailable Referrers API").
                return await ResolveAsync(name, "sha256-" + digest.Hex, cancellationToken) is { } tagged
                    && await ReadManifestAsync(name, tagged.Digest, cancellationToken) is { } index
                    ? Entries(name, index.Bytes, index.Descriptor.MediaType) : [];
            }

            if (answer.Status != HttpStatusCode.OK)
            {
                throw answer.Unexpected($"the referrers of {digest}");
            }

            found.AddRange(Entries(name, answer.Body, MediaTypes.Index));
            if (page >= MostPages || found.Count > MostReferrers)
            {
                throw new RegistryException($"{name} lists more than {MostReferrers} referrers of {digest}.", isTransient: false, RejectionCode.Limit);
            }

            path = answer.Next(path);
        }

        return found;
    }

    private static IReadOnlyList<Descriptor> Entries(ImageName name, ReadOnlyMemory<byte> index, string mediaType) =>
        (ManifestReader.Read(index, mediaType) ?? throw new RegistryException($"The list of referrers of {name} cannot be read.", isTransient: false, RejectionCode.Malformed)).Manifests;

    private async Task<RegistryContent?> ReadAsync(ImageName name, string reference, CancellationToken cancellationToken)
    {
        var answer = await connection.GetAsync(name, $"/v2/{name.Repository}/manifests/{reference}", Accept, ManifestReader.Largest, cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return null;
        }

        if (answer.Status != HttpStatusCode.OK)
        {
            throw answer.Unexpected(reference);
        }

        return answer.MediaType is { } type && MediaTypes.IsManifest(type)
            ? new RegistryContent(new Descriptor(type, Digest.Of(answer.Body.Span), answer.Body.Length), answer.Body)
            : throw new RegistryException($"{name}: {reference} is not a manifest but {answer.MediaType ?? "something without a type"}.", isTransient: false, RejectionCode.Malformed);
    }

    private static RegistryException Changed(ImageName name, Digest wanted, Digest found) =>
        new($"The bytes of {name}@{wanted} have the digest {found}.", isTransient: false, RejectionCode.ContentDigestMismatch);
}
