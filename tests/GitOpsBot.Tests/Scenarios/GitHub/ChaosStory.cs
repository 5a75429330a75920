namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>What happens while things go wrong, and what it must come to.</summary>
internal static class ChaosStory
{
    /// <summary>A version goes to staging, prod waits, and anna holds it.</summary>
    public static async Task StoryAsync(Scene scene, bool expectsProblems = true)
    {
        scene.Publish("1.0.0");
        await FinishAsync(scene, expectsProblems);
    }

    /// <summary>The rest of it.</summary>
    public static async Task FinishAsync(Scene scene, bool expectsProblems = true)
    {
        await RestAsync(scene, expectsProblems);
        scene.World.Say(scene.OpenPull("promote/prod/checkout").Number, "anna", "/hold wait");
        await RestAsync(scene, expectsProblems);
    }

    private static async Task RestAsync(Scene scene, bool expectsProblems)
    {
        for (var isQuiet = false; !isQuiet;)
        {
            var before = (scene.Server.Requests.Count(r => r.Method != "GET" && r.Status < 300), scene.World.Bare.Tip(), scene.World.Bare.Tip("gitopsbot/state"));
            try
            {
                var report = await scene.PassAsync(expectsProblems);
                isQuiet = report.Failures.Count == 0
                    && (scene.Server.Requests.Count(r => r.Method != "GET" && r.Status < 300), scene.World.Bare.Tip(), scene.World.Bare.Tip("gitopsbot/state")) == before;
            }
            catch (KilledException)
            {
                isQuiet = false;
            }

            Assert.True(scene.Server.Requests.Count < 3000, "It does not come to rest.");
        }
    }

    /// <summary>What 1.0.0 comes to, and anna's hold.</summary>
    public static void Check(Scene scene)
    {
        Assert.Equal((true, true, null), (scene.Stands("dev") is not null, scene.Stands("staging") is not null, scene.Stands("prod")));
        Assert.Equal("Promote checkout 1.0.0 to staging\nPromote checkout 1.0.0 to dev\nBegin\n", System.Text.RegularExpressions.Regex.Replace(scene.World.Bare.Git("log", "--format=%s", "main"), " \\(#[0-9]+\\)", ""));
        Assert.Equal(
            ["closed promote/staging/checkout Promote checkout 1.0.0 to staging [env/staging,promotion]", "open promote/prod/checkout Promote checkout 1.0.0 to prod [env/prod,promotion,promotion/hold]"],
            scene.World.Pulls.Select(p => $"{p.State} {p.Head} {p.Title} [{string.Join(',', p.Labels.Order())}]"));
        Assert.NotNull(scene.World.Pulls[0].MergedAt);
        var own = Assert.Single(scene.World.Comments, c => c.Login is "gitopsbot[bot]" or "shop-machine");
        Assert.Contains("checkout in prod is held.", own.Body, StringComparison.Ordinal);
        Assert.Equal(["eyes", "rocket"], scene.World.Comments.Single(c => c.Login == "anna").Reactions.Select(r => r.Content));
        Assert.Equal("hold: Held by anna: wait; /unhold lifts it.", scene.Check(scene.World.Pulls[1].HeadSha).Text);
        Assert.DoesNotContain("refs/heads/gitopsbot/drafts/", scene.World.Bare.Git("for-each-ref"), StringComparison.Ordinal);
    }
}

/// <summary>The bot ends at this step.</summary>
internal sealed class KilledException(string step) : Exception(step);
