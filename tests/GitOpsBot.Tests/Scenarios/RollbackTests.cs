using GitOpsBot.Forge;

namespace GitOpsBot.Tests.Scenarios;

public class RollbackTests
{
    [Fact]
    public async Task A_second_rollback_goes_further_back_and_not_to_what_the_first_took_out()
    {
        using var world = new World();
        var first = world.Publish("1.0.0");
        await world.SettleAsync();
        world.Publish("1.1.0");
        await world.SettleAsync();
        var third = world.Publish("1.2.0");
        await world.SettleAsync();
        Assert.Equal(third.Value, world.Stands("staging"));
        var promotion = (await world.Forge.ListAsync(default)).First(p => p.Head == "promote/staging/checkout").Number;

        world.Forge.CommentAs(promotion, "anna", "/rollback 1.2.0 is broken");
        await world.SettleAsync();
        world.Forge.CommentAs(promotion, "anna", "/rollback and 1.1.0 is as well");
        await world.SettleAsync();

        Assert.Equal(first.Value, world.Stands("staging"));
    }

    [Fact]
    public async Task What_the_registry_no_longer_holds_is_refused_when_it_is_asked_for()
    {
        using var world = new World();
        var first = world.Publish("1.0.0");
        await world.SettleAsync();
        var second = world.Publish("1.1.0");
        await world.SettleAsync();
        var promotion = (await world.Forge.ListAsync(default)).First(p => p.Head == "promote/staging/checkout").Number;
        world.Remove(first);

        world.Forge.CommentAs(promotion, "anna", "/rollback broken");
        await world.SettleAsync();

        Assert.Equal(second.Value, world.Stands("staging"));
        var comments = await world.Forge.ListCommentsAsync(null, default);
        Assert.Equal([Reaction.Seen, Reaction.NotUnderstood], world.Forge.ReactionsOf(comments[0].Id));
        Assert.Contains("no longer holds", Assert.Single(comments, c => c.IsByBot).Text, StringComparison.Ordinal);

        // Nothing is stuck: the next version goes its way.
        var third = world.Publish("1.2.0");
        await world.SettleAsync();
        Assert.Equal(third.Value, world.Stands("staging"));
    }

    [Fact]
    public async Task A_rollback_that_a_person_closes_is_not_opened_again()
    {
        using var world = new World();
        world.Publish("1.0.0");
        await world.SettleAsync();
        world.Clock.Advance(TimeSpan.FromHours(25));
        await world.SettleAsync();
        await MergeProdAsync(world);
        var second = world.Publish("1.1.0");
        await world.SettleAsync();
        world.Clock.Advance(TimeSpan.FromHours(25));
        await world.SettleAsync();
        var promotion = await MergeProdAsync(world);
        Assert.Equal(second.Value, world.Stands("prod"));

        world.Forge.CommentAs(promotion, "anna", "/rollback prod looks odd");
        await world.SettleAsync();
        var rollback = (await world.Forge.ListAsync(default)).First(p => p.Head == "rollback/prod/checkout");
        Assert.Equal(PullRequestState.Open, rollback.State);
        await world.Forge.CloseAs(rollback.Number, "ben");
        await world.SettleAsync();

        Assert.DoesNotContain(await world.Forge.ListAsync(default), p => p.State == PullRequestState.Open);
        Assert.Equal(second.Value, world.Stands("prod"));

        // Asked for again, it is opened again.
        world.Forge.CommentAs(promotion, "anna", "/rollback prod it really is");
        await world.SettleAsync();
        Assert.Single(await world.Forge.ListAsync(default), p => p.State == PullRequestState.Open && p.Head == "rollback/prod/checkout");
    }

    [Fact]
    public async Task What_a_person_promotes_by_name_after_a_rollback_lifts_the_pause_for_what_comes_next()
    {
        using var world = new World();
        world.Publish("1.0.0");
        await world.SettleAsync();
        var second = world.Publish("1.1.0");
        await world.SettleAsync();
        var promotion = (await world.Forge.ListAsync(default)).First(p => p.Head == "promote/staging/checkout").Number;
        world.Forge.CommentAs(promotion, "anna", "/rollback broken");
        await world.SettleAsync();

        world.Forge.CommentAs(promotion, "anna", "/promote checkout 1.1.0 to staging");
        await world.SettleAsync();
        Assert.Equal(second.Value, world.Stands("staging"));

        var third = world.Publish("1.2.0");
        await world.SettleAsync();
        Assert.Equal(third.Value, world.Stands("staging"));
    }

    [Fact]
    public async Task What_a_repository_may_not_promote_is_not_asked_for_with_the_bots_credentials_either()
    {
        using var world = new World();
        world.Publish("1.0.0");
        await world.SettleAsync();
        world.Publish("1.1.0");
        await world.SettleAsync();
        var promotion = (await world.Forge.ListAsync(default)).First(p => p.Head == "promote/staging/checkout").Number;
        world.MayPromote = _ => false;

        world.Forge.CommentAs(promotion, "anna", "/rollback broken");
        world.Forge.CommentAs(promotion, "anna", "/promote checkout 1.0.0 to dev");
        await world.PassAsync(expectsProblems: true);

        var comments = await world.Forge.ListCommentsAsync(null, default);
        Assert.Equal([Reaction.Seen, Reaction.NotUnderstood], world.Forge.ReactionsOf(comments[0].Id));
        Assert.Equal([Reaction.Seen, Reaction.NotUnderstood], world.Forge.ReactionsOf(comments[1].Id));
        Assert.Contains("may not promote oci-layout:demo/checkout", Assert.Single(comments, c => c.IsByBot).Text.Replace("&#8203;", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static async Task<int> MergeProdAsync(World world)
    {
        var open = (await world.Forge.ListAsync(default)).First(p => p is { State: PullRequestState.Open, Head: "promote/prod/checkout" });
        await world.Forge.ApproveAs(open.Number, "anna");
        await world.SettleAsync();
        Assert.IsType<MergeResult.Merged>(world.Forge.MergeAs(open.Number, "anna", open.HeadSha, Core.Environments.MergeMethod.Squash, "Merged by anna\n"));
        await world.SettleAsync();
        return open.Number;
    }
}
