using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace GitOpsBot.Testing;

/// <summary>One request as the server saw it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Authorization">The header, or null.</param>
/// <param name="Validator">The header <c>If-None-Match</c>, or null.</param>
public sealed record ServedRequest(string Method, string Path, string? Authorization, string? Validator)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>Answers a request in the server's place; false leaves it to the server. See <see cref="RegistryLies"/>.</summary>
public delegate Task<bool> Lie(HttpContext context);

/// <summary>
/// An OCI registry in memory, on a port of 127.0.0.1, with uploads and the referrers API (OCI distribution specification 1.1). It can be told
/// to be without that API, to ask for credentials, and to lie.
/// </summary>
public sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ServedRequest> requests = new();

    private RegistryServer(WebApplication app) => this.app = app;

    /// <summary>Host and port, as image names have it.</summary>
    public string Host => $"127.0.0.1:{Address.Port}";

    /// <summary>Its address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What it holds.</summary>
    public RegistryStore Store { get; } = new();

    /// <summary>Whether it knows <c>/referrers/</c>; without, it answers 404 as older registries do.</summary>
    public bool HasReferrersApi { get; set; } = true;

    /// <summary>Entries of one page at most, whatever is asked for.</summary>
    public int PageSize { get; set; } = 1_000;

    /// <summary>Who may read; null for everybody. Set it after pushing.</summary>
    public RegistryLogin? Login { get; set; }

    /// <summary>What is answered instead of the truth.</summary>
    public Lie? Lie { get; set; }

    /// <summary>All requests so far, oldest first.</summary>
    public IReadOnlyList<ServedRequest> Requests => [.. requests];

    /// <summary>Forgets the requests so far.</summary>
    public void ForgetRequests() => requests.Clear();

    /// <summary>Starts one, over TLS when there is a certificate.</summary>
    public static async Task<RegistryServer> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "registry" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        var server = new RegistryServer(app);
        app.Run(server.ServeAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Address = new Uri(address + "/");
        return server;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var request = context.Request;
        requests.Enqueue(new ServedRequest(
            request.Method, request.Path + request.QueryString, Text(request.Headers.Authorization), Text(request.Headers.IfNoneMatch)));
        if (Lie is { } lie && await lie(context))
        {
            return;
        }

        if (Login is { } login && await login.StopsAsync(context, Address))
        {
            return;
        }

        await new RegistryEndpoints(this, context).AnswerAsync();
    }

    private static string? Text(Microsoft.Extensions.Primitives.StringValues header) => header.Count == 0 ? null : header.ToString();
}
