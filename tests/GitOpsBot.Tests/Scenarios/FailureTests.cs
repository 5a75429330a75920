using System.Globalization;
using GitOpsBot.Core.Environments;
using GitOpsBot.Forge;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Sources;
using GitOpsBot.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace GitOpsBot.Tests.Scenarios;

public class FailureTests
{
    [Fact]
    public async Task What_turns_bad_within_its_watch_is_rolled_back_by_the_bot_and_does_not_return()
    {
        var ratio = new Metric("0.001");
        await using var prometheus = await Prometheus(ratio);
        using var world = Watched("rollback", prometheus.Url);
        var first = world.Publish("1.0.0").Value;
        await world.SettleAsync();
        world.Clock.Advance(TimeSpan.FromHours(1));
        var second = world.Publish("1.1.0").Value;
        await world.SettleAsync();
        Assert.Equal(second, world.Stands("prod"));

        ratio.Set(world.Clock.GetUtcNow(), "0.5");
        var report = await world.PassAsync();
        var failure = Assert.Single(report.FailedLandings);
        Assert.Equal(("prod", OnFailure.Rollback), (failure.Environment, failure.Then));
        Assert.Equal("It turned bad within 30 minutes of landing in prod. slo: Expected 'error_ratio' at most 0.01; found a value that is not.", failure.Reason);
        await world.SettleAsync();

        Assert.Equal(first, world.Stands("prod"));
        var message = world.Bare.Git("log", "-1", "--format=%B", "main");
        Assert.Contains("This reverts commit ", message, StringComparison.Ordinal);
        Assert.Contains("GitOpsBot: It turned bad within 30 minutes", message, StringComparison.Ordinal);
        ratio.Set(world.Clock.GetUtcNow(), "0.001");
        world.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("rolled-back", world.Line(await world.SettleAsync(), "prod")!.Rows[0].Outcome.Code);
    }

    [Fact]
    public async Task A_hold_is_set_once_and_a_person_who_lifts_it_is_not_overruled()
    {
        var ratio = new Metric("0.001");
        await using var prometheus = await Prometheus(ratio);
        using var world = Watched("hold", prometheus.Url);
        var first = world.Publish("1.0.0").Value;
        await world.SettleAsync();
        ratio.Set(world.Clock.GetUtcNow(), "0.5");
        await world.SettleAsync();
        ratio.Set(world.Clock.GetUtcNow(), "0.001");
        world.Publish("1.1.0");
        var report = await world.SettleAsync();
        Assert.Equal(first, world.Stands("prod"));
        Assert.StartsWith("Held by GitOpsBot: It turned bad within 30 minutes of landing in prod.", world.Line(report, "prod")!.Rows[0].Outcome.Reason, StringComparison.Ordinal);

        ratio.Set(world.Clock.GetUtcNow(), "0.5");
        await world.Parts().Book.ChangeAsync(
            "Unhold", world.Clock.GetUtcNow(), _ => new Dictionary<string, ReadOnlyMemory<byte>?> { [BotState.HoldPath("checkout", "prod")] = null }, default);
        report = await world.SettleAsync();
        Assert.Empty(report.FailedLandings);
        Assert.DoesNotContain(world.Line(report, "prod")!.Rows, r => r.Name == "hold");
    }

