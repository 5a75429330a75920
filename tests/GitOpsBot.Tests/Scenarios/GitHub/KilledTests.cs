using static GitOpsBot.Tests.Scenarios.GitHub.ChaosStory;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>The bot, killed at a named step: afterwards the world is as if everything had happened once.</summary>
public class KilledTests
{
    [Fact]
    public async Task Killed_at_any_step_everything_is_completed_exactly_once()
    {
        var steps = await KilledAsync(int.MaxValue);
        Assert.True(steps.Count > 20, $"only {steps.Count} steps were named");
        // Each kind of step once, at its first and at its last time: the local forge's test tries them all.
        var stops = steps.Index().GroupBy(s => s.Item).SelectMany(g => new[] { g.First().Index, g.Last().Index }).Distinct();
        // Each story has a world of its own, and waits for Git's processes much of its time.
        await Parallel.ForEachAsync(
            stops, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken }, async (stop, _) => await KilledAsync(stop));
    }

    [Fact]
    public async Task Killed_while_GitHub_makes_a_commit_everything_is_completed_exactly_once()
    {
        var steps = await KilledAsync(int.MaxValue, commits: "api");
        var last = steps.Index().Where(s => s.Item.EndsWith(" draft", StringComparison.Ordinal) || s.Item is "draft pushed" or "draft deleted" or "make commit" or "commit made").GroupBy(s => s.Item).Select(g => g.Last().Index).ToList();
        Assert.Equal(6, last.Count);
        foreach (var stop in last)
        {
            await KilledAsync(stop, commits: "api");
        }
    }

    private static async Task<IReadOnlyList<string>> KilledAsync(int stopAt, string commits = "git")
    {
        await using var scene = await Scene.StartAsync(commits: commits);
        var steps = new List<string>();
        var killed = false;
        scene.Restart(step =>
        {
            steps.Add(step);
            if (!killed && steps.Count == stopAt + 1)
            {
                killed = true;
                throw new KilledException(step);
            }
        });

        await StoryAsync(scene, expectsProblems: true);

        Assert.Equal(stopAt != int.MaxValue, killed);
        Check(scene);
        return steps;
    }
}
