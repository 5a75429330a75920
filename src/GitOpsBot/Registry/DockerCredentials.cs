using System.Text;
using System.Text.Json;

namespace GitOpsBot.Registry;

/// <summary>
/// Credentials in a Docker <c>config.json</c>, in the file of the same form that Podman and Kubernetes keep (keys may name a repository, and the
/// longest that fits counts), or in the older <c>.dockercfg</c> without <c>auths</c>. Credential helpers are programs and are not run: a host
/// that only a helper knows is told, so that nobody wonders why the bot is anonymous there.
/// </summary>
public static class DockerCredentials
{
    /// <summary>Finds what is said for a repository of a host.</summary>
    /// <exception cref="IOException">It is not such a file, or says nothing about the host; the message holds nothing of its content.</exception>
    public static RegistryCredentials Find(string json, string host, string repository)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var auths = root.TryGetProperty("auths", out var section) ? section : root;
            foreach (var key in Keys(host, repository))
            {
                if (auths.TryGetProperty(key, out var entry) && entry.ValueKind == JsonValueKind.Object && Read(entry) is { } found)
                {
                    return found;
                }
            }

            if (root.TryGetProperty("credsStore", out _) || (root.TryGetProperty("credHelpers", out var helpers) && helpers.TryGetProperty(host, out _)))
            {
                throw new IOException($"The Docker configuration leaves {host} to a credential helper, which is a program and is not run: write 'auths', or use 'usernameFile' and 'passwordFile'.");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // The parser's exception quotes the content, so it is not passed on.
            throw new IOException("The Docker configuration is not well-formed: expected JSON with 'auths' by host.");
        }

        throw new IOException($"The Docker configuration holds no credentials for {host}: expected 'auth', or 'username' and 'password', under 'auths'.");
    }

    // The longest first: ghcr.io/acme/checkout, ghcr.io/acme, ghcr.io, and the ways in which a host alone was ever written.
    private static IEnumerable<string> Keys(string host, string repository)
    {
        for (var path = repository; path.Length > 0; path = path[..Math.Max(path.LastIndexOf('/'), 0)])
        {
            yield return $"{host}/{path}";
        }

        foreach (var name in host == "docker.io" ? (string[])[host, "index.docker.io", "registry-1.docker.io"] : [host])
        {
            foreach (var key in (string[])[name, $"https://{name}", $"https://{name}/", $"https://{name}/v1/", $"https://{name}/v2/", $"http://{name}"])
            {
                yield return key;
            }
        }
    }

    private static RegistryCredentials? Read(JsonElement entry) =>
        Text(entry, "registrytoken") is { } bearer ? new RegistryCredentials.Bearer(bearer)
        : Text(entry, "identitytoken") is { } refresh ? new RegistryCredentials.Refresh(refresh)
        : Text(entry, "auth") is { } pair ? Split(Encoding.UTF8.GetString(Convert.FromBase64String(pair)))
        : Text(entry, "username") is { } user && Text(entry, "password") is { } password ? new RegistryCredentials.Password(user, password)
        : null;

    // Docker pads what it wrote with zero bytes.
    private static RegistryCredentials.Password Split(string pair) => pair.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        ? new RegistryCredentials.Password(pair[..colon], pair[(colon + 1)..].TrimEnd('\0'))
        : throw new FormatException();

    private static string? Text(JsonElement entry, string key) => entry.TryGetProperty(key, out var value) && value.GetString() is { Length: > 0 } text ? text : null;
}
