using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Configuration;

public sealed class PolicyProblemTests
{
    private static readonly string Ci = Written.Authority("acme-ci", "keyless: { issuer: i, subject: s }");

    [Theory]
    [InlineData("name: a, signature: { by: [acme-co] }", 6, 36, "There is no authority 'acme-co'. Did you mean 'acme-ci'?")]
    [InlineData("name: a", 6, 7, "Expected exactly one of {kinds}, found none.")]
    [InlineData("name: a, rollbackReady: {}, approvals: {}", 6, 7, "Expected exactly one of {kinds}, found approvals and rollbackReady.")]
    [InlineData("name: a, sgnature: { by: [acme-ci] }", 6, 18, "Unknown key 'sgnature'. Did you mean 'signature'?")]
    [InlineData("name: a, signature: { bye: [acme-ci] }", 6, 31, "Unknown key 'bye'. Did you mean 'by'?")]
    [InlineData("rollbackReady: {}", 6, 7, "The key 'name' is missing.")]
    [InlineData("name: A, rollbackReady: {}", 6, 15, "'A' is not a valid name: expected a name of lower-case letters, digits and inner hyphens, at most 63.")]
    [InlineData("name: a, rollbackReady: {}, before: close", 6, 45, "Expected one of open, merge, found 'close'.")]
    [InlineData("name: a, rollbackReady: {}, overridable: yes", 6, 50, "Expected true or false, found 'yes'.")]
    [InlineData("name: a, rollbackReady: ", 6, 34, "The key 'rollbackReady' has nothing behind it: write a value, or leave the key out.")]
    [InlineData("name: a, approvals: { from: , count: 1 }", 6, 37, "The key 'from' has nothing behind it: write a value, or leave the key out.")]
    [InlineData("name: a, sbom: {}", 6, 24, "The key 'by' is missing.")]
    [InlineData("name: a, vulnerabilities: { by: [acme-ci], atMost: { critical: 0 }, vexBy: [acme-sec] }", 6, 85, "There is no authority 'acme-sec'. Known: acme-ci.")]
    [InlineData("name: a, reproducible: { by: [acme-ci, acme-lab] }", 6, 48, "There is no authority 'acme-lab'. Known: acme-ci.")]
    [InlineData("name: a, rollbackReady: {}, on: promotion", 6, 41, "Expected one of rollback, found 'promotion'.")]
    [InlineData("name: a, deployed: { in: staging, status: argocd/shop, by: 'argo cd' }", 6, 68, "'argo cd' is not a valid login: expected a login such as argocd-bot, or NAME[bot] for an app.")]
    [InlineData("name: a, slo: { query: up, atMost: 1 }", 6, 23, "The key 'prometheus' is missing.")]
    [InlineData("name: a, slo: { prometheus: main, query: up }", 6, 23, "Expected exactly one of atMost or atLeast, errorBudget, canary, found none.")]
    [InlineData("name: a, slo: { prometheus: main, atMost: 1 }", 6, 23, "The key 'query' is missing.")]
    [InlineData("name: a, slo: { prometheus: main, query: 'rate(x[$window])', atMost: 1 }", 6, 50, "The query of an error budget, and no other, must hold $window where the span stands, as in rate(errors[$window]).")]
    [InlineData("name: a, slo: { prometheus: main, query: up, atMost: NaN }", 6, 62, "Expected a number, found 'NaN'.")]
    [InlineData("name: a, slo: { prometheus: main, query: 'x[$window]', errorBudget: { objective: 100, window: 30d, burn: [{ over: 1h, atMost: 2 }] } }", 6, 90, "Expected a percentage below 100: an objective of 100 leaves no budget.")]
    [InlineData("name: a, slo: { prometheus: main, query: 'x[$window]', errorBudget: { objective: 99, window: 1h, burn: [{ over: 2h, atMost: 2 }] } }", 6, 112, "Expected windows longer than nothing, and not longer than that of the objective.")]
    [InlineData("name: a, slo: { prometheus: main, query: up, canary: { query: a, baseline: b, atMostRatio: 1 } }", 6, 23, "A canary has its own query: leave out 'query'.")]
    [InlineData("name: a, window: {}", 6, 26, "Expected allow, deny or both, found none: such a window is always open.")]
    [InlineData("name: a, window: { allow: ['Mon-Thu 09:00-16:00 Europe/Berlim'] }", 6, 36, "'Mon-Thu 09:00-16:00 Europe/Berlim' is not a valid window: expected days, hours and a known time zone such as 'Mon-Thu 09:00-16:00 Europe/Berlin'.")]
    [InlineData("name: a, window: { allow: ['Mon 09:00-16:00 ../../etc/passwd'] }", 6, 36, "'Mon 09:00-16:00 ../../etc/passwd' is not a valid window: expected days, hours and a known time zone such as 'Mon-Thu 09:00-16:00 Europe/Berlin'.")]
    [InlineData("name: a, window: { deny: ['2027-01-06/2026-12-20'] }", 6, 35, "'2027-01-06/2026-12-20' is not a valid range of dates: expected dates such as 2026-12-24 or 2026-12-20/2027-01-06, the last one included, and perhaps a known time zone behind them.")]
    [InlineData("name: a, webhook: { source: opa, timeout: 31s }", 6, 51, "Expected a time from 1s to 30s.")]
    [InlineData("name: a, webhook: { source: opa, input: mine }", 6, 49, "Expected one of default, found 'mine'.")]
    [InlineData("name: a, expression: 'artifact.version'", 6, 31, "This condition cannot be used: The whole expression must be bool, and this is string.")]
    public void Says_what_is_wrong_with_a_gate(string gate, int line, int column, string message)
    {
        message = message.Replace("{kinds}", string.Join(", ", GateKinds.All.Select(k => k.Key)), StringComparison.Ordinal);
        var set = Written.Load(Written.Policy("p", gate), Ci);

        var problem = set.Problems.First(p => p.Message == message || set.Problems.Count == 1);
        Assert.Equal((message, line, column), (problem.Message, problem.Line, problem.Column));
        Assert.Empty(set.Policies);
    }

