using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace GitOpsBot.Testing;

/// <summary>Bare repositories of one folder over HTTP on loopback, with whatever goes wrong that a test asks for.</summary>
public sealed class GitServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<string> requests = new();

    private GitServer(string root)
    {
        var backend = new GitBackend(root);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(System.Net.IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(async context =>
        {
            requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            if (Login is { } login && context.Request.Headers.Authorization != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(login))}")
            {
                context.Response.StatusCode = 401;
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"git\"";
                return;
            }

            if (Around is { } around)
            {
                await around(context, () => backend.ServeAsync(context, context.Request.Path));
                return;
            }

            await backend.ServeAsync(context, context.Request.Path);
        });
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What Basic credentials must say, as <c>USER:PASSWORD</c>; null when nobody is asked.</summary>
    public string? Login { get; set; }

    /// <summary>Stands around each answer: may answer itself, wait, break off, or change the world before or after.</summary>
    public Func<HttpContext, Func<Task>, Task>? Around { get; set; }

    /// <summary>What was asked for so far, as <c>METHOD PATH?QUERY</c>.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    /// <summary>Starts serving a folder.</summary>
    public static async Task<GitServer> StartAsync(string root)
    {
        var server = new GitServer(root);
        await server.app.StartAsync();
        server.Url = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/";
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
