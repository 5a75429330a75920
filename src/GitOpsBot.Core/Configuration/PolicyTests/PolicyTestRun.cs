using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>What became of one case.</summary>
/// <param name="Test">The test.</param>
/// <param name="Case">The case.</param>
/// <param name="Verdict">What the policy answered.</param>
/// <param name="Differences">What is not as expected, a sentence each; empty when it passed.</param>
public sealed record PolicyTestResult(PolicyTest Test, PolicyTestCase Case, Verdict Verdict, IReadOnlyList<string> Differences);

/// <summary>Which outcomes of one gate some case expected and saw.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Gate">The gate.</param>
/// <param name="Outcomes"><c>passed</c>, <c>pending</c>, <c>failed</c>: those that were seen.</param>
/// <param name="Codes">Codes that were seen, in ordinal order.</param>
public sealed record GateCoverage(string Policy, string Gate, IReadOnlyList<string> Outcomes, IReadOnlyList<string> Codes);

/// <summary>What all tests of a folder came to.</summary>
/// <param name="Results">Every case.</param>
/// <param name="Coverage">Every gate of every policy that a test is about.</param>
public sealed record PolicyTestReport(IReadOnlyList<PolicyTestResult> Results, IReadOnlyList<GateCoverage> Coverage)
{
    private static readonly string[] Words = ["passed", "pending", "failed"];

    /// <summary>Whether every case came out as expected.</summary>
    public bool IsGood => Results.All(r => r.Differences.Count == 0);

    /// <summary>Runs all tests of these documents whose policies are whole. Pure, like the judgement itself.</summary>
    public static PolicyTestReport Of(DocumentSet documents)
    {
        var results = documents.PolicyTests
            .SelectMany(t => t.Cases.Select(c => Run(t, c, documents.Policies[t.Policy.Name]))).ToList();
        var coverage = results.GroupBy(r => r.Test.Policy.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g =>
            documents.Policies[g.Key].Gates.Select(gate => Cover(g.Key, gate.Name, [.. g.SelectMany(r => r.Verdict.Gates).Where(o => o.Name == gate.Name).Select(o => o.Outcome)])));
        return new PolicyTestReport(results, [.. coverage]);
    }

    private static GateCoverage Cover(string policy, string gate, IReadOnlyList<GateOutcome> seen) => new(
        policy, gate, [.. Words.Where(w => seen.Any(o => o.Word == w))],
        [.. seen.Select(o => o.Code).OfType<string>().Distinct().Order(StringComparer.Ordinal)]);

    private static PolicyTestResult Run(PolicyTest test, PolicyTestCase what, Policy policy)
    {
        var verdict = PolicyEvaluator.Evaluate(policy, what.Facts);
        var differences = new List<string>();
        if (verdict.Word != what.Verdict)
        {
            differences.Add($"Expected the verdict {what.Verdict}; found {verdict.Word}.");
        }

        foreach (var (name, expected) in what.Gates)
        {
            var gate = verdict.Gates.First(g => g.Name == name);
            if ((gate.Outcome.Code ?? "passed") != expected)
            {
                differences.Add($"Expected {Shown.Plain(expected)} of the gate '{name}'; found {gate.Outcome.Code ?? "passed"}: {gate.Outcome.Reason}");
            }
        }

        return new PolicyTestResult(test, what, verdict, differences);
    }
}
