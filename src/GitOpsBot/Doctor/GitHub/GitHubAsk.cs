using System.Net;
using System.Text.Json;
using GitOpsBot.Forge;
using GitOpsBot.Forge.GitHub;

namespace GitOpsBot.Doctor.GitHub;

/// <summary>What GitHub answered. Closed: what was asked for, or a refusal. That it did not answer at all is a <see cref="ForgeException"/>.</summary>
internal abstract record GitHubAnswer<T> where T : class
{
    private GitHubAnswer() { }

    /// <summary>It was told.</summary>
    /// <param name="Value">What.</param>
    /// <param name="Scopes">Scopes of a classic token, from the header <c>X-OAuth-Scopes</c>; null where there is no such header.</param>
    /// <param name="TokenEnds">When the token ends; null where it does not, or GitHub does not say.</param>
    public sealed record Told(T Value, string? Scopes, string? TokenEnds) : GitHubAnswer<T>;

    /// <summary>It was not told.</summary>
    /// <param name="Status">401, 403, 404 or another.</param>
    /// <param name="Said">GitHub's words, one bounded line.</param>
    public sealed record Refused(int Status, string Said) : GitHubAnswer<T>;

    /// <summary>What was told, or null.</summary>
    public T? OrNull => (this as Told)?.Value;
}

/// <summary>Asks GitHub as one set of credentials, where a refusal is an answer. Reads only.</summary>
/// <param name="api">The API, with a slash at its end.</param>
/// <param name="handler">The bot's own handler for those credentials.</param>
internal sealed class GitHubAsk(Uri api, GitHubHandler handler) : IDisposable
{
    private readonly HttpMessageInvoker invoker = new(handler);

    /// <summary>Reads what is at an address relative to the API.</summary>
    /// <exception cref="ForgeException">GitHub cannot be reached, a limit holds, or the answer is not what it should be.</exception>
    public async Task<GitHubAnswer<T>> GetAsync<T>(string path, CancellationToken cancellationToken) where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, path));
        request.Headers.UserAgent.ParseAdd("gitopsbot");
        using var answer = await invoker.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (answer.StatusCode >= HttpStatusCode.InternalServerError)
        {
            throw new ForgeException($"GitHub fails at {path.Split('?')[0]} ({(int)answer.StatusCode}).", isTransient: true);
        }

        try
        {
            return answer.IsSuccessStatusCode
                ? new GitHubAnswer<T>.Told(
                    JsonSerializer.Deserialize<T>(body, GitHubJson.Options) ?? throw new JsonException(), Header(answer, "X-OAuth-Scopes"), Header(answer, "github-authentication-token-expiration"))
                : new GitHubAnswer<T>.Refused((int)answer.StatusCode, GitHubConnection.Said(JsonSerializer.Deserialize<JsonSaid>(body, GitHubJson.Options)?.Message));
        }
        catch (JsonException)
        {
            throw new ForgeException($"GitHub's answer for {path.Split('?')[0]} is not what it should be.", isTransient: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => invoker.Dispose();

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private sealed record JsonSaid(string? Message);
}