    [Theory]
    [InlineData("name: a", "none")]
    [InlineData("name: a, rollbackReady: {}, approvals: {}", "approvals and rollbackReady")]
    public void A_gate_is_of_exactly_one_kind(string gate, string found)
    {
        var problem = Assert.Single(Written.Load(Written.Policy("p", gate)).Problems);

        Assert.Equal($"f0.yaml:6:7: Expected exactly one of {string.Join(", ", Core.Policies.GateKinds.All.Select(k => k.Key))}, found {found}.", problem.ToString());
    }

    [Theory]
    [InlineData("name: a, slo: { prometheus: mian, query: up, atLeast: 1 }", "f0.yaml:6:37: The bot's settings have no Prometheus server 'mian' under sources.prometheus. Did you mean 'main'?")]
    [InlineData("name: a, webhook: { source: main }", "f0.yaml:6:37: The bot's settings have no webhook 'main' under sources.webhooks. Known: opa.")]
    public void A_gate_names_a_source_of_the_settings(string gate, string problem)
    {
        var sources = new Core.Configuration.ConfigurationSources([Written.File("f0.yaml", Written.Policy("p", gate))]);

        Assert.Empty(Core.Configuration.DocumentSet.Load(sources, Core.Policies.GateKinds.All).Problems);
        var set = Core.Configuration.DocumentSet.Load(sources with { Outside = new Core.Policies.KnownSources(["main"], ["opa"]) }, Core.Policies.GateKinds.All);
        Assert.Equal([problem], set.Problems.Lines());
        Assert.Empty(set.Policies);
    }

    [Theory]
    [InlineData("from: []", "4:28: Expected at least 1 item, found 0.")]
    [InlineData("from: ['sre leads']", "4:29: 'sre leads' is not a valid login or team: expected a login, or a team as @org/team.")]
    [InlineData("from: [anna, Anna], approvals: 2", "4:53: 2 approvals are asked for, and only 1 person is named who could give one.")]
    [InlineData("approvals: 0", "4:33: Expected a whole number from 1 to 20, found '0'.")]
    [InlineData("expires: 0s", "4:31: An override that lasts no time overrides nothing: expected a time longer than 0s.")]
    [InlineData("expires: never", "4:31: Expected a duration such as 30s, 15m, 24h or 7d, at most 36500d, found 'never'.")]
    [InlineData("followup: 1d", "4:22: Unknown key 'followup'. Did you mean 'followUp'?")]
    public void Says_what_is_wrong_with_an_emergency(string emergency, string problem)
    {
        var set = Written.Load(Written.Head("Policy", "p") + $"spec: {{ emergency: {{ {emergency} }} }}\n");

        Assert.Equal(["f0.yaml:" + problem], set.Problems.Lines());
        Assert.Empty(set.Policies);
    }

    [Fact]
    public void Tells_everything_that_is_wrong_at_once()
    {
        var set = Written.Load(Written.Policy("p", "name: a", "name: b, signature: { by: [] }", "name: c, sbom: {}"));

        Assert.Equal([6, 7, 8], set.Problems.Select(p => p.Line));
    }

