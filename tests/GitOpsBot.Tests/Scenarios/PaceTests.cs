using GitOpsBot.Forge;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Tests.Scenarios;

public class PaceTests
{
    private const string ThreeAtOnce = "    - { name: tenants, path: 'environments/{wave}', policy: baseline, merge: push, waves: { of: [dev, staging, prod], atOnce: 3 }, limit: { promotions: 1, per: 1h } }";

    [Fact]
    public async Task A_cap_lets_one_move_an_hour_through_all_members_together_and_says_when_the_next_may()
    {
        using var world = new World(environments: ThreeAtOnce);
        var first = world.Publish("1.0.0").Value;

        var report = await world.SettleAsync();

        Assert.Equal((first, null, null), Standing(world));
        var waiting = world.Line(report, "tenants-staging")!;
        Assert.Equal(("hold", "limit-reached"), (waiting.Verdict, waiting.Rows[0].Outcome.Code));
        Assert.Equal("Expected at most 1 promotion into tenants-staging in 1h; the next may move at 2026-11-01 13:01:00Z.", waiting.Rows[0].Outcome.Reason);
        Assert.Equal("Nobody needs to act: it is looked at again at 2026-11-01 13:01:00Z.", waiting.NextStep);
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 13, 1, 0, TimeSpan.Zero), report.LookAgain);

        world.Clock.SetUtcNow(report.LookAgain!.Value.AddMinutes(-1));
        await world.SettleAsync();
        Assert.Equal((first, first, null), Standing(world));
    }

    [Theory]
    [InlineData("write state", "2.0.0-rc.1")]
    [InlineData("state written", "1.0.0")]
    [InlineData("push to base", "1.0.0")]
    public async Task Two_bots_at_the_same_moment_do_not_both_take_the_last_place_of_a_cap(string moment, string lands)
    {
        using var world = TwoPipelines("push");
        var digests = new Dictionary<string, string> { ["1.0.0"] = world.Publish("1.0.0").Value };
        IReadOnlyList<RepositoryReport> other = [];

        // The first bot has only checkout's candidate; the second, which comes in between, judges cart first.
        await PassAsync(world, moment, async () =>
        {
            digests["2.0.0-rc.1"] = world.Publish("2.0.0-rc.1").Value;
            other = [await world.PassAsync()];
        });

        Assert.Equal(lands == "2.0.0-rc.1" ? (null, digests[lands]) : (digests[lands], null), (world.Stands("dev"), world.Stands("staging")));
        var waiting = Assert.Single(other).Promotions.First(p => p.Promotion.Pipeline == (lands == "2.0.0-rc.1" ? "checkout" : "cart"));
        Assert.Equal("limit-reached", waiting.Rows[0].Outcome.Code);

        await world.SettleAsync();
        Assert.Equal(lands == "2.0.0-rc.1" ? (null, digests[lands]) : (digests[lands], null), (world.Stands("dev"), world.Stands("staging")));
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.SettleAsync();
        Assert.Equal(digests["2.0.0-rc.1"], world.Stands("staging"));
    }

    [Fact]
    public async Task A_bot_that_died_keeps_the_place_of_what_it_was_about_to_move_and_the_next_pass_moves_it()
    {
        using var world = TwoPipelines("push");
        world.Publish("1.0.0");
        var second = "";

        // Judged by the first bot before the second took the place, and taken by the first only after that.
        await PassAsync(world, "write state", async () =>
        {
            second = world.Publish("2.0.0-rc.1").Value;
            await Assert.ThrowsAsync<OperationCanceledException>(() => new PromotionReconciler(world.Parts(step =>
            {
                if (step == "push to base")
                {
                    throw new OperationCanceledException();
                }
            })).PassAsync(acts: true, CancellationToken.None));
        });
        Assert.Equal((null, null), (world.Stands("dev"), world.Stands("staging")));

        await world.SettleAsync();
        Assert.Equal((null, second), (world.Stands("dev"), world.Stands("staging")));
    }

    [Fact]
    public async Task A_place_in_a_cap_is_given_back_when_what_took_it_lost_its_race()
    {
        using var world = TwoPipelines("push");
        world.Publish("1.0.0");

        // What was judged is not what is there any more, and nothing landed.
        await PassAsync(world, "push to base", () =>
        {
            world.Bare.Commit("Say what this is", world.Clock.GetUtcNow(), (".gitopsbot/pipeline.yaml", world.Bare.Read(".gitopsbot/pipeline.yaml")! + "# checkout\n"));
            return Task.CompletedTask;
        });
        Assert.Null(world.Stands("dev"));
        var second = world.Publish("2.0.0-rc.1").Value;

        await world.PassAsync();
        Assert.Equal((null, second), (world.Stands("dev"), world.Stands("staging")));
    }

    [Fact]
    public async Task What_is_about_to_be_merged_takes_its_place_in_the_cap_before()
    {
        using var world = TwoPipelines("auto");
        var (first, second) = (world.Publish("1.0.0").Value, "");
        await world.PassAsync();
        RepositoryReport? other = null;

        await PassAsync(world, "merge", async () =>
        {
            second = world.Publish("2.0.0-rc.1").Value;
            await world.PassAsync();
            other = await world.PassAsync();
        });

        Assert.Equal("limit-reached", other!.Promotions.First(p => p.Promotion.Pipeline == "cart").Rows[0].Outcome.Code);
        Assert.Equal((first, null), (world.Stands("dev"), world.Stands("staging")));
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.SettleAsync();
        Assert.Contains(second, new[] { world.Stands("dev"), world.Stands("staging") });
    }

    [Fact]
    public async Task What_landed_takes_one_place_although_it_was_taken_before()
    {
        using var world = new World(environments: ThreeAtOnce.Replace("promotions: 1", "promotions: 2", StringComparison.Ordinal));
        var first = world.Publish("1.0.0").Value;

        await world.SettleAsync();

        Assert.Equal((first, first, null), Standing(world));
    }

    [Fact]
    public async Task What_was_about_to_be_merged_when_a_bot_died_takes_one_place_in_the_next_pass()
    {
        using var world = TwoPipelines("auto", promotions: 2);
        var (first, second) = (world.Publish("1.0.0").Value, world.Publish("2.0.0-rc.1").Value);
        await world.PassAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => PassAsync(world, "merge", () => throw new OperationCanceledException()));
        Assert.Equal((null, null), (world.Stands("dev"), world.Stands("staging")));

        await world.PassAsync();

        Assert.Equal((first, second), (world.Stands("dev"), world.Stands("staging")));
    }

    // Two pipelines with an environment of one name, which lets so many move an hour: cart, judged first, moves to release candidates that checkout does not see.
    private static World TwoPipelines(string merge, int promotions = 1)
    {
        var world = new World(environments: $"    - {{ name: live, path: environments/dev, policy: baseline, merge: {merge}, limit: {{ promotions: {promotions}, per: 1h }} }}");
        world.Bare.Commit("Add a cart", world.Clock.GetUtcNow(), (".gitopsbot/cart.yaml", $$"""
            apiVersion: gitopsbot.dev/v1
            kind: Pipeline
            metadata: { name: cart }
            spec:
              artifacts: [{ name: cart, repository: "oci-layout:demo/checkout", select: { semver: ">=2.0.0-0" } }]
              environments:
                - { name: live, path: environments/staging, policy: baseline, merge: {{merge}}, limit: { promotions: {{promotions}}, per: 1h } }
            """));
        return world;
    }

    // One pass, in which something else happens at a named step, once.
    private static async Task PassAsync(World world, string moment, Func<Task> meanwhile)
    {
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var isFirst = true;
        await new PromotionReconciler(world.Parts(step =>
        {
            if (step == moment && isFirst)
            {
                isFirst = false;
                meanwhile().GetAwaiter().GetResult();
            }
        })).PassAsync(acts: true, CancellationToken.None);
        Assert.False(isFirst, $"The pass never came to '{moment}'.");
    }

    [Fact]
    public async Task Waves_move_in_order_and_what_follows_them_waits_for_every_member()
    {
        using var world = new World(environments: """
                - { name: tenants, path: 'environments/{wave}', policy: baseline, merge: push, waves: { of: [dev, staging], atOnce: 1 } }
                - { name: prod, after: [tenants], path: environments/prod, policy: baseline, merge: auto }
            """);
        var first = world.Publish("1.0.0").Value;

        await world.PassAsync();
        Assert.Equal((first, null, null), Standing(world));
        await world.PassAsync();
        Assert.Equal((first, first, null), Standing(world));
        await world.SettleAsync();
        Assert.Equal((first, first, first), Standing(world));

        await FreezeAsync(world, "tenants-staging");
        var second = world.Publish("1.1.0").Value;
        var report = await world.SettleAsync();
        Assert.Equal((second, first, first), Standing(world));
        Assert.Equal("frozen", world.Line(report, "tenants-staging")!.Rows[0].Outcome.Code);
        Assert.Contains(await world.Forge.ListAsync(default), p => p.Head == "promote/prod/checkout");
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(", stopOn: failure", false)]
    public async Task What_is_rolled_back_in_one_member_stops_in_those_after_it_and_with_stopOn_in_all(string stopOn, bool movesOn)
    {
        using var world = new World(environments: $$"""
                - { name: tenants, path: 'environments/{wave}', policy: baseline, merge: push, waves: { of: [dev, staging, prod], atOnce: 2{{stopOn}} }, limit: { promotions: 1, per: 10m } }
            """);
        var first = world.Publish("1.0.0");
        for (var i = 0; i < 40; i++)
        {
            await world.PassAsync();
        }

        Assert.Equal((first.Value, first.Value, first.Value), Standing(world));
        var second = world.Publish("1.1.0");
        await world.SettleAsync();
        Assert.Equal((second.Value, first.Value, first.Value), Standing(world));
        world.Bare.Commit("Revert", world.Clock.GetUtcNow(), ("environments/dev/app.yaml", World.Deployment.Replace("demo/checkout", $"demo/checkout@{first}", StringComparison.Ordinal)));

        for (var i = 0; i < 30; i++)
        {
            await world.PassAsync();
        }

        Assert.Equal((first.Value, movesOn ? second.Value : first.Value, first.Value), Standing(world));
    }

    [Fact]
    public async Task After_any_one_of_several_is_enough()
    {
        using var world = new World(environments: """
                - { name: dev, path: environments/dev, policy: baseline, merge: push }
                - { name: staging, path: environments/staging, policy: baseline, merge: push }
                - { name: prod, afterAny: [dev, staging], path: environments/prod, policy: baseline, merge: push }
            """);
        await FreezeAsync(world, "dev");
        var first = world.Publish("1.0.0").Value;

        await world.SettleAsync();

        Assert.Equal((null, first, first), Standing(world));
    }

    [Theory]
    [InlineData(", settle: 2h", true)]
    [InlineData("", false)]
    public async Task What_settles_lets_its_follower_soak_although_something_newer_comes_every_half_hour(string settle, bool soaks)
    {
        using var world = new World(
            environments: $$"""
                    - { name: staging, path: environments/staging, policy: baseline, merge: push{{settle}} }
                    - { name: prod, after: [staging], path: environments/prod, policy: soaked, merge: push }
                """,
            documents: "---\napiVersion: gitopsbot.dev/v1\nkind: Policy\nmetadata: { name: soaked }\nspec: { gates: [{ name: soak, soak: { in: staging, for: 2h } }] }\n");
        var versions = new List<string> { world.Publish("1.0.0").Value };
        await world.SettleAsync();
        for (var n = 1; n <= 3; n++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(28));
            versions.Add(world.Publish($"1.{n}.0").Value);
            var waits = await world.SettleAsync();
            Assert.Equal(versions[soaks ? 0 : n], world.Stands("staging"));
            Assert.Equal(soaks ? "settling" : null, world.Line(waits, "staging")?.Rows.FirstOrDefault(r => r.Name == "settle")?.Outcome.Code);
        }

        world.Clock.Advance(TimeSpan.FromMinutes(45));
        await world.SettleAsync();

        Assert.Equal((versions[3], soaks ? versions[0] : null), (world.Stands("staging"), world.Stands("prod")));
    }

    [Fact]
    public async Task A_freeze_by_document_holds_promotions_for_its_time_and_lets_rollbacks_go_on()
    {
        using var world = new World(documents: """
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Freeze
            metadata: { name: audit }
            spec: { environments: [staging], from: 2026-11-01T14:00:00Z, until: 2026-11-02T00:00:00Z, reason: "the auditors are here" }
            """);
        var first = world.Publish("1.0.0");
        await world.SettleAsync();
        var second = world.Publish("1.1.0");
        await world.SettleAsync();
        Assert.Equal((second.Value, second.Value), (world.Stands("dev"), world.Stands("staging")));

        world.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 1, 15, 0, 0, TimeSpan.Zero));
        var third = world.Publish("1.2.0");
        var report = await world.SettleAsync();
        Assert.Equal((third.Value, second.Value), (world.Stands("dev"), world.Stands("staging")));
        var frozen = world.Line(report, "staging")!;
        Assert.Equal(("frozen", "Frozen by the document 'audit': the auditors are here; it ends at 2026-11-02 00:00:00Z."), (frozen.Rows[0].Outcome.Code, frozen.Rows[0].Outcome.Reason));
        Assert.Equal(new DateTimeOffset(2026, 11, 2, 0, 0, 0, TimeSpan.Zero), report.LookAgain);

        var merged = (await world.Forge.ListAsync(default)).First(p => p.Head == "promote/staging/checkout");
        world.Forge.CommentAs(merged.Number, "anna", "/rollback it fails");
        await world.SettleAsync();
        Assert.Equal(first.Value, world.Stands("staging"));
    }

    [Fact]
    public async Task A_freeze_document_that_is_broken_freezes_everything_until_it_is_mended()
    {
        using var world = new World(documents: """
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Freeze
            metadata: { name: audit }
            spec: { environments: [prod], untl: 2026-11-02T00:00:00Z, reason: "the auditors are here" }
            """);
        world.Publish("1.0.0");

        var report = await world.PassAsync(expectsProblems: true);

        Assert.Contains(report.Problems, p => p.Message.StartsWith("Unknown key 'untl'.", StringComparison.Ordinal));
        Assert.Equal("frozen", world.Line(report, "dev")!.Rows[0].Outcome.Code);
        Assert.Null(world.Stands("dev"));
    }

    [Fact]
    public async Task One_comment_stops_everything_that_is_open_and_another_lets_it_go_on()
    {
        using var world = new World();
        var first = world.Publish("1.0.0").Value;
        await world.PassAsync();
        await world.PassAsync();
        var open = Assert.Single(await world.Forge.ListAsync(default));
        world.Forge.CommentAs(open.Number, "anna", "/freeze all until 2026-11-03T00:00:00Z the cluster burns");

        var report = await world.SettleAsync();

        Assert.Equal((first, null), (world.Stands("dev"), world.Stands("staging")));
        Assert.Equal(PullRequestState.Open, Assert.Single(await world.Forge.ListAsync(default)).State);
        var rows = world.Line(report, "staging")!.Rows;
        Assert.Equal("Frozen by anna: the cluster burns; it ends at 2026-11-03 00:00:00Z, or with /unfreeze all.", rows[0].Outcome.Reason);
        Assert.StartsWith("freeze: Frozen by anna", (await world.Forge.GetStatusAsync(open.HeadSha, default))!.Description, StringComparison.Ordinal);

        world.Forge.CommentAs(open.Number, "anna", "/unfreeze staging");
        world.Forge.CommentAs(open.Number, "anna", "/unfreeze all");
        await world.SettleAsync();
        Assert.Equal(first, world.Stands("staging"));
        var comments = (await world.Forge.ListCommentsAsync(null, default)).Where(c => c.PullRequest == open.Number).ToList();
        Assert.Equal([Reaction.Seen, Reaction.NotUnderstood], world.Forge.ReactionsOf(comments.Single(c => c.Text == "/unfreeze staging").Id));
        Assert.Contains("staging is not frozen by a command. It stays frozen by the freeze of everything", Assert.Single(comments, c => c.IsByBot).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_freeze_in_the_middle_of_a_pass_stops_what_that_pass_has_judged_already()
    {
        using var world = new World();
        world.Publish("1.0.0");
        await world.PassAsync();
        await world.PassAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(1));

        // Judged and about to be merged, when somebody freezes.
        await new PromotionReconciler(world.Parts() with { Forge = new ForgeBefore(world.Forge, () => FreezeAsync(world, "all")) }).PassAsync(acts: true, CancellationToken.None);
        Assert.Null(world.Stands("staging"));
    }

    private static (string? Dev, string? Staging, string? Prod) Standing(World world) => (world.Stands("dev"), world.Stands("staging"), world.Stands("prod"));

    private static Task FreezeAsync(World world, string environment) => world.Parts().Book.ChangeAsync(
        "Freeze", world.Clock.GetUtcNow(), _ => FreezeRequests.Freeze(environment, null, "a test", "anna", world.Clock.GetUtcNow()).Pages, default);
}
