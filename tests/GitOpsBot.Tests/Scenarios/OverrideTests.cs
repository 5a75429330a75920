using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Forge;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Tests.Scenarios;

public class OverrideTests
{
    private const string Terms = "emergency: { from: [anna, bert], approvals: 1, expires: 4h, followUp: 48h }";

    [Fact]
    public async Task A_named_person_overrides_a_gate_and_it_is_recorded_everywhere()
    {
        using var world = Create();
        var (digest, pull) = await ProposeAsync(world, "1.0.0");
        Assert.Null(world.Stands("prod"));

        var comment = world.Forge.CommentAs(pull.Number, "anna", "/override soak the cart is down");
        await world.PassAsync();

        Assert.Equal(digest, world.Stands("prod"));
        Assert.Equal([Reaction.Seen, Reaction.Done], world.Forge.ReactionsOf(comment.Id));
        var merged = await world.Forge.FindAsync(pull.Number, default);
        Assert.Equal(["env/prod", "promotion", "promotion/emergency"], merged!.Labels.Order());
        Assert.Contains("**Emergency:** anna overrode soak (soaking): the cart is down. That counts until ", merged.Body, StringComparison.Ordinal);
        Assert.Contains("must pass on the same digest within 2d after the merge; otherwise prod is marked", merged.Body, StringComparison.Ordinal);
        var message = world.Bare.Git("log", "-1", "--format=%B", "main");
        Assert.Contains("\nPromotion-Gate: soak overridden soaking\n", message, StringComparison.Ordinal);
        Assert.Contains("\nPromotion-Override: soak by anna: the cart is down\n", message, StringComparison.Ordinal);
        Assert.Contains("\nPromotion-Gate: signed passed\n", message, StringComparison.Ordinal);
        Assert.Contains("\nPromotion-Gate: emergency passed\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_names_what_is_overridden_and_on_whose_word()
    {
        using var world = Create(merge: "review");
        var (_, pull) = await ProposeAsync(world, "1.0.0");
        world.Forge.CommentAs(pull.Number, "anna", "/override soak the cart is down.");
        await world.SettleAsync();

        var report = await world.PassAsync(acts: false);

        var line = world.Line(report, "prod")!;
        var soak = line.Rows.Single(r => r.Name == "soak").Outcome;
        Assert.Equal(("promote", "overridden", "soaking"), (line.Verdict, soak.Word, soak.Code));
        Assert.StartsWith("Overridden until 2026-11-01 16:", soak.Reason, StringComparison.Ordinal);
        Assert.Contains(" by anna: the cart is down. Without that: ", soak.Reason, StringComparison.Ordinal);
        Assert.Equal("Merge it: every gate has passed, or is overridden.", line.NextStep);
        Assert.Equal("Every gate has passed, or is overridden: soak.", (await world.Forge.GetStatusAsync(pull.HeadSha, default))!.Description);
        Assert.Contains("⚠️ overridden", Own(world, pull.Number), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("carla", "/override soak it burns", Reaction.Denied, "carla may not use /override in prod: anna, bert, dora may.")]
    [InlineData("anna", "/override soak", Reaction.NotUnderstood, "Line 1: /override soak lacks a reason; expected /override GATE REASON.")]
    [InlineData("anna", "/override", Reaction.NotUnderstood, "Line 1: /override was not understood; expected /override GATE REASON.")]
    [InlineData("anna", "/override sok it burns", Reaction.NotUnderstood, "There is no gate 'sok' in the policy 'gated'. Did you mean 'soak'?")]
    [InlineData("anna", "/override freeze it burns", Reaction.NotUnderstood, "There is no gate 'freeze' in the policy 'gated'. Known: signed, soak, tests.")]
    [InlineData("anna", "/override signed it burns", Reaction.NotUnderstood, "The gate signed may not be overridden: the policy 'gated' does not say overridable of it.")]
    public async Task Who_may_not_and_what_may_not_is_answered_with_the_reason_and_overrides_nothing(string login, string text, Reaction reaction, string answer)
    {
        using var world = Create();
        var (_, pull) = await ProposeAsync(world, "1.0.0");

        var comment = world.Forge.CommentAs(pull.Number, login, text);
        await world.SettleAsync();

        Assert.Equal([Reaction.Seen, reaction], world.Forge.ReactionsOf(comment.Id));
        Assert.Equal((answer, reaction), Answer(world, pull.Number, comment.Id));
        Assert.Null(world.Stands("prod"));
    }

    [Fact]
    public async Task Without_a_rule_nobody_may_and_without_an_emergency_policy_there_is_nothing_to_override()
    {
        using (var world = Create(access: ""))
        {
            var (_, pull) = await ProposeAsync(world, "1.0.0");
            var comment = world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");
            await world.SettleAsync();
            Assert.Equal(("anna may not use /override in prod: nobody may.", Reaction.Denied), Answer(world, pull.Number, comment.Id));
        }

        using (var world = Create(emergency: ""))
        {
            var (_, pull) = await ProposeAsync(world, "1.0.0");
            var comment = world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");
            await world.SettleAsync();
            Assert.Equal(("Nothing can be overridden in prod: the environment names no policy as its emergency.", Reaction.NotUnderstood), Answer(world, pull.Number, comment.Id));
            Assert.Null(world.Stands("prod"));
        }
    }

    [Fact]
    public async Task It_counts_when_as_many_agree_and_an_approval_from_before_does_not()
    {
        using var world = Create(terms: "emergency: { from: [anna, bert], approvals: 2, expires: 4h }");
        var (digest, pull) = await ProposeAsync(world, "1.0.0");
        await world.Forge.ApproveAs(pull.Number, "bert");
        await world.PassAsync();

        // Dora may ask for it; only anna and bert may agree to it.
        world.Forge.CommentAs(pull.Number, "dora", "/override soak it burns");
        var report = await world.SettleAsync();
        var row = world.Line(report, "prod")!.Rows.Single(r => r.Name == "emergency").Outcome;
        Assert.Equal(("approvals-missing", "To override soak: Expected 2 approvals of anna, bert; found 0; not counted: dora is not named."), (row.Code, row.Reason));

        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");
        report = await world.SettleAsync();
        row = world.Line(report, "prod")!.Rows.Single(r => r.Name == "emergency").Outcome;
        Assert.Equal("To override soak: Expected 2 approvals of anna, bert; found 1 (anna); not counted: dora is not named.", row.Reason);
        Assert.Null(world.Stands("prod"));

        await world.Forge.ApproveAs(pull.Number, "bert");
        await world.SettleAsync();
        Assert.Equal(digest, world.Stands("prod"));
    }

    [Fact]
    public async Task It_ends_and_belongs_to_one_promotion_alone()
    {
        using var world = Create(merge: "review");
        var (digest, pull) = await ProposeAsync(world, "1.0.0");
        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");
        var report = await world.SettleAsync();
        Assert.Equal("promote", world.Line(report, "prod")!.Verdict);
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 16, 0, 0, TimeSpan.Zero), report.LookAgain!.Value.AddMinutes(-report.LookAgain.Value.Minute));

        world.Clock.SetUtcNow(report.LookAgain.Value.AddMinutes(-2));
        Assert.Equal("promote", world.Line(await world.PassAsync(), "prod")!.Verdict);
        report = await world.SettleAsync();
        Assert.Equal(("hold", "soaking"), (world.Line(report, "prod")!.Verdict, world.Line(report, "prod")!.Rows.Single(r => r.Name == "soak").Outcome.Code));
        Assert.DoesNotContain("promotion/emergency", (await world.Forge.FindAsync(pull.Number, default))!.Labels);

        // Another digest in the same pull request is another promotion.
        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns still");
        await world.SettleAsync();
        world.Publish("1.1.0");
        await world.SettleAsync();
        Assert.Contains(digest, (await world.Forge.FindAsync(pull.Number, default))!.Body, StringComparison.Ordinal);
        world.Forge.CommentAs(pull.Number, "anna", "/promote checkout 1.1.0 to prod");
        report = await world.SettleAsync();
        Assert.Equal(["hold"], report.Promotions.Where(p => p.Promotion.Version == "1.1.0").Select(p => p.Verdict));
    }

    [Fact]
    public async Task A_freeze_a_hold_and_what_was_rolled_back_are_overridden_by_nobody()
    {
        using var world = Create();
        var (_, pull) = await ProposeAsync(world, "1.0.0");
        world.Forge.CommentAs(pull.Number, "anna", "/freeze prod until 2026-11-01T13:00:00Z the database moves");
        await world.PassAsync();
        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");
        var report = await world.SettleAsync();
        Assert.Equal(("hold", "frozen", null), (world.Line(report, "prod")!.Verdict, world.Line(report, "prod")!.Rows[0].Outcome.Code, world.Stands("prod")));

        // Rolled back in staging, it is closed in prod, override or not.
        var merged = (await world.Forge.ListAsync(default)).First(p => p.Head == "promote/staging/checkout");
        Assert.Equal(PullRequestState.Merged, merged.State);
        var second = world.Publish("1.1.0");
        await world.SettleAsync();
        Assert.Equal(second.Value, world.Stands("staging"));
        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");
        world.Bare.Commit("Take the first back out of dev", world.Clock.GetUtcNow(), ("environments/dev/app.yaml", World.Deployment));
        await world.SettleAsync();
        Assert.Null(world.Stands("prod"));
    }

    [Fact]
    public async Task What_the_settings_require_everywhere_is_overridden_by_nobody_whatever_it_says()
    {
        using var world = Create();
        world.Known = new ConfigurationSources([])
        {
            Organization = [new ConfigurationFile("floor.yaml", Encoding.UTF8.GetBytes("""
                apiVersion: gitopsbot.dev/v1
                kind: Policy
                metadata: { name: floor }
                spec: { gates: [{ name: floor-hours, window: { allow: ["Mon 09:00-10:00 UTC"] }, overridable: true }] }
                """), new string('1', 40))],
        };
        var (_, pull) = await ProposeAsync(world, "1.0.0");
        world.Known = world.Known with { Require = ["floor"] };

        var comment = world.Forge.CommentAs(pull.Number, "anna", "/override floor-hours it burns");
        await world.SettleAsync();

        Assert.Equal(("The gate floor-hours is required everywhere by the bot's settings: no emergency skips it.", Reaction.NotUnderstood), Answer(world, pull.Number, comment.Id));
        Assert.Null(world.Stands("prod"));
    }

    [Fact]
    public async Task What_a_gate_says_later_for_another_reason_was_not_overridden()
    {
        using var world = Create(merge: "review", gate: "{ name: tests-again, attestation: { by: [acme-ci], predicateType: \"https://acme.example/load\", where: 'predicate.ok' }, before: merge, overridable: true }");
        var (digest, pull) = await ProposeAsync(world, "1.0.0");
        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns\n/override tests-again nobody ran it");
        var report = await world.SettleAsync();
        Assert.Equal(["overridden", "overridden"], world.Line(report, "prod")!.Rows.Where(r => r.Name is "soak" or "tests-again").Select(r => r.Outcome.Word));

        world.Attest(Digest.Parse(digest), "https://acme.example/load", new JsonObject { ["ok"] = false });
        report = await world.SettleAsync();

        var again = world.Line(report, "prod")!.Rows.Single(r => r.Name == "tests-again").Outcome;
        Assert.Equal(("failed", "predicate-value"), (again.Word, again.Code));
        Assert.Equal("refuse", world.Line(report, "prod")!.Verdict);
    }

    [Fact]
    public async Task A_page_of_the_book_overrides_nothing_without_the_comment_that_it_names()
    {
        using var world = Create(merge: "review");
        var (_, pull) = await ProposeAsync(world, "1.0.0");
        var comment = world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");
        await world.SettleAsync();
        var path = Assert.Single(Book(world).Files.Keys, k => k.StartsWith("overrides/prod/checkout/", StringComparison.Ordinal));
        var page = Encoding.UTF8.GetString(Book(world).Files[path].Span);
        var forged = page.Replace($"\"comment\": {comment.Id}", $"\"comment\": {comment.Id + 100}", StringComparison.Ordinal);
        Assert.NotEqual(page, forged);

        await WriteAsync(world, path, forged);
        Assert.Equal("soaking", Soak(await world.SettleAsync(), world));
        Assert.Equal("hold", world.Line(await world.PassAsync(), "prod")!.Verdict);

        // Somebody else's words, under a page that says them to be an override.
        var other = world.Forge.CommentAs(pull.Number, "carla", "/status");
        await world.SettleAsync();
        await WriteAsync(world, path, page.Replace($"\"comment\": {comment.Id}", $"\"comment\": {other.Id}", StringComparison.Ordinal));
        Assert.Equal("hold", world.Line(await world.PassAsync(), "prod")!.Verdict);

        await WriteAsync(world, path, page);
        Assert.Equal("promote", world.Line(await world.PassAsync(), "prod")!.Verdict);
    }

    [Fact]
    public async Task An_override_counts_beside_a_command_that_names_an_environment()
    {
        using var world = Create(merge: "review");
        var (_, pull) = await ProposeAsync(world, "1.0.0");

        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns\n/freeze dev while we look");

        Assert.Equal("promote", world.Line(await world.SettleAsync(), "prod")!.Verdict);
    }

    [Fact]
    public async Task Who_may_override_no_more_has_overridden_nothing()
    {
        using var world = Create(merge: "review");
        var (_, pull) = await ProposeAsync(world, "1.0.0");
        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");
        Assert.Equal("promote", world.Line(await world.SettleAsync(), "prod")!.Verdict);

        var documents = world.Bare.Read(".gitopsbot/pipeline.yaml")!;
        world.Bare.Commit("Anna leaves", world.Clock.GetUtcNow(), (".gitopsbot/pipeline.yaml", documents.Replace("allow: [anna, bert, dora]", "allow: [bert]", StringComparison.Ordinal)));

        Assert.Equal("hold", world.Line(await world.SettleAsync(), "prod")!.Verdict);
    }

    [Fact]
    public async Task What_is_owed_is_said_until_it_is_done()
    {
        using var world = Create();
        var (_, pull) = await ProposeAsync(world, "1.0.0");
        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");

        var report = await world.SettleAsync();

        var owing = Assert.Single(report.Owing);
        Assert.Matches(@"^checkout 1\.0\.0 in prod landed past a gate\. Follow-up: soak must pass on the same digest by 2026-11-03 12:0\d:\d\dZ\.$", owing.Owed);
        Assert.Empty(report.Unmet);
        Assert.Contains("⚠️ Follow-up:&#8203; soak must pass on the same digest by 2026-11-03", Own(world, pull.Number), StringComparison.Ordinal);
        var book = world.Bare.Git("rev-parse", "gitopsbot/state");
        await world.PassAsync();
        Assert.Equal(book, world.Bare.Git("rev-parse", "gitopsbot/state"));

        world.Clock.Advance(TimeSpan.FromHours(25));
        report = await world.SettleAsync();
        Assert.Empty(report.Owing);
        Assert.Contains("Follow-up done:&#8203; what was overridden has passed since.", Own(world, pull.Number), StringComparison.Ordinal);

        // Done is done: what replaces it in staging does not bring it up again.
        world.Publish("1.1.0");
        world.Clock.Advance(TimeSpan.FromHours(48));
        report = await world.SettleAsync();
        Assert.Empty(report.Owing.Concat(report.Unmet));
    }

    [Fact]
    public async Task When_the_time_is_over_the_environment_no_longer_meets_its_policy()
    {
        using var world = Create();
        var (first, pull) = await ProposeAsync(world, "1.0.0");
        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");
        await world.SettleAsync();
        Assert.Equal(first, world.Stands("prod"));
        // It will never have soaked: something else stands in staging now, and is held out of prod.
        world.Forge.CommentAs(pull.Number, "anna", "/hold look first");
        world.Publish("1.1.0");
        Assert.Single((await world.SettleAsync()).Owing);

        world.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 3, 12, 10, 0, TimeSpan.Zero));
        var report = await world.PassAsync();