    [Fact]
    public void A_gate_name_stands_once_in_a_policy()
    {
        var set = Written.Load(Written.Policy("p", "name: a, rollbackReady: {}", "name: a, approvals: {}"));

        Assert.Equal(["f0.yaml:7:7: The gate 'a' stands twice in the policy 'p', first at f0.yaml:6."], set.Problems.Lines());
    }

    [Fact]
    public void A_gate_name_cannot_come_from_two_extended_policies()
    {
        var set = Written.Load(Written.Policy("strict", "name: a, approvals: { count: 2 }"), Written.Policy("lax", "name: a, rollbackReady: {}"), Written.Extending("p", "lax", "strict"));

        Assert.Equal(["f2.yaml:4:24: The gate 'a' stands twice in the policy 'p', first at f1.yaml:6."], set.Problems.Lines());
        Assert.False(set.Policies.ContainsKey("p"));
    }

    [Fact]
    public void A_policy_cannot_rename_what_it_extends_by_repeating_its_gate()
    {
        var set = Written.Load(Written.Policy("strict", "name: a, approvals: { count: 2 }"), Written.Policy("p", "name: a, rollbackReady: {}").Replace("spec:\n", "spec:\n  extends: [strict]\n", StringComparison.Ordinal));

        Assert.Equal(["f1.yaml:7:7: The gate 'a' stands twice in the policy 'p', first at f0.yaml:6."], set.Problems.Lines());
    }

    [Fact]
    public void The_same_policy_by_two_ways_counts_once()
    {
        var set = Written.Load(Written.Policy("base", "name: a, rollbackReady: {}"), Written.Extending("left", "base"), Written.Extending("right", "base"), Written.Extending("both", "left", "right"));

        Assert.Empty(set.Problems.Lines());
        Assert.Equal(["a"], set.Policies["both"].Gates.Select(g => g.Name));
    }

    [Fact]
    public void Policies_that_extend_each_other_are_refused_and_so_is_what_extends_them()
    {
        var set = Written.Load(Written.Extending("a", "b"), Written.Extending("b", "a"), Written.Extending("c", "c"), Written.Extending("d", "a"));

        Assert.Empty(set.Policies);
        Assert.Equal(
            [
                "f0.yaml:4:19: The policy 'b' has problems of its own.",
                "f1.yaml:4:19: The policy 'b' extends itself through 'a'.",
                "f2.yaml:4:19: The policy 'c' extends itself.",
                "f3.yaml:4:19: The policy 'a' has problems of its own.",
            ],
            set.Problems.Lines());
    }

    [Fact]
    public void Extends_only_what_is_there()
    {
        Assert.Equal(["f0.yaml:4:19: There is no policy 'basline'. Did you mean 'baseline'?"], Written.Load(Written.Extending("p", "basline"), Written.Policy("baseline", "name: a, rollbackReady: {}")).Problems.Lines());
    }

    [Fact]
    public void A_long_chain_of_policies_is_a_problem_and_no_end_of_the_process()
    {
        var set = Written.Load([.. Enumerable.Range(0, 5000).Select(i => Written.Extending($"p{i:D4}", $"p{i + 1:D4}"))]);

        Assert.Contains(set.Problems, p => p.Message == "Policies extend each other more than 20 deep.");
        Assert.Empty(set.Policies);
    }

    [Fact]
    public void A_policy_has_two_hundred_gates_at_most_extended_ones_included()
    {
        string Many(string name, int count) => Written.Policy(name, [.. Enumerable.Range(0, count).Select(i => $"name: {name}{i}, rollbackReady: {{}}")]);

        Assert.Empty(Written.Load(Many("a", 200)).Problems);
        Assert.Equal(["Expected at most 200 items, found 201."], Written.Load(Many("a", 201)).Problems.Select(p => p.Message));
        Assert.Contains(Written.Load(Many("a", 150), Many("b", 150), Written.Extending("c", "a", "b")).Problems, p => p.Message == "The policy 'c' has more than 200 gates.");
    }

    [Fact]
    public void What_a_document_says_is_shown_in_one_line_and_cut()
    {
        var set = Written.Load(Written.Policy("p", $"name: a, \"x\\n\\e[31m{new string('y', 1000)}\": 1"));

        var message = set.Problems.Single(p => p.Message.StartsWith("Unknown key", StringComparison.Ordinal)).Message;
        Assert.DoesNotContain(message, char.IsControl);
        Assert.True(message.Length < 300, message);
    }

    [Fact]
    public void A_policy_without_gates_loads_and_refuses()
    {
        var set = Written.Load(Written.Head("Policy", "p") + "spec: {}\n");

        Assert.Empty(set.Problems);
        Assert.Empty(set.Policies["p"].Gates);
    }
}
