using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBot.Testing;

/// <summary>An HTTP server on a free port of 127.0.0.1 that answers as a test says, and remembers what it was asked.</summary>
public sealed class AnsweringServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private AnsweringServer(WebApplication app) => this.app = app;

    /// <summary>Where it answers, with a slash at the end.</summary>
    public Uri Url => new(app.Urls.Single() + "/");

    /// <summary>Method, path and body of every request, in order.</summary>
    public ConcurrentQueue<(string Method, string Path, string Body, string? Authorization)> Asked { get; } = [];

    /// <summary>Starts it.</summary>
    public static async Task<AnsweringServer> StartAsync(Func<HttpContext, string, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new AnsweringServer(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            server.Asked.Enqueue((context.Request.Method, context.Request.Path + context.Request.QueryString, body, context.Request.Headers.Authorization));
            await answer(context, body);
        });
        await app.StartAsync();
        return server;
    }

    /// <summary>Starts one that answers every request with this.</summary>
    public static Task<AnsweringServer> StartAsync(int status, string body, string type = "application/json") => StartAsync(async (context, _) =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await app.StopAsync(now.Token);
        }
        finally
        {
            await app.DisposeAsync();
        }
    }
}
