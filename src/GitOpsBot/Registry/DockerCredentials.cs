using System.Text;
using System.Text.Json;

namespace GitOpsBot.Registry;

/// <summary>
/// A host's entry in a Docker <c>config.json</c>: key <c>auths</c>, where <c>auth</c> is Base64 of <c>name:password</c>. Credential helpers are programs
/// and are not run.
/// </summary>
public static class DockerCredentials
{
    /// <summary>Finds the entry.</summary>
    /// <exception cref="IOException">It is not such a file, or says nothing about the host; the message holds nothing of its content.</exception>
    public static (string User, string Password) Find(string json, string host)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            string[] keys = host == "docker.io" ? [host, "https://index.docker.io/v1/", "index.docker.io"] : [host, "https://" + host];
            foreach (var key in keys)
            {
                if (document.RootElement.TryGetProperty("auths", out var auths) && auths.TryGetProperty(key, out var entry) && Read(entry) is { } found)
                {
                    return found;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // The parser's exception quotes the content, so it is not passed on.
            throw new IOException("The Docker configuration is not well-formed: expected JSON with 'auths' by host.");
        }

        throw new IOException($"The Docker configuration holds no credentials for {host}: expected 'auth', or 'username' and 'password', under 'auths'.");
    }

    private static (string User, string Password)? Read(JsonElement entry)
    {
        if (entry.TryGetProperty("auth", out var auth) && auth.GetString() is { Length: > 0 } text)
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(text));
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 ? (pair[..colon], pair[(colon + 1)..]) : throw new FormatException();
        }

        return entry.TryGetProperty("username", out var name) && name.GetString() is { Length: > 0 } user
            && entry.TryGetProperty("password", out var secret) && secret.GetString() is { } password
            ? (user, password)
            : null;
    }
}
