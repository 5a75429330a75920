using System.Globalization;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Forge;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>What was good when it was proposed is judged again before it is merged, and while it runs.</summary>
public class JudgedAgainTests
{
    private const string Scanned = "    - { name: scanned, vulnerabilities: { by: [acme-ci], atMost: { critical: 0 }, maxAge: 36h } }";

    [Fact]
    public async Task A_scan_that_grew_too_old_stops_the_merge_and_closes_nothing_until_there_is_a_new_one()
    {
        using var world = new World(prodMerge: "auto", prodGates: Scanned);
        var (first, open) = await ProposeAsync(world);
        world.Clock.Advance(TimeSpan.FromHours(12));
        await world.Forge.ApproveAs(open.Number, "anna");

        var report = await world.SettleAsync();

        Assert.Equal("too-old", world.Line(report, "prod")!.Rows.Single(r => r.Name == "scanned").Outcome.Code);
        Assert.Equal(PullRequestState.Open, (await world.Forge.FindAsync(open.Number, default))!.State);
        Assert.Contains("scanned: Expected at most 36h of age;", (await world.Forge.GetStatusAsync(open.HeadSha, default))!.Description, StringComparison.Ordinal);
        Scan(world, first);
        await world.SettleAsync();
        Assert.Equal(first.Value, world.Stands("prod"));
    }

    [Fact]
    public async Task A_new_critical_finding_stops_the_merge()
    {
        using var world = new World(prodMerge: "auto", prodGates: Scanned);
        var (first, open) = await ProposeAsync(world);
        Scan(world, first, "CRITICAL");
        await world.Forge.ApproveAs(open.Number, "anna");

        var report = await world.SettleAsync();

        Assert.Equal("predicate-value", world.Line(report, "prod")!.Rows.Single(r => r.Name == "scanned").Outcome.Code);
        Assert.Null(world.Stands("prod"));
    }

    [Fact]
    public async Task A_new_critical_finding_marks_what_runs_once_and_moves_nothing()
    {
        using var world = new World(prodMerge: "auto", prodGates: Scanned);
        var (first, open) = await ProposeAsync(world);
        await world.Forge.ApproveAs(open.Number, "anna");
        Assert.Empty((await world.SettleAsync()).Unmet);

        Scan(world, first, "CRITICAL");
        var found = await world.PassAsync();
        var again = await world.PassAsync();

        Assert.Equal(("prod", "scanned"), (Assert.Single(found.NewlyUnmet).Environment, found.NewlyUnmet[0].Unmet.Single().Name));
        Assert.Equal((1, 0), (again.Unmet.Count, again.NewlyUnmet.Count));
        Assert.Equal((first.Value, 0), (world.Stands("prod"), again.Unproven.Count));
    }

    // A scanned version that soaked and waits for a person.
    private static async Task<(Digest Digest, PullRequest Open)> ProposeAsync(World world)
    {
        var digest = world.Publish("1.0.0");
        Scan(world, digest);
        await world.SettleAsync();
        world.Clock.Advance(TimeSpan.FromHours(25));
        await world.SettleAsync();
        return (digest, Assert.Single(await world.Forge.ListAsync(default), p => p.State == PullRequestState.Open));
    }

    private static void Scan(World world, Digest digest, string? finding = null) => world.Attest(digest, "https://in-toto.io/attestation/vulns/v0.2", new JsonObject
    {
        ["scanner"] = new JsonObject
        {
            ["uri"] = "https://scanner.example",
            ["result"] = finding is null ? [] : new JsonArray(new JsonObject { ["id"] = "CVE-2026-1", ["severity"] = new JsonArray(new JsonObject { ["method"] = "nvd", ["score"] = finding }) }),
        },
        ["metadata"] = new JsonObject { ["scanFinishedOn"] = world.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) },
    });
}
