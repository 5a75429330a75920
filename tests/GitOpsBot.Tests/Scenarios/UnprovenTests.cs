using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Forge;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Sources;
using GitOpsBot.Testing;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>What people merge, or push, is judged again as it lies on the base branch: once, as things were when it landed.</summary>
public class UnprovenTests
{
    [Fact]
    public async Task A_digest_that_nobody_signed_and_a_person_pushed_is_unproven_in_plan_and_book_once()
    {
        using var world = await PromotedAsync();
        var forged = world.Publish("1.1.0", signs: false);
        var commit = Push(world, "prod", forged);

        var planned = await world.PassAsync(acts: false);
        Assert.Equal((1, 0), (planned.Unproven.Count, planned.NewlyUnproven.Count));
        var found = Assert.Single((await world.PassAsync()).NewlyUnproven);

        Assert.Equal(("prod", commit, "after signed soak people"), (found.Environment, found.Commit, string.Join(' ', found.Stopped.Select(g => g.Name))));
        Assert.StartsWith($"checkout {forged.Short} in prod is unproven: commit {commit[..12]} put it there past its policy. after: ", found.Sentence, StringComparison.Ordinal);
        Assert.Contains(" signed: Expected a signature by acme-ci; found none attached to ", found.Sentence, StringComparison.Ordinal);
        var page = world.Bare.Read($"unproven/prod/checkout/{commit}.json", "gitopsbot/state")!;
        Assert.Contains($"\"checkout\": \"{forged}\"", page, StringComparison.Ordinal);
        Assert.Contains("\"code\": \"signature-missing\"", page, StringComparison.Ordinal);

        // It goes on being shown while it stands, also by a bot that was started anew; nothing is written twice.
        await world.SettleAsync();
        var refs = world.Bare.Git("for-each-ref");
        var again = await world.PassAsync();
        Assert.Equal(("prod", 0), (Assert.Single(again.Unproven).Environment, again.NewlyUnproven.Count));
        Assert.Equal(found.Sentence, again.Unproven[0].Sentence);
        Assert.Equal(refs, world.Bare.Git("for-each-ref"));

        // What replaces it is not; what was found stays in the book.
        Push(world, "prod", First(world));
        Assert.Empty((await world.SettleAsync()).Unproven);
        Assert.Equal(page, world.Bare.Read($"unproven/prod/checkout/{commit}.json", "gitopsbot/state"));
    }

    [Fact]
    public async Task What_is_unproven_stays_so_when_its_evidence_comes_later()
    {
        using var world = await PromotedAsync();
        var late = world.Publish("1.1.0", signs: false);
        Push(world, "dev", late);
        Assert.Equal("dev", Assert.Single((await world.PassAsync()).NewlyUnproven).Environment);

        world.Sign(late);

        Assert.Equal("dev", Assert.Single((await world.SettleAsync()).Unproven).Environment);
    }

    [Fact]
    public async Task What_was_proven_stays_so_when_its_evidence_goes_or_the_policy_grows()
    {
        using var world = await PromotedAsync();
        var second = world.Publish("1.1.0");
        Push(world, "dev", second);
        await world.SettleAsync();
        var policy = world.Bare.Read(".gitopsbot/policy.yaml")!;

        world.Bare.Commit("Demand more", world.Clock.GetUtcNow(), (".gitopsbot/policy.yaml", policy.Replace("acme-ci], predicateType: \"", "acme-ci], predicateType: \"https://example.com/", StringComparison.Ordinal)));

        Assert.Empty((await world.PassAsync()).Unproven);
    }

