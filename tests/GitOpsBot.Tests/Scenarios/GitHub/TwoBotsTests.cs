using System.Text.RegularExpressions;
using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing.GitHub;
using static GitOpsBot.Tests.Scenarios.GitHub.ChaosStory;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>Two bots with one App on one repository, each with a data directory of its own, as on two machines: what either does, happens once.</summary>
public sealed class TwoBotsTests
{
    [Theory]
    [InlineData("git")]
    [InlineData("api")]
    public async Task Two_bots_side_by_side_do_no_harm(string commits)
    {
        await using var scene = await Scene.StartAsync(isApp: true, commits: commits);
        using var other = new Other(scene);
        scene.Publish("1.0.0");
        for (var passes = 0; passes < 6; passes++)
        {
            await Task.WhenAll(scene.PassAsync(expectsProblems: true), other.PassAsync());
        }

        await FinishAsync(scene);
        Check(scene);
    }

    // One bot has read that nothing is proposed; before it makes the branch the other opens the pull request, merges it and removes its branch.
    [Fact]
    public async Task What_another_bot_merged_meanwhile_is_not_proposed_again()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        using var other = new Other(scene);
        var digest = scene.Publish("1.0.0");
        var hasMerged = false;
        scene.Server.AroundPush = async (moved, _, serve) =>
        {
            if (!hasMerged && moved == "refs/heads/promote/staging/checkout")
            {
                hasMerged = true;
                await scene.Server.MeanwhileAsync(async () =>
                {
                    for (var passes = 0; passes < 5 && scene.Stands("staging") != digest.Value; passes++)
                    {
                        await other.PassAsync();
                    }

                    // Whoever merged without tidying up does so now.
                    await other.PassAsync();
                });
            }

            await serve();
        };

        await FinishAsync(scene);

