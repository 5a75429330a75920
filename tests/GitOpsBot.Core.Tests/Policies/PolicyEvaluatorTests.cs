using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies;

public sealed class PolicyEvaluatorTests
{
    private static readonly GateOutcome Good = new GateOutcome.Passed("Good.");
    private static readonly GateOutcome Wait = new GateOutcome.Pending("waiting", "Not yet.");
    private static readonly GateOutcome Bad = new GateOutcome.Failed("bad", "Never.");

    [Fact]
    public void Promotes_when_every_gate_passed()
    {
        var verdict = Evaluate(Answers("a", Good), Answers("b", Good));

        Assert.IsType<Verdict.Promote>(verdict);
        Assert.Equal(("promote", true), (verdict.Word, verdict.MayOpen));
    }

    [Fact]
    public void Holds_when_some_wait_and_none_failed() => Assert.Equal("hold", Evaluate(Answers("a", Good), Answers("b", Wait)).Word);

    [Fact]
    public void Refuses_when_one_failed_and_still_asks_all_the_others()
    {
        var verdict = Evaluate(Answers("a", Bad), Answers("b", Wait), Answers("c", Good));

        Assert.Equal("refuse", verdict.Word);
        Assert.Equal(["a failed", "b pending", "c passed"], verdict.Gates.Select(g => $"{g.Name} {g.Outcome.Word}"));
    }

    [Fact]
    public void A_policy_without_gates_refuses_and_opens_nothing()
    {
        var verdict = Evaluate();

        Assert.Equal(("refuse", false), (verdict.Word, verdict.MayOpen));
        Assert.Empty(verdict.Gates);
    }

    [Fact]
    public void A_gate_that_throws_has_failed()
    {
        var verdict = Evaluate(Answers("a", Good), new Scripted("b", GateTiming.Open, false, () => throw new InvalidOperationException("secret text")));

        Assert.Equal("refuse", verdict.Word);
        AssertFailed(verdict.Gates[1].Outcome, "internal-error", "The gate could not be judged (InvalidOperationException).");
    }

    [Fact]
    public void A_gate_that_does_not_answer_has_failed() => AssertFailed(
        Evaluate(new Scripted("a", GateTiming.Open, false, () => null!)).Gates[0].Outcome, "internal-error", "The gate did not answer.");

    [Fact]
    public void May_open_when_all_that_is_due_then_has_passed()
    {
        Assert.True(Evaluate(Answers("a", Good), Answers("b", Wait, GateTiming.Merge)).MayOpen);
        Assert.True(Evaluate(Answers("a", Good), Answers("b", Bad, GateTiming.Merge)).MayOpen);
        Assert.False(Evaluate(Answers("a", Wait), Answers("b", Good, GateTiming.Merge)).MayOpen);
        Assert.False(Evaluate(Answers("a", Bad)).MayOpen);
    }

    [Fact]
    public void What_is_due_before_the_merge_only_counts_for_the_verdict_all_the_same()
    {
        Assert.Equal("hold", Evaluate(Answers("a", Good), Answers("b", Wait, GateTiming.Merge)).Word);
        Assert.Equal("refuse", Evaluate(Answers("a", Good), Answers("b", Bad, GateTiming.Merge)).Word);
    }

    [Fact]
    public void Judging_evidence_alone_lists_the_other_gates_and_does_not_count_them()
    {
        var asked = false;
        var verdict = PolicyEvaluator.EvaluateEvidence(PolicyOf(Answers("a", Good, isAboutEvidence: true), new Scripted("b", GateTiming.Merge, false, () => { asked = true; return Bad; })), Facts(Judged()));

        Assert.Equal(("promote", false), (verdict.Word, asked));
        AssertPending(verdict.Gates[1].Outcome, "not-judged", "Only evidence is judged here.");
    }

    [Fact]
    public void Judging_evidence_alone_refuses_without_a_gate_about_evidence() => Assert.Equal(
        "refuse", PolicyEvaluator.EvaluateEvidence(PolicyOf(Answers("a", Good)), Facts(Judged())).Word);

    [Fact]
    public void Judging_evidence_alone_refuses_when_one_of_its_gates_failed() => Assert.Equal(
        "refuse", PolicyEvaluator.EvaluateEvidence(PolicyOf(Answers("a", Good, isAboutEvidence: true), Answers("b", Bad, isAboutEvidence: true)), Facts(Judged())).Word);

    private static Scripted Answers(string name, GateOutcome outcome, GateTiming before = GateTiming.Open, bool isAboutEvidence = false) => new(name, before, isAboutEvidence, () => outcome);

    private static Policy PolicyOf(params Gate[] gates) => new("production", new Place("policy.yaml", 1, 1), "blob", gates);

    private static Verdict Evaluate(params Gate[] gates) => PolicyEvaluator.Evaluate(PolicyOf(gates), Facts(Judged()));

    private sealed record Scripted(string Called, GateTiming Due, bool Evidence, Func<GateOutcome> Answer) : Gate(new GateHeader(Called, new Place("policy.yaml", 1, 1), Due, false))
    {
        public override bool IsAboutEvidence => Evidence;

        public override GateOutcome Evaluate(GateFacts facts) => Answer();
    }
}
