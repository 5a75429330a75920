namespace GitOpsBot.Reconciliation;

/// <summary>Hears the name of every write to the outside, before it and after it, so that a test can end the bot between any two of them.</summary>
/// <param name="at">Called with each name; null hears nothing.</param>
internal sealed class StepProbe(Action<string>? at = null)
{
    /// <summary>Names where the bot is.</summary>
    public void Reach(string step) => at?.Invoke(step);
}