    [Theory]
    [InlineData(MergeMethod.Squash)]
    [InlineData(MergeMethod.Merge)]
    [InlineData(MergeMethod.Rebase)]
    public async Task What_a_person_merges_after_every_gate_has_passed_is_proven_however_it_is_merged(MergeMethod method)
    {
        using var world = await PromotedAsync(settles: false);
        var open = await SoakedAsync(world);
        await world.Forge.ApproveAs(open.Number, "anna");

        Assert.IsType<MergeResult.Merged>(world.Forge.MergeAs(open.Number, "bert", open.HeadSha, method, "Merged by bert\n"));

        Assert.Empty((await world.PassAsync()).Unproven);
        Assert.Contains(world.Bare.Tip()!, world.Bare.Read("landed/prod/checkout.json", "gitopsbot/state"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MergeMethod.Squash)]
    [InlineData(MergeMethod.Merge)]
    [InlineData(MergeMethod.Rebase)]
    public async Task What_a_person_merges_without_the_approval_it_needed_is_unproven(MergeMethod method)
    {
        using var world = await PromotedAsync(settles: false);
        var open = await SoakedAsync(world);
        Assert.IsType<MergeResult.Merged>(world.Forge.MergeAs(open.Number, "bert", open.HeadSha, method, "Merged by bert\n"));

        var found = Assert.Single((await world.PassAsync()).NewlyUnproven);

        Assert.Equal(("prod", world.Bare.Tip()), (found.Environment, found.Commit));
        Assert.Equal(["people: approvals-missing"], found.Stopped.Select(g => $"{g.Name}: {g.Outcome.Code}"));
    }

    [Fact]
    public async Task What_the_bot_itself_put_there_is_not_judged_again()
    {
        await using var opa = await AnsweringServer.StartAsync(async (context, _) => await context.Response.WriteAsync("""{"result": true}"""));
        using var world = new World(
            environments: "    - { name: dev, path: environments/dev, policy: asked, merge: push }",
            documents: "---\napiVersion: gitopsbot.dev/v1\nkind: Policy\nmetadata: { name: asked }\nspec: { gates: [{ name: opa, webhook: { source: opa } }] }\n")
        {
            Sources = new OutsideSources(SourceSettings.None with { Webhooks = new Dictionary<string, SourceAddress> { ["opa"] = new(opa.Url, null) } }),
        };
        world.Publish("1.0.0");
        await world.PassAsync();
        var asked = opa.Asked.Count;

        var report = await world.SettleAsync();

        Assert.Equal((1, asked), (asked, opa.Asked.Count));
        Assert.Empty(report.Unproven);
        Assert.Contains(world.Bare.Tip()!, world.Bare.Read("landed/dev/checkout.json", "gitopsbot/state"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stood_before_the_first_promotion_is_nobodys_promise()
    {
        using var world = new World();
        var old = world.Publish("0.9.0", signs: false);
        Push(world, "prod", old);
        Push(world, "prod", world.Publish("0.9.1", signs: false));

        var report = await world.SettleAsync();

        Assert.Empty(report.Unproven);
        Assert.Null(world.Bare.Read("landed/prod/checkout.json", "gitopsbot/state"));
    }

    [Fact]
    public async Task A_revert_by_a_person_is_judged_by_the_rule_of_rollbacks()
    {
        using var world = await PromotedAsync(settles: false);
        var first = First(world);
        var second = world.Publish("1.1.0");
        await world.SettleAsync();
        Assert.Equal(second.Value, world.Stands("staging"));

        // What stood there was signed once; that it is not any more is no matter for a way back.
        Push(world, "staging", first);
        Assert.Empty((await world.PassAsync()).Unproven);

        world.Remove(second);
        Push(world, "staging", second);
        var found = Assert.Single((await world.PassAsync(expectsProblems: true)).NewlyUnproven);
        Assert.Equal(("staging", "pullable: not-found"), (found.Environment, string.Join(", ", found.Stopped.Select(g => $"{g.Name}: {g.Outcome.Code}"))));
    }

    [Fact]
    public async Task A_change_of_policy_does_not_apply_to_the_commit_that_brings_it()
    {
        using var world = await PromotedAsync();
        var forged = world.Publish("1.1.0", signs: false);
        var policy = world.Bare.Read(".gitopsbot/policy.yaml")!;
        var weaker = policy.Replace("    - { name: signed, signature: { by: [acme-ci] } }\n", "", StringComparison.Ordinal);
        Assert.NotEqual(policy, weaker);
        world.Bare.Commit("Just a little change", world.Clock.GetUtcNow(), (".gitopsbot/policy.yaml", weaker), ("environments/dev/app.yaml", Pinned(forged)));

        var found = Assert.Single((await world.PassAsync()).NewlyUnproven);

        Assert.Equal(["signed"], found.Stopped.Select(g => g.Name));
    }

    [Fact]
    public async Task A_document_or_a_tag_that_changes_is_no_landing()
    {
        using var world = await PromotedAsync();
        var pages = world.Bare.Git("rev-list", "--count", "gitopsbot/state");
        world.Bare.Commit("Explain", world.Clock.GetUtcNow(), (".gitopsbot/policy.yaml", world.Bare.Read(".gitopsbot/policy.yaml") + "# words\n"));
        world.Bare.Commit("Name it otherwise", world.Clock.GetUtcNow(), ("environments/dev/app.yaml", Pinned(First(world)).Replace("checkout@", "checkout:other@", StringComparison.Ordinal)));

        var report = await world.PassAsync();

        Assert.Empty(report.Unproven);
        Assert.Equal(pages, world.Bare.Git("rev-list", "--count", "gitopsbot/state"));
    }

    [Fact]
    public async Task All_that_landed_while_the_bot_was_away_is_judged_each_as_it_landed()
    {
        using var world = await PromotedAsync();
        var (forged, good) = (world.Publish("1.1.0", signs: false), world.Publish("1.2.0"));
        var first = Push(world, "dev", forged);
        world.Clock.Advance(TimeSpan.FromHours(1));
        Push(world, "dev", good);

        var report = await world.PassAsync();

        Assert.Equal(first, Assert.Single(report.NewlyUnproven).Commit);
        Assert.DoesNotContain((await world.PassAsync()).Unproven, u => u.Environment == "dev");
    }

    [Fact]
    public async Task Gates_that_only_time_ended_within_one_interval_are_forgiven_and_others_are_not()
    {
        using var world = Hours();
        var first = world.Publish("1.0.0");
        await world.SettleAsync();
        Assert.Equal(first.Value, world.Stands("dev"));
        var second = world.Publish("1.1.0");
        world.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 1, 20, 0, 30, TimeSpan.Zero));
        Push(world, "dev", second);
        Assert.Empty((await world.PassAsync()).Unproven);

        world.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 2, 20, 1, 1, TimeSpan.Zero));
        Push(world, "dev", world.Publish("1.2.0"));
        Assert.Equal(["hours"], Assert.Single((await world.PassAsync()).NewlyUnproven).Stopped.Select(g => g.Name));
    }

