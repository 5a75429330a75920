using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Registry;

/// <summary>
/// What one registry host is shown of our credentials (distribution specification, token authentication). They go to that host and, for a token,
/// to a realm on the very same host, scheme and port; a realm elsewhere is asked without credentials or, when some are configured, not at all
/// (CVE-2025-27403). The scope is ours, never the one the registry asks for.
/// </summary>
internal sealed class RegistryAuth(RegistryHost host, Uri endpoint, TimeProvider time)
{
    /// <summary>Bytes of an answer with a token: the largest have some ten thousand.</summary>
    private const int LargestToken = 256 * 1024;

    /// <summary>Tokens kept at once; more repositories than that on one host forget and ask again.</summary>
    private const int MostTokens = 10_000;

    /// <summary>Docker Hub keeps its tokens on a host of its own, and nobody else's.</summary>
    private static readonly Uri DockerHubRealm = new("https://auth.docker.io/");

    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Until)> _tokens = new();
    private volatile bool _wantsBasic;

    /// <summary>Fetches a bounded answer from an address: handed in, because it is the connection that knows how.</summary>
    /// <param name="address">The realm with its query.</param>
    /// <param name="authorization">The credentials, or null.</param>
    /// <param name="limit">The most bytes.</param>
    /// <returns>Status and body.</returns>
    internal delegate Task<(int Status, ReadOnlyMemory<byte> Body)> FetchToken(Uri address, AuthenticationHeaderValue? authorization, int limit);

    /// <summary>What to send before the registry asked; null when nothing is known yet.</summary>
    public AuthenticationHeaderValue? Known(string repository) =>
        _wantsBasic ? Credentials()
        : _tokens.TryGetValue(repository, out var known) && known.Until > time.GetUtcNow() ? new AuthenticationHeaderValue("Bearer", known.Token)
        : null;

    /// <summary>What to send after the registry asked; null when there is nothing to answer with.</summary>
    /// <exception cref="RegistryException">No token can be had, or only for credentials that may not go there.</exception>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(AuthChallenge challenge, string repository, FetchToken fetch)
    {
        _tokens.TryRemove(repository, out _);
        var credentials = Credentials();
        if (!challenge.IsBearer)
        {
            _wantsBasic = credentials is not null;
            return credentials;
        }

        var realm = challenge.Realm ?? throw new RegistryException($"{host.Host} asks for a token for {repository} without saying where it is to be had.", false);
        if (credentials is not null && !IsOurs(realm))
        {
            throw new RegistryException(
                $"{host.Host} asks for a token for {repository} from {realm.IdnHost}:{realm.Port}: the credentials configured for {host.Host} are not sent to another host.", false);
        }

        if (realm.Scheme != Uri.UriSchemeHttps && !host.PlainHttp)
        {
            throw new RegistryException($"{host.Host} asks for a token for {repository} from an address without TLS: expected https.", false);
        }

        var query = $"scope={Uri.EscapeDataString($"repository:{repository}:pull")}" + (challenge.Service is { } service ? $"&service={Uri.EscapeDataString(service)}" : "");
        var address = new UriBuilder(realm) { UserName = "", Password = "", Fragment = "", Query = realm.Query.Length > 1 ? $"{realm.Query[1..]}&{query}" : query }.Uri;
        var (status, body) = await fetch(address, credentials, LargestToken);
        if (status != 200)
        {
            throw RegistryFault.Of(status, null, $"{realm.IdnHost} (which gives tokens for {host.Host})", repository, credentials is not null);
        }

        var (token, lifetime) = ReadToken(body) ?? throw new RegistryException($"{realm.IdnHost} answered without a token for {repository}.", false, RejectionCode.Malformed);
        if (_tokens.Count >= MostTokens)
        {
            _tokens.Clear();
        }

        _tokens[repository] = (token, time.GetUtcNow() + lifetime);
        return new AuthenticationHeaderValue("Bearer", token);
    }

    private bool IsOurs(Uri realm) => RegistryConnection.IsSameHost(realm, endpoint) || (host.Host == "docker.io" && RegistryConnection.IsSameHost(realm, DockerHubRealm));

    private AuthenticationHeaderValue? Credentials()
    {
        try
        {
            if (host.Credentials is not { } read)
            {
                return null;
            }

            var (user, password) = read();
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }
        catch (IOException e)
        {
            throw new RegistryException($"The credentials for {host.Host} cannot be read: {e.Message}", false, null, e);
        }
    }

    private static (string Token, TimeSpan Lifetime)? ReadToken(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            var root = json.RootElement;
            var token = root.TryGetProperty("token", out var text) || root.TryGetProperty("access_token", out text) ? text.GetString() : null;
            // A token goes into a header: nothing else than visible ASCII.
            if (string.IsNullOrEmpty(token) || token.Any(c => c is <= ' ' or > '~'))
            {
                return null;
            }

            // Without a lifetime it is 60 s; it is forgotten a little earlier, so that it does not end on the way.
            var seconds = root.TryGetProperty("expires_in", out var expires) && expires.TryGetInt32(out var given) ? Math.Clamp(given, 0, 3_600) : 60;
            return (token, TimeSpan.FromSeconds(seconds * 0.8));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
