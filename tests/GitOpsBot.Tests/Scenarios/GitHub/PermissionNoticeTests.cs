using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>What an installation lacks is told when the bot meets it, by name and with what will not work.</summary>
public sealed class PermissionNoticeTests
{
    [Fact]
    public async Task Missing_permissions_are_told_once_however_many_passes_there_are_and_again_when_they_change()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        using var logs = new Lines();
        scene.Logs = logs;
        scene.World.AppPermissions.Remove("members");
        scene.World.AppPermissions["statuses"] = "read";

        await scene.SettleAsync(expectsProblems: true);

        Assert.Equal(
            "GitHub App 7 on acme/shop lacks permissions: statuses: write (commit statuses cannot be read, so 'deployed' gates stay pending); "
            + "members: read (teams have no members, so whom a team lets in may neither approve nor command). Add them in the App's settings and accept them where it is installed.",
            Assert.Single(logs.Of(LogLevel.Warning)));

        scene.World.AppPermissions["members"] = "read";
        scene.World.AppPermissions["statuses"] = "write";
        scene.Clock.Advance(TimeSpan.FromHours(1));
        await scene.PassAsync();

        Assert.Single(logs.Of(LogLevel.Warning));
        Assert.Contains("GitHub App 7 on acme/shop has all permissions now.", logs.Of(LogLevel.Information));
    }

    [Fact]
    public async Task An_installation_with_everything_is_not_worth_a_word_and_administration_is_not_asked_for()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        using var logs = new Lines();
        scene.Logs = logs;

        await scene.PassAsync();

        Assert.DoesNotContain("administration", scene.World.AppPermissions.Keys);
        Assert.Empty(logs.Of(LogLevel.Warning));
        Assert.DoesNotContain(logs.Of(LogLevel.Information), l => l.Contains("permissions", StringComparison.Ordinal));
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

        public IReadOnlyList<string> Of(LogLevel level) => [.. lines.Where(l => l.Level == level).Select(l => l.Text)];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((logLevel, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
