using GitOpsBot.Git;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Tests.Scenarios;

namespace GitOpsBot.Tests.Reconciliation;

public sealed class RepositoryDocumentsTests : IDisposable
{
    private readonly RegistryScenario world = new("127.0.0.1:5000");
    private readonly RepositoryMemory memory = new();
    private readonly ManifestRepository git;
    private readonly BotSettings settings;

    public RepositoryDocumentsTests()
    {
        git = ManifestRepository.Open(world.Bare.Path);
        var read = Assert.IsType<SettingsResult.Read>(SettingsReader.Read(world.Config, new Dictionary<string, string>())).Settings;
        settings = read with { Sources = read.Sources with { Webhooks = new Dictionary<string, SourceAddress> { ["opa"] = new(new Uri("http://127.0.0.1:1/"), null) } } };
    }

    public void Dispose()
    {
        git.Dispose();
        world.Dispose();
    }

    [Fact]
    public void What_did_not_change_is_not_read_again_by_the_next_pass()
    {
        var first = Read(settings);

        world.Bare.Commit("Something else", world.Clock.GetUtcNow(), ("environments/dev/other.yaml", "kind: ConfigMap\n"));
        Assert.Same(first, Read(settings));
    }

    [Fact]
    public void Another_source_or_another_document_is_read()
    {
        var first = Read(settings);
        var second = Read(settings with { Sources = SourceSettings.None });
        Assert.NotSame(first, second);

        world.Bare.Commit("A freeze", world.Clock.GetUtcNow(), (".gitopsbot/freeze.yaml", "apiVersion: gitopsbot.dev/v1\nkind: Freeze\nmetadata: { name: now }\nspec: { environments: [prod], reason: holidays }\n"));
        Assert.Single(Read(settings with { Sources = SourceSettings.None }).Freezes);
    }

    // The floor that the bot's owner sets must not wait for a repository to change its documents.
    [Fact]
    public void A_policy_of_the_organization_that_changed_or_is_required_now_counts_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("organization-");
        try
        {
            var file = Path.Combine(folder.FullName, "floor.yaml");
            File.WriteAllText(file, Floor("way-back"));
            var owned = settings with { PolicyFolders = [folder.FullName] };
            Assert.Equal(["way-back"], Read(owned).Policies["floor"].Gates.Select(g => g.Name));

            File.WriteAllText(file, Floor("stricter"));
            var second = Read(owned);
            Assert.Equal(["stricter"], second.Policies["floor"].Gates.Select(g => g.Name));
            Assert.Same(second, Read(owned));

            var demanding = owned with { Repositories = [owned.Repositories[0] with { Require = ["floor"] }] };
            var environment = Read(demanding).Pipelines[0].Environments[0];
            Assert.Contains("stricter", Read(demanding).PolicyFor(environment).Gates.Select(g => g.Name));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Floor(string gate) => $$"""
        apiVersion: gitopsbot.dev/v1
        kind: Policy
        metadata: { name: floor }
        spec: { gates: [{ name: {{gate}}, rollbackReady: {} }] }
        """;

    private Core.Configuration.DocumentSet Read(BotSettings with) => RepositoryDocuments.Read(git, git.Tip("main")!, ".gitopsbot", OpenRepository.Known(with, with.Repositories[0]), memory);
}
