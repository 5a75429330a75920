namespace GitOpsBot.Tests.Scenarios.GitHub;

public class CheckTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_touches_nothing_managed_gets_a_success(bool isApp)
    {
        await using var scene = await Scene.StartAsync(isApp);
        scene.World.Bare.Git("branch", "readme", "main");
        scene.World.Bare.Commit("readme", "Say more", scene.Clock.GetUtcNow(), ("README.md", "More.\n"), ("environments/prod/other.yaml", "replicas: 3\n"));
        var pull = scene.World.Open("anna", "readme");

        await scene.PassAsync();

        Assert.Equal(("success", "No managed reference and no document is changed."), scene.Check(pull.HeadSha));
    }

    [Fact]
    public async Task A_request_from_somebodys_copy_is_answered_too_and_its_branch_name_means_nothing()
    {
        await using var scene = await Scene.StartAsync();
        scene.World.Bare.Git("branch", "promote/prod/checkout", "main");
        scene.World.Bare.Commit("promote/prod/checkout", "Say more", scene.Clock.GetUtcNow(), ("README.md", "More.\n"));
        var pull = scene.World.Open("evil", "promote/prod/checkout", fork: "evil/shop");

        await scene.PassAsync();

        Assert.Equal(("success", "No managed reference and no document is changed."), scene.Check(pull.HeadSha));
        Assert.Equal("open", pull.State);
    }

    [Fact]
    public async Task A_document_is_validated_and_does_not_apply_before_it_is_merged()
    {
        await using var scene = await Scene.StartAsync();
        scene.World.Bare.Git("branch", "documents", "main");
        scene.World.Bare.Commit("documents", "Weaken", scene.Clock.GetUtcNow(), (".gitopsbot/pipeline.yaml", Scene.Pipeline("merge: auto", "merge: aut")));
        var broken = scene.World.Open("anna", "documents");
        scene.World.Bare.Git("branch", "valid", "main");
        scene.World.Bare.Commit("valid", "Change", scene.Clock.GetUtcNow(), (".gitopsbot/pipeline.yaml", Scene.Pipeline("merge: review", "merge: review")));
        var valid = scene.World.Open("anna", "valid");
        scene.Publish("1.0.0");

        await scene.SettleAsync();

        Assert.Equal("failure", scene.Check(broken.HeadSha).State);
        Assert.Contains(".gitopsbot/pipeline.yaml:12:", scene.Check(broken.HeadSha).Text, StringComparison.Ordinal);
        Assert.Equal(("success", "The documents are valid."), scene.Check(valid.HeadSha));
        // Staging is still merged by the bot: the base branch says so.
        Assert.NotNull(scene.Stands("staging"));
    }

    [Fact]
    public async Task A_persons_change_of_a_managed_reference_is_judged_by_the_policy_of_the_base_branch()
    {
        await using var scene = await Scene.StartAsync(staging: "merge: review");
        var good = scene.Publish("1.0.0");
        var bad = scene.Publish("1.1.0", result: "FAILED");
        await scene.SettleAsync();
        foreach (var (branch, digest) in new[] { ("by-hand", good), ("untested", bad) })
        {
            scene.World.Bare.Git("branch", branch, "main");
            scene.World.Bare.Commit(branch, "By hand", scene.Clock.GetUtcNow(), ("environments/staging/app.yaml", Scene.Deployment.Replace("demo/checkout", $"demo/checkout@{digest}", StringComparison.Ordinal)));
        }

        var (byHand, untested) = (scene.World.Open("anna", "by-hand"), scene.World.Open("anna", "untested"));
        scene.World.Bare.Git("branch", "straight", "main");
        scene.World.Bare.Commit("straight", "Past staging", scene.Clock.GetUtcNow(), ("environments/prod/app.yaml", Scene.Deployment.Replace("demo/checkout", $"demo/checkout@{good}", StringComparison.Ordinal)));
        var straight = scene.World.Open("anna", "straight");
        scene.World.Bare.Git("branch", "bare-tag", "main");
        scene.World.Bare.Commit("bare-tag", "A tag", scene.Clock.GetUtcNow(), ("environments/dev/app.yaml", Scene.Deployment.Replace("demo/checkout", "demo/checkout:1.0.0", StringComparison.Ordinal)));
        var bareTag = scene.World.Open("anna", "bare-tag");

        await scene.SettleAsync();

        Assert.Equal(("success", "checkout in staging: Every gate has passed."), scene.Check(byHand.HeadSha));
        Assert.Equal("failure", scene.Check(untested.HeadSha).State);
        Assert.StartsWith("checkout in staging: after: checkout 1.1.0 never stood in dev", scene.Check(untested.HeadSha).Text!.Replace(bad.Short, "1.1.0", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("failure", scene.Check(straight.HeadSha).State);
        Assert.Equal(("failure", "checkout in dev: it would not say by digest what stands there."), scene.Check(bareTag.HeadSha));
        Assert.Equal(["env/staging", "promotion"], byHand.Labels);
    }

    [Fact]
    public async Task The_revert_button_is_a_rollback()
    {
        await using var scene = await Scene.StartAsync();
        var first = scene.Publish("1.0.0");
        await scene.SettleAsync();
        scene.Publish("1.1.0");
        await scene.SettleAsync();
        scene.World.Bare.Git("branch", "revert-3-promote/staging/checkout", "main");
        scene.World.Bare.Commit("revert-3-promote/staging/checkout", "Revert \"Promote checkout 1.1.0 to staging\"", scene.Clock.GetUtcNow(),
            ("environments/staging/app.yaml", Scene.Deployment.Replace("demo/checkout", $"demo/checkout@{first}", StringComparison.Ordinal)));
        var revert = scene.World.Open("anna", "revert-3-promote/staging/checkout", "Revert \"Promote checkout 1.1.0 to staging\"");

        await scene.SettleAsync();
        Assert.Equal(("success", "checkout in staging: Every gate has passed."), scene.Check(revert.HeadSha));
        Assert.Equal(["env/staging", "promotion", "promotion/rollback"], revert.Labels);

        scene.World.MergeAs(revert, "anna");
        var report = await scene.SettleAsync();
        Assert.Equal("rolled-back", Scene.Line(report, "staging")!.Rows[0].Outcome.Code);
        Assert.Equal(first.Value, scene.Stands("staging"));
    }

    [Fact]
    public async Task Every_head_of_a_merge_queue_is_answered()
    {
        await using var scene = await Scene.StartAsync();
        scene.World.Bare.Git("branch", "gh-readonly-queue/main/pr-9-0123", "main");
        var head = scene.World.Bare.Commit("gh-readonly-queue/main/pr-9-0123", "Queued", scene.Clock.GetUtcNow(), ("README.md", "More.\n"));

        await scene.PassAsync();

        Assert.Equal(("success", "No managed reference and no document is changed."), scene.Check(head));
    }

    [Fact]
    public async Task A_rerun_of_the_check_judges_again()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Review(pull.Number, "anna");
        await scene.SettleAsync();
        var run = scene.World.CheckRuns.Last(r => r.Sha == pull.HeadSha);
        Assert.Equal("success", run.Conclusion);
        (run.Status, run.Conclusion) = ("queued", null);

        scene.Bot.Actions.LookAnew!(scene.Settings, scene.Settings.Repositories[0], null);
        await scene.SettleAsync();

        Assert.Equal(("success", "Every gate has passed."), scene.Check(pull.HeadSha));
        Assert.Contains("| people (before the merge) | ✅ passed |", scene.World.CheckRuns.Last(r => r.Sha == pull.HeadSha).Summary, StringComparison.Ordinal);
    }
}
