namespace GitOpsBot.Tests.Scenarios.GitHub;

public class CommandTests
{
    [Fact]
    public async Task A_command_is_seen_done_and_answered_in_the_one_comment_of_the_bot()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        var (_, pull) = await scene.ProposeAsync("1.0.0");

        var hold = scene.World.Say(pull.Number, "anna", "not today\n/hold it is Friday\n");
        await scene.SettleAsync();

        Assert.Equal([("gitopsbot[bot]", "eyes"), ("gitopsbot[bot]", "rocket")], hold.Reactions);
        Assert.Equal(["env/prod", "promotion", "promotion/hold"], pull.Labels);
        var own = Assert.Single(scene.World.Comments, c => c.Login == "gitopsbot[bot]");
        Assert.Contains("held: Held by anna", scene.Check(pull.HeadSha).Text!.Replace("hold: ", "held: ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains($"- comment {hold.Id} by anna: checkout in prod is held.", own.Body, StringComparison.Ordinal);

        // Another one is a further line in the same comment, and the status in it is the new one.
        var status = scene.World.Say(pull.Number, "dora", "/unhold");
        var lifted = scene.World.Say(pull.Number, "bert", "/unhold\n/status");
        await scene.SettleAsync();

        Assert.Equal(["eyes", "-1"], status.Reactions.Select(r => r.Content));
        Assert.Equal(["eyes", "rocket"], lifted.Reactions.Select(r => r.Content));
        own = Assert.Single(scene.World.Comments, c => c.Login == "gitopsbot[bot]");
        Assert.Contains($"- comment {status.Id} by dora: dora may not use /unhold in prod:&#8203; permission:&#8203;write may.", own.Body, StringComparison.Ordinal);
        Assert.Contains("**Status:** people:&#8203; Expected 1 approval; found 0.", own.Body, StringComparison.Ordinal);
        Assert.Contains("| people (before the merge) | ⏳ pending |", own.Body, StringComparison.Ordinal);
        Assert.Equal(["env/prod", "promotion"], pull.Labels);
    }

    [Fact]
    public async Task Nothing_is_asked_again_and_nothing_done_twice_by_another_process()
    {
        await using var scene = await Scene.StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Say(pull.Number, "anna", "/hold");
        await scene.SettleAsync();
        var comments = scene.World.Comments.Count;
        scene.DeleteCache();
        scene.Restart();
        scene.Server.Forget();

        await scene.PassAsync();

        Assert.Equal(comments, scene.World.Comments.Count);
        Assert.DoesNotContain(scene.Server.Requests, r => r.Method != "GET");
    }

    [Theory]
    [InlineData("evil", "/hold", "-1", "evil may not use /hold in prod")]
    [InlineData("dora", "/approve", "-1", "dora may not use /approve in prod")]
    [InlineData("carla", "/rollback it burns", "-1", "carla may not use /rollback in prod")]
    [InlineData("anna", "/override soak because", "-1", "nobody may")]
    [InlineData("anna", "/hold\n/rollback prod", "confused", "lacks a reason")]
    [InlineData("anna", "/promote till 1.0.0 to prod", "confused", "There is no pipeline till.")]
    [InlineData("dora", "/help", "rocket", "dora may use in prod /help")]
    public async Task Who_may_not_and_what_is_wrong_is_answered_with_the_reason(string login, string text, string reaction, string answer)
    {
        await using var scene = await Scene.StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");

        var comment = scene.World.Say(pull.Number, login, text);
        await scene.SettleAsync();

        Assert.Equal(["eyes", reaction], comment.Reactions.Select(r => r.Content));
        Assert.Contains(answer, Assert.Single(scene.World.Comments, c => c.Login == "shop-machine").Body.Replace("\\", "", StringComparison.Ordinal).Replace(":&#8203;", ":", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("promotion/hold", pull.Labels);
    }

    [Theory]
    [InlineData("anna", "> /hold\n")]
    [InlineData("anna", "```\n/hold\n```\n")]
    [InlineData("anna", "<!--\n/hold\n-->\n")]
    [InlineData("renovate[bot]", "/hold")]
    [InlineData("shop-machine", "/hold")]
    public async Task What_is_quoted_hidden_or_said_by_a_program_is_no_command(string login, string text)
    {
        await using var scene = await Scene.StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");

        var comment = scene.World.Say(pull.Number, login, text);
        await scene.SettleAsync();

        Assert.Empty(comment.Reactions);
        Assert.DoesNotContain("promotion/hold", pull.Labels);
    }

    [Fact]
    public async Task An_edited_comment_is_no_command()
    {
        await using var scene = await Scene.StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        var comment = scene.World.Say(pull.Number, "anna", "/hold");
        comment.UpdatedAt = comment.CreatedAt.AddSeconds(5);

        await scene.SettleAsync();

        Assert.Empty(comment.Reactions);
    }

    [Fact]
    public async Task The_first_rule_that_names_command_and_environment_decides()
    {
        await using var scene = await Scene.StartAsync(more: """
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Access
            metadata: { name: default }
            spec:
              rules:
                - { commands: [hold], environments: [prod], allow: ["@acme/sre", dora] }
                - { commands: [hold], allow: [] }
            """.Replace("\n            ", "\n", StringComparison.Ordinal).Replace("\n", "\n            ", StringComparison.Ordinal));
        var (_, pull) = await scene.ProposeAsync("1.0.0");

        var anna = scene.World.Say(pull.Number, "anna", "/hold");
        await scene.SettleAsync();
        Assert.Equal(["eyes", "-1"], anna.Reactions.Select(r => r.Content));
        var bert = scene.World.Say(pull.Number, "bert", "/hold");
        await scene.SettleAsync();
        Assert.Equal(["eyes", "rocket"], bert.Reactions.Select(r => r.Content));
        Assert.Contains("promotion/hold", pull.Labels);
    }

    [Fact]
    public async Task Someone_who_left_the_team_may_no_more_minutes_later_and_an_unknown_team_lets_nobody_in()
    {
        await using var scene = await Scene.StartAsync(more: """
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Access
            metadata: { name: default }
            spec: { rules: [{ commands: [hold], allow: ["@acme/sre"] }, { commands: [retry], allow: ["@acme/gone"] }] }
            """.Replace("\n", "\n            ", StringComparison.Ordinal));
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Say(pull.Number, "bert", "/hold");
        await scene.SettleAsync();
        scene.World.Teams["acme/sre"].Clear();
        scene.Clock.Advance(TimeSpan.FromMinutes(3));

        var late = scene.World.Say(pull.Number, "bert", "/hold");
        await scene.SettleAsync();
        Assert.Equal(["eyes", "-1"], late.Reactions.Select(r => r.Content));

        var unknown = scene.World.Say(pull.Number, "anna", "/retry");
        var report = await scene.PassAsync(expectsProblems: true);
        Assert.Contains("There is no team @acme/gone", Assert.Single(report.Failures).Message, StringComparison.Ordinal);
        Assert.Equal(["eyes"], unknown.Reactions.Select(r => r.Content));
    }

    [Fact]
    public async Task An_approval_by_comment_counts_when_the_head_is_old_enough_to_have_been_looked_at()
    {
        await using var scene = await Scene.StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.Publish("1.1.0");
        for (var passes = 0; passes < 8 && !pull.Title.Contains("1.1.0", StringComparison.Ordinal); passes++)
        {
            await scene.PassAsync();
        }


        // The head changed in the pass that has just ended.
        var early = scene.World.Say(pull.Number, "anna", "/approve");
        await scene.SettleAsync();
        Assert.Equal(["eyes", "confused"], early.Reactions.Select(r => r.Content));
        Assert.Equal("pending", scene.Check(pull.HeadSha).State);

        var repeated = scene.World.Say(pull.Number, "anna", "/approve");
        await scene.SettleAsync();
        Assert.Equal(["eyes", "rocket"], repeated.Reactions.Select(r => r.Content));
        Assert.Equal("success", scene.Check(pull.HeadSha).State);

        // Taken away, it counts no more.
        scene.World.Comments.Remove(repeated);
        await scene.SettleAsync();
        Assert.Equal("pending", scene.Check(pull.HeadSha).State);
    }

    [Theory]
    [InlineData("/approve\n/freeze dev 2h the shop moves")]
    [InlineData("/freeze dev 2h the shop moves\n/approve")]
    [InlineData("/approve\n/unfreeze dev")]
    public async Task An_approval_counts_beside_a_command_that_names_an_environment(string text)
    {
        await using var scene = await Scene.StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        if (text.Contains("unfreeze", StringComparison.Ordinal))
        {
            scene.World.Say(pull.Number, "anna", "/freeze dev 2h the shop moves");
            await scene.SettleAsync();
        }

        var comment = scene.World.Say(pull.Number, "anna", text);
        await scene.SettleAsync();

        Assert.Equal(["eyes", "rocket"], comment.Reactions.Select(r => r.Content));
        Assert.Equal("success", scene.Check(pull.HeadSha).State);
    }

    [Theory]
    [InlineData("APPROVED", "anna", "success")]
    [InlineData("APPROVED", "dora", "pending")]
    [InlineData("APPROVED", "evil", "pending")]
    [InlineData("APPROVED", "renovate[bot]", "pending")]
    [InlineData("COMMENTED", "anna", "pending")]
    [InlineData("CHANGES_REQUESTED", "anna", "pending")]
    [InlineData("DISMISSED", "anna", "pending")]
    public async Task A_review_counts_when_it_approves_and_its_writer_may(string state, string login, string expected)
    {
        await using var scene = await Scene.StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");

        scene.World.Review(pull.Number, login, state);
        await scene.SettleAsync();

        Assert.Equal(expected, scene.Check(pull.HeadSha).State);
    }

    [Fact]
    public async Task An_approval_ends_when_it_is_taken_back_dismissed_asked_for_again_or_given_to_another_promotion()
    {
        await using var scene = await Scene.StartAsync(prod: "merge: review, supersede: always");
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        var review = scene.World.Review(pull.Number, "anna");
        await scene.SettleAsync();
        Assert.Equal("success", scene.Check(pull.HeadSha).State);

        review.State = "DISMISSED";
        await scene.SettleAsync();
        Assert.Equal("pending", scene.Check(pull.HeadSha).State);

        scene.World.Review(pull.Number, "anna");
        pull.Requested.Add("anna");
        pull.UpdatedAt = scene.World.Now;
        await scene.SettleAsync();
        Assert.Equal("pending", scene.Check(pull.HeadSha).State);

        scene.World.Review(pull.Number, "anna");
        await scene.SettleAsync();
        Assert.Equal("success", scene.Check(pull.HeadSha).State);
        scene.Publish("1.1.0");
        await scene.SettleAsync();
        Assert.Equal(("Promote checkout 1.1.0 to prod", "pending"), (pull.Title, scene.Check(pull.HeadSha).State));
    }

    [Fact]
    public async Task A_rollback_by_comment_on_a_merged_pull_request_is_marked_and_what_it_took_out_stays_out()
    {
        await using var scene = await Scene.StartAsync();
        var first = scene.Publish("1.0.0");
        await scene.SettleAsync();
        scene.Publish("1.1.0");
        await scene.SettleAsync();
        var merged = scene.World.Pulls.Last(p => p.Head == "promote/staging/checkout");

        var comment = scene.World.Say(merged.Number, "anna", "/rollback the cart loses items");
        await scene.SettleAsync();

        Assert.Equal(["eyes", "rocket"], comment.Reactions.Select(r => r.Content));
        var rollback = Assert.Single(scene.World.Pulls, p => p.Head == "rollback/staging/checkout");
        Assert.Equal(("closed", true), (rollback.State, rollback.MergedAt is not null));
        Assert.Equal(["env/staging", "promotion", "promotion/rollback"], rollback.Labels);
        Assert.Equal(first.Value, scene.Stands("staging"));
        Assert.Contains("This reverts commit ", scene.World.Bare.Git("log", "-1", "--format=%B", "main"), StringComparison.Ordinal);
        var report = await scene.SettleAsync();
        Assert.Equal("rolled-back", Scene.Line(report, "staging")!.Rows[0].Outcome.Code);
        Assert.DoesNotContain(scene.World.Pulls, p => p.State == "open" && p.Title.Contains("1.1.0", StringComparison.Ordinal));
    }
}
