using System.Net;
using GitOpsBot.Commands;
using GitOpsBot.Git;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBot.Tests.Hosting;

public sealed class WorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_healthy_and_ready_while_the_first_pass_is_still_running()
    {
        var begun = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using var host = Build(["shop"], async (_, _) =>
        {
            begun.TrySetResult();
            await finish.Task;
            return Empty;
        });
        await host.StartAsync(Token);
        await begun.Task.WaitAsync(Patience, Token);
        using var http = new HttpClient { BaseAddress = new Uri(host.Urls.Single()) };

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/readyz", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/other", Token)).StatusCode);

        finish.SetResult();
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Looks_at_every_repository_at_start_and_again_on_schedule()
    {
        var looked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var enough = new TaskCompletionSource();
        await using var host = Build(["shop", "blog"], (request, _) =>
        {
            looked.Enqueue(request.Only!.Name);
            if (looked.Count(n => n == "shop") >= 2 && looked.Count(n => n == "blog") >= 2)
            {
                enough.TrySetResult();
            }

            Assert.True(request.Acts);
            return Task.FromResult(Empty);
        });

        await host.StartAsync(Token);
        await enough.Task.WaitAsync(Patience, Token);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task One_repository_that_breaks_does_not_stop_the_other_nor_its_own_next_pass()
    {
        var broken = 0;
        var whole = 0;
        var enough = new TaskCompletionSource();
        await using var host = Build(["broken", "whole"], (request, _) =>
        {
            var count = request.Only!.Name == "whole" ? Interlocked.Increment(ref whole) : Interlocked.Increment(ref broken);
            if (whole >= 2 && broken >= 2)
            {
                enough.TrySetResult();
            }

            return request.Only.Name == "whole" || count < 0 ? Task.FromResult(Empty) : throw new GitException("The repository cannot be read.", isTransient: true);
        });

        await host.StartAsync(Token);
        await enough.Task.WaitAsync(Patience, Token);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Never_makes_two_passes_over_one_repository_at_a_time()
    {
        var running = 0;
        var most = 0;
        await using var host = Build(["shop"], async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(TimeSpan.FromSeconds(2.5), CancellationToken.None);
            Interlocked.Decrement(ref running);
            return Empty;
        });

        await host.StartAsync(Token);
        await Task.Delay(TimeSpan.FromSeconds(4), Token);
        await host.StopAsync(Token);

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Looks_again_when_an_answer_can_change_and_not_only_on_schedule()
    {
        var passes = new System.Collections.Concurrent.ConcurrentQueue<DateTimeOffset>();
        var again = DateTimeOffset.UtcNow.AddSeconds(2);
        var enough = new TaskCompletionSource();
        await using var host = Build(
            ["shop"],
            (_, _) =>
            {
                passes.Enqueue(DateTimeOffset.UtcNow);
                if (passes.Count >= 2)
                {
                    enough.TrySetResult();
                }

                return Task.FromResult<Answer<PassReport>>(new Answer<PassReport>.Done(new PassReport([new RepositoryReport("shop", null, [], []) { LookAgain = again }])));
            },
            TimeSpan.FromMinutes(30));

        await host.StartAsync(Token);
        await enough.Task.WaitAsync(Patience, Token);
        await Task.Delay(500, Token);
        await host.StopAsync(Token);

        Assert.Equal(2, passes.Count);
        Assert.True(passes.Last() >= again, $"{passes.Last():O} is before {again:O}");
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_a_pass_is_passed_on_and_waited_for()
    {
        var begun = new TaskCompletionSource();
        var ended = false;
        await using var host = Build(["shop"], async (_, token) =>
        {
            begun.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
                return Empty;
            }
            finally
            {
                await Task.Delay(200, CancellationToken.None);
                ended = true;
            }
        });
        await host.StartAsync(Token);
        await begun.Task.WaitAsync(Patience, Token);

        await host.StopAsync(Token).WaitAsync(Patience, Token);

        Assert.True(ended);
    }

    [Fact]
    public async Task Run_ends_with_status_0_when_it_is_told_to_stop()
    {
        var folder = Directory.CreateTempSubdirectory("worker").FullName;
        var config = Path.Combine(folder, "gitopsbot.yaml");
        await File.WriteAllTextAsync(config, "http: { listen: 127.0.0.1:0 }\nrepositories: [{ name: shop, url: shop.git, forge: local }]", Token);
        using var stop = new CancellationTokenSource();
        var actions = new BotActions
        {
            Pass = async (_, token) =>
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
                return Empty;
            },
        };

        var error = new StringWriter();
        var status = await CommandLine.RunAsync(["run", "--config", config], new Terminal(new StringWriter(), error, new Dictionary<string, string>(), false), actions, stop.Token);

        Assert.Equal((0, ""), (status, error.ToString()));
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task The_container_resolves_with_scope_validation()
    {
        await using var host = Build(["shop"], (_, _) => Task.FromResult(Empty));
        await using var scope = host.Services.CreateAsyncScope();

        Assert.NotEmpty(host.Services.GetServices<IHostedService>());
        Assert.NotNull(ActivatorUtilities.CreateInstance<ReconciliationJob>(scope.ServiceProvider));
    }

    private static Answer<PassReport> Empty => new Answer<PassReport>.Done(new PassReport([]));

    private static WebApplication Build(string[] repositories, Func<PassRequest, CancellationToken, Task<Answer<PassReport>>> pass, TimeSpan? interval = null) => Worker.Build(
        new BotSettings(
            Path.GetTempPath(), interval ?? TimeSpan.FromSeconds(1), new IPEndPoint(IPAddress.Loopback, 0),
            [.. repositories.Select(n => new RepositorySettings(n, new RepositoryAddress.Folder("/nowhere"), "main", ".gitopsbot", null, []))], [], new Dictionary<string, string>(), [],
            new CommitIdentity("GitOpsBot", "bot@example.com")),
        pass, NullLoggerFactory.Instance);
}
