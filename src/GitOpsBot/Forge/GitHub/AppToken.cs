using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GitOpsBot.Forge.GitHub;

/// <summary>The token by which a GitHub App says that it is that App: RS256, ten minutes at most (GitHub, "Generating a JSON Web Token for a GitHub App").</summary>
internal static class AppToken
{
    // GitHub refuses more than ten minutes; its clock and ours may differ.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>Signs one.</summary>
    /// <param name="app">The App's id.</param>
    /// <param name="pem">Its private key, PKCS#1 or PKCS#8.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ForgeException">The key is not an RSA private key; the message holds nothing of it.</exception>
    public static string Sign(long app, string pem, DateTimeOffset now)
    {
        var claims = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["iat"] = (now - Skew).ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
            ["iss"] = app.ToString(CultureInfo.InvariantCulture),
        });
        var signed = $"{Encode("""{"alg":"RS256","typ":"JWT"}""")}.{Encode(claims)}";
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return $"{signed}.{Encode(rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // What the libraries say of a key may quote it.
            throw new ForgeException("The private key of the GitHub App cannot be used: expected the PEM file that GitHub made.", isTransient: false);
        }
    }

    private static string Encode(string text) => Encode(Encoding.UTF8.GetBytes(text));

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