        var unmet = Assert.Single(report.NewlyUnmet);
        Assert.Matches(@"^checkout 1\.0\.0 in prod no longer meets policy: soak: It was overridden, and had to pass by 2026-11-03 12:0\d:\d\dZ\. ", unmet.Sentence);
        Assert.Equal("follow-up-overdue", Assert.Single(unmet.Unmet).Outcome.Code);
        Assert.Empty(report.Owing);
        report = await world.SettleAsync();
        Assert.Empty(report.NewlyUnmet);
        Assert.Single(report.Unmet);
        Assert.Contains("Follow-up overdue:&#8203; soak had to pass on the same digest by 2026-11-03", Own(world, pull.Number), StringComparison.Ordinal);

        // What stands there no more owes nothing.
        world.Bare.Commit("Put something else there", world.Clock.GetUtcNow(), ("environments/prod/app.yaml", World.Deployment.Replace("demo/checkout", $"demo/checkout@{world.Stands("staging")}", StringComparison.Ordinal)));
        report = await world.SettleAsync();
        Assert.Empty(report.Unmet.Concat(report.Owing));
        Assert.DoesNotContain("Follow-up", Own(world, pull.Number), StringComparison.Ordinal);
    }

    // Law: killed at any write of the pass that answers it, an override is carried out and recorded exactly once.
    [Fact]
    public async Task Killed_at_any_step_an_override_is_completed_exactly_once()
    {
        var expected = await KilledAsync(int.MaxValue);
        Assert.True(expected.Steps > 10, $"only {expected.Steps} steps were named");
        for (var stop = 1; stop <= expected.Steps; stop++)
        {
            var (what, _) = await KilledAsync(stop);
            Assert.True(expected.What == what, $"killed at step {stop}:\n{what}\nexpected:\n{expected.What}");
        }
    }

    [Fact]
    public async Task Two_bots_side_by_side_carry_it_out_once()
    {
        using var world = Create();
        var (digest, pull) = await ProposeAsync(world, "1.0.0");
        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns");
        using var other = GitOpsBot.Git.ManifestRepository.Open(world.Bare.Path);
        var second = false;

        // The other makes a whole pass just before the first writes down what it decided.
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await new PromotionReconciler(world.Parts(step =>
        {
            if (step == "write state" && !second)
            {
                second = true;
                new PromotionReconciler(world.Parts(git: other)).PassAsync(acts: true, CancellationToken.None).GetAwaiter().GetResult();
            }
        })).PassAsync(acts: true, CancellationToken.None);
        await world.SettleAsync();

        Assert.True(second);
        Assert.Equal(digest, world.Stands("prod"));
        Assert.Single(Book(world).Files.Keys, k => k.StartsWith("overrides/", StringComparison.Ordinal));
        Assert.Single(world.Bare.Git("log", "--format=%s", "main").Split('\n'), l => l == "Promote checkout 1.0.0 to prod");
        Assert.Single(await world.Forge.ListCommentsAsync(null, default), c => c.IsByBot && c.PullRequest == pull.Number);
    }

    [Fact]
    public async Task An_overridden_gate_is_no_failure_of_what_landed()
    {
        using var world = Create(more: ", onFailure: rollback, watch: 60m", gate: "{ name: load, attestation: { by: [acme-ci], predicateType: \"https://acme.example/load\", where: 'predicate.ok' }, before: merge, overridable: true }");
        var (_, pull) = await ProposeAsync(world, "1.0.0");
        world.Forge.CommentAs(pull.Number, "anna", "/override soak it burns\n/override load nobody ran it");

        var report = await world.SettleAsync();

        Assert.NotNull(world.Stands("prod"));
        Assert.Empty(report.FailedLandings);
        // Nor was it in a pass before the last one.
        Assert.DoesNotContain(Book(world).Files.Keys, k => k.StartsWith("watched/", StringComparison.Ordinal) || k.StartsWith("holds/", StringComparison.Ordinal));
        Assert.Empty(report.Unmet);
        Assert.Equal(["load", "soak"], report.Owing.Single().FollowUp!.Left.Select(g => g.Name).Order());
    }

    private static World Create(
        string merge = "auto", string access = "[anna, bert, dora]", string emergency = ", emergency: urgent", string terms = Terms, string gate = "", string more = "",
        string? environments = null, string gates = "{ name: soak, soak: { in: staging, for: 24h }, before: merge, overridable: true }") => new(
        environments: environments ?? $$"""
                - { name: dev, path: environments/dev, policy: baseline, merge: push }
                - { name: staging, after: [dev], path: environments/staging, policy: baseline, merge: auto }
                - { name: prod, after: [staging], path: environments/prod, policy: gated, merge: {{merge}}{{emergency}}{{more}} }
            """,
        documents: $$"""
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: gated }
            spec:
              extends: [baseline]
              gates:
                - {{gates}}
                {{(gate.Length == 0 ? "" : "- " + gate)}}
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: urgent }
            spec:
              extends: [gated]
              {{terms}}
            {{(access.Length == 0 ? "" : $$"""
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Access
            metadata: { name: default }
            spec: { rules: [{ commands: [override], environments: [prod], allow: {{access}} }] }
            """.Replace("\n", "\n            ", StringComparison.Ordinal))}}
            """);

    private static async Task<(string Digest, PullRequest Pull)> ProposeAsync(World world, string version)
    {
        var digest = world.Publish(version);
        await world.SettleAsync();
        return (digest.Value, Assert.Single(await world.Forge.ListAsync(default), p => p is { State: PullRequestState.Open, Head: "promote/prod/checkout" }));
    }

    private static async Task<(string What, int Steps)> KilledAsync(int stopAt)
    {
        using var world = Create(
            environments: "    - { name: prod, path: environments/prod, policy: gated, merge: auto, emergency: urgent }",
            gates: "{ name: load, attestation: { by: [acme-ci], predicateType: \"https://acme.example/load\" }, before: merge, overridable: true }");
        world.Publish("1.0.0");
        await world.PassAsync();
        var pull = Assert.Single(await world.Forge.ListAsync(default));
        world.Forge.CommentAs(pull.Number, "anna", "/override load it burns");
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var steps = 0;
        try
        {
            await new PromotionReconciler(world.Parts(step => _ = ++steps == stopAt ? throw new InvalidOperationException(step) : step)).PassAsync(acts: true, CancellationToken.None);
        }
        catch (InvalidOperationException) when (steps == stopAt)
        {
        }

        await world.SettleAsync();
        var comments = (await world.Forge.ListCommentsAsync(null, default)).Select(c => $"{c.Id} {c.Login} {c.Text.Split("must pass", StringSplitOptions.None)[0]} {string.Join(',', world.Forge.ReactionsOf(c.Id))}");
        // Keys are made anew in every world, so what was signed differs, and so do times.
        return (Regex.Replace(string.Join('\n', [
            .. comments, world.Bare.Git("log", "--format=%s", "main"), world.Bare.Git("log", "-1", "--format=%b", "main"), world.Bare.Git("for-each-ref", "--format=%(refname)"),
            string.Join(' ', (await world.Forge.FindAsync(pull.Number, default))!.Labels.Order()), .. Book(world).Files.Keys.Order(StringComparer.Ordinal)]), "[0-9a-f]{12,}|[0-9-]{10} [0-9:]{8}Z?", "…"), steps);
    }

    private static BotState Book(World world) => world.Parts().Book.Read();

    private static (string, Reaction) Answer(World world, int number, long comment) =>
        Book(world).Handled(number, comment) is { } handled ? (handled.Answer, handled.Reaction) : ("", Reaction.Seen);

    private static Task WriteAsync(World world, string path, string page) => world.Parts().Book.ChangeAsync(
        "Forge", world.Clock.GetUtcNow(), _ => new Dictionary<string, ReadOnlyMemory<byte>?> { [path] = Encoding.UTF8.GetBytes(page) }, default);

    private static string? Soak(RepositoryReport report, World world) => world.Line(report, "prod")!.Rows.Single(r => r.Name == "soak").Outcome.Code;

    private static string Own(World world, int number) =>
        world.Forge.ListCommentsAsync(null, default).Result.Single(c => c.IsByBot && c.PullRequest == number).Text;
}
