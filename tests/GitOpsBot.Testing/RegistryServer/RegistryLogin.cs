using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Testing;

/// <summary>Who may read a <see cref="RegistryServer"/>: with Basic credentials at every request, or with tokens that its own <c>/token</c> gives for them.</summary>
/// <param name="User">The user's name; empty for tokens that everybody gets.</param>
/// <param name="Password">The password, or the refresh token.</param>
/// <param name="UsesTokens">Whether it wants Bearer tokens.</param>
public sealed record RegistryLogin(string User, string Password, bool UsesTokens = false)
{
    private readonly ConcurrentDictionary<string, string> tokens = new();

    /// <summary>Where it says that tokens are to be had; null for its own <c>/token</c>.</summary>
    public string? Realm { get; init; }

    /// <summary>Seconds that a token is said to last; null to say nothing.</summary>
    public int? ExpiresIn { get; init; } = 300;

    /// <summary>The scopes that tokens were asked for, in order.</summary>
    public ConcurrentQueue<string> Scopes { get; } = new();

    /// <summary>Makes every token that was given invalid.</summary>
    public void Revoke() => tokens.Clear();

    internal async Task<bool> StopsAsync(HttpContext context, Uri address)
    {
        if (UsesTokens && context.Request.Path == "/token")
        {
            await GiveAsync(context);
            return true;
        }

        var shown = context.Request.Headers.Authorization.ToString();
        var repository = context.Request.Path.Value!.Split("/v2/")[^1];
        if (UsesTokens
            ? shown.StartsWith("Bearer ", StringComparison.Ordinal) && tokens.TryGetValue(shown["Bearer ".Length..], out var scope) && repository.StartsWith(scope.Split(':')[1], StringComparison.Ordinal)
            : shown == Basic)
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = UsesTokens
            ? $"Bearer realm=\"{Realm ?? new Uri(address, "token").ToString()}\",service=\"registry.test\",scope=\"repository:other/repository:pull,push\""
            : "Basic realm=\"registry.test\"";
        return true;
    }

    private string Basic => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    private async Task GiveAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync() : null;
        var scope = form is null ? context.Request.Query["scope"].ToString() : form["scope"].ToString();
        Scopes.Enqueue(scope);
        if (form is null ? User.Length > 0 && context.Request.Headers.Authorization != Basic : form["refresh_token"] != Password)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var token = Guid.NewGuid().ToString("N");
        tokens[token] = scope;
        await context.Response.WriteAsJsonAsync(new { token, expires_in = ExpiresIn });
    }
}
