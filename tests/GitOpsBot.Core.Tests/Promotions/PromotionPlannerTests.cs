using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Tests.Promotions;

public class PromotionPlannerTests
{
    private static readonly GateOutcome Yes = new GateOutcome.Passed("yes");
    private static readonly GateOutcome Wait = new GateOutcome.Pending("soaking", "not yet");
    private static readonly GateOutcome Overridden = new GateOutcome.Overridden(Wait, [new GivenOverride("people", "anna", [], "it burns", null, default)], default(DateTimeOffset).AddHours(4));
    private static readonly GateOutcome No = new GateOutcome.Failed("untrusted-key", "no");

    [Fact]
    public void Opens_the_newest_candidate_that_may_be_opened_and_reports_what_the_newest_waits_for()
    {
        var world = World(MergeMode.Auto);
        world.Candidates = [PlannedWorld.Candidate(3, Wait, Yes), PlannedWorld.Good(2)];

        var plan = world.Plan();

        Assert.Equal(PlannedWorld.Move(2).Id, Assert.IsType<PlanStep.Open>(Assert.Single(plan.Steps)).What.Promotion.Id);
        Assert.Equal([("1.2.0", "promote", PlanAction.Open), ("1.3.0", "hold", PlanAction.None)], plan.Promotions.Select(p => (p.Promotion.Version, p.Verdict, p.Action)));
    }

    [Fact]
    public void Pushes_only_when_every_gate_passed_at_once()
    {
        var world = World(MergeMode.Push);
        world.Candidates = [PlannedWorld.Candidate(2, Yes, Wait)];
        Assert.Empty(world.Plan().Steps);

        world.Candidates = [PlannedWorld.Good(2)];
        Assert.IsType<PlanStep.Push>(Assert.Single(world.Plan().Steps));
    }

    [Fact]
    public void Merges_what_is_open_when_all_gates_pass_and_leaves_it_to_people_under_review()
    {
        foreach (var (mode, merges) in new[] { (MergeMode.Auto, true), (MergeMode.Review, false) })
        {
            var world = World(mode);
            world.Candidates = [PlannedWorld.Good(2)];
            world.Open = world.PullRequest(PlannedWorld.Good(2));

            Assert.Equal(merges, world.Plan().Steps is [PlanStep.Merge]);
        }
    }

    [Fact]
    public void An_open_gate_that_stops_passing_turns_the_check_and_closes_nothing()
    {
        var world = World(MergeMode.Auto);
        world.Open = world.PullRequest(PlannedWorld.Good(2));
        world.Candidates = [PlannedWorld.Candidate(2, No, Yes)];

        var plan = world.Plan();

        Assert.False(Assert.IsType<PlanStep.Update>(Assert.Single(plan.Steps)).Renew);
        Assert.Equal(("refuse", PlanAction.Update), (plan.Promotions[0].Verdict, plan.Promotions[0].Action));
    }

    [Theory]
    [InlineData(Supersede.UntilApproved, false, true)]
    [InlineData(Supersede.UntilApproved, true, false)]
    [InlineData(Supersede.Always, true, true)]
    [InlineData(Supersede.Never, false, false)]
    public void A_newer_digest_takes_over_as_supersede_says(Supersede when, bool isApproved, bool takesOver)
    {
        var world = new PlannedWorld(PlannedWorld.Environment(MergeMode.Review, when));
        world.Candidates = [PlannedWorld.Good(3), PlannedWorld.Good(2)];
        world.Open = world.PullRequest(PlannedWorld.Good(2)) with { ApprovedBy = isApproved ? ["anna"] : [] };

        Assert.Equal(takesOver, world.Plan().Steps is [PlanStep.Supersede { What.Promotion.Version: "1.3.0" }]);
    }

    [Fact]
    public void A_promotion_whose_gate_somebody_overrode_is_taken_over_no_more_than_one_that_somebody_approved()
    {
        var world = new PlannedWorld(PlannedWorld.Environment(MergeMode.Review));
        world.Candidates = [PlannedWorld.Good(3), PlannedWorld.Candidate(2, Yes, Overridden)];
        world.Open = world.PullRequest(world.Candidates[1]);

        Assert.Empty(world.Plan().Steps);
        Assert.Equal(["promote", "promote"], world.Plan().Promotions.Select(p => p.Verdict));
    }

