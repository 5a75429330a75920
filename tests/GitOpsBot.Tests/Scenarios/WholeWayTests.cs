using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;

namespace GitOpsBot.Tests.Scenarios;

public class WholeWayTests
{
    [Fact]
    public async Task One_digest_goes_the_whole_way_and_what_was_rolled_back_does_not_return()
    {
        using var world = new World();
        var first = world.Publish("1.0.0");

        // dev by push, staging by pull request, prod waits for its soak.
        await world.SettleAsync();
        Assert.Equal((first.Value, first.Value, null), (world.Stands("dev"), world.Stands("staging"), world.Stands("prod")));
        var waiting = world.Line(await world.PassAsync(), "prod")!;
        Assert.Equal(("hold", PlanAction.None, "soaking"), (waiting.Verdict, waiting.Action, waiting.Rows.First(r => r.Name == "soak").Outcome.Code));

        // After the soak it is proposed; a person approves and merges.
        world.Clock.Advance(TimeSpan.FromHours(25));
        await world.SettleAsync();
        var open = Assert.Single(await world.Forge.ListAsync(default), p => p.State == PullRequestState.Open);
        Assert.Equal(("promote/prod/checkout", "Promote checkout 1.0.0 to prod"), (open.Head, open.Title));
        Assert.Equal(CommitState.Pending, (await world.Forge.GetStatusAsync(open.HeadSha, default))!.State);
        await world.Forge.ApproveAs(open.Number, "anna");
        await world.SettleAsync();
        Assert.Equal(CommitState.Success, (await world.Forge.GetStatusAsync(open.HeadSha, default))!.State);
        Assert.IsType<MergeResult.Merged>(world.Forge.MergeAs(open.Number, "anna", open.HeadSha, MergeMethod.Squash, "Merged by anna\n"));
        await world.SettleAsync();
        Assert.Equal(first.Value, world.Stands("prod"));

        // A second version reaches staging, and is rolled back there by Git's own revert.
        var second = world.Publish("1.1.0");
        await world.SettleAsync();
        Assert.Equal((second.Value, second.Value), (world.Stands("dev"), world.Stands("staging")));
        world.Clock.Advance(TimeSpan.FromHours(1));
        world.Bare.Commit("Revert", world.Clock.GetUtcNow(), ("environments/staging/app.yaml", World.Deployment.Replace("demo/checkout", $"demo/checkout@{first}", StringComparison.Ordinal)));
        world.Clock.Advance(TimeSpan.FromHours(48));
        var report = await world.SettleAsync();
        Assert.Equal((second.Value, first.Value, first.Value), (world.Stands("dev"), world.Stands("staging"), world.Stands("prod")));
        Assert.Equal(("refuse", "rolled-back"), (world.Line(report, "staging")!.Verdict, world.Line(report, "staging")!.Rows[0].Outcome.Code));

        // A third is held by the pause until a person lifts it.
        var third = world.Publish("1.2.0");
        report = await world.SettleAsync();
        Assert.Equal(third.Value, world.Stands("dev"));
        Assert.Equal("paused", world.Line(report, "staging")!.Rows[0].Outcome.Code);
    }

    [Fact]
    public async Task What_is_unsigned_failed_its_tests_or_was_signed_by_a_stranger_goes_nowhere()
    {
        using var world = new World();
        using var stranger = EvidenceSigner.Generate();
        var good = world.Publish("1.0.0");
        world.Publish("1.1.0", signs: false);
        world.Publish("1.2.0", result: "FAILED");
        world.Publish("1.3.0", by: stranger);

        var report = await world.PassAsync();

        Assert.Equal(good.Value, world.Stands("dev"));
        var newest = report.Promotions.Single(p => p.Promotion.Environment == "dev" && p.Promotion.Version == "1.3.0");
        Assert.Equal(("refuse", PlanAction.None, "untrusted-key"), (newest.Verdict, newest.Action, newest.Rows.First(r => r.Name == "signed").Outcome.Code));
    }

    [Fact]
    public async Task A_plan_writes_nothing()
    {
        using var world = new World();
        world.Publish("1.0.0");
        var before = world.Bare.Git("count-objects") + world.Bare.Git("for-each-ref");

        var report = await world.PassAsync(acts: false);

        Assert.Equal(PlanAction.Push, world.Line(report, "dev")!.Action);
        Assert.Equal(before, world.Bare.Git("count-objects") + world.Bare.Git("for-each-ref"));
    }

    [Fact]
    public async Task A_rollback_by_comment_reverts_pauses_and_refuses()
    {
        using var world = new World();
        var first = world.Publish("1.0.0");
        await world.SettleAsync();
        world.Publish("1.1.0");
        await world.SettleAsync();
        var merged = (await world.Forge.ListAsync(default)).First(p => p.Head == "promote/staging/checkout");

        world.Forge.CommentAs(merged.Number, "anna", "it is broken\n/rollback checkout fails\n");
        await world.SettleAsync();

        Assert.Equal(first.Value, world.Stands("staging"));
        Assert.Contains("This reverts commit ", world.Bare.Git("log", "-1", "--format=%B", "main"), StringComparison.Ordinal);
        var comments = await world.Forge.ListCommentsAsync(null, default);
        Assert.Equal([Reaction.Seen, Reaction.Done], world.Forge.ReactionsOf(comments[0].Id));
        Assert.Contains("goes back to checkout 1.0.0", Assert.Single(comments, c => c.IsByBot).Text, StringComparison.Ordinal);

        world.Forge.CommentAs(merged.Number, "anna", "/promote checkout 1.1.0 to staging");
        await world.SettleAsync();
        Assert.NotEqual(first.Value, world.Stands("staging"));
    }

    [Fact]
    public async Task The_commit_carries_trailers_and_changes_the_digest_alone()
    {
        using var world = new World();
        var digest = world.Publish("1.0.0");

        await world.PassAsync();

        Assert.Equal(World.Deployment.Replace("demo/checkout", $"demo/checkout@{digest}", StringComparison.Ordinal), world.Bare.Read("environments/dev/app.yaml"));
        var trailers = Core.Audit.CommitTrailers.Read(world.Bare.Git("log", "-1", "--format=%B", "main"))!;
        Assert.Equal(("1.0.0", "checkout", "dev", digest), (trailers.Version, trailers.Pipeline, trailers.Environment, trailers.Artifacts[0].To));
        Assert.Equal(["signed", "tests"], trailers.Gates);
        Assert.Equal(2, trailers.Evidence.Count);
    }
}
