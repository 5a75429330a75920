using System.Net;
using System.Net.Http.Headers;

namespace GitOpsBot.Registry;

/// <summary>
/// One question and its answer on the wire. Redirects are followed by hand: few, never from TLS to plain, with credentials only on the
/// registry's own host, and elsewhere only to addresses that <see cref="AddressGuard"/> lets through.
/// </summary>
internal sealed class RegistryExchange : IDisposable
{
    /// <summary>Redirects in a row: storage behind a registry needs one or two.</summary>
    public const int MostRedirects = 5;

    // What a host that sleeps may ask for. More is a mistake, a point in time where seconds belong, and would stop its artifacts for good.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly RegistryHost _host;
    private readonly TimeProvider _time;
    private readonly RegistryAuth _auth;
    private readonly HttpClient _direct;
    private readonly HttpClient _elsewhere;

    /// <summary>Nothing is sent before the first question.</summary>
    public RegistryExchange(RegistryHost host, TimeProvider time)
    {
        (_host, _time) = (host, time);
        Endpoint = new Uri($"{(host.PlainHttp ? "http" : "https")}://{(host.Host == "docker.io" ? "registry-1.docker.io" : host.Host)}/");
        _auth = new RegistryAuth(host, Endpoint, time, FetchTokenAsync);
        // Two pools: a connection made directly must not be reused for what a stranger's redirect asks for.
        _direct = RegistryClients.Create(host, null);
        _elsewhere = RegistryClients.Create(host, new AddressGuard(Endpoint.IdnHost));
    }

    /// <summary>The registry's own address.</summary>
    public Uri Endpoint { get; }

    /// <summary>Asks once.</summary>
    public async Task<RegistryAnswer> AskAsync(RegistryQuestion question, CancellationToken cancellationToken)
    {
        var address = question.Address;
        for (var hop = 0; ; hop++)
        {
            using var response = await SendAsync(address, question, cancellationToken);
            var status = (int)response.StatusCode;
            if (question.Understood.Contains(status) || (status == 304 && question.Validator is not null))
            {
                return new RegistryAnswer(status, null, default, null);
            }

            if (status is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
            {
                address = Allowed(new Uri(address, location), address, question, hop);
                continue;
            }

            return status == 200
                ? await ReadAsync(response, address, question, cancellationToken)
                : throw RegistryFault.Of(status, RetryAfter(response), _host.Host, question.Repository, _host.Credentials is not null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _direct.Dispose();
        _elsewhere.Dispose();
    }

    private async Task<RegistryAnswer> ReadAsync(HttpResponseMessage response, Uri address, RegistryQuestion question, CancellationToken cancellationToken)
    {
        var length = response.Content.Headers.ContentLength;
        ReadOnlyMemory<byte> body = default;
        if (!question.HeadOnly)
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            body = await BoundedContent.ReadAsync(stream, length, question.Limit, $"{question.What} of {_host.Host}/{question.Repository}", cancellationToken);
        }

        return new RegistryAnswer(200, response.Content.Headers.ContentType?.MediaType, body, RegistryPages.Next(response.Headers, address))
        {
            ETag = response.Headers.ETag?.ToString(),
            ClaimedDigest = response.Headers.TryGetValues("Docker-Content-Digest", out var digests) ? digests.FirstOrDefault() : null,
            Length = length,
        };
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, RegistryQuestion question, CancellationToken cancellationToken)
    {
        if (!RegistryConnection.IsSameHost(address, Endpoint))
        {
            return await SendAsync(_elsewhere, Request(address, question, isOurs: false), null, cancellationToken);
        }

        var known = await _auth.KnownAsync(question.Repository, cancellationToken);
        var response = await SendAsync(_direct, Request(address, question, isOurs: true), known, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || AuthChallenge.Read(response.Headers.WwwAuthenticate) is not { } challenge)
        {
            return response;
        }

        response.Dispose();
        var answer = await _auth.AnswerAsync(challenge, question.Repository, cancellationToken);
        return await SendAsync(_direct, Request(address, question, isOurs: true), answer, cancellationToken);
    }

    private async Task<(int Status, ReadOnlyMemory<byte> Body)> FetchTokenAsync(HttpRequestMessage request, AuthenticationHeaderValue? authorization, long limit, CancellationToken cancellationToken)
    {
        var realm = request.RequestUri!;
        using var response = await SendAsync(RegistryConnection.IsSameHost(realm, Endpoint) ? _direct : _elsewhere, request, authorization, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            // Told apart here, because only here the time to wait is known.
            return (int)response.StatusCode is 429 or >= 500
                ? throw RegistryFault.Of((int)response.StatusCode, RetryAfter(response), $"{realm.IdnHost} (which gives tokens for {_host.Host})", "a token", false)
                : ((int)response.StatusCode, default);
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        return (200, await BoundedContent.ReadAsync(stream, response.Content.Headers.ContentLength, limit, $"The token of {realm.IdnHost} for {_host.Host}", cancellationToken));
    }

    private static HttpRequestMessage Request(Uri address, RegistryQuestion question, bool isOurs)
    {
        var request = new HttpRequestMessage(question.HeadOnly ? HttpMethod.Head : HttpMethod.Get, address);
        if (isOurs && question.Accept.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Accept", string.Join(", ", question.Accept));
        }

        if (isOurs && question.Validator is { } validator)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", validator);
        }

        return request;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        using (request)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", "gitopsbot/0.1");
            request.Headers.Authorization = authorization;
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
    }

    private Uri Allowed(Uri target, Uri from, RegistryQuestion question, int hop)
    {
        var no = hop >= MostRedirects ? $"more than {MostRedirects} times"
            : target.Scheme is not ("http" or "https") || target.UserInfo.Length > 0 ? "to something else than a plain web address"
            : from.Scheme == "https" && target.Scheme == "http" && !_host.PlainHttp ? "from TLS to an address without it"
            : !question.MayBeElsewhere && !RegistryConnection.IsSameHost(target, Endpoint) ? "to another host, which only content with a known digest may come from"
            : null;
        return no is null ? target : throw new RegistryException($"{_host.Host} redirects {no} when asked for {question.Repository}; that is not followed.", false);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter is not { } header ? null : header.Delta ?? header.Date - _time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }
}
