using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Tests.Scenarios;

public class ReviewTests
{
    [Fact]
    public async Task The_local_forge_shows_what_changes_too_and_says_that_it_reads_no_source()
    {
        using var world = new World(environments: "    - { name: prod, path: environments/prod, policy: baseline, merge: review }");
        Attest(world, world.Publish("1.0.0"), new string('a', 40), "pkg:npm/cart@1");
        await world.SettleAsync();
        var first = Assert.Single(await world.Forge.ListAsync(CancellationToken.None));
        // Where nothing stood there is nothing to compare with.
        Assert.Contains("### What changes\n\n**Source:** `github.com/acme/checkout` at `aaaaaaaaaaaa` ([commit](https://github.com/acme/checkout/commit/", first.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("**Packages", first.Body, StringComparison.Ordinal);
        world.Forge.MergeAs(1, "anna", first.HeadSha, Core.Environments.MergeMethod.Squash, "Merge\n");
        Attest(world, world.Publish("1.1.0"), new string('b', 40), "pkg:npm/cart@2");

        await world.SettleAsync();

        var second = (await world.Forge.ListAsync(CancellationToken.None))[0];
        Assert.Contains(
            "`aaaaaaaaaaaa` → `bbbbbbbbbbbb` ([compare](https://github.com/acme/checkout/compare/", second.Body, StringComparison.Ordinal);
        Assert.Contains(
            ")). The commits between are not listed: the local forge reads no source repositories.\n\n**Packages:** 1 in another version.\n\n- **changed** npm/cart 1 → 2\n\n**Size to pull:**",
            second.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollback_shows_what_it_takes_back()
    {
        using var world = new World(environments: "    - { name: prod, path: environments/prod, policy: baseline, merge: review }");
        foreach (var version in new[] { 1, 2 })
        {
            Attest(world, world.Publish($"{version}.0.0"), new string((char)('a' + version), 40), $"pkg:npm/cart@{version}");
            await world.SettleAsync();
            var open = (await world.Forge.ListAsync(CancellationToken.None))[0];
            world.Forge.MergeAs(open.Number, "anna", open.HeadSha, Core.Environments.MergeMethod.Squash, "Merge\n");
            await world.SettleAsync();
        }

        world.Forge.CommentAs(2, "anna", "/rollback the till is wrong");
        await world.SettleAsync();

        Assert.Contains("- **changed** npm/cart 2 → 1\n", (await world.Forge.ListAsync(CancellationToken.None))[0].Body, StringComparison.Ordinal);
    }

    private static void Attest(World world, Digest digest, string commit, params string[] packages)
    {
        world.Attest(digest, "https://slsa.dev/provenance/v1", new JsonObject
        {
            ["buildDefinition"] = new JsonObject
            {
                ["externalParameters"] = new JsonObject { ["workflow"] = new JsonObject { ["repository"] = "https://github.com/acme/checkout" } },
                ["resolvedDependencies"] = new JsonArray(new JsonObject { ["uri"] = "git+https://github.com/acme/checkout@refs/heads/main", ["digest"] = new JsonObject { ["gitCommit"] = commit } }),
            },
        });
        world.Attest(digest, "https://cyclonedx.org/bom", new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["components"] = new JsonArray([.. packages.Select(p => (JsonNode)new JsonObject { ["name"] = p, ["purl"] = p })]),
        });
    }
}
