using GitOpsBot.Core.Configuration.PolicyTests;

namespace GitOpsBot.Core.Tests.Configuration.PolicyTests;

/// <summary>What the outside says, written into tests of policies: every gate that asks for it passes, waits, fails where it can, and misses narrowly.</summary>
public sealed class WrittenOutsideTests
{
    private static readonly string Policy = Written.Policy("p",
        "name: slow, slo: { prometheus: main, query: latency, atMost: 0.5, for: 30m }",
        "name: budget, slo: { prometheus: main, query: 'errors[$window]', errorBudget: { objective: 99.9, window: 30d, burn: [{ over: 1h, atMost: 14.4 }, { over: 6h, atMost: 6 }] } }",
        "name: canary, slo: { prometheus: main, canary: { query: new, baseline: old, atMostRatio: 1.1 } }",
        "name: runs, deployed: { in: staging, status: argocd/checkout, by: argocd-bot }",
        "name: opa, webhook: { source: opa }",
        "name: soak, soak: { in: staging, for: 1h }");

    private const string Good = """
        now: 2026-06-15T12:00:00Z, stays: { staging: { since: 2026-06-15T10:00:00Z } },
        slo: { slow: { value: 0.5 }, budget: { ratios: { 1h: 0.0144, 6h: 0.006, 30d: 0.001 } }, canary: { canary: 1.1, baseline: 1 } },
        deployed: { runs: [{ state: success, by: argocd-bot }] }, webhook: { opa: { result: true } }
        """;

    [Theory]
    [InlineData("", "promote", "slow: passed, budget: passed, canary: passed, runs: passed, opa: passed, soak: passed")]
    [InlineData("slo: { slow: { value: 0.51 }, budget: { ratios: { 1h: 0.0145, 6h: 0.006, 30d: 0.0011 } }, canary: { canary: 1.11, baseline: 1 } }", "hold", "slow: slo-not-met, budget: budget-spent, canary: canary-worse, opa: passed")]
    [InlineData("slo: { budget: { ratios: { 1h: 0.0145, 6h: 0.006, 30d: 0.001 } } }", "hold", "slow: no-data, budget: budget-burning, canary: no-data")]
    [InlineData("slo: { budget: { ratios: { 1h: 0.001, 30d: 0.001 } }, canary: { canary: 1 } }", "hold", "budget: no-data, canary: no-data")]
    [InlineData("slo: { slow: { value: NaN }, canary: { canary: -1, baseline: 1 } }", "hold", "slow: slo-not-met, canary: not-comparable")]
    // It was too slow until the half hour began, and the step before that is not asked for.
    [InlineData("slo: { slow: { values: [{ value: 9, until: 2026-06-15T11:30:00Z }, { value: 0.1 }] } }", "hold", "slow: passed")]
    [InlineData("slo: { slow: { values: [{ value: 9, until: 2026-06-15T11:30:01Z }, { value: 0.1 }] } }", "hold", "slow: slo-not-met")]
    [InlineData("slo: { slow: { values: [{ until: 2026-06-15T11:30:01Z }, { value: 0.1 }] } }", "hold", "slow: no-data")]
    [InlineData("slo: { slow: { values: [{ value: 0.1, until: 2026-06-15T11:59:00Z }, {}] } }", "hold", "slow: no-data")]
    [InlineData("deployed: { runs: [{ state: success, by: mallory }] }", "hold", "runs: not-reported")]
    [InlineData("deployed: { runs: [{ state: success, by: argocd-bot }, { state: failure, by: argocd-bot }] }", "hold", "runs: deployment-failed")]
    [InlineData("deployed: { runs: [{ state: success, by: argocd-bot, at: 2026-06-15T11:00:00Z }, { state: pending, by: argocd-bot, at: 2026-06-15T10:59:59Z }] }", "promote", "runs: passed")]
    [InlineData("deployed: { runs: [] }", "hold", "runs: not-reported")]
    [InlineData("stays: {}", "hold", "runs: not-there-yet")]
    [InlineData("webhook: { opa: { result: { allow: false, reason: no } } }", "refuse", "opa: denied")]
    [InlineData("webhook: { opa: { allow: true } }", "refuse", "opa: undefined-result")]
    [InlineData("webhook: { opa: true }", "refuse", "opa: undefined-result")]
    [InlineData("webhook: {}", "hold", "opa: unreachable")]
    [InlineData("unreachable: [slo, deployed, webhook]", "hold", "slow: unreachable, budget: unreachable, canary: unreachable, runs: unreachable, opa: unreachable, soak: passed")]
    [InlineData("waves: { staging: [eu, us] }", "hold", "soak: not-there-yet, runs: not-there-yet")]
    [InlineData("waves: { staging: [eu, us] }, stays: { staging-eu: { since: 2026-06-15T10:00:00Z }, staging-us: { since: 2026-06-15T10:00:00Z } }", "promote", "soak: passed, runs: passed")]
    [InlineData("waves: { staging: [eu, us] }, stays: { staging-eu: { since: 2026-06-15T10:00:00Z }, staging-us: { since: 2026-06-15T11:30:00Z } }, deployed: { runs: [{ state: success, by: argocd-bot, in: staging-eu }] }", "hold", "soak: soaking, runs: not-reported")]
    public void What_the_outside_says_is_written_gate_by_gate(string given, string verdict, string gates)
    {
        var report = Run($"{{ name: a, given: {{ {given} }}, expect: {{ verdict: {verdict}, gates: {{ {gates} }} }} }}");

        Assert.Empty(report.Results.SelectMany(r => r.Differences));
    }

