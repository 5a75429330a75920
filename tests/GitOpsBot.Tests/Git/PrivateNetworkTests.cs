using GitOpsBot.Testing;
using GitOpsBot.Testing.GitHub;
using GitOpsBot.Tests.Commands;

namespace GitOpsBot.Tests.Git;

/// <summary>A GitHub Enterprise Server with a certificate of a private authority, and a proxy on the way: the program with what the standard variables say.</summary>
public sealed class PrivateNetworkTests : IDisposable
{
    private const string NotTrusted = "its certificate is not trusted here, or TLS failed otherwise.";
    private readonly string folder = Directory.CreateTempSubdirectory("private-network-").FullName;
    private readonly TestCertificates certificates;

    public PrivateNetworkTests() => certificates = new TestCertificates(folder);

    public void Dispose()
    {
        certificates.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("HTTPS_PROXY", "", true)]
    [InlineData("https_proxy", "", true)]
    [InlineData("ALL_PROXY", "", true)]
    [InlineData("HTTPS_PROXY", "127.0.0.1", false)]
    public async Task GitHub_and_its_repositories_are_reached_through_a_proxy_that_sees_tunnels_only(string variable, string except, bool isAsked)
    {
        await using var server = await StartAsync();
        await using var proxy = new ConnectProxy();

        var (status, said) = await PlanAsync(server, new() { ["SSL_CERT_FILE"] = certificates.CaFile, [variable] = proxy.Url, ["NO_PROXY"] = except });

        Assert.True(status == 2 && said.Contains("The branch main of shop holds no documents", StringComparison.Ordinal), said);
        Assert.NotEmpty(server.Requests);
        Assert.Equal(isAsked, !proxy.Heads.IsEmpty);
        Assert.All(proxy.Heads, head =>
        {
            Assert.StartsWith($"CONNECT {new Uri(server.Url).Authority} HTTP/1.1\r\n", head, StringComparison.Ordinal);
            Assert.DoesNotContain("Authorization", head, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task An_authority_in_a_folder_is_believed_too()
    {
        await using var server = await StartAsync();
        var roots = Directory.CreateDirectory(Path.Combine(folder, "roots")).FullName;
        // OpenSSL looks for the hash of the subject; .NET reads every file.
        File.Copy(certificates.CaFile, Path.Combine(roots, "private-ca.pem"));

        var (status, said) = await PlanAsync(server, new() { ["SSL_CERT_DIR"] = roots });

        Assert.True(status == 2 && said.Contains("The branch main of shop holds no documents", StringComparison.Ordinal), said);
    }

    [Fact]
    public async Task An_authority_that_nobody_named_is_not_believed_and_gets_no_token()
    {
        await using var server = await StartAsync();

        var (status, said) = await PlanAsync(server, []);

        Assert.Equal(1, status);
        Assert.Contains($"{server.CloneUrl} cannot be reached: {NotTrusted}", said, StringComparison.Ordinal);
        Assert.Empty(server.Requests);

        // Where a copy is there already, GitHub is asked first.
        await PlanAsync(server, new() { ["SSL_CERT_FILE"] = certificates.CaFile });
        server.Forget();
        (status, said) = await PlanAsync(server, []);

        Assert.Equal(1, status);
        Assert.Contains($"GitHub at {new Uri(server.Url).Authority} cannot be reached: {NotTrusted}", said, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private async Task<GitHubServer> StartAsync()
    {
        var server = await GitHubServer.StartAsync(TimeProvider.System, tls: certificates);
        server.World.Bare.Commit("Begin", DateTimeOffset.UtcNow, ("README.md", "The shop.\n"));
        return server;
    }

    private async Task<(int Status, string Said)> PlanAsync(GitHubServer server, Dictionary<string, string> variables)
    {
        var config = Path.Combine(folder, "gitopsbot.yaml");
        await File.WriteAllTextAsync(Path.Combine(folder, "token"), "ghp_machine\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(config, $$"""
            dataDir: ./data
            repositories: [{ name: shop, url: "{{server.CloneUrl}}" }]
            github: { apiUrl: "{{server.ApiUrl}}", tokenFile: token }

            """, TestContext.Current.CancellationToken);
        var (status, output, error) = await ProgramProcess.RunAsync(variables, "plan", "--config", config);
        return (status, output + error);
    }
}
