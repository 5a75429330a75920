using System.Net.Http.Headers;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Registry;

namespace GitOpsBot.Sources;

/// <summary>
/// One call to a source of the bot's settings: no redirect is followed, the answer is bounded, the time is bounded, and a token goes nowhere else.
/// </summary>
internal sealed class SourceClient(string name, SourceAddress address)
{
    // A thousand series of a hundred samples have less; a decision has a few bytes.
    private const int LargestAnswer = 8 * 1024 * 1024;

    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>What it is called in sentences: <c>Prometheus main</c>.</summary>
    public string Name => name;

    /// <summary>Posts to the source's address, or to a path below it, and hands on status and body.</summary>
    /// <exception cref="SourceException">It did not answer in time, or too much.</exception>
    public async Task<(int Status, ReadOnlyMemory<byte> Body)> PostAsync(string? below, HttpContent content, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, below is null ? address.Url : Below(address.Url, below)) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            if (address.Token is { } token)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Read());
            }

            using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
            var body = await BoundedContent.ReadAsync(stream, response.Content.Headers.ContentLength, LargestAnswer, $"The answer of {name}", limit.Token);
            return ((int)response.StatusCode, body);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceException($"{name} did not answer within {timeout.TotalSeconds:0} s.", isSilent: true, e);
        }
        catch (HttpRequestException e)
        {
            // The error's own words could hold the address; its kind says enough.
            throw new SourceException($"{name} cannot be reached ({e.HttpRequestError}).", isSilent: true, e);
        }
        catch (RegistryException e)
        {
            throw new SourceException(e.Message, isSilent: false, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new SourceException($"{name} cannot be asked: its token cannot be read, or the connection broke.", isSilent: true, e);
        }
    }

    private static Uri Below(Uri address, string path) => new(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);
}