    [Fact]
    public void Their_outcomes_are_counted_like_those_of_any_gate()
    {
        var report = Run("{ name: a, expect: { verdict: promote } }, { name: b, given: { slo: {}, deployed: {}, webhook: { opa: { result: false } } }, expect: { verdict: refuse } }");

        Assert.Equal(
            ["slow passed pending: no-data", "budget passed pending: no-data", "canary passed pending: no-data", "runs passed pending: not-reported", "opa passed failed: denied", "soak passed: "],
            report.Coverage.Select(c => $"{c.Gate} {string.Join(' ', c.Outcomes)}: {string.Join(' ', c.Codes)}"));
    }

    [Fact]
    public void Two_gates_that_ask_the_same_are_answered_alike()
    {
        var twice = Written.Policy("p", "name: first, slo: { prometheus: main, query: up, atLeast: 1 }", "name: second, slo: { prometheus: main, query: up, atLeast: 2 }");
        var set = Written.Load(twice, Written.Head("PolicyTest", "t")
            + "spec: { policy: p, cases: [{ name: a, given: { now: 2026-06-15, slo: { first: { value: 1 } } }, expect: { verdict: hold, gates: { first: passed, second: slo-not-met } } }] }\n");

        Assert.Empty(set.Problems.Lines());
        Assert.Empty(PolicyTestReport.Of(set).Results.SelectMany(r => r.Differences));
    }

    [Theory]
    [InlineData("slo: { slowe: { value: 1 } }", "51: The policy 'p' has no gate 'slowe' of the kind slo. Did you mean 'slow'?")]
    [InlineData("slo: { runs: { value: 1 } }", "51: The policy 'p' has no gate 'runs' of the kind slo. Known: budget, canary, slow.")]
    [InlineData("deployed: { opa: [] }", "56: The policy 'p' has no gate 'opa' of the kind deployed. Known: runs.")]
    [InlineData("webhook: { runs: {} }", "55: The policy 'p' has no gate 'runs' of the kind webhook. Known: opa.")]
    [InlineData("slo: { slow: { ratios: { 1h: 1 } } }", "57: The gate 'slow' asks for something else: expected value or values, for its bounds.")]
    [InlineData("slo: { budget: { value: 1 } }", "59: The gate 'budget' asks for something else: expected ratios, for its error budget.")]
    [InlineData("slo: { canary: { value: 1 } }", "59: The gate 'canary' asks for something else: expected canary and baseline.")]
    [InlineData("slo: { budget: { ratios: { 2h: 1 } } }", "71: The gate 'budget' asks for no span '2h'. Did you mean '1h'?")]
    [InlineData("slo: { slow: { value: fast } }", "66: Expected a number, NaN, +Inf or -Inf, found 'fast'.")]
    [InlineData("slo: { slow: {} }", "57: Expected exactly one of value, values, ratios, canary or baseline, found none.")]
    [InlineData("slo: { slow: { value: 1, canary: 1 } }", "57: Expected exactly one of value, values, ratios, canary or baseline, found value and canary or baseline.")]
    [InlineData("slo: { slow: { values: [{ value: 1 }, { value: 2 }] } }", "67: Expected values in the order of time, each but the last with an 'until' later than the one before.")]
    [InlineData("slo: { slow: { valeu: 1 } }", "59: Unknown key 'valeu'. Did you mean 'value'?")]
    [InlineData("deployed: { runs: [{ state: ok, by: x }] }", "72: Expected one of success, failure, pending, found 'ok'.")]
    [InlineData("deployed: { runs: [{ state: success, by: x, in: stagng }] }", "92: The gate 'runs' asks nothing of an environment 'stagng'. Did you mean 'staging'?")]
    [InlineData("unreachable: [sloo]", "58: Expected one of evidence, approvals, wayBack, slo, deployed, webhook, found 'sloo'.")]
    [InlineData("waves: { staging: [] }", "62: Expected at least 1 item, found 0.")]
    public void What_is_written_for_a_gate_that_is_not_there_or_asks_for_something_else_is_a_problem_with_its_place(string given, string problem)
    {
        var test = Written.Head("PolicyTest", "t") + $"spec:\n  policy: p\n  cases:\n    - {{ name: a, given: {{ now: 2026-06-15, {given} }}, expect: {{ verdict: hold }} }}\n";

        Assert.Equal(["f1.yaml:7:" + problem], Written.Load(Policy, test).Problems.Lines());
    }

    private static PolicyTestReport Run(string cases)
    {
        var set = Written.Load(Policy, Written.Head("PolicyTest", "t") + $"spec: {{ policy: p, given: {{ {Good.ReplaceLineEndings(" ")} }}, cases: [{cases}] }}\n");
        Assert.Empty(set.Problems.Lines());
        return PolicyTestReport.Of(set);
    }
}
