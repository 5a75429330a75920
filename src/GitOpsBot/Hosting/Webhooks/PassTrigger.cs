using System.Collections.Concurrent;
using Quartz;

namespace GitOpsBot.Hosting.Webhooks;

/// <summary>
/// Asks for a pass over a repository now. However often it is asked before that pass begins, there is one: it sees everything that happened until
/// then. What is lost when the process ends is found by the pass at the next start.
/// </summary>
internal sealed class PassTrigger(ISchedulerFactory schedulers)
{
    private readonly ConcurrentDictionary<string, bool> waiting = new(StringComparer.Ordinal);

    /// <summary>Asks for it; returns at once.</summary>
    public async Task AskAsync(string repository, CancellationToken cancellationToken)
    {
        if (!waiting.TryAdd(repository, true))
        {
            return;
        }

        try
        {
            await (await schedulers.GetScheduler(cancellationToken)).TriggerJob(new JobKey(repository), cancellationToken);
        }
        catch (SchedulerException)
        {
            // It is stopping; the next start looks at everything.
            waiting.TryRemove(repository, out _);
        }
    }

    /// <summary>A pass begins: what happens from now on wants another one.</summary>
    public void Begins(string repository) => waiting.TryRemove(repository, out _);
}
