namespace GitOpsBot.Tests.Scenarios.GitHub;

public class OverrideTests
{
    [Fact]
    public async Task A_member_of_the_team_that_may_overrides_once_and_what_is_merged_says_so()
    {
        await using var scene = await StartAsync("merge: auto");
        var (digest, pull) = await scene.ProposeAsync("1.0.0");
        var anna = scene.World.Say(pull.Number, "anna", "/override people it burns");
        await scene.SettleAsync();
        Assert.Equal(["eyes", "-1"], anna.Reactions.Select(r => r.Content));
        Assert.Null(scene.Stands("prod"));

        var bert = scene.World.Say(pull.Number, "bert", "/override people the cart is down, @acme/all");
        await scene.SettleAsync();

        Assert.Equal(["eyes", "rocket"], bert.Reactions.Select(r => r.Content));
        Assert.Equal((digest.Value, true), (scene.Stands("prod"), pull.MergedAt is not null));
        Assert.Equal(["env/prod", "promotion", "promotion/emergency"], pull.Labels);
        Assert.Contains("⚠️ **Emergency:** bert overrode people (approvals-missing): the cart is down, @&#8203;acme/all.", pull.Body, StringComparison.Ordinal);
        var message = scene.World.Bare.Git("log", "-1", "--format=%B", "main");
        Assert.Contains("\nPromotion-Gate: people overridden approvals-missing\n", message, StringComparison.Ordinal);
        Assert.Contains("\nPromotion-Override: people by bert: the cart is down, @ acme/all\n", message, StringComparison.Ordinal);
        var own = Assert.Single(scene.World.Comments, c => c.Number == pull.Number && c.Login == "gitopsbot[bot]").Body;
        Assert.Contains("Follow-up:&#8203; people must pass on the same digest by 2026-11-04", own, StringComparison.Ordinal);

        // Another process does none of it again; a review of what was merged is what was owed.
        scene.DeleteCache();
        scene.Restart();
        scene.Server.Forget();
        await scene.PassAsync();
        Assert.DoesNotContain(scene.Server.Requests, r => r.Method != "GET" && !r.Path.EndsWith("access_tokens", StringComparison.Ordinal));
        scene.World.Review(pull.Number, "anna");
        scene.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Empty((await scene.SettleAsync()).Owing);
        own = Assert.Single(scene.World.Comments, c => c.Number == pull.Number && c.Login == "gitopsbot[bot]").Body;
        Assert.Contains("Follow-up done:&#8203; what was overridden has passed since.", own, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_counts_while_the_comment_stands_unchanged_and_its_writer_may()
    {
        await using var scene = await StartAsync("merge: review");
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        var comment = scene.World.Say(pull.Number, "bert", "/override people it burns");
        await scene.SettleAsync();
        Assert.Equal(("success", "Every gate has passed, or is overridden: people."), scene.Check(pull.HeadSha));

        scene.World.Teams["acme/sre"].Clear();
        scene.Clock.Advance(TimeSpan.FromMinutes(3));
        await scene.SettleAsync();
        Assert.NotEqual("success", scene.Check(pull.HeadSha).State);
        Assert.DoesNotContain("promotion/emergency", pull.Labels);
        scene.World.Teams["acme/sre"].Add("bert");
        scene.Clock.Advance(TimeSpan.FromMinutes(3));
        await scene.SettleAsync();
        Assert.Equal("success", scene.Check(pull.HeadSha).State);

        comment.UpdatedAt = scene.World.Now;
        await scene.SettleAsync();
        Assert.NotEqual("success", scene.Check(pull.HeadSha).State);
        comment.UpdatedAt = comment.CreatedAt;
        await scene.SettleAsync();
        Assert.Equal("success", scene.Check(pull.HeadSha).State);

        scene.World.Comments.Remove(comment);
        await scene.SettleAsync();
        Assert.NotEqual("success", scene.Check(pull.HeadSha).State);
    }

    // GitHub does not say of a comment which head it saw: only the book does, and whoever could write there must not carry it over to another head.
    [Fact]
    public async Task A_page_of_the_book_that_names_a_head_that_is_not_the_bots_overrides_nothing()
    {
        await using var scene = await StartAsync("merge: review");
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        var comment = scene.World.Say(pull.Number, "bert", "/override people it burns");
        await scene.SettleAsync();
        Assert.Equal("success", scene.Check(pull.HeadSha).State);

        var path = $"overrides/prod/checkout/{comment.Id}-people.json";
        var page = scene.World.Bare.Git("show", $"gitopsbot/state:{path}");
        var forged = page.Replace(pull.HeadSha, scene.World.Bare.Git("rev-parse", "main").Trim(), StringComparison.Ordinal);
        Assert.NotEqual(page, forged);
        scene.World.Bare.Commit("gitopsbot/state", "Forge a page", scene.Clock.GetUtcNow(), (path, forged));
        await scene.SettleAsync();

        Assert.NotEqual("success", scene.Check(pull.HeadSha).State);
    }

    [Theory]
    [InlineData("bert", "> /override people it burns")]
    [InlineData("renovate[bot]", "/override people it burns")]
    public async Task What_is_quoted_or_said_by_a_program_overrides_nothing(string login, string text)
    {
        await using var scene = await StartAsync("merge: auto");
        var (_, pull) = await scene.ProposeAsync("1.0.0");

        var comment = scene.World.Say(pull.Number, login, text);
        await scene.SettleAsync();

        Assert.Empty(comment.Reactions);
        Assert.Null(scene.Stands("prod"));
    }

    private static Task<Scene> StartAsync(string merge) => Scene.StartAsync(
        isApp: true, prod: merge + ", emergency: urgent", people: "approvals: { count: 1 }, overridable: true", more: """
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: urgent }
            spec: { extends: [production], emergency: { from: ["@acme/sre"], expires: 4h, followUp: 48h } }
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Access
            metadata: { name: default }
            spec: { rules: [{ commands: [override], allow: ["@acme/sre"] }] }
            """);
}
