using GitOpsBot.Reconciliation;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>What happens on the base branch between a judgement and its push (SPEC section 3, "A judgement is keyed by what it read").</summary>
public class RaceTests
{
    [Fact]
    public async Task A_promotion_is_not_pushed_past_a_rollback_made_while_it_was_judged()
    {
        using var world = new World();
        var first = world.Publish("1.0.0");
        await world.SettleAsync();
        var second = world.Publish("1.1.0");
        var (old, now) = (world.Bare.Read("environments/dev/app.yaml")!, world.Bare.Read("environments/dev/app.yaml")!.Replace(first.Value, second.Value, StringComparison.Ordinal));

        await PassWhileAsync(world, () =>
        {
            world.Bare.Commit("Put 1.1.0 into dev by hand", world.Clock.GetUtcNow(), ("environments/dev/app.yaml", now));
            world.Bare.Commit("Take it out again", world.Clock.GetUtcNow(), ("environments/dev/app.yaml", old));
        });

        Assert.Equal(first.Value, world.Stands("dev"));
        await world.SettleAsync();
        Assert.Equal(first.Value, world.Stands("dev"));
    }

    [Fact]
    public async Task A_promotion_is_judged_again_when_its_documents_changed_meanwhile_even_to_and_fro()
    {
        using var world = new World();
        var first = world.Publish("1.0.0");
        await world.SettleAsync();
        var second = world.Publish("1.1.0");
        var policy = world.Bare.Read(".gitopsbot/policy.yaml")!;

        await PassWhileAsync(world, () =>
        {
            world.Bare.Commit("Ask for a soak", world.Clock.GetUtcNow(), (".gitopsbot/policy.yaml", policy + "# stricter\n"));
            world.Bare.Commit("Or not", world.Clock.GetUtcNow(), (".gitopsbot/policy.yaml", policy));
        });

        Assert.Equal(first.Value, world.Stands("dev"));
        await world.PassAsync();
        Assert.Equal(second.Value, world.Stands("dev"));
    }

    [Fact]
    public async Task A_promotion_is_put_on_top_of_what_does_not_concern_it()
    {
        using var world = new World();
        world.Publish("1.0.0");
        await world.SettleAsync();
        var second = world.Publish("1.1.0");

        await PassWhileAsync(world, () => world.Bare.Commit("Something else", world.Clock.GetUtcNow(), ("docs/readme.md", "hello")));

        Assert.Equal(second.Value, world.Stands("dev"));
        Assert.Equal("hello", world.Bare.Read("docs/readme.md"));
    }

    // One pass, in which somebody else is quicker just before the push.
    private static async Task PassWhileAsync(World world, Action other)
    {
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        var isFirst = true;
        await new PromotionReconciler(world.Parts(step =>
        {
            if (step == "push to base" && isFirst)
            {
                isFirst = false;
                other();
            }
        })).PassAsync(acts: true, CancellationToken.None);
        Assert.False(isFirst, "Nothing was pushed.");
    }
}
