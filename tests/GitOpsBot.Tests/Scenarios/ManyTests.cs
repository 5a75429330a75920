using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBot.Tests.Scenarios;

/// <summary>Several repositories in one bot.</summary>
public sealed class ManyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repository_whose_registry_does_not_answer_holds_up_no_other_and_reports_stay_in_order()
    {
        await using var silent = await RegistryServer.StartAsync();
        await using var prompt = await RegistryServer.StartAsync();
        using var slow = new RegistryScenario(silent.Host);
        using var quick = new RegistryScenario(prompt.Host);
        using (var push = new RegistryPush(prompt.Host))
        {
            await quick.PublishAsync(push, "1.0.0");
        }

        var answers = new TaskCompletionSource();
        var isAsked = new TaskCompletionSource();
        silent.Lie = async context =>
        {
            isAsked.TrySetResult();
            await answers.Task;
            context.Response.StatusCode = 403;
            return true;
        };
        using var application = new Application(new StepProbe(null), quick.Clock);
        var (one, other) = (Read(slow), Read(quick));
        var settings = one with
        {
            Repositories = [one.Repositories[0] with { Name = "slow" }, other.Repositories[0] with { Name = "quick" }],
            Registries = [.. one.Registries, .. other.Registries],
        };
        var before = quick.Bare.Tip();

        var pass = application.PassAsync(new PassRequest(settings, null, Acts: true, NullLoggerFactory.Instance), Token);
        await isAsked.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        for (var tries = 0; quick.Bare.Tip() == before && tries < 800; tries++)
        {
            await Task.Delay(25, Token);
        }

        Assert.Contains($"{RegistryScenario.Index("1.0.0").Digest}", quick.Bare.Read("environments/dev/kustomization.yaml"), StringComparison.Ordinal);
        Assert.False(pass.IsCompleted);

        answers.SetResult();
        var reports = Assert.IsType<Answer<PassReport>.Done>(await pass).Report.Repositories;
        Assert.Equal(["slow", "quick"], reports.Select(r => r.Name));
        Assert.Contains(reports[0].Failures, f => f.Message.Contains(silent.Host, StringComparison.Ordinal));
        Assert.Empty(reports[1].Failures);
    }

    [Fact]
    public async Task However_many_repositories_wait_for_a_silent_server_the_others_get_their_turn()
    {
        await using var silent = await RegistryServer.StartAsync();
        await using var prompt = await RegistryServer.StartAsync();
        using var slow = new RegistryScenario(silent.Host);
        using var quick = new RegistryScenario(prompt.Host);
        using (var push = new RegistryPush(prompt.Host))
        {
            await quick.PublishAsync(push, "1.0.0");
        }

        var answers = new TaskCompletionSource();
        silent.Lie = async context =>
        {
            await answers.Task;
            context.Response.StatusCode = 403;
            return true;
        };
        using var application = new Application(new StepProbe(null), TimeProvider.System);
        var (one, other) = (Read(slow), Read(quick));
        var settings = one with
        {
            Repositories = [.. Enumerable.Range(0, 40).Select(i => one.Repositories[0] with { Name = $"slow-{i}" }), other.Repositories[0] with { Name = "quick" }],
            Registries = [.. one.Registries, .. other.Registries],
        };
        var before = quick.Bare.Tip();

        var pass = application.PassAsync(new PassRequest(settings, null, Acts: true, NullLoggerFactory.Instance), Token);
        for (var tries = 0; quick.Bare.Tip() == before && tries < 1000; tries++)
        {
            await Task.Delay(25, Token);
        }

        var isMoved = quick.Bare.Tip() != before;
        answers.SetResult();
        await pass;
        Assert.True(isMoved);
    }

    private static BotSettings Read(RegistryScenario scenario) =>
        Assert.IsType<SettingsResult.Read>(SettingsReader.Read(scenario.Config, new Dictionary<string, string>())).Settings;
}
