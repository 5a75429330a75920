using System.Net.Http.Headers;

namespace GitOpsBot.Git;

/// <summary>
/// Git's smart protocol over HTTP, one conversation of it: what refs there are by GET, everything else by POST (Git's http-protocol documentation).
/// Reads wait no longer than the remote's patience for each piece; the whole of an answer is bounded in bytes and time.
/// </summary>
internal sealed class HttpWire(HttpRemote remote, CancellationToken cancellationToken) : IGitWire
{
    /// <summary>The scheme of <see cref="IGitWire.Scheme"/>.</summary>
    public const string TransportScheme = "gitopsbot-http";

    // A million refs. They are held in memory.
    private const long LargestList = 128L * 1024 * 1024;

    // Larger than any repository of manifests; on the disk, not in memory.
    private const long LargestPack = 16L * 1024 * 1024 * 1024;

    // For who sends a byte every few seconds.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromHours(1);

    private Uri root = remote.Root;

    /// <inheritdoc/>
    public string Scheme => TransportScheme;

    /// <inheritdoc/>
    public bool IsDuplex => false;

    /// <inheritdoc/>
    public IGitChannel Open(string service, bool isList) => new Channel(this, service, isList);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Channel(HttpWire wire, string service, bool isList) : IGitChannel
    {
        private readonly MemoryStream written = new();
        private readonly long deadline = Environment.TickCount64 + (long)LongestAnswer.TotalMilliseconds;
        private readonly CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(wire.Token);
        private HttpResponseMessage? response;
        private Stream? body;
        private long received;

        public void Write(ReadOnlySpan<byte> bytes) => written.Write(bytes);

        public int Read(Span<byte> buffer)
        {
            var rented = new byte[buffer.Length];
            var read = wire.Waits(() => ReadAsync(rented));
            rented.AsSpan(0, read).CopyTo(buffer);
            return read;
        }

        public void Dispose()
        {
            body?.Dispose();
            response?.Dispose();
            patience.Dispose();
        }

        private async Task<int> ReadAsync(byte[] buffer)
        {
            body ??= await BeginAsync();
            patience.CancelAfter(wire.Patience);
            var read = await body.ReadAsync(buffer, patience.Token);
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            received += read;
            return received <= (isList ? LargestList : LargestPack) && Environment.TickCount64 < deadline
                ? read
                : throw new GitException($"{wire.Name} sends more than {(isList ? LargestList : LargestPack)} bytes, or for longer than {LongestAnswer.TotalHours:0} h.", isTransient: false);
        }

        private async Task<Stream> BeginAsync()
        {
            response = await wire.SendAsync(
                isList ? () => new HttpRequestMessage(HttpMethod.Get, $"{wire.Name}/info/refs?service={service}") : Post,
                isList ? $"application/x-{service}-advertisement" : $"application/x-{service}-result", patience);
            if (isList && response.RequestMessage!.RequestUri!.AbsoluteUri is var asked && asked.IndexOf("/info/refs?", StringComparison.Ordinal) is > 0 and var end)
            {
                // Where the list came from is where the rest is, too.
                wire.Root = new Uri(asked[..end]);
            }

            return await response.Content.ReadAsStreamAsync(patience.Token);
        }

        private HttpRequestMessage Post()
        {
            var content = new ByteArrayContent(written.GetBuffer(), 0, (int)written.Length);
            content.Headers.ContentType = new MediaTypeHeaderValue($"application/x-{service}-request");
            var request = new HttpRequestMessage(HttpMethod.Post, $"{wire.root}/{service}") { Content = content };
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue($"application/x-{service}-result"));
            return request;
        }
    }

    private CancellationToken Token => cancellationToken;

    private Uri Name => remote.Url;

    private Uri Root
    {
        set => root = remote.Root = value;
    }

    private TimeSpan Patience => remote.Patience;

    private Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, string type, CancellationTokenSource patience) =>
        remote.SendAsync(make, type, patience, cancellationToken);

    // libgit2 calls back on its own thread and knows no tasks.
    private int Waits(Func<Task<int>> act)
    {
        try
        {
            return act().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GitException($"{remote.Url} sent nothing for {remote.Patience.TotalSeconds:0.#} s.", isTransient: true);
        }
        catch (HttpRequestException e)
        {
            throw new GitException(e.HttpRequestError == HttpRequestError.SecureConnectionError
                ? $"{remote.Url} cannot be reached: its certificate is not trusted here, or TLS failed otherwise."
                : $"{remote.Url} cannot be reached: {e.HttpRequestError}.", isTransient: true, e);
        }
        catch (IOException e)
        {
            throw new GitException($"The connection to {remote.Url} broke.", isTransient: true, e);
        }
    }
}