        Assert.True(hasMerged);
        Assert.NotNull(Assert.Single(scene.World.Pulls, p => p.Head == "promote/staging/checkout").MergedAt);
        Check(scene);
    }

    [Theory]
    [InlineData("POST .*/comments$")]
    [InlineData("PATCH .*/comments/")]
    [InlineData("POST .*/reactions$")]
    [InlineData("push .*/state$")]
    public async Task Two_that_answer_a_command_in_the_same_moment_have_one_comment(string moment)
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        using var other = new Other(scene);
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Say(pull.Number, "anna", "/hold first");
        if (moment.StartsWith("PATCH", StringComparison.Ordinal))
        {
            await scene.SettleAsync();
            scene.World.Say(pull.Number, "anna", "/hold second");
        }

        other.At(moment);
        await scene.PassAsync(expectsProblems: true);
        Assert.True(other.HasPassed);
        Assert.Single(scene.World.Comments, c => c.Login == "gitopsbot[bot]");
        await scene.SettleAsync();

        var own = Assert.Single(scene.World.Comments, c => c.Login == "gitopsbot[bot]");
        foreach (var comment in scene.World.Comments.Where(c => c.Login == "anna"))
        {
            Assert.Contains($"- comment {comment.Id} by anna:", own.Body, StringComparison.Ordinal);
            Assert.Equal(["eyes", "rocket"], comment.Reactions.Select(r => r.Content));
        }
    }

    // The one writes the older text over the newer, before the other says in the book that the newer one stands there.
    [Fact]
    public async Task What_the_slower_of_two_wrote_over_the_comment_does_not_stay()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        using var other = new Other(scene);
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Say(pull.Number, "anna", "/hold first");
        await scene.SettleAsync();
        scene.World.Say(pull.Number, "anna", "/hold second");
        var (wrote, slower, quicker, edits) = (new TaskCompletionSource(), new TaskCompletionSource(), Task.CompletedTask, 0);
        scene.Server.Around = async (context, serve) =>
        {
            if (context.Request.Method == "PATCH" && context.Request.Path.Value!.Contains("/comments/", StringComparison.Ordinal) && ++edits == 1)
            {
                scene.World.Say(pull.Number, "anna", "/hold third");
                quicker = scene.PassAsync();
                await scene.Server.MeanwhileAsync(() => wrote.Task);
            }

            await serve();
        };
        scene.Server.AroundPush = async (moved, _, serve) =>
        {
            if (edits == 2 && moved == "refs/heads/gitopsbot/state" && wrote.TrySetResult())
            {
                await scene.Server.MeanwhileAsync(() => slower.Task);
            }

            await serve();
        };

        await other.PassAsync();
        slower.SetResult();
        await quicker;
        Assert.DoesNotContain("third", scene.World.Comments.Single(c => c.Login == "gitopsbot[bot]").Body, StringComparison.Ordinal);
        await scene.SettleAsync();

        Assert.Equal(3, scene.World.Comments.Single(c => c.Login == "gitopsbot[bot]").Body.Split("- comment ").Length - 1);
        Assert.Contains("third", scene.World.Comments.Single(c => c.Login == "gitopsbot[bot]").Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_comment_that_a_killed_bot_left_is_removed_by_whoever_comes_next()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        using var other = new Other(scene);
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Say(pull.Number, "anna", "/hold wait");
        other.At("POST .*/comments$");
        scene.Restart(step =>
        {
            if (step == "comment written" && other.HasPassed)
            {
                throw new KilledException(step);
            }
        });
        await Assert.ThrowsAsync<KilledException>(() => scene.PassAsync(expectsProblems: true));
        Assert.Equal(2, scene.World.Comments.Count(c => c.Login == "gitopsbot[bot]"));
        var first = scene.World.Comments.Where(c => c.Login == "gitopsbot[bot]").Min(c => c.Id);

        await other.PassAsync();

        Assert.Equal(first, Assert.Single(scene.World.Comments, c => c.Login == "gitopsbot[bot]").Id);
    }

    [Fact]
    public async Task The_comment_that_a_person_removed_is_written_again_and_one_that_only_bears_its_mark_is_left_alone()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Say(pull.Number, "anna", "/hold wait");
        await scene.SettleAsync();
        var own = scene.World.Comments.Single(c => c.Login == "gitopsbot[bot]");
        var imitation = scene.World.Say(pull.Number, "bert", own.Body);
        scene.World.Comments.Remove(own);
        var lifted = scene.World.Say(pull.Number, "anna", "/unhold");

        await scene.SettleAsync();

        var again = Assert.Single(scene.World.Comments, c => c.Login == "gitopsbot[bot]");
        Assert.Contains($"- comment {lifted.Id} by anna:", again.Body, StringComparison.Ordinal);
        Assert.Contains(imitation, scene.World.Comments);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_checks_that_were_begun_in_the_same_moment_either_bot_goes_on_with_the_one_that_counts(bool isOther)
    {
        await using var scene = await Scene.StartAsync(isApp: true, staging: "merge: review");
        using var other = new Other(scene);
        Ask(scene, "PASSED", "FAILED");
        var pull = await ByHandAsync(scene);
        other.At("POST .*/check-runs$");
        await scene.PassAsync();
        Assert.Equal(["failure", "failure"], Conclusions(scene, pull));

        Ask(scene, "FAILED", "PASSED");
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        _ = isOther ? await other.PassAsync() : await scene.PassAsync();

        Assert.Equal(("success", "checkout in staging: Every gate has passed."), scene.Check(pull.HeadSha));
    }

    [Fact]
    public async Task A_check_that_another_bot_let_pass_is_known_before_it_must_not_pass_any_more()
    {
        await using var scene = await Scene.StartAsync(isApp: true, staging: "merge: review");
        using var other = new Other(scene);
        var pull = await ByHandAsync(scene);
        await scene.PassAsync();
        await other.PassAsync();
        scene.World.Say(pull.Number, "anna", "/freeze staging wait");
        await scene.PassAsync();
        scene.World.Say(pull.Number, "anna", "/unfreeze staging");
        await scene.PassAsync();
        Assert.Equal(["success", "success"], Conclusions(scene, pull));

        Ask(scene, "PASSED", "FAILED");
        await other.PassAsync();

        Assert.Equal("failure", scene.Check(pull.HeadSha).State);
    }

    private static IEnumerable<string?> Conclusions(Scene scene, StandInPull pull) => scene.World.CheckRuns.Where(r => r.Sha == pull.HeadSha).Select(r => r.Conclusion);

    private static void Ask(Scene scene, string from, string to) => scene.World.Bare.Commit(
        "Ask for another result", scene.Clock.GetUtcNow(), (".gitopsbot/policy.yaml", scene.World.Bare.Read(".gitopsbot/policy.yaml")!.Replace(from, to, StringComparison.Ordinal)));

    // What stands in dev, put into staging by a person.
    private static async Task<StandInPull> ByHandAsync(Scene scene)
    {
        var digest = scene.Publish("1.0.0", result: "PASSED");
        scene.World.Bare.Commit("Into dev", scene.Clock.GetUtcNow(), ("environments/dev/app.yaml", Scene.Deployment.Replace("demo/checkout", $"demo/checkout@{digest}", StringComparison.Ordinal)));
        scene.World.Bare.Git("branch", "by-hand", "main");
        scene.World.Bare.Commit("by-hand", "By hand", scene.Clock.GetUtcNow(), ("environments/staging/app.yaml", Scene.Deployment.Replace("demo/checkout", $"demo/checkout@{digest}", StringComparison.Ordinal)));
        await scene.SettleAsync();
        return scene.World.Open("anna", "by-hand");
    }

    /// <summary>The second bot.</summary>
    private sealed class Other(Scene scene) : IDisposable
    {
        private readonly Application bot = new(new StepProbe(), scene.Clock);
        private readonly string data = scene.Settings.DataDirectory + "-2";

        public bool HasPassed { get; private set; }

        public async Task<RepositoryReport> PassAsync()
        {
            var settings = scene.Settings with { DataDirectory = data };
            return ((Answer<PassReport>.Done)await bot.PassAsync(new PassRequest(settings, null, true, scene.Logs), CancellationToken.None)).Report.Repositories.Single();
        }

        /// <summary>Makes a whole pass when the first bot is about to do something, before it takes effect.</summary>
        public void At(string moment)
        {
            async Task AroundAsync(string now, Func<Task> serve)
            {
                if (!HasPassed && Regex.IsMatch(now, moment))
                {
                    HasPassed = true;
                    await scene.Server.MeanwhileAsync(PassAsync);
                }

                await serve();
            }

            scene.Server.AroundPush = (moved, _, serve) => AroundAsync($"push {moved}", serve);
            scene.Server.Around = (context, serve) => AroundAsync($"{context.Request.Method} {context.Request.Path}", serve);
        }

        public void Dispose()
        {
            bot.Dispose();
            if (Directory.Exists(data))
            {
                Directory.Delete(data, recursive: true);
            }
        }
    }
}
