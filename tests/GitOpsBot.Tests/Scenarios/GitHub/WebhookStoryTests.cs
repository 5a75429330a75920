using System.Diagnostics;
using System.Net;
using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing.GitHub;
using Microsoft.AspNetCore.Builder;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>The worker as it runs, told by signed webhooks and by nothing else: its interval is a day.</summary>
public class WebhookStoryTests(ITestOutputHelper output)
{
    private const string Push = """{"ref":"refs/heads/main","repository":{"full_name":"acme/shop"}}""";
    private const string Closed = """{"action":"closed","number":1,"repository":{"full_name":"acme/shop"}}""";

    [Fact]
    public async Task The_time_from_a_webhook_to_the_opened_pull_request_is_measured()
    {
        const int Measured = 20;
        await using var story = await StartAsync();
        var times = new List<double>();
        // The first ones pay for what every process has to load once.
        for (var i = -3; i < Measured; i++)
        {
            story.Scene.Clock.Advance(TimeSpan.FromMinutes(10));
            story.Scene.Publish($"1.0.{i + 3}");
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(HttpStatusCode.Accepted, await story.Hooks.DeliverAsync("push", Push));
            await story.OpenedAsync();
            if (i >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            await story.RestAsync();
            // A person's no to this digest: the next one opens another pull request.
            story.Scene.World.Close(story.Scene.World.Pulls[^1].Number, "anna");
        }

        times.Sort();
        var (median, most) = (times[Measured / 2], times[(Measured * 95 / 100) - 1]);
        output.WriteLine($"webhook to opened pull request, {Measured} times: median {median:0} ms, 95 of 100 within {most:0} ms, longest {times[^1]:0} ms");
        // SPEC section 10 says 1 s on a machine of its own; the bound here leaves room for what else runs on this one.
        Assert.InRange(most, 0, 5000);
        Assert.Equal(Measured + 3, story.Scene.World.Pulls.Count);
    }

    [Fact]
    public async Task Repeated_and_out_of_order_deliveries_open_one_pull_request()
    {
        await using var story = await StartAsync();
        story.Scene.Publish("1.0.0");

        // What happens last is told first, and everything is told twice, once under the same id and once under another.
        await story.Hooks.DeliverAsync("pull_request", Closed, "later");
        await story.Hooks.DeliverAsync("push", Push, "sooner");
        await story.Hooks.DeliverAsync("push", Push, "sooner");
        await story.OpenedAsync();
        await story.Hooks.DeliverAsync("push", Push);
        await story.Hooks.DeliverAsync("pull_request", Closed);
        await story.RestAsync();

        // The body of a webhook decides nothing: what it calls closed is open.
        var pull = Assert.Single(story.Scene.World.Pulls);
        Assert.Equal(("open", "Promote checkout 1.0.0 to prod"), (pull.State, pull.Title));
    }

    [Fact]
    public async Task What_was_accepted_by_a_process_that_died_is_found_by_the_next_one()
    {
        await using var story = await StartAsync();
        // Killed before the pass has done anything: the sender has its 2xx and tells nobody again.
        await story.StopAsync();
        var accepted = new TaskCompletionSource();
        await story.RunAsync(async (_, token) =>
        {
            accepted.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new UnreachableException();
        });
        story.Scene.Publish("1.0.0");
        Assert.Equal(HttpStatusCode.Accepted, await story.Hooks.DeliverAsync("push", Push));
        await accepted.Task.WaitAsync(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken);
        await story.StopAsync();
        Assert.Empty(story.Scene.World.Pulls);

        story.Scene.Restart();
        await story.RunAsync(story.Scene.Bot.PassAsync);
        await story.OpenedAsync();

        Assert.Single(story.Scene.World.Pulls);
    }

    private static async Task<Story> StartAsync()
    {
        var scene = await Scene.StartAsync(isApp: true);
        scene.World.Bare.Commit("One environment", scene.Clock.GetUtcNow(), (".gitopsbot/pipeline.yaml", """
            apiVersion: gitopsbot.dev/v1
            kind: Pipeline
            metadata: { name: checkout }
            spec:
              artifacts:
                - name: checkout
                  repository: oci-layout:demo/checkout
                  select: { semver: ">=1.0.0" }
              environments:
                - { name: prod, path: environments/prod, policy: baseline, merge: review }
            """));
        var story = new Story(scene);
        await story.RunAsync(scene.Bot.PassAsync);
        await story.RestAsync();
        return story;
    }

    /// <summary>A scene whose bot is a running worker.</summary>
    private sealed class Story : IAsyncDisposable
    {
        private readonly SemaphoreSlim opened = new(0);
        private int passes;
        private int running;
        private WebApplication? host;

        public Story(Scene scene)
        {
            Scene = scene;
            scene.Server.Around = async (context, serve) =>
            {
                await serve();
                if (context.Request.Method == "POST" && context.Request.Path.Value!.EndsWith("/pulls", StringComparison.Ordinal) && context.Response.StatusCode == 201)
                {
                    opened.Release();
                }
            };
        }

        public Scene Scene { get; }

        public GitHubHooks Hooks { get; private set; } = null!;

        public async Task RunAsync(Func<PassRequest, CancellationToken, Task<Answer<PassReport>>> act)
        {
            host = Worker.Build(Scene.Settings with { Interval = TimeSpan.FromDays(1) }, async (request, token) =>
            {
                Interlocked.Increment(ref running);
                try
                {
                    return await act(request, token);
                }
                finally
                {
                    Interlocked.Increment(ref passes);
                    Interlocked.Decrement(ref running);
                }
            }, Scene.Logs);
            await host.StartAsync(TestContext.Current.CancellationToken);
            Hooks = new GitHubHooks(new Uri(host.Urls.Single()), "hook-secret");
        }

        public async Task OpenedAsync() =>
            Assert.True(await opened.WaitAsync(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken), "no pull request was opened");

        /// <summary>At least one pass has ended, and none runs.</summary>
        public async Task RestAsync()
        {
            var until = Stopwatch.StartNew();
            for (var quiet = 0; quiet < 3; quiet = Volatile.Read(ref passes) > 0 && Volatile.Read(ref running) == 0 ? quiet + 1 : 0)
            {
                Assert.True(until.Elapsed < TimeSpan.FromSeconds(60), "the passes do not come to rest");
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }

        public async Task StopAsync()
        {
            if (host is { } runs)
            {
                host = null;
                await runs.StopAsync();
                await runs.DisposeAsync();
                Hooks.Dispose();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            opened.Dispose();
            await Scene.DisposeAsync();
        }
    }
}
