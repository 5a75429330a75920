using System.Diagnostics;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Names every write to the outside just before it is made, so that tests can stop the bot at any of them. Outside of tests it does nothing.
/// </summary>
/// <param name="at">Called with the step's name.</param>
internal sealed class StepProbe(Action<string>? at = null)
{
    /// <summary>With <c>GITOPSBOT_TESTING=1</c>, <c>GITOPSBOT_STOP_AT=step</c> kills this process when it reaches that step, as a power cut would.</summary>
    public static StepProbe FromEnvironment(IReadOnlyDictionary<string, string> variables) =>
        variables.GetValueOrDefault("GITOPSBOT_TESTING") == "1" && variables.GetValueOrDefault("GITOPSBOT_STOP_AT") is { Length: > 0 } stop
            ? new StepProbe(step => DieAt(stop, step))
            : new StepProbe();

    /// <summary>The step is about to be taken.</summary>
    public void Reach(string step) => at?.Invoke(step);

    private static void DieAt(string stop, string step)
    {
        if (step != stop)
        {
            return;
        }

        using var self = Process.GetCurrentProcess();
        self.Kill();
        // The signal may be delivered a moment later; nothing must happen in that moment.
        Thread.Sleep(Timeout.Infinite);
    }
}
