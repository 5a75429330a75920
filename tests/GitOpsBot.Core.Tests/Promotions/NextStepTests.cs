using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Tests.Promotions;

public sealed class NextStepTests
{
    private static readonly GateOutcome Yes = new GateOutcome.Passed("yes");

    [Theory]
    [InlineData("approvals-missing", "Approve it by a review, or by the comment /approve.")]
    [InlineData("unreachable", "Nobody needs to act unless it lasts: what people asks does not answer.")]
    [InlineData("slo-not-met", "Look at what people measures; it moves by itself when that is as demanded.")]
    [InlineData("deployment-failed", "Look at the deployment that people waits for.")]
    [InlineData("soak-interrupted", "Nobody needs to act unless it lasts: people waits.")]
    public void A_gate_that_waits_says_what_a_person_can_do(string code, string sentence)
    {
        Assert.Equal(sentence, Of(PlannedWorld.Candidate(1, Yes, new GateOutcome.Pending(code, "not yet"))));
    }

    [Fact]
    public void What_time_alone_brings_needs_nobody()
    {
        var at = new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

        Assert.Equal("Nobody needs to act: it is looked at again at 2026-06-15 12:00:00Z.", Of(PlannedWorld.Candidate(1, new GateOutcome.Pending("soaking", "not yet", at), Yes)));
    }

    [Fact]
    public void What_objects_comes_first_then_what_failed_then_what_waits()
    {
        var failed = new GateOutcome.Failed("untrusted-key", "no");
        var waits = new GateOutcome.Pending("approvals-missing", "not yet");
        var held = new Objection("hold", new GateOutcome.Pending("held", "Held by mona; /unhold lifts it."), true);

        Assert.Equal("Comment /unhold, or run unhold, when it may move.", Of(PlannedWorld.Candidate(1, failed, waits, held)));
        Assert.Equal("Publish a version that meets signed, or mend its evidence: this one does not move as it is.", Of(PlannedWorld.Candidate(1, failed, waits)));
        Assert.Equal("Ask for it by name if it shall move all the same: /promote checkout 1.1.0 to prod.", Of(PlannedWorld.Candidate(
            1, Yes, Yes, new Objection("rollback", new GateOutcome.Failed("rolled-back", "no"), true))));
    }

    [Fact]
    public void When_all_passed_people_merge_or_nobody_needs_to_act()
    {
        Assert.Equal("Merge it: every gate has passed.", Of(PlannedWorld.Good(1)));
        Assert.Equal("Nobody needs to act: every gate has passed, and the bot does the rest.", NextStep.Of(PlannedWorld.Good(1), PlannedWorld.Environment(MergeMode.Auto)));
    }

    [Fact]
    public void Where_a_gate_may_be_overridden_the_way_is_named()
    {
        var waits = PlannedWorld.Candidate(1, Yes, new GateOutcome.Pending("approvals-missing", "not yet"));
        var emergency = new Emergency("urgent", new EmergencyTerms(null, 1, TimeSpan.FromHours(4), null), new HashSet<string> { "people" }, new HashSet<string>(), []);
        JudgedCandidate In(JudgedCandidate what) => what with { Judgement = what.Judgement with { Policy = what.Judgement.Policy with { Emergency = emergency } } };

        Assert.Equal("Approve it by a review, or by the comment /approve. In an emergency: /override people REASON.", Of(In(waits)));
        Assert.Equal("Publish a version that meets signed, or mend its evidence: this one does not move as it is.", Of(In(PlannedWorld.Candidate(1, new GateOutcome.Failed("untrusted-key", "no"), Yes))));
        Assert.DoesNotContain("/override", Of(In(waits) with { Objections = [new Objection("freeze", new GateOutcome.Pending("frozen", "no"), true)] }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_plan_says_when_an_answer_may_change_and_waits_in_vain_for_nothing()
    {
        var (soon, late) = (new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 6, 16, 12, 0, 0, TimeSpan.Zero));
        var world = new PlannedWorld(PlannedWorld.Environment(MergeMode.Auto))
        {
            Candidates =
            [
                PlannedWorld.Candidate(3, new GateOutcome.Pending("soaking", "not yet", soon), new GateOutcome.Failed("untrusted-key", "no")),
                PlannedWorld.Candidate(2, new GateOutcome.Pending("soaking", "not yet", late), new GateOutcome.Pending("approvals-missing", "not yet")),
            ],
        };

        Assert.Equal(late, world.Plan().LookAgain);
        world.Candidates = [PlannedWorld.Good(1)];
        Assert.Null(world.Plan().LookAgain);
    }

    private static string Of(JudgedCandidate what) => NextStep.Of(what, PlannedWorld.Environment(MergeMode.Review));
}
