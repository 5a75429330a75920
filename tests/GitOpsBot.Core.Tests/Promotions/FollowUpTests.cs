using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Tests.Promotions;

public sealed class FollowUpTests
{
    private static readonly DateTimeOffset Until = new(2026, 6, 17, 12, 0, 0, TimeSpan.Zero);
    private static readonly GateResult Soak = new("soak", GateTiming.Merge, new GateOutcome.Pending("soaking", "It must stand in staging for 1d."));

    [Fact]
    public void While_there_is_time_it_is_said_and_is_no_failure()
    {
        var judged = Judged(Until.AddSeconds(-1), Soak);

        Assert.Equal("checkout 1.4.2 in prod landed past a gate. Follow-up: soak must pass on the same digest by 2026-06-17 12:00:00Z.", judged.Owed);
        Assert.Empty(judged.Unmet);
    }

    [Fact]
    public void When_the_time_is_over_what_has_not_passed_is_a_no()
    {
        var judged = Judged(Until, Soak);

        Assert.Null(judged.Owed);
        Assert.Equal("follow-up-overdue", Assert.Single(judged.Unmet).Outcome.Code);
        Assert.Equal("checkout 1.4.2 in prod no longer meets policy: soak: It was overridden, and had to pass by 2026-06-17 12:00:00Z. It must stand in staging for 1d.", judged.Sentence);
    }

    [Fact]
    public void When_all_has_passed_nothing_is_owed_however_late()
    {
        Assert.Null(Judged(Until.AddSeconds(-1)).Owed);
        Assert.Empty(Judged(Until.AddDays(1)).Unmet);
        Assert.Equal("Follow-up done: what was overridden has passed since.", FollowUp.Sentence([], Until, isOverdue: false));
    }

    [Fact]
    public void Without_a_time_nobody_asks()
    {
        var followUp = new FollowUp("id", 7, null, [Soak]);

        Assert.False(followUp.IsOverdue(DateTimeOffset.MaxValue));
        Assert.Empty(followUp.Overdue(DateTimeOffset.MaxValue));
    }

    private static StandingJudgement Judged(DateTimeOffset now, params GateResult[] left)
    {
        var followUp = new FollowUp("id", 7, Until, left);
        return new StandingJudgement("checkout", "prod", new Standing([new StandingArtifact("checkout", Digest.Of("image"u8), "1.4.2")]), new string('c', 40), followUp.Overdue(now)) { FollowUp = followUp };
    }
}
