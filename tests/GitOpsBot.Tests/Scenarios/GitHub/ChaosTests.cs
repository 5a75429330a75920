using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>Whatever is lost, repeated, late or killed: afterwards the world is as if everything had happened once.</summary>
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
    public async Task Killed_at_any_step_everything_is_completed_exactly_once()
    {
        var steps = await KilledAsync(int.MaxValue);
        Assert.True(steps.Count > 20, $"only {steps.Count} steps were named");
        // Each kind of step once, at its first and at its last time: the local forge's test tries them all.
        var stops = steps.Index().GroupBy(s => s.Item).SelectMany(g => new[] { g.First().Index, g.Last().Index }).Distinct();
        // Each story has a world of its own, and waits for Git's processes much of its time.
        await Parallel.ForEachAsync(
            stops, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = TestContext.Current.CancellationToken }, async (stop, _) => await KilledAsync(stop));
    }

    [Fact]
    public async Task Killed_while_GitHub_makes_a_commit_everything_is_completed_exactly_once()
    {
        var steps = await KilledAsync(int.MaxValue, commits: "api");
        var last = steps.Index().Where(s => s.Item.EndsWith(" draft", StringComparison.Ordinal) || s.Item is "draft pushed" or "draft deleted" or "make commit" or "commit made").GroupBy(s => s.Item).Select(g => g.Last().Index).ToList();
        Assert.Equal(6, last.Count);
        foreach (var stop in last)
        {
            await KilledAsync(stop, commits: "api");
        }
    }

    [Theory]
    [InlineData("git")]
    [InlineData("api")]
    public async Task Two_bots_side_by_side_do_no_harm(string commits)
    {
        await using var scene = await Scene.StartAsync(isApp: true, commits: commits);
        using var other = new GitOpsBot.Hosting.Application(new GitOpsBot.Reconciliation.StepProbe(), scene.Clock);
        // The other one has a data directory of its own, as on another machine.
        var settings = scene.Settings with { DataDirectory = scene.Settings.DataDirectory + "-2" };
        scene.Publish("1.0.0");
        for (var passes = 0; passes < 6; passes++)
        {
            await Task.WhenAll(
                scene.PassAsync(expectsProblems: true),
                other.PassAsync(new GitOpsBot.Commands.PassRequest(settings, null, true, scene.Logs), CancellationToken.None));
        }

        await FinishAsync(scene);
        Check(scene);
        Directory.Delete(settings.DataDirectory, recursive: true);
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

    private static async Task<IReadOnlyList<string>> KilledAsync(int stopAt, string commits = "git")
    {
        await using var scene = await Scene.StartAsync(commits: commits);
        var steps = new List<string>();
        var killed = false;
        scene.Restart(step =>
        {
            steps.Add(step);
            if (!killed && steps.Count == stopAt + 1)
            {
                killed = true;
                throw new KilledException(step);
            }
        });

        await StoryAsync(scene, expectsProblems: true);

        Assert.Equal(stopAt != int.MaxValue, killed);
        Check(scene);
        return steps;
    }

    // A version goes to staging, prod waits, anna holds it, and staging goes back to what stood before.
    private static async Task StoryAsync(Scene scene, bool expectsProblems = true)
    {
        scene.Publish("1.0.0");
        await FinishAsync(scene, expectsProblems);
    }

    private static async Task FinishAsync(Scene scene, bool expectsProblems = true)
    {
        await RestAsync(scene, expectsProblems);
        scene.World.Say(scene.OpenPull("promote/prod/checkout").Number, "anna", "/hold wait");
        await RestAsync(scene, expectsProblems);
    }

    private static async Task RestAsync(Scene scene, bool expectsProblems)
    {
        for (var isQuiet = false; !isQuiet;)
        {
            var before = (scene.Server.Requests.Count(r => r.Method != "GET" && r.Status < 300), scene.World.Bare.Tip(), scene.World.Bare.Tip("gitopsbot/state"));
            try
            {
                var report = await scene.PassAsync(expectsProblems);
                isQuiet = report.Failures.Count == 0
                    && (scene.Server.Requests.Count(r => r.Method != "GET" && r.Status < 300), scene.World.Bare.Tip(), scene.World.Bare.Tip("gitopsbot/state")) == before;
            }
            catch (KilledException)
            {
                isQuiet = false;
            }

            Assert.True(scene.Server.Requests.Count < 3000, "It does not come to rest.");
        }
    }

    /// <summary>What 1.0.0 comes to, and anna's hold.</summary>
    internal static void Check(Scene scene)
    {
        Assert.Equal((true, true, null), (scene.Stands("dev") is not null, scene.Stands("staging") is not null, scene.Stands("prod")));
        Assert.Equal("Promote checkout 1.0.0 to staging\nPromote checkout 1.0.0 to dev\nBegin\n", System.Text.RegularExpressions.Regex.Replace(scene.World.Bare.Git("log", "--format=%s", "main"), " \\(#[0-9]+\\)", ""));
        Assert.Equal(
            ["closed promote/staging/checkout Promote checkout 1.0.0 to staging [env/staging,promotion]", "open promote/prod/checkout Promote checkout 1.0.0 to prod [env/prod,promotion,promotion/hold]"],
            scene.World.Pulls.Select(p => $"{p.State} {p.Head} {p.Title} [{string.Join(',', p.Labels.Order())}]"));
        Assert.NotNull(scene.World.Pulls[0].MergedAt);
        var own = Assert.Single(scene.World.Comments, c => c.Login is "gitopsbot[bot]" or "shop-machine");
        Assert.Contains("checkout in prod is held.", own.Body, StringComparison.Ordinal);
        Assert.Equal(["eyes", "rocket"], scene.World.Comments.Single(c => c.Login == "anna").Reactions.Select(r => r.Content));
        Assert.Equal("hold: Held by anna: wait; /unhold lifts it.", scene.Check(scene.World.Pulls[1].HeadSha).Text);
        Assert.DoesNotContain("refs/heads/gitopsbot/drafts/", scene.World.Bare.Git("for-each-ref"), StringComparison.Ordinal);
    }

    private sealed class KilledException(string step) : Exception(step);

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
