using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Webhooks;
using Quartz;

namespace GitOpsBot.Reconciliation;

/// <summary>One pass over the repository that the job is named after; never two of one repository at a time. Whatever goes wrong ends with this pass: the next one is the retry.</summary>
[DisallowConcurrentExecution]
internal sealed partial class ReconciliationJob(WorkerPass pass, PassTrigger trigger, ILoggerFactory logs, TimeProvider time) : IJob
{
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(100);

    private readonly ILogger logger = logs.CreateLogger<ReconciliationJob>();

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var repository = pass.Settings.Repositories.Single(r => r.Name == context.JobDetail.Key.Name);
        trigger.Begins(repository.Name);
        var started = time.GetTimestamp();
        Log.Begins(logger, repository.Name);
        try
        {
            // Git work is synchronous: it must not hold the scheduler's own thread.
            await Task.Yield();
            var answer = await pass.Act(new PassRequest(pass.Settings, repository, Acts: true, logs), cancellationToken);
            Tell(repository.Name, answer, time.GetElapsedTime(started));
            await LookAgainAsync(context, answer, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Log.Stopped(logger, repository.Name);
        }
        catch (Exception e)
        {
            Log.Failed(logger, repository.Name, e.Message);
            Log.Details(logger, repository.Name, e);
        }
    }

    // Where an answer can change by time before the schedule would look, the next pass is made then: to the second, not to the interval.
    private async Task LookAgainAsync(IJobExecutionContext context, Answer<PassReport> answer, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (answer is not Answer<PassReport>.Done { Report.Repositories: var repositories }
            || repositories.Min(r => r.LookAgain) is not { } at || at <= now || at - now >= pass.Settings.Interval)
        {
            return;
        }

        // The scheduler may be a few milliseconds early, which would find the same answer once more.
        var begins = at + Lateness;
        var key = new TriggerKey($"{context.JobDetail.Key.Name} at {begins.ToUnixTimeMilliseconds()}");
        if (!await context.Scheduler.Exists(key, cancellationToken))
        {
            await context.Scheduler.ScheduleJob(TriggerBuilder.Create().ForJob(context.JobDetail.Key).WithIdentity(key).StartAt(begins).Build(), cancellationToken: cancellationToken);
            Log.LooksAgain(logger, context.JobDetail.Key.Name, at);
        }
    }

    private void Tell(string repository, Answer<PassReport> answer, TimeSpan took)
    {
        switch (answer)
        {
            case Answer<PassReport>.Done { Report: var report }:
                var moved = report.Repositories.SelectMany(r => r.Promotions).Count(p => p.Action != Core.Promotions.PlanAction.None);
                Log.Ends(logger, repository, moved, (long)took.TotalMilliseconds);
                foreach (var failure in report.Repositories.SelectMany(r => r.FailedLandings))
                {
                    Log.FailedLanding(logger, failure.Environment, failure.Commit, failure.Then, Core.Documents.Shown.Plain(failure.Reason));
                }

                foreach (var unproven in report.Repositories.SelectMany(r => r.NewlyUnproven))
                {
                    Log.Unproven(logger, unproven.Environment, unproven.Commit, Core.Documents.Shown.Plain(unproven.Sentence));
                }

                foreach (var unmet in report.Repositories.SelectMany(r => r.NewlyUnmet))
                {
                    Log.Unmet(logger, unmet.Environment, unmet.Commit, Core.Documents.Shown.Plain(unmet.Sentence));
                }

                foreach (var problem in report.Repositories.SelectMany(r => r.Problems.Concat(r.Failures)))
                {
                    Log.Problem(logger, repository, Core.Documents.Shown.Plain(problem.ToString()));
                }

                break;
            case Answer<PassReport>.No no:
                Log.Failed(logger, repository, no.Sentence);
                break;
            case Answer<PassReport>.Wrong wrong:
                foreach (var problem in wrong.Problems)
                {
                    Log.Problem(logger, repository, Core.Documents.Shown.Plain(problem.ToString()));
                }

                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Repository}: pass begins.")]
        public static partial void Begins(ILogger logger, string repository);

        [LoggerMessage(LogLevel.Information, "{Repository}: pass ended, {Steps} steps in {Milliseconds} ms.")]
        public static partial void Ends(ILogger logger, string repository, int steps, long milliseconds);

        [LoggerMessage(LogLevel.Debug, "{Repository}: looks again at {At}.")]
        public static partial void LooksAgain(ILogger logger, string repository, DateTimeOffset at);

        [LoggerMessage(LogLevel.Warning, "What commit {Commit} put into {Environment} failed ({Then}): {Reason}")]
        public static partial void FailedLanding(ILogger logger, string environment, string commit, Core.Environments.OnFailure then, string reason);

        [LoggerMessage(LogLevel.Warning, "What commit {Commit} put into {Environment} no longer meets its policy: {Reason}")]
        public static partial void Unmet(ILogger logger, string environment, string commit, string reason);

        [LoggerMessage(LogLevel.Warning, "What commit {Commit} put into {Environment} is unproven: {Reason}")]
        public static partial void Unproven(ILogger logger, string environment, string commit, string reason);

        [LoggerMessage(LogLevel.Warning, "{Repository}: {Problem}")]
        public static partial void Problem(ILogger logger, string repository, string problem);

        [LoggerMessage(LogLevel.Error, "{Repository}: the pass failed: {Reason}")]
        public static partial void Failed(ILogger logger, string repository, string reason);

        [LoggerMessage(LogLevel.Debug, "{Repository}: why the pass failed.")]
        public static partial void Details(ILogger logger, string repository, Exception e);

        [LoggerMessage(LogLevel.Information, "{Repository}: pass stopped.")]
        public static partial void Stopped(ILogger logger, string repository);
    }
}
