using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace GitOpsBot.Testing.GitHub;

/// <summary>A request as it arrived, for tests that count or read them.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path below the API's address, with its parameters.</param>
/// <param name="Body">The body, or empty.</param>
/// <param name="Status">What was answered; 0 when the connection was broken off.</param>
public sealed record SeenRequest(string Method, string Path, string Body, int Status)
{
    /// <summary>Whether it costs quota: everything but "not modified", and the making of tokens.</summary>
    public bool IsCounted => Status != 304 && !Path.Contains("/access_tokens", StringComparison.Ordinal) && !Path.EndsWith("/installation", StringComparison.Ordinal) && Path is not ("app" or "user");
}

/// <summary>
/// A GitHub on loopback with one repository <c>acme/shop</c>, real Git behind it, and every strictness of the real one that the bot can meet: what it
/// refuses stands in <see cref="Refusal"/>, what it lets whom do in <see cref="GitHubRoutes"/>. The clock is the test's.
/// </summary>
public sealed class GitHubServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<SeenRequest> requests = new();
    private readonly ConcurrentQueue<string> violations = new();
    private readonly SemaphoreSlim door = new(1, 1);
    private readonly Queue<DateTimeOffset> made = new();
    private int graphUsed;

    private GitHubServer(TimeProvider clock, string apiPath, TestCertificates? tls)
    {
        (Clock, ApiPath) = (clock, apiPath);
        World = new GitHubWorld(clock);
        var backend = new GitBackend(World.Root);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(o => o.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (tls is not null)
            {
                listen.UseHttps(tls.Server);
            }
        }));
        app = builder.Build();
        app.Run(async context =>
        {
            var path = context.Request.Path.Value!;
            await door.WaitAsync();
            try
            {
                if (path.Contains(".git/", StringComparison.Ordinal))
                {
                    await ServeGitAsync(context, backend);
                    return;
                }

                if (Around is { } around)
                {
                    await around(context, () => ServeApiAsync(context));
                    return;
                }

                await ServeApiAsync(context);
            }
            finally
            {
                door.Release();
            }
        });
    }

    public TimeProvider Clock { get; }

    public GitHubWorld World { get; }

    /// <summary><c>/</c>, or <c>/api/v3/</c> as GitHub Enterprise Server has it.</summary>
    public string ApiPath { get; }

    public string Url { get; private set; } = "";

    /// <summary>The API's address as the bot's settings name it.</summary>
    public string ApiUrl => Url.TrimEnd('/') + ApiPath;

    /// <summary>The repository's clone address.</summary>
    public string CloneUrl => Url + GitHubWorld.FullName + ".git";

    /// <summary>Stands around each answer of the API: may answer itself, wait, break off, or do so after the act.</summary>
    public Func<HttpContext, Func<Task>, Task>? Around { get; set; }

    /// <summary>Lets others in while a request stands still: what stands around it may wait for them.</summary>
    public async Task MeanwhileAsync(Func<Task> act)
    {
        door.Release();
        try
        {
            await act();
        }
        finally
        {
            await door.WaitAsync();
        }
    }

    /// <summary>The same for each push, told of the ref that it names first.</summary>
    public Func<string, HttpContext, Func<Task>, Task>? AroundPush { get; set; }

    /// <summary>Counted requests an hour.</summary>
    public int Quota { get; set; } = 5000;

    /// <summary>Requests of GraphQL an hour.</summary>
    public int GraphQuota { get; set; } = 5000;

    /// <summary>Requests that make content, a minute.</summary>
    public int ContentPerMinute { get; set; } = 80;

    public int Used { get; private set; }

    /// <summary>What was wrong with requests by GitHub's published description; always empty where that is not installed.</summary>
    public IReadOnlyCollection<string> Violations => violations;

    /// <summary>How many requests were held against the published description.</summary>
    public int Checked { get; private set; }

    /// <summary>Everything that was asked of the API so far.</summary>
    public IReadOnlyList<SeenRequest> Requests => [.. requests];

    public static async Task<GitHubServer> StartAsync(TimeProvider clock, string apiPath = "/api/v3/", TestCertificates? tls = null)
    {
        // It takes a moment to read, which must not count as silence.
        _ = PublishedDescription.Instance;
        var server = new GitHubServer(clock, apiPath, tls);
        await server.app.StartAsync();
        server.Url = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/";
        server.World.Url = server.Url;
        return server;
    }

    /// <summary>Quota begins anew.</summary>
    public void Forget()
    {
        requests.Clear();
        Used = 0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        World.Dispose();
        door.Dispose();
    }

    private async Task ServeGitAsync(HttpContext context, GitBackend backend)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var login = header.StartsWith("Basic ", StringComparison.Ordinal) ? Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..])).Split(':', 2) : null;
        if (login is not ["x-access-token", var token] || World.Who(token) is not { } who)
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"GitHub\"";
            return;
        }

        var writes = context.Request.Query["service"] == "git-receive-pack" || context.Request.Path.Value!.EndsWith("/git-receive-pack", StringComparison.Ordinal);
        if (!World.Rights(who, "contents", writes ? "write" : "read"))
        {
            context.Response.StatusCode = 403;
            return;
        }

        World.Sync();
        if (AroundPush is { } around && context.Request.Path.Value!.EndsWith("/git-receive-pack", StringComparison.Ordinal))
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            body.Position = 0;
            context.Request.Body = body;
            var head = Encoding.Latin1.GetString(body.ToArray().AsSpan(0, (int)Math.Min(body.Length, 1000)));
            await around(System.Text.RegularExpressions.Regex.Match(head, "refs/[^\0 \n]+").Value, context, () => backend.ServeAsync(context, context.Request.Path));
        }
        else
        {
            await backend.ServeAsync(context, context.Request.Path);
        }

        World.Sync();
    }

    private async Task ServeApiAsync(HttpContext context)
    {
        var request = context.Request;
        var full = request.Path.Value!;
        var isGraph = full == (ApiPath == "/" ? "/graphql" : "/api/graphql");
        var path = isGraph ? "graphql" : full.StartsWith(ApiPath, StringComparison.Ordinal) ? full[ApiPath.Length..] : full;
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        Check(request, isGraph, body);
        Reply reply;
        try
        {
            World.Sync();
            reply = isGraph || full.StartsWith(ApiPath, StringComparison.Ordinal) ? Answer(request, path, body) : throw new RefusedException(Refusal.NotFound);
        }
        catch (RefusedException e)
        {
            reply = new Reply(e.Refusal.Status, e.Refusal.Body());
            if (e.Refusal == Refusal.SecondaryLimit || e.Refusal == Refusal.SecondaryLimitAsTooMany)
            {
                context.Response.Headers.RetryAfter = "60";
            }
        }

        var query = request.QueryString.Value ?? "";
        await WriteAsync(context, path + query, body, reply);
    }

    // Every request of every test, also those that something else is done with.
    private void Check(HttpRequest request, bool isGraph, string body)
    {
        if (PublishedDescription.Instance is not { } description)
        {
            return;
        }

        Checked++;
        var raw = PublishedDescription.RawPath(request);
        foreach (var violation in isGraph ? PublishedDescription.Headers(request).Select(w => $"POST graphql: {w}")
            : description.Violations(request, raw.StartsWith(ApiPath, StringComparison.Ordinal) ? raw[ApiPath.Length..] : raw, body))
        {
            violations.Enqueue(violation);
        }
    }

    private Reply Answer(HttpRequest request, string path, string body)
    {
        if (request.Headers.UserAgent.Count == 0)
        {
            throw new RefusedException(Refusal.NoUserAgent);
        }

        if (request.Headers["X-GitHub-Api-Version"].ToString() is not ("" or "2022-11-28"))
        {
            throw new RefusedException(Refusal.UnknownVersion);
        }

        var header = request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : header.StartsWith("token ", StringComparison.Ordinal) ? header["token ".Length..] : "";
        var caller = World.Who(token) ?? throw new RefusedException(Refusal.BadCredentials);
        var reads = request.Method == "GET";
        if (!path.StartsWith("app", StringComparison.Ordinal) && Used >= Quota)
        {
            throw new RefusedException(Refusal.PrimaryLimit);
        }

        if (path == "graphql" && ++graphUsed > GraphQuota)
        {
            throw new RefusedException(Refusal.LimitInGraph);
        }

        if (!reads && !path.StartsWith("app", StringComparison.Ordinal))
        {
            while (made.TryPeek(out var oldest) && oldest <= Clock.GetUtcNow() - TimeSpan.FromMinutes(1))
            {
                made.Dequeue();
            }

            if (made.Count >= ContentPerMinute)
            {
                throw new RefusedException(Refusal.SecondaryLimit);
            }

            made.Enqueue(Clock.GetUtcNow());
        }

        var hasBody = !reads && request.Method != "DELETE";
        if (hasBody && request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
        {
            throw new RefusedException(Refusal.WrongContentType);
        }

        JsonObject? json = null;
        if (hasBody)
        {
            try
            {
                json = JsonNode.Parse(body) as JsonObject ?? throw new RefusedException(Refusal.NotJson);
            }
            catch (JsonException)
            {
                throw new RefusedException(Refusal.NotJson);
            }
        }

        return new GitHubRoutes(World).Answer(request.Method, path, request.Query, json ?? [], caller);
    }

    private async Task WriteAsync(HttpContext context, string path, string body, Reply reply)
    {
        var response = context.Response;
        var text = reply.Body?.ToJsonString() ?? "";
        var etag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text + reply.HasNext)))}\"";
        var status = reply.Status;
        if (context.Request.Method == "GET" && status == 200)
        {
            response.Headers.ETag = etag;
            status = context.Request.Headers.IfNoneMatch == etag ? 304 : 200;
        }

        var seen = new SeenRequest(context.Request.Method, path, body, status);
        Used += seen.IsCounted ? 1 : 0;
        requests.Enqueue(seen);
        var reset = new DateTimeOffset(Clock.GetUtcNow().UtcDateTime.Date.AddHours(Clock.GetUtcNow().Hour + 1), TimeSpan.Zero);
        response.Headers.Date = (Clock.GetUtcNow() + World.SetUp.Skew).ToString("r", CultureInfo.InvariantCulture);
        if (path is "user" && World.SetUp.TokenScopes is { } scopes)
        {
            response.Headers["X-OAuth-Scopes"] = scopes;
        }

        if (path is "user" && World.SetUp.TokenEnds is { } ends)
        {
            response.Headers["github-authentication-token-expiration"] = ends;
        }

        var (quota, used) = path == "graphql" ? (GraphQuota, graphUsed) : (Quota, Used);
        response.Headers["x-ratelimit-limit"] = quota.ToString(CultureInfo.InvariantCulture);
        response.Headers["x-ratelimit-remaining"] = Math.Max(0, quota - used).ToString(CultureInfo.InvariantCulture);
        response.Headers["x-ratelimit-reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        response.Headers["x-ratelimit-resource"] = path == "graphql" ? "graphql" : "core";
        if (reply.HasNext)
        {
            response.Headers.Link = $"<{ApiUrl}{path}&page=next>; rel=\"next\"";
        }

        if (reply.After is { } after)
        {
            response.Headers.Link = $"<{ApiUrl}{path.Split('?')[0]}?per_page=30&after={Uri.EscapeDataString(after)}>; rel=\"next\"";
        }

        response.StatusCode = status;
        if (status is not (204 or 304))
        {
            response.ContentType = "application/json; charset=utf-8";
            await response.WriteAsync(text);
        }
    }
}
