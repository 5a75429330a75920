using System.Globalization;
using System.Net;
using System.Text.Json;
using GitOpsBot.Core.Documents;
using Octokit;
using Octokit.Internal;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// Octokit's connection with the bot's own handler below it and the bot's own records above it. Octokit's typed clients are not used: some of their
/// bodies are not what GitHub's OpenAPI description says (labels as a bare list, forms instead of JSON). Whatever goes wrong leaves as
/// <see cref="ForgeException"/> with a sentence; after one, whether something was changed is known only by looking.
/// </summary>
internal sealed class GitHubConnection : IDisposable
{
    // Fifty pages of a hundred; what has more is not read by somebody who waits.
    private const int MostPages = 50;
    private const int PageSize = 100;

    private readonly HttpClientAdapter http;
    private readonly Connection connection;
    private readonly IGitHubCredential credential;

    /// <summary>Opens it; nothing is sent yet.</summary>
    /// <param name="api">The API's address, used as written.</param>
    /// <param name="credential">Who asks.</param>
    /// <param name="network">Where requests go; not disposed.</param>
    /// <param name="longest">How long one request may last; null for thirty seconds.</param>
    public GitHubConnection(Uri api, IGitHubCredential credential, HttpMessageHandler network, TimeSpan? longest = null)
    {
        this.credential = credential;
        http = new HttpClientAdapter(() => new GitHubHandler(credential, network, longest));
        // Its own limit would cut below ours, with a message that says nothing.
        http.SetRequestTimeout(Timeout.InfiniteTimeSpan);
        connection = new Connection(
            new ProductHeaderValue("gitopsbot", typeof(GitHubConnection).Assembly.GetName().Version?.ToString(3) ?? "0"), api,
            new InMemoryCredentialStore(Credentials.Anonymous), http, new GitHubJson());
    }

