using System.Text.Json;

namespace GitOpsBot.Registry;

/// <summary>A token for one repository, and until when it is shown. It prints without the token.</summary>
internal sealed record RegistryToken(string Text, DateTimeOffset Until)
{
    // What the distribution specification says of a token without a lifetime.
    private const int UsualSeconds = 60;

    private const int MostSeconds = 3_600;

    /// <summary>Reads what a token service answered (distribution specification, "Token authentication"); null when it is no token.</summary>
    public static RegistryToken? Read(ReadOnlyMemory<byte> body, DateTimeOffset now)
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

            var seconds = root.TryGetProperty("expires_in", out var expires) && expires.ValueKind == JsonValueKind.Number && expires.TryGetInt32(out var given) ? Math.Clamp(given, 0, MostSeconds) : UsualSeconds;
            // Forgotten a little earlier, so that it does not end on the way.
            return new RegistryToken(token, now + TimeSpan.FromSeconds(seconds * 0.8));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"token until {Until:u}";
}
