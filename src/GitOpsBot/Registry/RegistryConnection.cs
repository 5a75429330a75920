using System.Net.Http.Headers;

namespace GitOpsBot.Registry;

/// <summary>One answer: status 200 with a bounded body, or one of the statuses that the caller said it understands, without a body.</summary>
internal sealed record RegistryAnswer(int Status, string? MediaType, ReadOnlyMemory<byte> Body, Uri? Next);

/// <summary>One question to a registry.</summary>
/// <param name="Address">Where, on the registry's own host.</param>
/// <param name="Repository">The repository it is about.</param>
/// <param name="What">What is asked for, for sentences: <c>The manifest 1.4.2</c>.</param>
/// <param name="Limit">The most bytes of the answer.</param>
internal sealed record RegistryQuestion(Uri Address, string Repository, string What, long Limit)
{
    /// <summary>Media types that are understood; empty for any.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Whether the answer may come from another host: only where its digest is known beforehand.</summary>
    public bool MayBeElsewhere { get; init; }

    /// <summary>Statuses that are an answer rather than a failure.</summary>
    public IReadOnlyList<int> Understood { get; init; } = [];
}

/// <summary>
/// The wire to one registry. Redirects are followed by hand: few, never from TLS to plain, with credentials only on the registry's own host, and
/// elsewhere only to addresses that <see cref="AddressGuard"/> lets through. A call waits no longer than its time-out, body and all hops included.
/// </summary>
internal sealed class RegistryConnection : IDisposable
{
    /// <summary>Redirects in a row: storage behind a registry needs one or two.</summary>
    public const int MostRedirects = 5;

    private readonly RegistryHost _host;
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly RegistryAuth _auth;
    private readonly HttpClient _direct;
    private readonly HttpClient _elsewhere;

    /// <summary>A connection; nothing is sent before the first question.</summary>
    public RegistryConnection(RegistryHost host, TimeSpan timeout, TimeProvider time)
    {
        (_host, _time, _timeout) = (host, time, timeout);
        Endpoint = new Uri($"{(host.PlainHttp ? "http" : "https")}://{(host.Host == "docker.io" ? "registry-1.docker.io" : host.Host)}/");
        _auth = new RegistryAuth(host, Endpoint, time);
        // Two pools: a connection made directly must not be reused for what a stranger's redirect asks for.
        _direct = RegistryClients.Create(host, null);
        _elsewhere = RegistryClients.Create(host, new AddressGuard(Endpoint.IdnHost));
    }

    /// <summary>The registry's own address.</summary>
    public Uri Endpoint { get; }

    /// <summary>Whether two addresses are one host: scheme, name and port are the same.</summary>
    public static bool IsSameHost(Uri a, Uri b) => a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Asks.</summary>
    /// <exception cref="RegistryException">There is no answer that the question understands.</exception>
    public async Task<RegistryAnswer> AskAsync(RegistryQuestion question, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await FollowAsync(question, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryException($"{_host.Host} did not answer within {_timeout.TotalSeconds:0.#} s when asked for {question.Repository}.", true);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressGuard.ForbiddenAddressException)
        {
            throw new RegistryException($"{_host.Host} leads to an address of this machine, the link or a private network when asked for {question.Repository}; that is not followed.", false);
        }
        catch (HttpRequestException e)
        {
            throw new RegistryException($"{_host.Host} cannot be reached for {question.Repository}: {e.HttpRequestError}.", true, null, e);
        }
        catch (IOException e)
        {
            throw new RegistryException($"The connection to {_host.Host} broke while {question.Repository} was read.", true, null, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _direct.Dispose();
        _elsewhere.Dispose();
    }

    private async Task<RegistryAnswer> FollowAsync(RegistryQuestion question, CancellationToken cancellationToken)
    {
        var address = question.Address;
        for (var hop = 0; ; hop++)
        {
            using var response = await SendAsync(address, question, cancellationToken);
            var status = (int)response.StatusCode;
            if (question.Understood.Contains(status))
            {
                return new RegistryAnswer(status, null, default, null);
            }

            if (status is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
            {
                address = Allowed(new Uri(address, location), address, question, hop);
                continue;
            }

            if (status != 200)
            {
                throw RegistryFault.Of(status, RetryAfter(response), _host.Host, question.Repository, _host.Credentials is not null);
            }

            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var body = await BoundedContent.ReadAsync(
                stream, response.Content.Headers.ContentLength, question.Limit, $"{question.What} of {_host.Host}/{question.Repository}", cancellationToken);
            return new RegistryAnswer(status, response.Content.Headers.ContentType?.MediaType, body, Next(response, address));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, RegistryQuestion question, CancellationToken cancellationToken)
    {
        if (!IsSameHost(address, Endpoint))
        {
            return await GetAsync(_elsewhere, address, [], null, cancellationToken);
        }

        var response = await GetAsync(_direct, address, question.Accept, _auth.Known(question.Repository), cancellationToken);
        if (response.StatusCode != System.Net.HttpStatusCode.Unauthorized || AuthChallenge.Read(response.Headers.WwwAuthenticate) is not { } challenge)
        {
            return response;
        }

        response.Dispose();
        var answer = await _auth.AnswerAsync(challenge, question.Repository, async (realm, authorization, limit) =>
        {
            using var token = await GetAsync(IsSameHost(realm, Endpoint) ? _direct : _elsewhere, realm, [], authorization, cancellationToken);
            if (!token.IsSuccessStatusCode)
            {
                return ((int)token.StatusCode, default);
            }

            await using var stream = await token.Content.ReadAsStreamAsync(cancellationToken);
            return (200, await BoundedContent.ReadAsync(stream, token.Content.Headers.ContentLength, limit, $"The token for {_host.Host}/{question.Repository}", cancellationToken));
        });
        return await GetAsync(_direct, address, question.Accept, answer, cancellationToken);
    }

    private static async Task<HttpResponseMessage> GetAsync(
        HttpClient client, Uri address, IReadOnlyList<string> accept, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("gitopsbot", "0.1"));
        request.Headers.Authorization = authorization;
        foreach (var mediaType in accept)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private Uri Allowed(Uri target, Uri from, RegistryQuestion question, int hop)
    {
        var no = hop >= MostRedirects ? $"more than {MostRedirects} times"
            : target.Scheme is not ("http" or "https") || target.UserInfo.Length > 0 ? "to something else than a plain web address"
            : from.Scheme == "https" && target.Scheme == "http" && !_host.PlainHttp ? "from TLS to an address without it"
            : !question.MayBeElsewhere && !IsSameHost(target, Endpoint) ? "to another host, which only content with a known digest may come from"
            : null;
        return no is null ? target : throw new RegistryException($"{_host.Host} redirects {no} when asked for {question.Repository}; that is not followed.", false);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter is not { } header ? null : header.Delta ?? header.Date - _time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    // RFC 8288, as the distribution specification uses it: </v2/…>; rel="next". Another host is refused where the link is used.
    private static Uri? Next(HttpResponseMessage response, Uri from)
    {
        if (!response.Headers.TryGetValues("Link", out var links))
        {
            return null;
        }

        var next = links.SelectMany(l => l.Split(',')).FirstOrDefault(l => l.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase) || l.Contains("rel=next", StringComparison.OrdinalIgnoreCase));
        var (open, close) = (next?.IndexOf('<', StringComparison.Ordinal) ?? -1, next?.IndexOf('>', StringComparison.Ordinal) ?? -1);
        return open >= 0 && close > open && Uri.TryCreate(from, next![(open + 1)..close], out var address) ? address : null;
    }
}
