using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static GitOpsBot.Tests.Scenarios.GitHub.ChaosStory;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>Whatever is lost, repeated or late: afterwards the world is as if everything had happened once.</summary>
public class ChaosTests
{
    [Theory]
    [InlineData("lost after the act", "git")]
    [InlineData("reset after the act", "git")]
    [InlineData("500 before the act", "git")]
    [InlineData("502 after the act", "git")]
    [InlineData("half a body", "git")]
    [InlineData("500 before the act", "api")]
    [InlineData("502 after the act", "api")]
    [InlineData("half a body", "api")]
    public async Task Every_request_that_goes_wrong_once_is_made_good(string how, string commits)
    {
        await using var scene = await Scene.StartAsync(isApp: true, commits: commits);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        scene.Server.Around = async (context, serve) =>
        {
            // The first of each kind of request goes wrong, the second goes well.
            var kind = context.Request.Method + System.Text.RegularExpressions.Regex.Replace(context.Request.Path.Value!, "[0-9a-f]{40}|[0-9]+", "N");
            if (!seen.Add(kind))
            {
                await serve();
                return;
            }

            if (how == "500 before the act")
            {
                context.Response.StatusCode = 500;
                return;
            }

            // What the server would answer goes nowhere.
            var real = context.Response.Body;
            context.Response.Body = new MemoryStream();
            await serve();
            var answer = ((MemoryStream)context.Response.Body).ToArray();
            context.Response.Body = real;
            switch (how)
            {
                case "502 after the act":
                    context.Response.StatusCode = 502;
                    break;
                case "half a body" when answer.Length > 10:
                    context.Response.ContentLength = null;
                    await context.Response.Body.WriteAsync(answer.AsMemory(0, answer.Length / 2));
                    break;
                default:
                    context.Abort();
                    break;
            }
        };

        await StoryAsync(scene);

        Check(scene);
    }

    [Fact]
    public async Task A_token_that_ends_in_the_middle_is_replaced_without_a_pass_being_lost()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        var changing = 0;
        scene.Server.Around = async (context, serve) =>
        {
            // Before every second request that changes something, all tokens end: what is sent again with a new one goes through.
            if (context.Request.Method != "GET" && !context.Request.Path.Value!.Contains("access_tokens", StringComparison.Ordinal) && changing++ % 2 == 0)
            {
                scene.World.Revoke();
            }

            await serve();
        };

        await StoryAsync(scene, expectsProblems: false);

        Check(scene);
    }

    [Fact]
    public async Task Tokens_are_renewed_before_they_end_and_not_before_every_request()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        for (var passes = 0; passes < 60; passes++)
        {
            await scene.PassAsync();
        }

        // Two hours of passes, tokens of one hour that are renewed five minutes before.
        Assert.InRange(scene.World.TokensMade, 2, 4);
        Assert.DoesNotContain(scene.Server.Requests, r => r.Status == (int)HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task No_secret_is_in_any_log_commit_comment_error_or_request()
    {
        var logs = new Written();
        await using var scene = await Scene.StartAsync(isApp: true);
        scene.Logs = logs;
        var changing = 0;
        scene.Server.Around = async (context, serve) =>
        {
            if (++changing % 4 == 0 && context.Request.Method != "GET")
            {
                context.Response.StatusCode = 500;
                await context.Response.WriteAsync($$"""{"message":"it broke"}""");
                return;
            }

            await serve();
        };
        var said = new List<string>();
        scene.Publish("1.0.0");
        for (var passes = 0; passes < 8; passes++)
        {
            var report = await scene.PassAsync(expectsProblems: true);
            said.AddRange(report.Failures.Select(f => f.Message));
        }

        scene.World.Say(scene.World.Pulls[0].Number, "anna", "/help");
        scene.Server.Around = null;
        await scene.SettleAsync(expectsProblems: true);

        var everything = string.Join('\n', [
            .. logs.Lines, .. said, .. scene.World.Comments.Select(c => c.Body), .. scene.World.Pulls.Select(p => p.Title + p.Body), .. scene.Server.Requests.Select(r => r.Path + r.Body),
            scene.World.Bare.Git("log", "--all", "-p"), .. scene.World.Statuses.Select(s => s.Description ?? ""), .. scene.World.CheckRuns.Select(r => r.Title + r.Summary)]);
        Assert.DoesNotContain("ghs_", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("hook-secret", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.World.AppKeyPem.Split('\n')[3], everything, StringComparison.Ordinal);
    }

    /// <summary>Keeps every line that is logged, at every level.</summary>
    private sealed class Written : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
