using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class DeployedGateTests
{
    private const string Healthy = "deployed: { in: staging, status: argocd/checkout, by: argocd-bot }";
    private const string Wanted = "Expected the status 'argocd/checkout' by argocd-bot on the commit that put it into staging;";
    private static readonly string First = new('a', 40);
    private static readonly string Later = new('b', 40);

    [Fact]
    public void Passes_on_the_newest_word_of_the_one_who_may_say_it()
    {
        AssertPassed(
            Judge((First, ReportedState.Failure, "argocd-bot", 1), (Later, ReportedState.Success, "ArgoCD-bot", 2)), $"{Wanted} found it on bbbbbbbbbbbb: success.");
    }

    [Theory]
    [InlineData(ReportedState.Failure, "deployment-failed", "failure")]
    [InlineData(ReportedState.Pending, "deployment-running", "pending")]
    public void Waits_when_the_newest_word_is_another(ReportedState state, string code, string said)
    {
        AssertPending(Judge((First, ReportedState.Success, "argocd-bot", 1), (Later, state, "argocd-bot", 2)), code, $"{Wanted} found it on bbbbbbbbbbbb: {said}.");
    }

    [Fact]
    public void What_another_login_says_does_not_count_however_alike()
    {
        AssertPending(
            Judge((First, ReportedState.Success, "argocd-bot-evil", 1), (First, ReportedState.Success, "argocd", 2)), "not-reported",
            $"{Wanted} found one by argocd, argocd-bot-evil, which does not count.");
    }

    [Fact]
    public void Nothing_said_waits()
    {
        AssertPending(Judge(), "not-reported", $"{Wanted} found none.");
    }

    [Fact]
    public void Waits_where_it_never_stood_and_asks_for_nothing_then()
    {
        AssertPending(Gate(Healthy).Evaluate(Facts()), "not-there-yet", $"{Wanted} it never stood there.");
        Assert.Empty(Gate(Healthy).Needs(Facts()));
    }

    [Fact]
    public void Waits_while_the_forge_is_unreachable()
    {
        AssertPending(
            Gate(Healthy).Evaluate(There() with { Outside = Answer("staging", new Fact<IReadOnlyList<ReportedStatus>>.Unknown("the forge did not answer.")) }), "unreachable",
            $"{Wanted} the forge could not be asked: the forge did not answer.");
    }

    [Fact]
    public void In_waves_every_member_must_have_said_so()
    {
        var waves = new Dictionary<string, IReadOnlyList<string>> { ["staging"] = ["staging-a", "staging-b"] };
        var facts = Facts() with { Waves = waves, Stays = new Dictionary<string, Stay> { ["staging-a"] = new(Now, null), ["staging-b"] = new(Now, null) } };
        IReadOnlyList<ReportedStatus> good = [new ReportedStatus(First, ReportedState.Success, "argocd-bot", Now)];

        Assert.Equal([new StatusNeed("staging-a", "argocd/checkout"), new StatusNeed("staging-b", "argocd/checkout")], Gate(Healthy).Needs(facts));
        var half = new Dictionary<FactNeed, object>
        {
            [new StatusNeed("staging-a", "argocd/checkout")] = new Fact<IReadOnlyList<ReportedStatus>>.Known(good),
            [new StatusNeed("staging-b", "argocd/checkout")] = new Fact<IReadOnlyList<ReportedStatus>>.Known([]),
        };
        AssertPending(
            Gate(Healthy).Evaluate(facts with { Outside = new OutsideFacts(half) }), "not-reported", "Expected the status 'argocd/checkout' by argocd-bot on the commit that put it into staging-b; found none.");
        half[new StatusNeed("staging-b", "argocd/checkout")] = new Fact<IReadOnlyList<ReportedStatus>>.Known(good);
        Assert.IsType<GateOutcome.Passed>(Gate(Healthy).Evaluate(facts with { Outside = new OutsideFacts(half) }));
    }

    private static GateFacts There() => Facts() with { Stays = new Dictionary<string, Stay> { ["staging"] = new(Now.AddDays(-1), null) } };

    private static OutsideFacts Answer(string environment, Fact<IReadOnlyList<ReportedStatus>> fact) =>
        new(new Dictionary<FactNeed, object> { [new StatusNeed(environment, "argocd/checkout")] = fact });

    private static GateOutcome Judge(params (string Commit, ReportedState State, string Login, int Minute)[] said) => Gate(Healthy).Evaluate(There() with
    {
        Outside = Answer("staging", new Fact<IReadOnlyList<ReportedStatus>>.Known([.. said.Select(s => new ReportedStatus(s.Commit, s.State, s.Login, Now.AddMinutes(s.Minute)))])),
    });
}
