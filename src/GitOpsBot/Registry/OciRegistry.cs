using System.Text.Json;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>
/// An OCI registry over HTTP (OCI distribution specification 1.1). A header that says what a tag means is taken as a question to ask further:
/// the bytes of that digest are hashed when they are read, and a header beside other bytes is a fault.
/// </summary>
internal sealed class OciRegistry : IRegistry, IDisposable
{
    /// <summary>Tags of one repository: ten times what the largest known ones have.</summary>
    public const int MostTags = 100_000;

    /// <summary>Pages of one listing: registries give a hundred entries or more in each.</summary>
    public const int MostPages = 1_000;

    /// <summary>Referrers of one digest, all pages together.</summary>
    public const int MostReferrers = ManifestReader.MostEntries;

    /// <summary>Bytes of one page of a listing.</summary>
    private const int LargestPage = ManifestReader.Largest;

    private static readonly string[] ManifestTypes = [MediaTypes.Index, MediaTypes.Manifest, MediaTypes.DockerIndex, MediaTypes.DockerManifest];

    private static readonly int[] Redirects = [301, 302, 303, 307, 308];

    // What registries without the referrers API were seen to answer instead.
    private static readonly int[] NoReferrersApi = [400, 404, 405, 406, 501, .. Redirects];

    // What registries without HEAD for manifests answer to it.
    private static readonly int[] NoHead = [400, 405, 501];

    private readonly RegistryConnection _connection;
    private readonly KnownListings _listings;

    /// <summary>A client; nothing is sent before the first question.</summary>
    public OciRegistry(RegistryHost host, TimeSpan timeout, TimeProvider time)
    {
        _connection = new RegistryConnection(host, timeout, time);
        _listings = new KnownListings(_connection);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListTagsAsync(ImageName name, CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        var pages = new RegistryPages(_connection.Endpoint, Address(name, "tags/list?n=1000"), $"the tags of {name}");
        while (pages.Next() is { } address)
        {
            var answer = await _listings.AskAsync(new RegistryQuestion(address, name.Repository, "The list of tags", LargestPage), cancellationToken);
            tags.AddRange(ReadTags(answer.Body, name));
            if (tags.Count > MostTags)
            {
                throw new RegistryException($"{name} has too many tags: expected at most {MostTags}.", false, RejectionCode.Limit);
            }

            pages.Continue(answer.Next);
        }

        return tags;
    }

    /// <inheritdoc/>
    public async Task<Descriptor?> ResolveAsync(ImageName name, string tag, CancellationToken cancellationToken)
    {
        if (!ImageReference.IsTag(tag))
        {
            return null;
        }

        var answer = await _connection.AskAsync(Manifest(name, tag, tag) with { HeadOnly = true, Understood = [404, .. NoHead] }, cancellationToken);
        return answer.Status == 404 ? null
            : answer.Status == 200 && Digest.TryParse(answer.ClaimedDigest, out var digest) && answer.MediaType is { } mediaType && ManifestTypes.Contains(mediaType)
                ? new Descriptor(mediaType, digest, answer.Length ?? 0)
                // Some registries know no HEAD, or say nothing of use with it.
                : (await ReadTagAsync(name, tag, cancellationToken))?.Descriptor;
    }

    /// <inheritdoc/>
    public async Task<RegistryContent?> ReadTagAsync(ImageName name, string tag, CancellationToken cancellationToken)
    {
        if (!ImageReference.IsTag(tag))
        {
            return null;
        }

        var answer = await _connection.AskAsync(Manifest(name, tag, tag), cancellationToken);
        if (answer.Status == 404)
        {
            return null;
        }

        if (Digest.TryParse(answer.ClaimedDigest, out var claimed))
        {
            RegistryContents.Check(name, claimed, answer.Body);
        }

        return RegistryContents.Manifest(name, tag, answer.Body, answer.MediaType);
    }

    /// <inheritdoc/>
    public async Task<bool> HasAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        // Headers from another host prove nothing, so where they would come from there the bytes are read.
        var answer = await _connection.AskAsync(Manifest(name, digest.Value, digest.Short) with { HeadOnly = true, Understood = [404, .. NoHead, .. Redirects] }, cancellationToken);
        return answer.Status == 200 || (answer.Status != 404 && await ReadManifestAsync(name, digest, cancellationToken) is not null);
    }

