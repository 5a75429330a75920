using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>
/// What one registry host is shown of our credentials (distribution specification, token authentication). They go to that host and, for a
/// token, to a realm on the very same host, scheme and port, or on a host that the settings name for it; a realm elsewhere is asked without
/// credentials or, when some are configured, not at all (CVE-2025-27403). The scope is ours, never the one the registry asks for.
/// </summary>
internal sealed class RegistryAuth(RegistryHost host, Uri endpoint, TimeProvider time, RegistryAuth.FetchToken fetch)
{
    /// <summary>Bytes of an answer with a token: the largest have some ten thousand.</summary>
    private const int LargestToken = 256 * 1024;

    /// <summary>Tokens kept at once; more repositories than that on one host forget and ask again.</summary>
    private const int MostTokens = 10_000;

    /// <summary>Docker Hub keeps its tokens on a host of its own, and nobody else's.</summary>
    private const string DockerHubRealm = "auth.docker.io";

    private readonly ConcurrentDictionary<string, RegistryToken> _tokens = new();
    private volatile AuthChallenge? _asked;

    /// <summary>Fetches a bounded answer; handed in, because it is the exchange that knows how. Throws for what may pass (429, 5xx).</summary>
    /// <param name="request">To the realm; disposed when it was sent.</param>
    /// <param name="authorization">The credentials, or null.</param>
    /// <param name="limit">The most bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Status and body.</returns>
    internal delegate Task<(int Status, ReadOnlyMemory<byte> Body)> FetchToken(
        HttpRequestMessage request, AuthenticationHeaderValue? authorization, long limit, CancellationToken cancellationToken);

    /// <summary>
    /// What to send before the registry asked: what it asked for the last time, with a token that is fetched anew before the old one ends. Null
    /// when nothing is known yet.
    /// </summary>
    /// <exception cref="RegistryException">No token can be had.</exception>
    public async Task<AuthenticationHeaderValue?> KnownAsync(string repository, CancellationToken cancellationToken) =>
        Credentials(repository) is RegistryCredentials.Bearer given ? new AuthenticationHeaderValue("Bearer", given.Token)
        : _asked is not { } asked ? null
        : !asked.IsBearer ? Basic(repository)
        : _tokens.TryGetValue(repository, out var known) && known.Until > time.GetUtcNow() ? new AuthenticationHeaderValue("Bearer", known.Text)
        : await TokenAsync(asked, repository, cancellationToken);

    /// <summary>What to send after the registry asked; null when there is nothing to answer with.</summary>
    /// <exception cref="RegistryException">No token can be had, or only for credentials that may not go there.</exception>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(AuthChallenge challenge, string repository, CancellationToken cancellationToken)
    {
        _tokens.TryRemove(repository, out _);
        if (!challenge.IsBearer)
        {
            var basic = Basic(repository);
            _asked = basic is null ? null : challenge;
            return basic;
        }

        var token = await TokenAsync(challenge, repository, cancellationToken);
        _asked = challenge;
        return token;
    }

    private async Task<AuthenticationHeaderValue> TokenAsync(AuthChallenge challenge, string repository, CancellationToken cancellationToken)
    {
        var credentials = Credentials(repository);
        var realm = Allowed(challenge.Realm, repository, credentials is not null);
        var (status, body) = await fetch(Request(realm, challenge.Service, repository, credentials), Basic(repository), LargestToken, cancellationToken);
        if (status != 200)
        {
            throw RegistryFault.Of(status, null, $"{realm.IdnHost} (which gives tokens for {host.Host})", repository, credentials is not null);
        }

        var token = RegistryToken.Read(body, time.GetUtcNow())
            ?? throw new RegistryException($"{realm.IdnHost} answered without a token for {repository}.", false, RejectionCode.Malformed);
        if (_tokens.Count >= MostTokens)
        {
            _tokens.Clear();
        }

        _tokens[repository] = token;
        return new AuthenticationHeaderValue("Bearer", token.Text);
    }

    private Uri Allowed(Uri? realm, string repository, bool hasCredentials)
    {
        if (realm is null)
        {
            throw new RegistryException($"{host.Host} asks for a token for {repository} without saying where it is to be had.", false);
        }

        if (hasCredentials && !IsOurs(realm))
        {
            throw new RegistryException(
                $"{host.Host} asks for a token for {repository} from {realm.IdnHost}:{realm.Port}: the credentials configured for {host.Host} are not sent to another host.", false);
        }

        return realm.Scheme == Uri.UriSchemeHttps || host.PlainHttp
            ? realm
            : throw new RegistryException($"{host.Host} asks for a token for {repository} from an address without TLS: expected https.", false);
    }

    private bool IsOurs(Uri realm) => RegistryConnection.IsSameHost(realm, endpoint)
        || (host.Host == "docker.io" && IsNamed(realm, DockerHubRealm))
        || host.TokenHosts.Any(named => IsNamed(realm, named));

    // As image names are written: the port only where it is not the usual one.
    private static bool IsNamed(Uri realm, string named) => string.Equals(realm.IsDefaultPort ? realm.IdnHost : $"{realm.IdnHost}:{realm.Port}", named, StringComparison.OrdinalIgnoreCase);

    private static HttpRequestMessage Request(Uri realm, string? service, string repository, RegistryCredentials? credentials)
    {
        var asked = new List<KeyValuePair<string, string>> { new("scope", $"repository:{repository}:pull") };
        if (service is not null)
        {
            asked.Add(new("service", service));
        }

        var address = new UriBuilder(realm) { UserName = "", Password = "", Fragment = "" };
        if (credentials is RegistryCredentials.Refresh refresh)
        {
            return new HttpRequestMessage(HttpMethod.Post, address.Uri)
            {
                Content = new FormUrlEncodedContent([.. asked, new("grant_type", "refresh_token"), new("refresh_token", refresh.Token), new("client_id", "gitopsbot")]),
            };
        }

        var query = string.Join('&', asked.Select(a => $"{a.Key}={Uri.EscapeDataString(a.Value)}"));
        address.Query = realm.Query.Length > 1 ? $"{realm.Query[1..]}&{query}" : query;
        return new HttpRequestMessage(HttpMethod.Get, address.Uri);
    }

    private AuthenticationHeaderValue? Basic(string repository) => Credentials(repository) is RegistryCredentials.Password { User: var user, Secret: var secret }
        ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}")))
        : null;

    private RegistryCredentials? Credentials(string repository)
    {
        try
        {
            return host.Credentials?.Invoke(repository);
        }
        catch (IOException e)
        {
            throw new RegistryException($"The credentials for {host.Host} cannot be read: {e.Message}", false, null, e);
        }
    }
}
