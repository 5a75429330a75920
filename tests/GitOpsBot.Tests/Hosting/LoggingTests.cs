using GitOpsBot.Git;
using GitOpsBot.Hosting;
using GitOpsBot.Reconciliation;
using Serilog.Core;
using Serilog.Events;

namespace GitOpsBot.Tests.Hosting;

public class LoggingTests
{
    [Theory]
    [InlineData(typeof(PassProgress), LogEventLevel.Warning, true, true)]
    [InlineData(typeof(RemoteTalk), LogEventLevel.Warning, true, true)]
    [InlineData(typeof(Mirror), LogEventLevel.Warning, true, false)]
    [InlineData(typeof(PromotionReconciler), LogEventLevel.Warning, true, false)]
    // Who says how much is logged is told no more.
    [InlineData(typeof(PassProgress), LogEventLevel.Warning, false, false)]
    [InlineData(typeof(RemoteTalk), LogEventLevel.Error, false, false)]
    [InlineData(typeof(PassProgress), LogEventLevel.Debug, false, true)]
    public void How_far_long_work_is_can_be_seen_although_only_warnings_are_logged(Type source, LogEventLevel level, bool showsProgress, bool isSeen)
    {
        using var log = Logging.Create(json: false, level, showsProgress);

        Assert.Equal(isSeen, log.ForContext(Constants.SourceContextPropertyName, source.FullName).IsEnabled(LogEventLevel.Information));
    }
}
