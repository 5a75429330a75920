using GitOpsBot.Core.Promotions;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Tests.Reconciliation;

public class StandingMemoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_stands_is_judged_again_after_a_while_and_at_once_when_it_or_the_documents_changed()
    {
        var memory = new StandingMemory();
        var asked = 0;
        Task<StandingJudgement?> At(string key, int minutes, string environment = "prod") => memory.OfAsync("checkout", environment, key, Now.AddMinutes(minutes), () =>
        {
            asked++;
            return Task.FromResult<StandingJudgement?>(null);
        });

        await At("a", 0);
        await At("a", 0);
        Assert.Equal(1, asked);
        await At("a", 15);
        Assert.Equal(2, asked);
        await At("a", 29);
        Assert.Equal(2, asked);
        await At("a", 30);
        Assert.Equal(3, asked);
        await At("b", 30);
        Assert.Equal(4, asked);
        await At("b", 30, "staging");
        Assert.Equal(5, asked);

        // A clock that went back lends no time.
        await At("b", 20);
        Assert.Equal(6, asked);
    }

    [Fact]
    public async Task What_a_start_judges_all_at_once_does_not_come_due_all_at_once()
    {
        var memory = new StandingMemory();
        var asked = new int[61];
        for (var minute = 0; minute <= 60; minute++)
        {
            for (var pipeline = 0; pipeline < 300; pipeline++)
            {
                await memory.OfAsync($"pipeline-{pipeline}", "prod", "a", Now.AddMinutes(minute), () =>
                {
                    asked[minute]++;
                    return Task.FromResult<StandingJudgement?>(null);
                });
            }
        }

        Assert.Equal(300, asked[0]);
        Assert.InRange(asked[1..].Max(), 1, 60);
        // Each within the first quarter of an hour, and then once in each of the next three.
        Assert.Equal((300, 300), (asked[1..16].Sum(), asked[16..31].Sum()));
    }

    [Fact]
    public async Task What_cannot_be_judged_is_asked_again()
    {
        var memory = new StandingMemory();
        await Assert.ThrowsAsync<GitOpsBot.Registry.RegistryException>(() => memory.OfAsync("checkout", "prod", "a", Now, () => throw new GitOpsBot.Registry.RegistryException("no answer", true)));
        var asked = false;

        await memory.OfAsync("checkout", "prod", "a", Now, () =>
        {
            asked = true;
            return Task.FromResult<StandingJudgement?>(null);
        });

        Assert.True(asked);
    }
}
