using GitOpsBot.Reconciliation;

namespace GitOpsBot.Tests.Scenarios;

public class CrashTests
{
    // Law: killed at any of its writes, the bot's next passes bring about exactly what one undisturbed run does: each commit, pull request and comment once.
    [Fact]
    public async Task Killed_at_any_step_everything_is_completed_exactly_once()
    {
        var expected = await RunAsync(int.MaxValue);
        Assert.True(expected.Steps > 20, $"only {expected.Steps} steps were named");
        for (var stop = 1; stop <= expected.Steps; stop++)
        {
            var (what, _) = await RunAsync(stop);
            Assert.True(expected.What == what, $"killed at step {stop}:\n{what}\nexpected:\n{expected.What}");
        }
    }

    private static async Task<(string What, int Steps)> RunAsync(int stopAt)
    {
        using var world = new World();
        var steps = 0;
        var isKilled = false;
        async Task UntilRestAsync()
        {
            for (var passes = 0; passes < 15; passes++)
            {
                var before = world.Bare.Git("for-each-ref");
                world.Clock.Advance(TimeSpan.FromMinutes(1));
                try
                {
                    await new PromotionReconciler(world.Parts(step =>
                    {
                        if (++steps == stopAt)
                        {
                            isKilled = true;
                            throw new KilledException(step);
                        }
                    })).PassAsync(acts: true, CancellationToken.None);
                }
                catch (KilledException)
                {
                    continue;
                }

                if (world.Bare.Git("for-each-ref") == before)
                {
                    return;
                }
            }

            Assert.Fail($"The passes do not come to rest after being killed at step {stopAt}.");
        }

        world.Publish("1.0.0");
        await UntilRestAsync();
        world.Publish("1.1.0");
        await UntilRestAsync();
        var merged = (await world.Forge.ListAsync(default)).First(p => p.Head == "promote/staging/checkout");
        world.Forge.CommentAs(merged.Number, "anna", "/rollback broken");
        await UntilRestAsync();
        Assert.Equal(stopAt != int.MaxValue, isKilled);

        var pulls = (await world.Forge.ListAsync(default)).OrderBy(p => p.Number).ToList();
        var lines = pulls.Select(p => $"{p.Number} {p.State} {p.Head} {p.Title} [{string.Join(',', p.Labels.Order())}]").ToList();
        lines.AddRange((await world.Forge.ListCommentsAsync(null, default)).Select(c => $"{c.Id} {c.PullRequest} {c.Login} {c.Text} {string.Join(',', world.Forge.ReactionsOf(c.Id))}"));

        lines.Add(world.Bare.Git("log", "--format=%s", "main"));
        lines.Add(world.Bare.Git("for-each-ref", "--format=%(refname)"));
        lines.Add($"{world.Stands("dev") is not null} {world.Stands("staging") is not null} {world.Stands("prod")}");
        return (string.Join('\n', lines), steps);
    }

    private sealed class KilledException(string step) : Exception(step);
}