    /// <inheritdoc/>
    public async Task<RegistryContent?> ReadManifestAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        var answer = await _connection.AskAsync(Manifest(name, digest.Value, digest.Short) with { MayBeElsewhere = true }, cancellationToken);
        if (answer.Status == 404)
        {
            return null;
        }

        RegistryContents.Check(name, digest, answer.Body);
        return RegistryContents.Manifest(name, digest.Short, answer.Body, answer.MediaType);
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> ReadBlobAsync(ImageName name, Digest digest, long limit, CancellationToken cancellationToken)
    {
        var question = new RegistryQuestion(Address(name, $"blobs/{digest}"), name.Repository, $"The blob {digest.Short}", limit) { Understood = [404], MayBeElsewhere = true };
        var answer = await _connection.AskAsync(question, cancellationToken);
        if (answer.Status == 404)
        {
            return null;
        }

        RegistryContents.Check(name, digest, answer.Body);
        return answer.Body;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Descriptor>> ListReferrersAsync(ImageName name, Digest digest, CancellationToken cancellationToken)
    {
        var referrers = new List<Descriptor>();
        var pages = new RegistryPages(_connection.Endpoint, Address(name, $"referrers/{digest}"), $"the referrers of {name}@{digest}");
        while (pages.Next() is { } address)
        {
            var answer = await _listings.AskAsync(Referrers(address, name), cancellationToken);
            if (!IsReferrersApi(answer))
            {
                break;
            }

            referrers.AddRange(RegistryContents.Index(answer.Body, $"The list of referrers of {name}@{digest}"));
            RegistryContents.CheckReferrers(referrers.Count, name, digest);
            pages.Continue(answer.Next);
        }

        // Always asked, too: what was attached before the registry knew the API stands only there.
        if (await ReadTagAsync(name, $"sha256-{digest.Hex}", cancellationToken) is { } fallback)
        {
            referrers.AddRange(RegistryContents.Index(fallback.Bytes, $"The tag sha256-{digest.Hex} of {name}"));
            RegistryContents.CheckReferrers(referrers.Count, name, digest);
        }

        return [.. referrers.DistinctBy(r => r.Digest)];
    }

    /// <summary>Whether it knows the referrers API.</summary>
    /// <exception cref="RegistryException">It does not answer.</exception>
    public async Task<bool> HasReferrersApiAsync(ImageName name, Digest digest, CancellationToken cancellationToken) =>
        IsReferrersApi(await _listings.AskAsync(Referrers(Address(name, $"referrers/{digest}"), name), cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private Uri Address(ImageName name, string rest) => new(_connection.Endpoint, $"v2/{name.Repository}/{rest}");

    private static RegistryQuestion Referrers(Uri address, ImageName name) =>
        new(address, name.Repository, "The list of referrers", LargestPage) { Accept = [MediaTypes.Index], Understood = NoReferrersApi };

    // Anything but an index: a registry that does not know the API and says so with a page for people.
    private static bool IsReferrersApi(RegistryAnswer answer) => answer.Status == 200 && answer.MediaType == MediaTypes.Index;

    private RegistryQuestion Manifest(ImageName name, string reference, string shown) =>
        new(Address(name, $"manifests/{reference}"), name.Repository, $"The manifest {shown}", ManifestReader.Largest) { Accept = ManifestTypes, Understood = [404] };

    private static List<string> ReadTags(ReadOnlyMemory<byte> body, ImageName name)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            var list = json.RootElement.GetProperty("tags");
            // Registries write null for a repository whose tags are all gone.
            return list.ValueKind == JsonValueKind.Null ? []
                : [.. list.EnumerateArray().Select(t => t.GetString() is { } tag && ImageReference.IsTag(tag) ? tag : throw new FormatException())];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new RegistryException($"The list of tags of {name} is not well-formed: expected JSON with 'tags', a list of tags.", false, RejectionCode.Malformed);
        }
    }
}
