using System.Net;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Registry;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// Fetches bundles from where GitHub says that they lie: a signed address in a storage of its own. No credential goes there, no redirect is followed,
/// and no address of this machine or its networks is connected to unless the API itself has one of the same kind.
/// </summary>
internal sealed class AttestationBlobs : IDisposable
{
    /// <summary>Bytes of a bundle, compressed or not: as much as of one that lies in a registry.</summary>
    public const int LargestBundle = AttachedItems.LargestItem;

    // SPEC section 3: no call to the outside waits longer.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Uri api;
    private readonly HttpClient client;

    /// <summary>For one API; nothing is sent yet.</summary>
    public AttestationBlobs(Uri api)
    {
        this.api = api;
        client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = new AddressGuard(api.IdnHost).ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The bundle, not proven; or why what lies there is none.</summary>
    /// <exception cref="ForgeException">It could not be fetched: then it is not known what lies there.</exception>
    public async Task<Checked<byte[]>> FetchAsync(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || (url.Scheme != "https" && url.Scheme != api.Scheme))
        {
            return new Rejection(RejectionCode.Malformed, "GitHub must say by an https address where a bundle lies, but says something else.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        try
        {
            // Of the address only the host is ever told: the rest is good for reading what lies there.
            using var answer = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new ForgeException($"A bundle that GitHub lists could not be fetched from {url.Authority} ({(int)answer.StatusCode}).", isTransient: true);
            }

            await using var stream = await answer.Content.ReadAsStreamAsync(limit.Token);
            var bytes = await BoundedContent.ReadAsync(stream, answer.Content.Headers.ContentLength, LargestBundle, "A bundle that GitHub stores", limit.Token);
            // No bundle has 123 bytes, which is what a block would say by beginning with a brace.
            return bytes.Span is [(byte)'{', ..] ? bytes.ToArray() : SnappyBlock.Read(bytes.Span, LargestBundle);
        }
        catch (RegistryException e)
        {
            return new Rejection(e.Code ?? RejectionCode.Limit, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ForgeException($"{url.Authority}, where GitHub keeps a bundle, did not answer within {Longest.TotalSeconds} seconds.", isTransient: true);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressGuard.ForbiddenAddressException)
        {
            return new Rejection(RejectionCode.Malformed, $"GitHub must keep bundles outside of the bot's own networks, but says that one lies at {url.Authority}.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ForgeException(
                $"{url.Authority}, where GitHub keeps a bundle, cannot be reached ({(e as HttpRequestException)?.HttpRequestError.ToString() ?? e.GetType().Name}).", isTransient: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
