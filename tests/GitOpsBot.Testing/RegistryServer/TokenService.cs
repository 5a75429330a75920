using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace GitOpsBot.Testing;

/// <summary>A token service of its own host, whose tokens docker-registry believes (distribution's "Token Authentication Implementation").</summary>
public sealed class TokenService : IAsyncDisposable
{
    private const string Service = "registry.test";
    private readonly WebApplication app;
    private readonly string authorization;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 certificate;

    private TokenService(WebApplication app, string user, string password)
    {
        (this.app, authorization) = (app, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        var request = new CertificateRequest("CN=tokens", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>Host and port.</summary>
    public string Host { get; private set; } = "";

    /// <summary>The scopes that were asked for with the right credentials.</summary>
    public ConcurrentQueue<string> Scopes { get; } = new();

    /// <summary>What docker-registry's settings say under <c>auth</c>.</summary>
    public string RegistrySettings { get; private set; } = "";

    /// <summary>Starts one; its certificate is written into the folder.</summary>
    public static async Task<TokenService> StartAsync(string folder, string user, string password)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "tokens" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var service = new TokenService(app, user, password);
        app.Run(service.GiveAsync);
        await app.StartAsync();
        service.Host = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;
        var file = Path.Combine(folder, "tokens.pem");
        await File.WriteAllTextAsync(file, service.certificate.ExportCertificatePem());
        service.RegistrySettings = $"  token: {{ realm: 'http://{service.Host}/token', service: {Service}, issuer: tests, rootcertbundle: {file} }}";
        return service;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        certificate.Dispose();
        key.Dispose();
    }

    private async Task GiveAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != authorization)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var scope = context.Request.Query["scope"].ToString();
        Scopes.Enqueue(scope);
        await context.Response.WriteAsJsonAsync(new { token = Token(scope.Split(':')), expires_in = 300 });
    }

    private string Token(string[] scope)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = JsonSerializer.Serialize(new { typ = "JWT", alg = "ES256", x5c = new[] { Convert.ToBase64String(certificate.RawData) } });
        var claims = JsonSerializer.Serialize(new
        {
            iss = "tests",
            sub = "anna",
            aud = Service,
            exp = now + 300,
            nbf = now - 60,
            iat = now,
            jti = Guid.NewGuid().ToString("N"),
            access = new[] { new { type = scope[0], name = scope[1], actions = scope[2].Split(',') } },
        });
        var text = $"{Base64(Encoding.UTF8.GetBytes(header))}.{Base64(Encoding.UTF8.GetBytes(claims))}";
        return $"{text}.{Base64(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    private static string Base64(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
