using System.Security.Cryptography;
using System.Text;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Hosting.Webhooks;

/// <summary>Compares what a webhook brings with the secret of its sender, in a time that says nothing of where they differ.</summary>
internal static class WebhookSecret
{
    private const string Algorithm = "sha256=";

    /// <summary>Whether a signature (<c>sha256=</c> and 64 hexadecimal digits) was made of these very bytes with the secret.</summary>
    public static bool Signed(SecretFile secret, string? signature, ReadOnlySpan<byte> body)
    {
        if (signature is null || !signature.StartsWith(Algorithm, StringComparison.Ordinal))
        {
            return false;
        }

        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Read()), body);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected)), Encoding.UTF8.GetBytes(signature[Algorithm.Length..].ToLowerInvariant()));
    }

    /// <summary>Whether a text is the secret.</summary>
    public static bool Is(SecretFile secret, string? shown) => shown is not null
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret.Read())), SHA256.HashData(Encoding.UTF8.GetBytes(shown)));

    /// <summary>The header <c>Authorization</c> is the secret, with or without <c>Bearer</c>.</summary>
    public static bool IsAuthorization(SecretFile secret, string? header) =>
        Is(secret, header) || (header?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true && Is(secret, header["Bearer ".Length..]));
}
