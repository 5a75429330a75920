using GitOpsBot.Core.Artifacts;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>The main job out of real registries: what is published, signed and attested there reaches the environments; what is not does not.</summary>
public sealed class RegistryScenarioTests
{
    [Fact]
    public async Task Promotes_out_of_a_registry_with_the_referrers_api()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);

        await TellAsync(world, push, asTags: false);

        Assert.DoesNotContain(server.Store.Tags("acme/checkout"), t => t.StartsWith("sha256-", StringComparison.Ordinal));
        Assert.Contains(server.Requests, r => r.Path.Contains("/referrers/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Promotes_out_of_a_registry_without_it_by_the_fallback_tag_and_by_the_tags_of_cosign(bool asTags)
    {
        if (!DockerRegistry.IsInstalled)
        {
            Assert.Skip(DockerRegistry.NotInstalled);
        }

        var storage = Directory.CreateTempSubdirectory("docker-registry-").FullName;
        try
        {
            await using var server = await DockerRegistry.StartAsync(storage);
            using var world = new RegistryScenario(server.Host);
            using var push = new RegistryPush(server.Host);

            await TellAsync(world, push, asTags);
        }
        finally
        {
            Directory.Delete(storage, recursive: true);
        }
    }

    [Fact]
    public async Task An_outage_or_an_empty_list_of_tags_moves_nothing_and_says_so()
    {
        await using var server = await RegistryServer.StartAsync();
        using var world = new RegistryScenario(server.Host);
        using var push = new RegistryPush(server.Host);
        await world.PublishAsync(push, "1.0.0");
        for (var passes = 0; passes < 4; passes++)
        {
            await world.RunAsync("reconcile");
        }

        var before = world.Bare.Git("for-each-ref");
        server.Lie = RegistryLies.Status("/v2/", 500);
        Assert.Contains($"{server.Host} failed when asked for acme/checkout (500).", await world.RunAsync("reconcile", expected: 1), StringComparison.Ordinal);
        server.Lie = RegistryLies.Body("/tags/list", "application/json", """{"name":"acme/checkout","tags":[]}"""u8.ToArray());
        await world.RunAsync("reconcile");
        server.Lie = RegistryLies.Body("/tags/list", "application/json", """{"name":"acme/checkout","tags":["0.9.0"]}"""u8.ToArray());
        await world.RunAsync("reconcile");

        Assert.Equal(before, world.Bare.Git("for-each-ref"));
    }

    private static async Task TellAsync(RegistryScenario world, RegistryPush push, bool asTags)
    {
        var good = await world.PublishAsync(push, "1.0.0", asTags: asTags);
        await world.PublishAsync(push, "1.1.0", result: "FAILED", asTags);

        var said = await world.RunAsync("reconcile");
        Assert.Contains("checkout 1.1.0 to dev: refuse, nothing to do", said, StringComparison.Ordinal);
        Assert.True(said.Contains("checkout 1.0.0 to dev: promote, push", StringComparison.Ordinal), said);
        for (var passes = 0; passes < 3; passes++)
        {
            await world.RunAsync("reconcile");
        }

        AssertStands(world, good);

        var better = await world.PublishAsync(push, "1.2.0", asTags: asTags);
        for (var passes = 0; passes < 4; passes++)
        {
            await world.RunAsync("reconcile");
        }

        AssertStands(world, better);
        var before = world.Bare.Git("for-each-ref");
        Assert.Contains("Nothing to promote.", await world.RunAsync("reconcile"), StringComparison.Ordinal);
        Assert.Equal(before, world.Bare.Git("for-each-ref"));
    }

    private static void AssertStands(RegistryScenario world, Digest digest)
    {
        Assert.Contains($"digest: {digest}", world.Bare.Read("environments/dev/kustomization.yaml"), StringComparison.Ordinal);
        Assert.Contains($"@{digest}'", world.Bare.Read("environments/prod/deployment.yaml"), StringComparison.Ordinal);
    }
}