    [Fact]
    public void An_overridden_gate_is_met_and_looked_at_again_when_the_override_ends()
    {
        var world = World(MergeMode.Auto);
        world.Candidates = [PlannedWorld.Candidate(2, Yes, Overridden)];
        world.Open = world.PullRequest(world.Candidates[0]);

        Assert.IsType<PlanStep.Merge>(Assert.Single(world.Plan().Steps));
        Assert.Equal(default(DateTimeOffset).AddHours(4), world.Plan().LookAgain);
    }

    [Fact]
    public void No_override_lifts_what_is_no_gate()
    {
        var world = World(MergeMode.Auto);
        world.Candidates = [PlannedWorld.Candidate(2, Yes, Overridden, new Objection("freeze", Wait, true))];
        world.Open = world.PullRequest(world.Candidates[0]);

        Assert.Empty(world.Plan().Steps);
        world.RefusedIds.Add(PlannedWorld.Move(2).Id);
        Assert.IsType<PlanStep.Close>(Assert.Single(world.Plan().Steps));
    }

    [Fact]
    public void A_candidate_that_is_older_than_what_is_open_does_not_take_over()
    {
        var world = World(MergeMode.Review);
        world.Candidates = [PlannedWorld.Candidate(3, Wait, Yes), PlannedWorld.Good(2)];
        world.Open = world.PullRequest(PlannedWorld.Good(3)) with { Face = PlannedWorld.Show(world.Candidates[0]) };

        Assert.Empty(world.Plan().Steps);
    }

    [Fact]
    public void Closes_what_is_open_when_its_digest_was_rolled_back()
    {
        var world = World(MergeMode.Auto);
        world.Candidates = [PlannedWorld.Good(2)];
        world.Open = world.PullRequest(PlannedWorld.Good(2));
        world.RefusedIds.Add(PlannedWorld.Move(2).Id);

        var plan = world.Plan();

        Assert.Equal("1.2.0 was rolled back here or in an environment before, and is refused.", Assert.IsType<PlanStep.Close>(Assert.Single(plan.Steps)).Reason);
        Assert.Equal(("refuse", "rolled-back"), (plan.Promotions[0].Verdict, plan.Promotions[0].Rows[0].Outcome.Code));
    }

    [Fact]
    public void Commits_of_others_on_the_branch_stop_it_and_are_left_alone()
    {
        var world = World(MergeMode.Auto);
        world.Candidates = [PlannedWorld.Good(3), PlannedWorld.Good(2)];
        world.Open = world.PullRequest(PlannedWorld.Good(2)) with { Foreign = "somebody else's commit" };

        world.Do(world.Plan());

        Assert.Equal("somebody else's commit", Assert.IsType<PlanStep.Stop>(Assert.Single(world.Done)).Reason);
        Assert.Empty(world.Plan().Steps);
    }

    [Fact]
    public void A_rollback_closes_the_open_promotion_and_goes_first()
    {
        var world = World(MergeMode.Auto);
        world.Candidates = [PlannedWorld.Good(3)];
        world.Open = world.PullRequest(PlannedWorld.Good(3));
        world.Rollback = Rollback(Yes);

        Assert.Collection(world.Plan().Steps, s => Assert.IsType<PlanStep.Close>(s), s => Assert.IsType<PlanStep.OpenRollback>(s));
    }

    [Fact]
    public void What_can_no_longer_be_pulled_is_not_rolled_back_to_and_stands_in_nobodys_way()
    {
        var world = World(MergeMode.Push);
        world.Rollback = Rollback(new GateOutcome.Failed("not-found", "gone"));
        world.Candidates = [PlannedWorld.Good(3)];

        var plan = world.Plan();

        Assert.IsType<PlanStep.Push>(Assert.Single(plan.Steps));
        Assert.Equal([("1.1.0", "refuse", PlanAction.None), ("1.3.0", "promote", PlanAction.Push)], plan.Promotions.Select(p => (p.Promotion.Version, p.Verdict, p.Action)));
    }

