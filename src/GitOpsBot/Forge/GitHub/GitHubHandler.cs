using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// Every request to GitHub passes here: it gets the credentials, respects the limits, asks conditionally for what was read before, ends within
/// thirty seconds with a bounded body, and follows no redirect. A refused token is replaced once; nothing else is tried again, the next pass does.
/// </summary>
/// <param name="credential">Who asks.</param>
/// <param name="network">Where requests go; not disposed.</param>
/// <param name="longest">How long one request may last, its body included; null for thirty seconds.</param>
internal sealed partial class GitHubHandler(IGitHubCredential credential, HttpMessageHandler network, TimeSpan? longest = null) : HttpMessageHandler
{
    // SPEC section 3: no call to the outside waits longer.
    private readonly TimeSpan limitOfOne = longest ?? TimeSpan.FromSeconds(30);

    // A page of a hundred pull requests, each with the largest text, is under 30 MB.
    private const int LargestBody = 32 * 1024 * 1024;

    // What GitHub says of a token beside the answer: what it may do, and when it ends.
    private static readonly string[] AboutTokens = ["X-OAuth-Scopes", "github-authentication-token-expiration"];

    private readonly HttpMessageInvoker invoker = new(network, disposeHandler: false);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await credential.TokenAsync(cancellationToken);
        var answer = await OnceAsync(request, token, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.Unauthorized && credential.Forget(token))
        {
            // 401 means that nothing was done, so this repeats nothing.
            answer.Dispose();
            answer = await OnceAsync(request, await credential.TokenAsync(cancellationToken), cancellationToken);
        }

        return answer;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        invoker.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> OnceAsync(HttpRequestMessage request, string token, CancellationToken cancellationToken)
    {
        if (credential.Limits.Stops(request.Method != HttpMethod.Get, request.RequestUri!.AbsolutePath.EndsWith("/graphql", StringComparison.Ordinal)) is { } sentence)
        {
            throw new ForgeException(sentence, isTransient: true);
        }

        var address = request.RequestUri!.AbsoluteUri;
        var known = request.Method == HttpMethod.Get ? credential.Remembered.Find(address) : null;
        Dress(request, token, known);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(limitOfOne);
        try
        {
            using var raw = await invoker.SendAsync(request, limit.Token);
            var body = await ReadAsync(raw, limit.Token);
            credential.Limits.Hear(raw, System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 1000))));
            return Answer(request, raw, body, known, address);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ForgeException($"GitHub did not answer within {limitOfOne.TotalSeconds:0.#} seconds.", isTransient: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // Of the exception only its kind: an address of a proxy may hold a password.
            throw new ForgeException(
                $"GitHub at {request.RequestUri.Authority} cannot be reached"
                + (e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } ? ": its certificate is not trusted here, or TLS failed otherwise."
                    : $" ({(e as HttpRequestException)?.HttpRequestError.ToString() ?? e.GetType().Name})."), isTransient: true);
        }
    }

    private static void Dress(HttpRequestMessage request, string token, RememberedAnswer? known)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.Clear();
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
        request.Headers.Remove("X-GitHub-Api-Version");
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        // Octokit calls JSON a form.
        request.Content?.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.IfNoneMatch.Clear();
        if (known is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", known.ETag);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (read.Length + count > LargestBody)
            {
                throw new ForgeException($"GitHub answered with more than {LargestBody} bytes.", isTransient: false);
            }

            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, HttpResponseMessage raw, byte[] body, RememberedAnswer? known, string address)
    {
        if (raw.StatusCode == HttpStatusCode.NotModified)
        {
            return known is null
                ? throw new ForgeException("GitHub says that nothing changed since nothing was asked.", isTransient: true)
                : Fill(new HttpResponseMessage(known.Status), request, known.Body, known.ContentType, known.Link);
        }

        if ((int)raw.StatusCode is >= 300 and < 400)
        {
            // Credentials go to the address that was configured, and nowhere it points to.
            throw new ForgeException(
                $"{request.RequestUri!.AbsolutePath} has moved: the repository was renamed or transferred. Write its new address into the settings.", isTransient: true);
        }

        var link = raw.Headers.TryGetValues("Link", out var links) ? Next(string.Join(',', links), request.RequestUri!) : null;
        var type = raw.Content.Headers.ContentType?.MediaType;
        if (request.Method == HttpMethod.Get && raw.StatusCode == HttpStatusCode.OK && raw.Headers.ETag is { } tag && IsWhole(body))
        {
            credential.Remembered.Keep(address, new RememberedAnswer(tag.ToString(), raw.StatusCode, body, type, link));
        }

        var answer = Fill(new HttpResponseMessage(raw.StatusCode), request, body, type, link);
        foreach (var header in AboutTokens)
        {
            if (raw.Headers.TryGetValues(header, out var values))
            {
                answer.Headers.TryAddWithoutValidation(header, values);
            }
        }

        if (raw.Headers.RetryAfter is { } retry)
        {
            answer.Headers.RetryAfter = retry;
        }

        return answer;
    }

    // Of the links only the one that is used, and in the one form that Octokit's own reader does not choke on.
    private static string? Next(string links, Uri asked) =>
        NextPage().Match(links) is { Success: true } next && Uri.TryCreate(asked, next.Groups["url"].Value, out var page) ? $"<{page.AbsoluteUri}>; rel=\"next\"" : null;

    // RFC 8288: `<URL>; rel="next"`, with or without quotes, other parameters before it or none.
    [GeneratedRegex(@"<(?<url>[^<>]*)>(?:\s*;[^,<>]*?)?;\s*rel=""?next\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex NextPage();

    // Half an answer that was remembered would be the answer for as long as nothing changes.
    private static bool IsWhole(byte[] body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
            }

            return body.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static HttpResponseMessage Fill(HttpResponseMessage answer, HttpRequestMessage request, byte[] body, string? type, string? link)
    {
        answer.RequestMessage = request;
        answer.Content = new ByteArrayContent(body);
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue(type ?? "application/json", "utf-8");
        if (link is not null)
        {
            answer.Headers.TryAddWithoutValidation("Link", link);
        }

        return answer;
    }
}
