using GitOpsBot.Reconciliation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace GitOpsBot.Tests.Reconciliation;

public class PassProgressTests
{
    [Fact]
    public void A_short_pass_says_nothing_and_a_long_one_says_every_few_seconds_how_far_it_is()
    {
        var (clock, lines) = (new FakeTimeProvider(), new Lines());
        var progress = new PassProgress("shop", lines, clock);

        progress.Tell("pipelines judged", 1, 1000);
        clock.Advance(TimeSpan.FromSeconds(9));
        progress.Tell("pipelines judged", 100, 1000);
        Assert.Empty(lines.Said);

        clock.Advance(TimeSpan.FromSeconds(1));
        progress.Tell("pipelines judged", 120, 1000);
        progress.Tell("pipelines judged", 121, 1000);
        clock.Advance(PassProgress.Every);
        progress.Tell("environments acted on", 5, 3000);
        Assert.Equal(["shop: 120 of 1000 pipelines judged.", "shop: 5 of 3000 environments acted on."], lines.Said);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Said { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Said.Add(formatter(state, exception));
    }
}
