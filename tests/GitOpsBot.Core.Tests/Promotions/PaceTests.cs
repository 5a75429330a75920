using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Tests.Promotions;

public sealed class PaceTests
{
    private static readonly Place Here = new("pipeline.yaml", 1, 1);
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_cap_counts_what_landed_within_its_time_and_says_when_the_oldest_of_them_leaves_it()
    {
        var limited = Pace.Limited(Prod(new PromotionLimit(2, TimeSpan.FromHours(1))), [Now.AddMinutes(-10), Now.AddMinutes(-59), Now.AddMinutes(-60)], Now);

        var pending = Assert.IsType<GateOutcome.Pending>(limited!.Outcome);
        Assert.Equal(("limit-reached", "Expected at most 2 promotions into prod in 1h; the next may move at 2026-06-15 12:01:00Z.", Now.AddMinutes(1)), (pending.Code, pending.Reason, pending.LookAgain));
        Assert.True(limited.StopsMerge);
    }

    [Fact]
    public void One_less_is_let_through_and_so_is_one_that_landed_exactly_that_long_ago()
    {
        Assert.Null(Pace.Limited(Prod(new PromotionLimit(2, TimeSpan.FromHours(1))), [Now.AddMinutes(-10), Now.AddHours(-1)], Now));
        Assert.Null(Pace.Limited(Prod(null), [Now, Now, Now], Now));
    }

    [Fact]
    public void A_landing_dated_ahead_counts_until_its_own_time_has_passed()
    {
        var limited = Pace.Limited(Prod(new PromotionLimit(1, TimeSpan.FromHours(1))), [Now.AddDays(1)], Now);

        Assert.Equal(Now.AddDays(1).AddHours(1), Assert.IsType<GateOutcome.Pending>(limited!.Outcome).LookAgain);
    }

    // Law: whatever the landings, going on each time it says so never puts more into any stretch of that length than the cap allows.
    [Fact]
    public void Law_obeying_it_keeps_every_stretch_within_the_cap()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var limit = new PromotionLimit(random.Next(1, 5), TimeSpan.FromMinutes(random.Next(1, 120)));
            var landed = new List<DateTimeOffset>();
            for (var at = Now; landed.Count < 30;)
            {
                if (Pace.Limited(Prod(limit), landed, at) is { Outcome: GateOutcome.Pending { LookAgain: { } next } })
                {
                    Assert.True(next > at, $"seed {seed}");
                    at = next;
                    continue;
                }

                landed.Add(at);
                at = at.AddMinutes(random.Next(0, 30));
            }

            Assert.All(landed, begin => Assert.True(landed.Count(l => l >= begin && l < begin + limit.Per) <= limit.Promotions, $"seed {seed}"));
        }
    }

    [Theory]
    [InlineData("prod", -1, 1, true)]
    [InlineData("all", -1, 1, true)]
    [InlineData("staging", -1, 1, false)]
    [InlineData("prod", 0, 1, true)]
    [InlineData("prod", -1, 0, false)]
    [InlineData("prod", 1, 2, false)]
    [InlineData("prod-evil", -1, 1, false)]
    public void A_freeze_holds_for_its_environments_from_its_beginning_until_its_end(string environment, int from, int until, bool holds)
    {
        var freeze = new Freeze("audit", [new Reference(environment, Here)], Now.AddHours(from), Now.AddHours(until), "the auditors are here");

        var found = Pace.Frozen(Prod(null), [freeze], [], Now);

        Assert.Equal(holds, found.Count == 1);
        if (holds)
        {
            var pending = Assert.IsType<GateOutcome.Pending>(found[0].Outcome);
            Assert.Equal(("frozen", Now.AddHours(until)), (pending.Code, pending.LookAgain));
            Assert.Equal($"Frozen by the document 'audit': the auditors are here; it ends at {Now.AddHours(until).UtcDateTime:u}.", pending.Reason);
        }
    }

    [Fact]
    public void People_freeze_until_they_lift_it_or_its_time_is_over_and_waves_are_meant_by_their_name()
    {
        var member = Prod(null) with { Name = "prod-eu", Wave = new WaveMember("prod", ["prod-eu", "prod-us"], false) };

        Assert.Equal("Frozen by anna: it burns; it ends with /unfreeze prod.", Assert.Single(Pace.Frozen(member, [], [new AskedFreeze("prod", "anna", null, "it burns")], Now)).Outcome.Reason);
        Assert.Empty(Pace.Frozen(member, [], [new AskedFreeze("prod", "anna", Now, "it burns"), new AskedFreeze("prod-us", "anna", null, "it burns")], Now));
    }

    private static PromotionEnvironment Prod(PromotionLimit? limit) => new("prod", "environments/prod", new Reference("production", Here), Here) { Limit = limit };
}
