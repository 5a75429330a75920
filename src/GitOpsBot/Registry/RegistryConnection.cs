using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>A registry's answer, read to its end and no further than its bound.</summary>
internal sealed record RegistryAnswer(ImageName Name, HttpStatusCode Status, string? MediaType, ReadOnlyMemory<byte> Body, string? Link, TimeSpan? RetryAfter)
{
    /// <summary>The body as JSON.</summary>
    public JsonDocument Json(string what)
    {
        try
        {
            return JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException e)
        {
            throw new RegistryException($"{Name} answered for {what} with something that is not JSON.", isTransient: false, RejectionCode.Malformed, e);
        }
    }

    /// <summary>The path of the next page; null when there is none (RFC 8288). Never on another host.</summary>
    public string? Next(string current)
    {
        if (Link is null || !Link.Contains("rel=\"next\"", StringComparison.Ordinal) || Link.IndexOf('<', StringComparison.Ordinal) is var start && start < 0 || Link.IndexOf('>', StringComparison.Ordinal) is var end && end < start)
        {
            return null;
        }

        var place = new Uri(new Uri("http://registry" + current), Link[(start + 1)..end]);
        return place.Host == "registry" || place.IsAbsoluteUri ? place.PathAndQuery : null;
    }

    /// <summary>What to say of an answer that is neither yes nor "not there".</summary>
    public RegistryException Unexpected(string what) => new(
        Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"{Name} may not be read ({(int)Status}); check the credentials of {Name.Host} in the bot's settings.",
            HttpStatusCode.NotFound => $"{Name} is not there.",
            _ => $"{Name} answered {(int)Status} when asked for {what}.",
        },
        isTransient: Status is HttpStatusCode.TooManyRequests || (int)Status >= 500)
    {
        RetryAfter = RetryAfter,
    };
}

/// <summary>
/// Asks one registry host. Credentials go to that host alone (or, as a token's price, to a realm on it); redirects are followed without them,
/// and not into this machine's own network. No call takes longer than 30 s.
/// </summary>
internal sealed class RegistryConnection(HttpClient http, RegistryHost host)
{
    private const int MostRedirects = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Uri root = new($"{(host.PlainHttp ? "http" : "https")}://{(host.Host == "docker.io" ? "registry-1.docker.io" : host.Host)}");
    private AuthenticationHeaderValue? authorization;

    /// <summary>One GET.</summary>
    public async Task<RegistryAnswer> GetAsync(ImageName name, string path, string accept, long limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Longest);
        try
        {
            var answer = await SendAsync(name, new Uri(root, path), accept, limit, authorization, timeout.Token);
            if (answer.Status == HttpStatusCode.Unauthorized && await AuthorizeAsync(name, answer.Challenge, timeout.Token) is { } gained)
            {
                authorization = gained;
                answer = await SendAsync(name, new Uri(root, path), accept, limit, gained, timeout.Token);
            }

            return answer.Answer;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryException($"{name.Host} did not answer within {Longest.TotalSeconds:0} s.", isTransient: true, null, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RegistryException($"{name.Host} cannot be reached: {e.Message}", isTransient: true, null, e);
        }
    }

    private sealed record Received(RegistryAnswer Answer, AuthenticationHeaderValue? Challenge)
    {
        public HttpStatusCode Status => Answer.Status;
    }

    private async Task<Received> SendAsync(ImageName name, Uri place, string accept, long limit, AuthenticationHeaderValue? credentials, CancellationToken cancellationToken)
    {
        for (var hop = 0; hop <= MostRedirects; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, place);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            request.Headers.TryAddWithoutValidation("User-Agent", "gitopsbot");
            if (place.Authority == root.Authority && place.Scheme == root.Scheme)
            {
                request.Headers.Authorization = credentials;
            }

            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
            {
                var next = new Uri(place, location);
                if (next.Scheme is not ("http" or "https") || (next.Scheme == "http" && place.Scheme == "https") || (next.Authority != root.Authority && await IsInsideAsync(next, cancellationToken)))
                {
                    throw new RegistryException($"{name.Host} sent the bot to {next.Host}, where it does not go.", isTransient: false);
                }

                place = next;
                continue;
            }

            var body = await ReadAsync(name, response, limit, cancellationToken);
            var retry = response.Headers.RetryAfter?.Delta;
            return new Received(
                new RegistryAnswer(name, response.StatusCode, response.Content.Headers.ContentType?.MediaType, body, response.Headers.TryGetValues("Link", out var links) ? links.First() : null, retry),
                response.Headers.WwwAuthenticate.FirstOrDefault());
        }

        throw new RegistryException($"{name.Host} sent the bot from place to place more than {MostRedirects} times.", isTransient: false);
    }

    // A registry must not make the bot ask this machine or its network on its behalf.
    private static async Task<bool> IsInsideAsync(Uri place, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(place.Host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(place.Host, cancellationToken);
        return addresses.Length == 0 || addresses.Any(a =>
        {
            var address = a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a;
            var bytes = address.GetAddressBytes();
            return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal
                || (bytes.Length == 4 && (bytes[0] is 0 or 10 or 127 || (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 172 && bytes[1] is >= 16 and < 32) || (bytes[0] == 192 && bytes[1] == 168)));
        });
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(ImageName name, HttpResponseMessage response, long limit, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > limit)
        {
            throw TooLong(name, limit);
        }

        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (kept.Length + read > limit)
            {
                throw TooLong(name, limit);
            }

            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    private static RegistryException TooLong(ImageName name, long limit) =>
        new($"{name} answered with more than the {limit} bytes that are read.", isTransient: false, RejectionCode.Limit);

    private async Task<AuthenticationHeaderValue?> AuthorizeAsync(ImageName name, AuthenticationHeaderValue? challenge, CancellationToken cancellationToken)
    {
        var credentials = host.Credentials?.Invoke();
        var basic = credentials is { } c ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{c.User}:{c.Password}"))) : null;
        if (challenge is null || challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return basic;
        }

        if (!challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || Parameter(challenge.Parameter, "realm") is not { } realm || !Uri.TryCreate(realm, UriKind.Absolute, out var place))
        {
            return null;
        }

        var isOwn = place.Authority == root.Authority && place.Scheme == root.Scheme;
        if (!isOwn && (place.Scheme != "https" || await IsInsideAsync(place, cancellationToken)))
        {
            throw new RegistryException($"{name.Host} asks for a token of {place.Host}, where the bot does not go.", isTransient: false);
        }

        var query = $"?service={Uri.EscapeDataString(Parameter(challenge.Parameter, "service") ?? "")}&scope={Uri.EscapeDataString($"repository:{name.Repository}:pull")}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(place, place.AbsolutePath + query));
        // The user name and password are this host's; another host gives the token that anyone gets.
        request.Headers.Authorization = isOwn ? basic : null;
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        using var json = new RegistryAnswer(name, response.StatusCode, null, await ReadAsync(name, response, 64 * 1024, cancellationToken), null, null).Json("a token");
        var token = json.RootElement.TryGetProperty("token", out var t) ? t.GetString() : json.RootElement.TryGetProperty("access_token", out t) ? t.GetString() : null;
        return token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    private static string? Parameter(string? parameters, string key)
    {
        var start = parameters?.IndexOf($"{key}=\"", StringComparison.OrdinalIgnoreCase) ?? -1;
        var end = start < 0 ? -1 : parameters!.IndexOf('"', start + key.Length + 2);
        return end < 0 ? null : parameters![(start + key.Length + 2)..end];
    }
}
