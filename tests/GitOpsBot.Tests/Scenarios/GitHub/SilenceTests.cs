using GitOpsBot.Commands;
using GitOpsBot.Git;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>A GitHub that takes requests and never answers: the call ends, and the pass goes on elsewhere.</summary>
public class SilenceTests
{
    [Fact]
    public async Task A_GitHub_that_never_answers_is_left_with_a_sentence_and_the_next_repository_is_looked_at()
    {
        await using var scene = await Scene.StartAsync();
        scene.Publish("1.0.0");
        scene.Restart(longest: TimeSpan.FromSeconds(0.5));
        scene.Server.Around = (context, _) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        var near = scene.Settings.Repositories[0] with { Name = "near", Address = new RepositoryAddress.Folder(scene.World.Bare.Path), Forge = ForgeKind.Local };

        var reports = await PassAsync(scene, near);

        Assert.Contains(reports[0].Failures, f => f.Message == "GitHub did not answer within 0.5 seconds.");
        Assert.Equal("near", reports[1].Name);
        Assert.Empty(reports[1].Problems.Concat(reports[1].Failures));

        scene.Server.Around = null;
        scene.Restart();
        await scene.SettleAsync();
        Assert.NotNull(scene.Stands("staging"));
    }

    private static async Task<IReadOnlyList<RepositoryReport>> PassAsync(Scene scene, RepositorySettings near) =>
        ((Answer<PassReport>.Done)await scene.Bot.PassAsync(
            new PassRequest(scene.Settings with { Repositories = [.. scene.Settings.Repositories, near] }, null, Acts: true, scene.Logs), TestContext.Current.CancellationToken)).Report.Repositories;
}
