using GitOpsBot.Forge;
using GitOpsBot.Tests.Commands;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>Whole processes on one world: side by side, and killed.</summary>
public class ProcessesTests
{
    [Fact]
    public async Task Two_processes_at_one_instant_make_one_commit_and_one_pull_request_and_lose_nothing()
    {
        using var world = new World();
        var digest = world.Publish("1.0.0");
        var settings = world.WriteSettings();
        var before = world.Bare.Tip();

        // Without its progress, which a slow machine makes it tell.
        Task<(int Status, string Output, string Error)> Reconcile() => ProgramProcess.RunAsync("reconcile", "--config", settings, "--log-level", "warning");

        async Task BothAsync()
        {
            var both = await Task.WhenAll(Reconcile(), Reconcile());
            Assert.All(both, run => Assert.Equal((0, ""), (run.Status, run.Error)));
        }

        // One commit to dev; one pull request to staging; one merge.
        await BothAsync();
        Assert.Equal(digest.Value, world.Stands("dev"));
        Assert.Equal("1", world.Bare.Git("rev-list", "--count", $"{before}..main").Trim());
        await BothAsync();
        Assert.Single(await world.Forge.ListAsync(default));
        await BothAsync();
        Assert.Equal(digest.Value, world.Stands("staging"));
        Assert.Equal("2", world.Bare.Git("rev-list", "--count", $"{before}..main").Trim());

        // The book of the forge is one line of commits, each on the one before it.
        Assert.Equal(
            world.Bare.Git("rev-list", "--count", "refs/gitopsbot/forge"), world.Bare.Git("rev-list", "--count", "--first-parent", "refs/gitopsbot/forge"));
        world.Bare.Git("fsck", "--strict");
    }

    [Theory]
    [InlineData("push to base")]
    [InlineData("pushed to base")]
    [InlineData("branch pushed")]
    [InlineData("open pull request")]
    [InlineData("pull request opened")]
    [InlineData("forge: move base")]
    [InlineData("forge: base moved")]
    [InlineData("delete branch")]
    public async Task A_process_killed_at_a_step_is_completed_exactly_once_by_the_next_passes(string step)
    {
        using var world = new World();
        var digest = world.Publish("1.0.0");
        var settings = world.WriteSettings();
        var before = world.Bare.Tip();
        var killing = new Dictionary<string, string> { ["GITOPSBOT_TESTING"] = "1", ["GITOPSBOT_STOP_AT"] = step };

        // Passes of a bot that dies at that step, as often as it gets there.
        var status = 0;
        for (var passes = 0; passes < 4 && status == 0; passes++)
        {
            (status, _, _) = await ProgramProcess.RunAsync(killing, "reconcile", "--config", settings);
        }

        Assert.NotEqual(0, status);
        await world.SettleAsync();

        Assert.Equal((digest.Value, digest.Value), (world.Stands("dev"), world.Stands("staging")));
        Assert.Equal("2", world.Bare.Git("rev-list", "--count", $"{before}..main").Trim());
        Assert.Equal(PullRequestState.Merged, Assert.Single(await world.Forge.ListAsync(default)).State);
        Assert.Empty(world.Bare.Git("for-each-ref", "refs/heads/promote/"));
        world.Bare.Git("fsck", "--strict");
    }
}
