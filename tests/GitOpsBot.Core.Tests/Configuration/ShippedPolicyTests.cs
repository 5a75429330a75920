using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Configuration.PolicyTests;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Configuration;

/// <summary>The policies we ship, and the tests we ship with them.</summary>
public sealed class ShippedPolicyTests
{
    private static readonly string[] Names =
        ["baseline", "emergency", "model", "production", "regulated", "reviewed", "reviewed-by-two", "slsa-build-l2", "slsa-build-l3"];

    [Fact]
    public void Load_together_without_anybody_filling_their_roles()
    {
        var set = DocumentSet.Load(new ConfigurationSources([]) { Shipped = [.. Files().Where(f => !IsTest(f))] }, GateKinds.All);

        Assert.Empty(set.Problems.Lines());
        Assert.Equal(Names, set.Policies.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(set.Authorities);
        Assert.All(set.Policies.Values, p => Assert.NotEmpty(p.Gates));
    }

    [Fact]
    public void Have_gates_named_after_their_policy_so_that_they_stand_in_nobodys_way()
    {
        var set = DocumentSet.Load(new ConfigurationSources([]) { Shipped = [.. Files().Where(f => !IsTest(f))] }, GateKinds.All);

        Assert.All(set.Policies.Values.SelectMany(p => p.Gates), g => Assert.Contains(Names, n => g.Name.StartsWith(n + "-", StringComparison.Ordinal)));
        Assert.All(set.Policies.Values, p => Assert.Contains(p.Gates, g => g.Name.StartsWith(p.Name + "-", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_contracts_own_example_extends_the_baseline_without_a_gate_in_its_way()
    {
        var own = Written.Policy("production", "name: way-back, rollbackReady: {}", "name: people, approvals: { count: 2 }").Replace("spec:\n", "spec:\n  extends: [baseline]\n", StringComparison.Ordinal);
        var set = DocumentSet.Load(new ConfigurationSources([Written.File("r.yaml", own)]) { Shipped = [.. Files().Where(f => !IsTest(f))] }, GateKinds.All);

        Assert.Empty(set.Problems.Lines());
        Assert.Equal(["baseline-way-back", "way-back", "people"], set.Policies["production"].Gates.Select(g => g.Name));
    }

    [Fact]
    public void Answer_as_their_tests_say_and_refuse_or_hold_by_every_gate()
    {
        var set = DocumentSet.Load(new ConfigurationSources([.. Files()]), GateKinds.All);
        Assert.Empty(set.Problems.Lines());

        var report = PolicyTestReport.Of(set);

        Assert.Empty(report.Results.SelectMany(r => r.Differences.Select(d => $"{r.Test.Name}: {r.Case.Name}: {d}")));
        Assert.Equal(Names, report.Coverage.Select(c => c.Policy).Distinct().Order(StringComparer.Ordinal));
        Assert.All(report.Coverage, c => Assert.True(c.Outcomes.Contains("passed") && c.Outcomes.Count > 1, $"{c.Policy}/{c.Gate}: {string.Join(", ", c.Outcomes)}"));
        Assert.All(Names, n => Assert.Contains(report.Results, r => r.Test.Policy.Name == n && r.Verdict is Verdict.Refuse));
        Assert.All(Names, n => Assert.Contains(report.Results, r => r.Test.Policy.Name == n && r.Verdict is Verdict.Promote));
    }

    private static IEnumerable<ConfigurationFile> Files() => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "policies"), "*.yaml")
        .Order(StringComparer.Ordinal).Select(f => new ConfigurationFile(Path.GetFileName(f), File.ReadAllBytes(f), "blob"));

    private static bool IsTest(ConfigurationFile file) => file.Path.EndsWith(".test.yaml", StringComparison.Ordinal);
}
