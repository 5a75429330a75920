using System.Globalization;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Sources;
using GitOpsBot.Testing;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Tests.Scenarios;

public class OutsideTests
{
    [Fact]
    public async Task Prod_follows_when_what_reconciles_staging_said_that_it_runs_there()
    {
        using var world = WithGate("{ name: healthy, deployed: { in: staging, status: argocd/checkout, by: argocd-bot } }");
        var first = world.Publish("1.0.0").Value;
        var report = await world.SettleAsync();
        Assert.Equal("not-reported", Code(world, report, "healthy"));
        var landed = world.Bare.Tip()!;

        world.Forge.ReportAs("mallory", landed, "argocd/checkout", ReportedState.Success);
        world.Forge.ReportAs("argocd-bot", landed, "argocd/other", ReportedState.Success);
        Assert.Equal("not-reported", Code(world, await world.PassAsync(), "healthy"));

        // A commit in which staging's folder is another says nothing about the one that was judged.
        var other = world.Bare.Commit("Scale", world.Clock.GetUtcNow(), ("environments/staging/replicas.yaml", "kind: ConfigMap\n"));
        world.Forge.ReportAs("argocd-bot", other, "argocd/checkout", ReportedState.Success);
        Assert.Equal("not-reported", Code(world, await world.PassAsync(), "healthy"));

        // A later one with the same folder does.
        world.Bare.Commit("Scale back", world.Clock.GetUtcNow(), ("environments/staging/replicas.yaml", null));
        var later = world.Bare.Commit("Say something", world.Clock.GetUtcNow(), ("README.md", "hello\n"));
        world.Forge.ReportAs("argocd-bot", later, "argocd/checkout", ReportedState.Success);
        await world.SettleAsync();
        Assert.Equal(first, world.Stands("prod"));
    }

    [Fact]
    public async Task A_webhook_is_asked_once_a_pass_for_each_candidate_and_decides_what_moves()
    {
        await using var opa = await AnsweringServer.StartAsync(async (context, body) =>
            await context.Response.WriteAsync(body.Contains("\"version\":\"1.0.0\"", StringComparison.Ordinal) ? """{"result": {"allow": false, "reason": "not the first"}}""" : """{"result": true}"""));
        using var world = WithGate("{ name: opa, webhook: { source: opa } }");
        world.Sources = new OutsideSources(SourceSettings.None with { Webhooks = new Dictionary<string, SourceAddress> { ["opa"] = new(opa.Url, null) } });
        world.Publish("1.0.0");

        var report = await world.SettleAsync();
        Assert.Equal(("refuse", "denied"), (world.Line(report, "prod")!.Verdict, Code(world, report, "opa")));
        Assert.Contains("because 'not the first'", world.Line(report, "prod")!.Rows.Single(r => r.Name == "opa").Outcome.Reason, StringComparison.Ordinal);
        var asked = opa.Asked.Count;
        await world.PassAsync();
        Assert.Equal(asked + 1, opa.Asked.Count);

        var second = world.Publish("1.1.0").Value;
        await world.SettleAsync();
        Assert.Equal(second, world.Stands("prod"));
    }

    [Fact]
    public async Task A_dead_source_costs_its_time_once_a_pass_and_passes_nothing()
    {
        using var world = WithGate("{ name: opa, webhook: { source: opa, timeout: 1s } }");
        await using var slow = await AnsweringServer.StartAsync(async (context, _) => await Task.Delay(TimeSpan.FromSeconds(20), context.RequestAborted));
        world.Sources = new OutsideSources(SourceSettings.None with { Webhooks = new Dictionary<string, SourceAddress> { ["opa"] = new(slow.Url, null) } });
        world.Publish("1.0.0");
        await world.PassAsync();
        await world.PassAsync();
        world.Publish("1.1.0");
        await world.PassAsync();
        await world.PassAsync();
        await world.PassAsync();
        var before = slow.Asked.Count;

        var report = await world.PassAsync();

        Assert.Equal(("unreachable", null), (Code(world, report, "opa"), world.Stands("prod")));
        Assert.Equal(before + 1, slow.Asked.Count);
    }