    /// <summary>Reads something that must be there.</summary>
    /// <exception cref="ForgeException">GitHub refuses or does not answer.</exception>
    public Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) where T : class =>
        GuardAsync(path, async () => Whole((await connection.Get<T>(new Uri(path, UriKind.Relative), null, null, cancellationToken)).Body, path));

    /// <summary>Reads something that may not be there: null then.</summary>
    /// <exception cref="ForgeException">GitHub refuses or does not answer.</exception>
    public async Task<T?> FindAsync<T>(string path, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return await GetAsync<T>(path, cancellationToken);
        }
        catch (ForgeException e) when (e.InnerException is NotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads all pages of a list.</summary>
    /// <param name="path">Address, with its parameters but those of paging.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="mostPages">When there are more, the rest is left out; null for a list that must be whole.</param>
    /// <exception cref="ForgeException">GitHub refuses or does not answer, or a list that must be whole has more than 5,000 items.</exception>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string path, CancellationToken cancellationToken, int? mostPages = null)
    {
        var all = new List<T>();
        for (var page = 1; page <= (mostPages ?? MostPages); page++)
        {
            var next = string.Create(CultureInfo.InvariantCulture, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}per_page={PageSize}{(page == 1 ? "" : $"&page={page}")}");
            var answer = await GuardAsync(next, () => connection.Get<List<T>>(new Uri(next, UriKind.Relative), null, null, cancellationToken));
            all.AddRange(Whole(answer.Body, path));
            // The link says that there is more; where it leads is built here, so that credentials follow no stranger's address.
            if (!answer.HttpResponse.ApiInfo.Links.ContainsKey("next"))
            {
                return all;
            }
        }

        return mostPages is null ? throw new ForgeException($"{path} has more than {MostPages * PageSize} items.", isTransient: false) : all;
    }

    /// <summary>Reads one page of a list that is walked by cursors.</summary>
    /// <returns>The page, and the cursor of the next, or null after the last.</returns>
    /// <exception cref="ForgeException">GitHub refuses or does not answer.</exception>
    public Task<(T Page, string? After)> GetPageAsync<T>(string path, CancellationToken cancellationToken) where T : class => GuardAsync(path, async () =>
    {
        var answer = await connection.Get<T>(new Uri(path, UriKind.Relative), null, null, cancellationToken);
        // Of the link only the cursor: credentials follow no stranger's address.
        var after = answer.HttpResponse.ApiInfo.Links.TryGetValue("next", out var next) ? System.Web.HttpUtility.ParseQueryString(next.Query)["after"] : null;
        return (Whole(answer.Body, path), string.IsNullOrEmpty(after) ? null : after);
    });

    /// <summary>Makes or changes something.</summary>
    /// <exception cref="ForgeException">GitHub refuses or does not answer; in the second case it may have happened.</exception>
    public Task<T> SendAsync<T>(HttpMethod method, string path, object body, CancellationToken cancellationToken) where T : class => GuardAsync(path, async () =>
    {
        var (address, json) = (new Uri(path, UriKind.Relative), JsonSerializer.Serialize(body, GitHubJson.Options));
        cancellationToken.ThrowIfCancellationRequested();
        var answer = method.Method switch
        {
            "POST" => await connection.Post<T>(address, json, null!, "application/json", (IDictionary<string, string>?)null, cancellationToken),
            "PUT" => await connection.Put<T>(address, json),
            "PATCH" => await connection.Patch<T>(address, json),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return Whole(answer.Body, path);
    });

    /// <summary>Removes something; what is gone is removed.</summary>
    /// <exception cref="ForgeException">GitHub refuses or does not answer; in the second case it may have happened.</exception>
    public Task RemoveAsync(string path, CancellationToken cancellationToken) => GuardAsync(path, async () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await connection.Delete(new Uri(path, UriKind.Relative));
        }
        catch (NotFoundException)
        {
            return HttpStatusCode.NotFound;
        }
    });

    /// <summary>Carries out a GraphQL mutation or query.</summary>
    /// <returns>What stands under <c>data</c>.</returns>
    /// <exception cref="ForgeException">GitHub refuses, also inside an answer that succeeded, or does not answer.</exception>
    public Task<JsonElement> GraphAsync(Uri address, string query, object variables, CancellationToken cancellationToken) => GuardAsync(address.AbsolutePath, async () =>
    {
        // Variables bear the names of the query's, not those of JSON.
        var json = JsonSerializer.Serialize(new { query, variables });
        var answer = await connection.Post<JsonElement>(address, json, null!, "application/json", (IDictionary<string, string>?)null, cancellationToken);
        return answer.Body.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0
            ? throw Refused(errors[0])
            : answer.Body.TryGetProperty("data", out var data) ? data : throw new ForgeException("GitHub's answer holds no data.", isTransient: true);
    });

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>What GitHub said, as one bounded line without anything that acts.</summary>
    public static string Said(string? message) =>
        message is null ? "(no reason given)" : Shown.Plain(message.ReplaceLineEndings(" ") is var line && line.Length > 300 ? line[..300] + "…" : line);

    private static ForgeException Refused(JsonElement error)
    {
        var (type, said) = (Text(error, "type"), Said(Text(error, "message")));
        return type == "RATE_LIMITED"
            ? new ForgeException($"GitHub's rate limit is reached ({said}); the next pass goes on when it is over.", isTransient: true, new GraphRefusal(type))
            : new ForgeException($"GitHub refuses: {said}", isTransient: type == GraphRefusal.StaleData, new GraphRefusal(type ?? ""));

        static string? Text(JsonElement error, string key) =>
            error.ValueKind == JsonValueKind.Object && error.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static T Whole<T>(T? body, string path) where T : class =>
        body ?? throw new ForgeException($"GitHub's answer for {Place(path)} is empty.", isTransient: true);

    private async Task<T> GuardAsync<T>(string path, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (JsonException)
        {
            throw new ForgeException($"GitHub's answer for {Place(path)} is not what it should be.", isTransient: true);
        }
        catch (AuthorizationException e)
        {
            throw new ForgeException($"GitHub does not accept {credential.Name} (401: {Said(e.Message)}): it was revoked or has expired; make a new one.", isTransient: true, e);
        }
        catch (NotFoundException e)
        {
            throw new ForgeException($"{Place(path)} is not on GitHub, or {credential.Name} may not see it (404).", isTransient: true, e);
        }
        catch (ApiException e) when (e is RateLimitExceededException or SecondaryRateLimitExceededException or AbuseException || e.StatusCode == HttpStatusCode.TooManyRequests)
        {
            throw new ForgeException($"GitHub's rate limit is reached ({Said(e.Message)}); the next pass goes on when it is over.", isTransient: true, e);
        }
        catch (ApiException e) when (e.StatusCode == HttpStatusCode.Forbidden)
        {
            throw new ForgeException($"GitHub does not let {credential.Name} do this at {Place(path)} (403: {Said(e.Message)}).", isTransient: false, e);
        }
        catch (ApiException e)
        {
            var details = e.ApiError?.Errors is { Count: > 0 } errors ? " " + string.Join("; ", errors.Select(x => x.Message ?? $"{x.Resource}.{x.Field} {x.Code}")) : "";
            throw new ForgeException($"GitHub refuses {Place(path)} ({(int)e.StatusCode}: {Said(e.Message + details)}).", isTransient: (int)e.StatusCode >= 500, e);
        }
    }

    // Parameters are for machines.
    private static string Place(string path) => path.Split('?')[0];
}
