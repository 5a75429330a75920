using System.Net;
using System.Net.Http.Headers;

namespace GitOpsBot.Git;

/// <summary>
/// One repository over HTTP, for as long as the process lives: who asks, with what, and not before when. Redirects are followed within the
/// repository's own host only, so that neither credentials nor the question which manifests are true ever reach a stranger.
/// </summary>
/// <param name="url">Its address.</param>
/// <param name="http">Must not follow redirects by itself.</param>
/// <param name="credentials">Asked before each request, since tokens are renewed; null for none.</param>
/// <param name="clock">For <c>Retry-After</c>.</param>
internal sealed class HttpRemote(Uri url, HttpMessageInvoker http, Func<CancellationToken, ValueTask<GitCredentials?>> credentials, TimeProvider clock)
{
    // A repository that was renamed answers with one.
    private const int MostRedirects = 5;

    // What a sleeping server or a stranger's proxy may ask for; more is a mistake and would stop the repository for good.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private DateTimeOffset notBefore;
    private Uri? moved;

    /// <summary>How long a request may go without any progress.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A client as this type expects it: proxies and trusted authorities as .NET finds them in the environment, no redirects, no cookies.</summary>
    public static HttpMessageInvoker Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.GZip,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    /// <summary>The address as the settings have it: where every list of refs is asked for.</summary>
    public Uri Url => url;

    /// <summary>Where the last list came from, on the same host: what requests for the rest begin with.</summary>
    public Uri Root
    {
        get => moved ?? url;
        set => moved = value;
    }

    /// <summary>Sends a request; the answer is good, and of the expected type, when this returns.</summary>
    /// <param name="make">Makes the request anew for each try.</param>
    /// <param name="type">The media type that a Git server answers with.</param>
    /// <param name="patience">Is cancelled when the server is too slow.</param>
    /// <param name="cancellationToken">Whether the caller still wants it.</param>
    /// <exception cref="GitException">There is no such answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, string type, CancellationTokenSource patience, CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow() is var now && now < notBefore)
        {
            throw new GitException($"{url} asked not to be asked before {notBefore:u}.", isTransient: true);
        }

        Uri? next = null;
        for (var hop = 0; ; hop++)
        {
            using var request = make();
            request.RequestUri = next ?? request.RequestUri;
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("gitopsbot", "0.1"));
            var shown = await credentials(cancellationToken);
            if (shown is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{shown.User}:{shown.Password}")));
            }

            patience.CancelAfter(Patience);
            var response = await http.SendAsync(request, patience.Token);
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            if (request.Method == HttpMethod.Get && (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
            {
                response.Dispose();
                next = Allowed(new Uri(request.RequestUri!, location), hop);
                continue;
            }

            if (Refusal(response, type, shown is not null) is { } refusal)
            {
                response.Dispose();
                throw refusal;
            }

            return response;
        }
    }

    private Uri Allowed(Uri target, int hop)
    {
        var isOwn = target.IdnHost == url.IdnHost && target.UserInfo.Length == 0
            && ((target.Scheme == url.Scheme && target.Port == url.Port) || (url is { Scheme: "http", Port: 80 } && target is { Scheme: "https", Port: 443 }));
        return !isOwn ? throw new GitException($"{url} redirects to another host; that is not followed. When it has moved there, write the new address into the settings.", isTransient: false)
            : hop >= MostRedirects ? throw new GitException($"{url} redirects more than {MostRedirects} times.", isTransient: false)
            : target;
    }

    private GitException? Refusal(HttpResponseMessage response, string type, bool isKnown)
    {
        var status = (int)response.StatusCode;
        if (status == 200)
        {
            return response.Content.Headers.ContentType?.MediaType == type
                ? null
                : new GitException($"{url} does not answer as a Git server does: expected {type}, found another type of content.", isTransient: false);
        }

        if (response.Headers.RetryAfter is { } header && (header.Delta ?? header.Date - clock.GetUtcNow()) is { } wait && wait > TimeSpan.Zero)
        {
            notBefore = clock.GetUtcNow() + (wait < LongestWait ? wait : LongestWait);
            return new GitException($"{url} answers with status {status} and asks not to be asked before {notBefore:u}.", isTransient: true);
        }

        return status switch
        {
            401 => new GitException(isKnown ? $"{url} does not accept the bot's credentials (status 401)." : $"{url} asks for credentials, and the bot has none for it (status 401).", isTransient: false),
            403 => new GitException($"{url} forbids this to the bot (status 403).", isTransient: false),
            404 or 410 => new GitException($"There is no repository {url}, or the bot may not know of it (status {status}).", isTransient: false),
            _ => new GitException($"{url} answers with status {status}.", isTransient: status is 408 or 429 or >= 500),
        };
    }
}