    [Fact]
    public async Task A_server_that_is_silent_rolls_nothing_back_and_after_the_watch_nothing_is_looked_at()
    {
        var ratio = new Metric("0.001");
        await using var prometheus = await Prometheus(ratio);
        using var world = Watched("rollback", prometheus.Url);
        world.Publish("1.0.0");
        await world.SettleAsync();
        var second = world.Publish("1.1.0").Value;
        await world.SettleAsync();

        ratio.Set(world.Clock.GetUtcNow(), "");
        Assert.Empty((await world.PassAsync()).FailedLandings);
        world.Clock.Advance(TimeSpan.FromMinutes(31));
        ratio.Set(world.Clock.GetUtcNow(), "0.5");
        Assert.Empty((await world.PassAsync()).FailedLandings);
        Assert.Equal(second, world.Stands("prod"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_people_put_there_past_the_policy_is_found_and_what_met_it_when_it_landed_is_not(bool hasSoaked)
    {
        using var world = new World(
            environments: """
                    - { name: dev, path: environments/dev, policy: baseline, merge: push }
                    - { name: prod, after: [dev], path: environments/prod, policy: soaked, merge: review, onFailure: rollback, watch: 2h }
                """,
            documents: """
                ---
                apiVersion: gitopsbot.dev/v1
                kind: Policy
                metadata: { name: soaked }
                spec:
                  extends: [baseline]
                  gates:
                    - { name: soak, soak: { in: dev, for: 1h } }
                    - { name: hours, window: { allow: ['10:00-20:00 UTC'] } }
                    - { name: people, approvals: {} }
                """);
        var first = world.Publish("1.0.0");
        await ByPersonAsync(world);
        Assert.Equal(first.Value, world.Stands("prod"));
        world.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 2, 18, 0, 0, TimeSpan.Zero));
        var second = world.Publish("1.1.0");
        await world.SettleAsync();
        if (hasSoaked)
        {
            await ByPersonAsync(world);
            // Two more versions reach dev, and the hours end: none of that was so when it landed.
            world.Publish("1.2.0");
            await world.SettleAsync();
            world.Clock.Advance(TimeSpan.FromMinutes(90));
        }
        else
        {
            world.Bare.Commit("Hurry", world.Clock.GetUtcNow(), ("environments/prod/app.yaml", World.Deployment.Replace("demo/checkout", $"demo/checkout@{second}", StringComparison.Ordinal)));
        }

        var report = await world.PassAsync();

        if (hasSoaked)
        {
            Assert.Empty(report.FailedLandings);
            Assert.Equal(second.Value, world.Stands("prod"));
            return;
        }

        var failure = Assert.Single(report.FailedLandings);
        Assert.StartsWith("It was put into prod although its policy would have stopped it. soak: It must stand in dev for 1h;", failure.Reason, StringComparison.Ordinal);
        Assert.Contains("people: Expected 1 approval; found 0.", failure.Reason, StringComparison.Ordinal);
        await world.SettleAsync();
        var open = Assert.Single(await world.Forge.ListAsync(default), p => p.State == PullRequestState.Open);
        Assert.Equal("rollback/prod/checkout", open.Head);
    }

    private static async Task ByPersonAsync(World world)
    {
        await world.SettleAsync();
        world.Clock.Advance(TimeSpan.FromMinutes(65));
        await world.SettleAsync();
        var open = Assert.Single(await world.Forge.ListAsync(default), p => p.State == PullRequestState.Open);
        await world.Forge.ApproveAs(open.Number, "anna");
        Assert.IsType<MergeResult.Merged>(world.Forge.MergeAs(open.Number, "anna", open.HeadSha, MergeMethod.Squash, "Merged by anna\n"));
        await world.SettleAsync();
    }

    private static Task<AnsweringServer> Prometheus(Metric ratio) => AnsweringServer.StartAsync(async (context, body) =>
    {
        var time = QueryHelpers.ParseQuery(body)["time"].ToString();
        var value = ratio.Of(DateTimeOffset.FromUnixTimeMilliseconds((long)(decimal.Parse(time, CultureInfo.InvariantCulture) * 1000)));
        context.Response.StatusCode = value.Length == 0 ? 503 : 200;
        await context.Response.WriteAsync($$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"{{{value}}}"]}]}}""");
    });

    // What it was at any time, as a server that keeps its samples knows; empty while the server is silent, whatever time it is asked for.
    private sealed class Metric(string first)
    {
        private readonly List<(DateTimeOffset Since, string Value)> values = [(DateTimeOffset.MinValue, first)];

        public void Set(DateTimeOffset at, string value) => values.Add((at, value));

        public string Of(DateTimeOffset at) => values[^1].Value.Length == 0 ? "" : values.Last(v => v.Since <= at && v.Value.Length > 0).Value;
    }

    private static World Watched(string onFailure, Uri prometheus) => new(
        environments: $$"""
                - { name: dev, path: environments/dev, policy: baseline, merge: push }
                - { name: prod, after: [dev], path: environments/prod, policy: measured, merge: auto, onFailure: {{onFailure}} }
            """,
        documents: """
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: measured }
            spec:
              extends: [baseline]
              gates:
                - { name: slo, slo: { prometheus: main, query: error_ratio, atMost: 0.01 } }
            """)
    {
        Sources = new OutsideSources(SourceSettings.None with { Prometheus = new Dictionary<string, SourceAddress> { ["main"] = new(prometheus, null) } }),
    };
}