    [Fact]
    public void A_rollback_that_cannot_be_judged_yet_closes_nothing_and_lets_nothing_be_merged()
    {
        var world = World(MergeMode.Auto);
        world.Candidates = [PlannedWorld.Good(3)];
        world.Open = world.PullRequest(PlannedWorld.Good(3));
        world.Rollback = Rollback(new GateOutcome.Pending("unreachable", "no answer"));

        var plan = world.Plan();

        Assert.Empty(plan.Steps);
        Assert.Equal("hold", Assert.Single(plan.Promotions).Verdict);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(1, true)]
    public void An_open_rollback_to_something_else_or_of_a_folder_that_moved_is_made_anew_before_it_is_merged(int proposes, bool needsRenewal)
    {
        var world = World(MergeMode.Auto);
        world.Rollback = Rollback(Yes);
        world.OpenRollback = new ObservedPullRequest(
            3, new string('d', 40), PlannedWorld.Move(proposes), null, needsRenewal, [], PlannedWorld.Show(world.Rollback));

        Assert.True(Assert.IsType<PlanStep.UpdateRollback>(Assert.Single(world.Plan().Steps)).Renew);
        world.Do(world.Plan());
        Assert.IsType<PlanStep.MergeRollback>(Assert.Single(world.Plan().Steps));
    }

    // Law: whatever was observed, carrying out the plan a few times comes to rest, and at rest planning plans nothing;
    // nothing was pushed or merged that any gate or objection stood against; there was never a second open pull request.
    [Fact]
    public void Planning_comes_to_rest_and_never_merges_what_a_gate_stands_against()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var world = Generated(new Random(seed));
            var passes = 0;
            for (var plan = world.Plan(); plan.Steps.Count > 0; plan = world.Plan())
            {
                Assert.True(++passes <= 5, $"seed {seed}: still planning {string.Join(", ", plan.Steps.Select(s => s.GetType().Name))}");
                Assert.True(plan.Promotions.Count <= 2, $"seed {seed}");
                world.Do(plan);
            }

            foreach (var what in world.Done.Select(s => s switch { PlanStep.Push p => p.What, PlanStep.Merge m => m.What, _ => null }).OfType<JudgedCandidate>())
            {
                Assert.True(what.Rows.All(r => r.Outcome.IsMet) || what.Objections.All(o => !o.StopsMerge), $"seed {seed}");
                Assert.True(what.Judgement.Verdict.Gates is { Count: > 0 } gates && gates.All(g => g.Outcome == Yes || g.Outcome == Overridden), $"seed {seed}");
                Assert.False(world.RefusedIds.Contains(what.Promotion.Id), $"seed {seed}: merged what is refused");
            }
        }
    }

    private static PlannedWorld World(MergeMode merge) => new(PlannedWorld.Environment(merge));

    private static JudgedRollback Rollback(GateOutcome rule) =>
        new(PlannedWorld.Move(1), new string('c', 40), "broken", "anna", [new GateResult("pullable", GateTiming.Open, rule)]);

    private static PlannedWorld Generated(Random random)
    {
        T Any<T>(params T[] from) => from[random.Next(from.Length)];
        bool Now(int percent) => random.Next(100) < percent;

        var world = new PlannedWorld(PlannedWorld.Environment(
            Any(MergeMode.Auto, MergeMode.Push, MergeMode.Review), Any(Supersede.Always, Supersede.Never, Supersede.UntilApproved)));
        var versions = Enumerable.Range(1, 6).Where(_ => Now(50)).Reverse().ToList();
        foreach (var v in versions.Where(_ => Now(20)))
        {
            world.RefusedIds.Add(PlannedWorld.Move(v).Id);
        }

        world.Candidates = [.. versions.Select(v => PlannedWorld.Candidate(
            v, Any(Yes, Yes, Overridden, Wait, No), Any(Yes, Yes, Overridden, Wait, No),
            world.RefusedIds.Contains(PlannedWorld.Move(v).Id) ? [new Objection("rollback", No, true)] : Now(20) ? [new Objection("hold", Wait, Now(50))] : []))];
        if (Now(60))
        {
            var proposed = versions.Count > 0 && Now(80) ? world.Candidates[random.Next(versions.Count)] : PlannedWorld.Good(9);
            world.Open = world.PullRequest(proposed) with
            {
                ApprovedBy = Now(30) ? ["anna"] : [],
                NeedsRenewal = Now(30),
                Foreign = Now(10) ? "foreign" : null,
                Proposes = Now(10) ? null : proposed.Promotion,
            };
        }

        if (Now(20))
        {
            world.Rollback = Rollback(Any(Yes, Yes, Wait, No));
        }

        if (Now(15))
        {
            world.OpenRollback = new ObservedPullRequest(
                3, new string('d', 40), Any(PlannedWorld.Move(1), PlannedWorld.Move(2), null), Now(10) ? "foreign" : null, Now(20), [], PlannedWorld.Show(Rollback(Yes)));
        }

        world.StaleBranches = Now(20) ? ["promote/prod/checkout"] : [];
        return world;
    }
}
