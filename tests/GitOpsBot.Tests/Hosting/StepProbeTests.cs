using GitOpsBot.Reconciliation;

namespace GitOpsBot.Tests.Hosting;

public sealed class StepProbeTests
{
    [Fact]
    public void Names_every_step_in_order()
    {
        var reached = new List<string>();
        var probe = new StepProbe(reached.Add);

        probe.Reach("push");
        probe.Reach("open");

        Assert.Equal(["push", "open"], reached);
    }

    // If the variable counted alone, this test would end here, and so would a bot that somebody's environment leaked it to.
    [Fact]
    public void The_variable_that_stops_the_bot_counts_in_tests_only()
    {
        var probe = StepProbe.FromEnvironment(new Dictionary<string, string> { ["GITOPSBOT_STOP_AT"] = "push" });

        Assert.Null(Record.Exception(() => probe.Reach("push")));
    }
}
