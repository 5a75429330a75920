using System.Globalization;
using System.Text;
using System.Text.Json;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Registry;

namespace GitOpsBot.Forge.GitHub;

/// <content>Evidence that GitHub keeps with the source (REST API, "Attestations"): Sigstore bundles by the digest that they are about.</content>
internal sealed partial class GitHubForge
{
    private const int AttestationsOfPage = 30;

    // Items are bounded as those of a registry; a page that brings nothing new must not go on for ever.
    private const int MostAttestationPages = 10;
    private const int BundlesAtOnce = 4;

    private static readonly Dictionary<string, string> NoAnnotations = [];

    private readonly AttestationMemory remembered = new(clock);

    /// <inheritdoc/>
    /// <remarks>Where GitHub has none it says 404, and 404 or 403 where the bot may not look: none is shown then, and nothing is believed that was not shown.</remarks>
    public async Task<IReadOnlyList<AttachedItem>> ListAttestationsAsync(string source, Digest subject, CancellationToken cancellationToken)
    {
        if (address.Source(source) is not { } repository)
        {
            return [];
        }

        var seen = await SeenAsync(repository, cancellationToken);
        if (remembered.Recall(seen, subject) is { } known)
        {
            return known;
        }

        try
        {
            var (listed, hasMore) = await ListedAsync(repository, $"repos/{repository}/attestations/{subject}", cancellationToken);
            seen = await SeenAsync(repository, cancellationToken);
            var items = new AttachedItem[listed.Count];
            await Parallel.ForEachAsync(
                Enumerable.Range(0, listed.Count), new ParallelOptions { MaxDegreeOfParallelism = BundlesAtOnce, CancellationToken = cancellationToken },
                async (i, token) => items[i] = await ItemAsync(repository, subject, listed[i], token));
            return remembered.Keep(seen, subject, hasMore
                ? [.. items, Faulty(subject, new Rejection(RejectionCode.Limit, $"{repository} keeps more about {subject} than is looked at: expected at most {AttachedItems.MostItems} attestations."))]
                : items, isFree: items.Length == 0);
        }
        catch (ForgeException e) when (e.InnerException is Octokit.NotFoundException)
        {
            return remembered.Keep(await SeenAsync(repository, cancellationToken), subject, [], isFree: false);
        }
        catch (ForgeException e) when (SourceDoors.IsHidden(e))
        {
            var reader = await sources.ReaderAsync(repository, credential.Name, cancellationToken);
            return remembered.Keep(await SeenAsync(repository, cancellationToken), subject, [Faulty(subject, new Rejection(
                RejectionCode.NoEvidence, $"Expected to be shown the attestations that {repository} keeps; found that {reader} may not read them (403)."))], isFree: false);
        }
    }

    // With another reader, something else may be seen.
    private async Task<string> SeenAsync(string repository, CancellationToken cancellationToken) => $"{repository} by {await sources.ReaderAsync(repository, credential.Name, cancellationToken)}";

    private async Task<(IReadOnlyList<JsonAttestation?> Listed, bool HasMore)> ListedAsync(string repository, string path, CancellationToken cancellationToken)
    {
        var all = new List<JsonAttestation?>();
        string? after = null;
        for (var page = 0; page < MostAttestationPages; page++)
        {
            var next = string.Create(CultureInfo.InvariantCulture, $"{path}?per_page={AttestationsOfPage}{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}");
            (var found, after) = IsSame(repository, address.FullName)
                ? await connection.GetPageAsync<JsonAttestations>(next, cancellationToken)
                : await sources.ReadAsync(connection, repository, by => by.GetPageAsync<JsonAttestations>(next, cancellationToken), cancellationToken);
            all.AddRange(found.Attestations ?? throw new ForgeException($"GitHub's answer for {path} holds no list of attestations.", isTransient: true));
            if (after is null || all.Count > AttachedItems.MostItems)
            {
                break;
            }
        }

        return (all.Count > AttachedItems.MostItems ? all[..AttachedItems.MostItems] : all, after is not null || all.Count > AttachedItems.MostItems);
    }

    private async Task<AttachedItem> ItemAsync(string repository, Digest subject, JsonAttestation? listed, CancellationToken cancellationToken)
    {
        if (listed?.Bundle is { ValueKind: JsonValueKind.Object } bundle)
        {
            return Item(subject, Encoding.UTF8.GetBytes(bundle.GetRawText()));
        }

        if (listed?.BundleUrl is not { Length: > 0 } url)
        {
            return Faulty(subject, new Rejection(RejectionCode.Malformed, $"An attestation that {repository} keeps must have a bundle, or say where it lies, but does neither."));
        }

        // The address is signed anew each time; what it leads to is the same.
        var place = url.Split('?')[0];
        if (remembered.Bundle(repository, subject, place) is { } fetched)
        {
            return fetched;
        }

        return await blobs.FetchAsync(url, cancellationToken) switch
        {
            Checked<byte[]>.Accepted(var bytes) => remembered.KeepBundle(repository, subject, place, Item(subject, bytes)),
            Checked<byte[]>.Refused(var rejection) => Faulty(subject, rejection),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static AttachedItem Item(Digest subject, byte[] bundle) => bundle.Length > AttestationBlobs.LargestBundle
        ? Faulty(subject, new Rejection(RejectionCode.Limit, $"A bundle may have at most {AttestationBlobs.LargestBundle} bytes, but has {bundle.Length}."))
        : new AttachedItem(subject, AttachedForm.SigstoreBundle, MediaTypes.SigstoreBundlePrefix, Digest.Of(bundle), bundle, NoAnnotations);

    private static AttachedItem Faulty(Digest subject, Rejection fault) =>
        new(subject, AttachedForm.Unknown, MediaTypes.SigstoreBundlePrefix, subject, default, NoAnnotations) { Fault = fault };
}