    [Fact]
    public async Task While_somebody_is_silent_nothing_is_said_and_after_a_day_silence_is_no_proof()
    {
        var isSilent = false;
        await using var opa = await AnsweringServer.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = isSilent ? 503 : 200;
            await context.Response.WriteAsync("""{"result": true}""");
        });
        using var world = new World(
            environments: "    - { name: dev, path: environments/dev, policy: asked, merge: push }",
            documents: "---\napiVersion: gitopsbot.dev/v1\nkind: Policy\nmetadata: { name: asked }\nspec: { gates: [{ name: opa, webhook: { source: opa } }] }\n")
        {
            Sources = new OutsideSources(SourceSettings.None with { Webhooks = new Dictionary<string, SourceAddress> { ["opa"] = new(opa.Url, null) } }),
        };
        world.Publish("1.0.0");
        await world.SettleAsync();
        isSilent = true;
        Push(world, "dev", world.Publish("1.1.0"));
        Assert.Empty((await world.PassAsync()).Unproven);

        world.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal("unreachable", Assert.Single((await world.PassAsync()).NewlyUnproven).Stopped[0].Outcome.Code);
    }

    private static World Hours() => new(
        environments: "    - { name: dev, path: environments/dev, policy: hours, merge: push }",
        documents: "---\napiVersion: gitopsbot.dev/v1\nkind: Policy\nmetadata: { name: hours }\nspec: { extends: [baseline], gates: [{ name: hours, window: { allow: ['08:00-20:00 UTC'] } }] }\n");

    // 1.0.0 went to dev and staging; and to prod, where it is merged by a person, unless the test goes on from the open pull request.
    private static async Task<World> PromotedAsync(bool settles = true)
    {
        var world = new World();
        world.Publish("1.0.0");
        await world.SettleAsync();
        if (settles)
        {
            var open = await SoakedAsync(world);
            await world.Forge.ApproveAs(open.Number, "anna");
            Assert.IsType<MergeResult.Merged>(world.Forge.MergeAs(open.Number, "bert", open.HeadSha, MergeMethod.Squash, "Merged by bert\n"));
            Assert.Empty((await world.SettleAsync()).Unproven);
        }

        return world;
    }

    private static async Task<PullRequest> SoakedAsync(World world)
    {
        world.Clock.Advance(TimeSpan.FromHours(25));
        await world.SettleAsync();
        return Assert.Single(await world.Forge.ListAsync(default), p => p.State == PullRequestState.Open);
    }

    private static Digest First(World world) => Digest.Parse(world.Stands("staging")!);

    private static string Pinned(Digest digest) => World.Deployment.Replace("demo/checkout", $"demo/checkout@{digest}", StringComparison.Ordinal);

    private static string Push(World world, string environment, Digest digest) =>
        world.Bare.Commit("By hand", world.Clock.GetUtcNow(), ($"environments/{environment}/app.yaml", Pinned(digest)));
}
