using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace GitOpsBot.Hosting;

/// <summary>The log: always on standard error, so that standard output holds what a command says and nothing else.</summary>
internal static class Logging
{
    // How far a first copy and a long pass are: nothing for whoever is quick, and a line every few seconds for whoever waits.
    private static readonly string[] Progress = [typeof(Reconciliation.PassProgress).FullName!, typeof(Git.RemoteTalk).FullName!];

    /// <summary>For people, or compact JSON.</summary>
    /// <param name="json">Whether each line is a JSON object.</param>
    /// <param name="level">What is logged.</param>
    /// <param name="showsProgress">Whether it also tells how far long work is.</param>
    public static Logger Create(bool json, LogEventLevel level, bool showsProgress)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", Quieter(level))
            .MinimumLevel.Override("System", Quieter(level))
            .MinimumLevel.Override("Quartz", Quieter(level));
        foreach (var source in showsProgress ? Progress : [])
        {
            configuration.MinimumLevel.Override(source, LogEventLevel.Information);
        }

        return (json
            ? configuration.WriteTo.Console(new RenderedCompactJsonFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)
            : configuration.WriteTo.Console(
                outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}",
                formatProvider: System.Globalization.CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose)).CreateLogger();
    }

    // The libraries tell at information what only someone who debugs wants to know.
    private static LogEventLevel Quieter(LogEventLevel level) => level is LogEventLevel.Information ? LogEventLevel.Warning : level;
}
