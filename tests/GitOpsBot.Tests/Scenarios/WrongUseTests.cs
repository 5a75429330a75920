using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>What people get wrong, and the one sentence each gets for it.</summary>
public sealed class WrongUseTests : IDisposable
{
    private const string Pipeline = """
        apiVersion: gitopsbot.dev/v1
        kind: Pipeline
        metadata: { name: checkout }
        spec:
          artifacts:
            - { name: checkout, repository: 127.0.0.1:1/acme/checkout, select: { semver: "*" } }
          environments:
            - { name: dev, path: environments/dev, policy: signed-by-us }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Authority
        metadata: { name: us }
        spec: { keys: [{ file: us.pub }] }
        ---
        apiVersion: gitopsbot.dev/v1
        kind: Policy
        metadata: { name: signed-by-us }
        spec: { gates: [{ name: signed, signature: { by: [us] } }] }
        """;

    private readonly BareRepository bare = new();
    private readonly string folder = Directory.CreateTempSubdirectory("gitopsbot-wrong-").FullName;

    [Fact]
    public async Task A_misspelt_key_in_the_settings()
    {
        await RefusesAsync(2, $"{Write("repositries: []")}:1:1: Unknown key 'repositries'. Did you mean 'repositories'?\n", "plan");
    }

    [Fact]
    public async Task A_misspelt_key_in_a_document()
    {
        bare.Commit("Begin", DateTimeOffset.UnixEpoch.AddYears(50), (".gitopsbot/p.yaml", Pipeline.Replace("policy: signed-by-us", "polcy: signed-by-us", StringComparison.Ordinal)), (".gitopsbot/us.pub", Key()));
        Write(Settings());

        var (status, said, _) = await RunAsync("plan");

        Assert.Equal(2, status);
        Assert.Contains(".gitopsbot/p.yaml:8:44: Unknown key 'polcy'. Did you mean 'policy'?", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_that_is_missing()
    {
        bare.Commit("Begin", DateTimeOffset.UnixEpoch.AddYears(50), (".gitopsbot/p.yaml", Pipeline));
        Write(Settings());

        var (status, said, _) = await RunAsync("plan");

        Assert.Equal(2, status);
        Assert.Contains(".gitopsbot/p.yaml:13:24: There is no file .gitopsbot/us.pub.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer()
    {
        bare.Commit("Begin", DateTimeOffset.UnixEpoch.AddYears(50), (".gitopsbot/p.yaml", Pipeline), (".gitopsbot/us.pub", Key()), ("environments/dev/app.yaml", "image: 127.0.0.1:1/acme/checkout\n"));
        Write(Settings());

        var (status, said, error) = await RunAsync("plan");

        Assert.Equal(1, status);
        Assert.Contains("127.0.0.1:1", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_is_a_file()
    {
        bare.Commit("Begin", DateTimeOffset.UnixEpoch.AddYears(50), (".gitopsbot/p.yaml", Pipeline), (".gitopsbot/us.pub", Key()), ("environments/dev", "image: 127.0.0.1:1/acme/checkout\n"));
        Write(Settings());

        var (status, said, _) = await RunAsync("plan");

        Assert.Equal(1, status);
        Assert.Contains(
            ".gitopsbot/p.yaml:8:7: The path 'environments/dev' of the environment 'dev' leads to no folder: 'environments/dev' is a file. Expected the folder that its manifests lie in.",
            said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_is_not_there()
    {
        Write(Settings().Replace(bare.Path, Path.Combine(folder, "none.git"), StringComparison.Ordinal));

        var (status, said, error) = await RunAsync("plan");

        Assert.Equal(1, status);
        Assert.Contains($"{Path.Combine(folder, "none.git")} is not a Git repository that can be read.", said + error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_without_documents_says_where_they_would_lie()
    {
        bare.Commit("Begin", DateTimeOffset.UnixEpoch.AddYears(50), ("README.md", "nothing here\n"));
        Write(Settings());

        var (status, said, error) = await RunAsync("plan");

        Assert.Equal(2, status);
        Assert.Contains("The branch main of shop holds no documents: expected *.yaml in the folder .gitopsbot.", said + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_that_is_not_there()
    {
        Write(Settings());

        var (status, said, error) = await RunAsync("plan");

        Assert.Equal(1, status);
        Assert.Contains("The repository shop has no branch main.", said + error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        bare.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string Key()
    {
        using var signer = Core.Evidence.EvidenceSigner.Generate();
        return signer.PublicKeyPem;
    }

    private string Settings() => $$"""
        repositories: [{ name: shop, url: "{{bare.Path}}", forge: local }]
        registries: [{ host: "127.0.0.1:1", plainHttp: true }]
        """;

    private string Write(string settings)
    {
        var path = Path.Combine(folder, "gitopsbot.yaml");
        File.WriteAllText(path, settings);
        return path;
    }

    private async Task RefusesAsync(int status, string sentence, params string[] arguments)
    {
        var (was, _, error) = await RunAsync(arguments);
        Assert.Equal((status, sentence), (was, error));
    }

    private async Task<(int Status, string Out, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = await CommandLine.RunAsync(
            [.. arguments, "--config", Path.Combine(folder, "gitopsbot.yaml")], new Terminal(output, error, new Dictionary<string, string>(), false),
            new Application(new StepProbe(), TimeProvider.System).Actions, CancellationToken.None);
        return (status, output.ToString(), error.ToString());
    }
}
