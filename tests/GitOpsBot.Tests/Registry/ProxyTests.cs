using GitOpsBot.Testing;
using GitOpsBot.Tests.Commands;

namespace GitOpsBot.Tests.Registry;

/// <summary>The program behind a proxy, as the standard variables name it.</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("proxy-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("", true)]
    [InlineData("registry.invalid", false)]
    public async Task Registries_are_asked_through_the_proxy_except_those_that_are_named(string except, bool isAsked)
    {
        await using var proxy = await RegistryServer.StartAsync();
        proxy.Store.Add(RegistryWorld.Repository, RegistryWorld.Image("1.0.0"), "1.0.0");
        await File.WriteAllTextAsync(Path.Combine(folder, "gitopsbot.yaml"), "registries: [{ host: registry.invalid, plainHttp: true }]\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "policy.yaml"), """
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: soaked }
            spec: { gates: [{ name: way-back, rollbackReady: {} }] }
            """, TestContext.Current.CancellationToken);

        var (_, output, error) = await ProgramProcess.RunAsync(
            new Dictionary<string, string> { ["http_proxy"] = proxy.Address.ToString(), ["no_proxy"] = except },
            "verify", "registry.invalid/acme/checkout:1.0.0", "--policy", "soaked", "--dir", folder, "--config", Path.Combine(folder, "gitopsbot.yaml"));

        Assert.Equal(isAsked, proxy.Requests.Any(r => r.Path.EndsWith("/v2/acme/checkout/manifests/1.0.0", StringComparison.Ordinal)));
        Assert.Contains(isAsked ? "registry.invalid/acme/checkout:1.0.0 is sha256:" : "registry.invalid cannot be reached for acme/checkout: NameResolutionError.", output + error, StringComparison.Ordinal);
    }
}