    [Fact]
    public async Task A_Prometheus_that_never_answers_holds_up_its_own_gates_once_and_nothing_else()
    {
        await using var silent = await AnsweringServer.StartAsync((context, _) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        using var world = WithGate("{ name: slo, slo: { prometheus: main, query: error_ratio, atMost: 0.01 } }\n    - { name: more, slo: { prometheus: main, query: load, atMost: 1, for: 30m } }");
        world.Sources = new OutsideSources(SourceSettings.None with { Prometheus = new Dictionary<string, SourceAddress> { ["main"] = new(silent.Url, null) } }, TimeSpan.FromSeconds(1));
        var digest = world.Publish("1.0.0");
        await world.PassAsync();
        await world.PassAsync();
        // Another pipeline, behind the silent one in the same pass.
        world.Bare.Commit("Another", world.Clock.GetUtcNow(), ("environments/solo/app.yaml", World.Deployment), (".gitopsbot/solo.yaml", """
            apiVersion: gitopsbot.dev/v1
            kind: Pipeline
            metadata: { name: solo }
            spec:
              artifacts: [{ name: checkout, repository: "oci-layout:demo/checkout", select: { semver: ">=1.0.0" } }]
              environments: [{ name: solo, path: environments/solo, policy: baseline, merge: push }]
            """));
        var before = silent.Asked.Count;

        var report = await world.PassAsync();

        Assert.Equal((digest.Value, null), (world.Stands("solo"), world.Stands("prod")));
        var slo = world.Line(report, "prod")!.Rows.Single(r => r.Name == "slo").Outcome;
        Assert.Equal(("pending", "unreachable"), (slo.Word, slo.Code));
        Assert.EndsWith("Prometheus main did not answer within 1 s.", slo.Reason, StringComparison.Ordinal);
        Assert.Equal("unreachable", Code(world, report, "more"));
        Assert.InRange(silent.Asked.Count - before, 1, 2);
    }

    [Fact]
    public async Task A_measurement_that_changes_does_not_change_what_people_read()
    {
        var value = 0.001;
        await using var prometheus = await AnsweringServer.StartAsync(async (context, _) =>
            await context.Response.WriteAsync($$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"{{{FormattableString.Invariant($"{value += 0.0001}")}}}"]}]}}"""));
        using var world = WithGate("{ name: slo, slo: { prometheus: main, query: error_ratio, atMost: 0.01 } }\n    - { name: people, approvals: {} }");
        world.Sources = new OutsideSources(SourceSettings.None with { Prometheus = new Dictionary<string, SourceAddress> { ["main"] = new(prometheus.Url, null) } });
        world.Publish("1.0.0");
        await world.SettleAsync();
        var open = Assert.Single(await world.Forge.ListAsync(default), p => p.State == PullRequestState.Open);
        var before = world.Bare.Git("for-each-ref");

        var first = await world.PassAsync();
        var second = await world.PassAsync();

        Assert.Equal(before, world.Bare.Git("for-each-ref"));
        Assert.NotEqual(Slo(first).Told, Slo(second).Told);
        Assert.StartsWith("Approve it by a review, or by the comment /approve.", open.Body, StringComparison.Ordinal);

        GateOutcome Slo(RepositoryReport report) => world.Line(report, "prod")!.Rows.Single(r => r.Name == "slo").Outcome;
    }

    [Fact]
    public async Task A_rollback_waits_for_the_gates_that_are_marked_for_it_and_for_no_others()
    {
        using var world = WithGate("{ name: people, approvals: {}, on: rollback }\n    - { name: hours, window: { allow: ['Sun 10:00-13:00 UTC'] } }");
        var first = world.Publish("1.0.0").Value;
        await ApproveAsync(world);
        world.Publish("1.1.0");
        await ApproveAsync(world);
        Assert.NotEqual(first, world.Stands("prod"));
        world.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 2, 3, 0, 0, TimeSpan.Zero));
        world.Forge.CommentAs((await world.Forge.ListAsync(default)).First(p => p.Head == "promote/prod/checkout").Number, "anna", "/rollback it fails");

        var report = await world.SettleAsync();

        var line = world.Line(report, "prod")!;
        Assert.Equal(["stood-here", "pullable", "people"], line.Rows.Select(r => r.Name));
        Assert.Equal(("hold", PlanAction.None, "approvals-missing"), (line.Verdict, line.Action, line.Rows[2].Outcome.Code));
        var open = Assert.Single(await world.Forge.ListAsync(default), p => p.State == PullRequestState.Open);
        await world.Forge.ApproveAs(open.Number, "bert");
        await world.SettleAsync();
        Assert.Equal(first, world.Stands("prod"));
    }

    [Fact]
    public async Task What_stands_and_no_longer_meets_its_policy_is_marked_once_and_cleared_when_it_does_again()
    {
        using var world = new World();
        world.Publish("1.0.0");
        await world.SettleAsync();
        var policy = world.Bare.Read(".gitopsbot/policy.yaml")!;
        world.Bare.Commit("End the key", world.Clock.GetUtcNow(), (".gitopsbot/policy.yaml", policy.Replace("{ file: ci.pub }", "{ file: ci.pub, notAfter: 2026-11-05T00:00:00Z }", StringComparison.Ordinal)));
        Assert.Empty((await world.SettleAsync()).Unmet);
        var (main, pages) = (world.Bare.Git("rev-parse", "refs/heads/main"), int.Parse(world.Bare.Git("rev-list", "--count", "gitopsbot/state"), CultureInfo.InvariantCulture));

        world.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 6, 0, 0, 0, TimeSpan.Zero));
        var planned = await world.PassAsync(acts: false);
        var found = await world.PassAsync();
        var again = await world.PassAsync();

        Assert.Equal((2, 0), (planned.Unmet.Count, planned.NewlyUnmet.Count));
        Assert.Equal(["dev", "staging"], found.NewlyUnmet.Select(u => u.Environment));
        Assert.StartsWith("checkout ", found.NewlyUnmet[0].Sentence, StringComparison.Ordinal);
        Assert.Contains(" in dev no longer meets policy: signed: ", found.NewlyUnmet[0].Sentence, StringComparison.Ordinal);
        Assert.Equal((2, 0), (again.Unmet.Count, again.NewlyUnmet.Count));
        Assert.Equal($"{pages + 1}\n", world.Bare.Git("rev-list", "--count", "gitopsbot/state"));
        Assert.Equal(main, world.Bare.Git("rev-parse", "refs/heads/main"));

        world.Bare.Commit("Extend the key", world.Clock.GetUtcNow(), (".gitopsbot/policy.yaml", policy));
        Assert.Empty((await world.SettleAsync()).Unmet);
        Assert.Equal($"{pages + 2}\n", world.Bare.Git("rev-list", "--count", "gitopsbot/state"));
    }

    private static async Task ApproveAsync(World world)
    {
        await world.SettleAsync();
        var open = Assert.Single(await world.Forge.ListAsync(default), p => p.State == PullRequestState.Open);
        await world.Forge.ApproveAs(open.Number, "anna");
        await world.SettleAsync();
    }

    private static World WithGate(string gate) => new(
        environments: """
                - { name: dev, path: environments/dev, policy: baseline, merge: push }
                - { name: staging, after: [dev], path: environments/staging, policy: baseline, merge: push }
                - { name: prod, after: [staging], path: environments/prod, policy: gated, merge: auto }
            """,
        documents: $$"""
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: gated }
            spec:
              gates:
                - {{gate}}
            """);

    private static string? Code(World world, RepositoryReport report, string gate) => world.Line(report, "prod")!.Rows.Single(r => r.Name == gate).Outcome.Code;
}
