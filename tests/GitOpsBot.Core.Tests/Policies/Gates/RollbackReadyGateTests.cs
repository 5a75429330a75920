using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class RollbackReadyGateTests
{
    [Fact]
    public void Passes_when_what_runs_now_can_still_be_pulled() => AssertPassed(
        Judge(new Fact<WayBack>.Known(new WayBack(true, "what runs now can still be pulled"))), "There is a way back: what runs now can still be pulled.");

    [Fact]
    public void Fails_when_what_runs_now_is_gone() => AssertFailed(
        Judge(new Fact<WayBack>.Known(new WayBack(false, "ghcr.io/acme/checkout no longer holds it"))), "no-way-back", "There is no way back: ghcr.io/acme/checkout no longer holds it.");

    [Fact]
    public void Waits_while_the_registry_cannot_be_asked() => AssertPending(
        Judge(new Fact<WayBack>.Unknown("ghcr.io did not answer.")), "unreachable", "Whether there is a way back is not known: ghcr.io did not answer.");

    [Fact]
    public void Takes_no_settings() => Assert.StartsWith("Unknown key 'in'.", Assert.Single(Load("rollbackReady: {in: prod}").Problems).Message, StringComparison.Ordinal);

    private static GateOutcome Judge(Fact<WayBack> wayBack) => Gate("rollbackReady: {}").Evaluate(Facts(Judged()) with { WayBack = wayBack });
}
