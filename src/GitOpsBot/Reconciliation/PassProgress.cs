namespace GitOpsBot.Reconciliation;

/// <summary>
/// Says in the log how far a long pass is: never for a short one, then every few seconds, however many things there are. Safe for concurrent use.
/// </summary>
/// <param name="repository">The repository's name in the settings.</param>
/// <param name="logger">Where it is said.</param>
/// <param name="clock">What time it is.</param>
internal sealed partial class PassProgress(string repository, ILogger logger, TimeProvider clock)
{
    /// <summary>From the beginning of a pass to the first line, and from each line to the next.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private long last = clock.GetTimestamp();

    /// <summary>So many of all are done.</summary>
    /// <param name="what">Of what: "pipelines judged".</param>
    /// <param name="done">How many.</param>
    /// <param name="all">Out of how many.</param>
    public void Tell(string what, int done, int all)
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(last) < Every)
            {
                return;
            }

            last = clock.GetTimestamp();
        }

        Log.IsSoFar(logger, repository, done, all, what);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Repository}: {Done} of {All} {What}.")]
        public static partial void IsSoFar(ILogger logger, string repository, int done, int all, string what);
    }
}
