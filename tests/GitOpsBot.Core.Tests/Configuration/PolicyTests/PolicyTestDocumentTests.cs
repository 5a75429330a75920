using GitOpsBot.Core.Configuration.PolicyTests;

namespace GitOpsBot.Core.Tests.Configuration.PolicyTests;

public sealed class PolicyTestDocumentTests
{
    private static readonly string Policy = Written.Policy("p", "name: signed, signature: { by: [ci], covers: platforms }", "name: tests, attestation: { by: [ci], predicateType: t, where: 'predicate.n == 3' }", "name: people, approvals: { notBy: [author] }");
    private static readonly string Ci = Written.Authority("ci", "keyless: { issuer: i, subject: s }");

    [Fact]
    public void Says_what_is_not_as_expected_and_what_is()
    {
        var report = Run("given: { now: 2026-06-15 }, cases: [{ name: a, expect: { verdict: promote, gates: { signed: passed, tests: no-evidence } } }, { name: b, expect: { verdict: refuse } }]");

        Assert.False(report.IsGood);
        Assert.Equal(
            [
                "Expected the verdict promote; found refuse.",
                "Expected passed of the gate 'signed'; found signature-missing: Expected a signature by ci; found none attached to sha256:5f1c0ed4d7d4e4b5.",
            ],
            report.Results[0].Differences.Select(d => System.Text.RegularExpressions.Regex.Replace(d, "sha256:[0-9a-f]+", "sha256:5f1c0ed4d7d4e4b5")));
        Assert.Empty(report.Results[1].Differences);
    }

    [Fact]
    public void Says_which_outcomes_of_each_gate_were_seen()
    {
        var report = Run("given: { now: 2026-06-15 }, cases: [{ name: a, expect: { verdict: refuse } }, { name: b, given: { unreachable: [evidence, approvals] }, expect: { verdict: hold } }]");

        Assert.Equal(
            ["signed pending failed: signature-missing unreachable", "tests pending failed: no-evidence unreachable", "people pending: approvals-missing unreachable"],
            report.Coverage.Select(c => $"{c.Gate} {string.Join(' ', c.Outcomes)}: {string.Join(' ', c.Codes)}"));
    }

    [Fact]
    public void Facts_of_a_case_replace_those_of_all_key_by_key()
    {
        var report = Run("""
            given: { now: 2026-06-15, evidence: [{ by: ci }, { by: ci, predicateType: t, predicate: { n: 3 } }], approvals: { by: [{ login: mona }], authors: [] } },
            cases: [{ name: a, expect: { verdict: promote } }, { name: b, given: { evidence: [{ by: ci }] }, expect: { verdict: refuse, gates: { signed: passed, people: passed } } },
              { name: c, given: { approvals: { by: [{ login: mona }], authors: [mona] } }, expect: { verdict: hold, gates: { people: approvals-missing } } }]
            """);

        Assert.Empty(report.Results.SelectMany(r => r.Differences));
    }

    [Fact]
    public void Values_of_predicates_are_numbers_truths_and_texts_as_yaml_has_them()
    {
        var report = Run("""
            given: { now: 2026-06-15 },
            cases: [{ name: number, given: { evidence: [{ by: ci, predicateType: t, predicate: { n: 3 } }] }, expect: { verdict: refuse, gates: { tests: passed } } },
              { name: text, given: { evidence: [{ by: ci, predicateType: t, predicate: { n: "3" } }] }, expect: { verdict: refuse, gates: { tests: predicate-value } } }]
            """);

        Assert.Empty(report.Results.SelectMany(r => r.Differences));
    }

    [Fact]
    public void Platforms_have_evidence_of_their_own()
    {
        var report = Run("""
            given: { now: 2026-06-15 },
            cases: [{ name: all, given: { artifacts: [{ name: x, evidence: [{ by: ci }], platforms: { linux/amd64: [{ by: ci }], linux/arm64: [{ by: ci }] } }] }, expect: { verdict: refuse, gates: { signed: passed } } },
              { name: one, given: { artifacts: [{ name: x, evidence: [{ by: ci }], platforms: { linux/amd64: [{ by: ci }], linux/arm64: [] } }] }, expect: { verdict: refuse, gates: { signed: signature-missing } } }]
            """);

        Assert.Empty(report.Results.SelectMany(r => r.Differences));
    }

    [Theory]
    [InlineData("policy: q, cases: [{ name: a, given: { now: 2026-06-15 }, expect: { verdict: hold } }]", "There is no policy 'q'. Did you mean 'p'?")]
    [InlineData("policy: p, cases: []", "Expected at least 1 item, found 0.")]
    [InlineData("policy: p, cases: [{ name: a, expect: { verdict: hold } }]", "The case 'a' has no time: expected 'now' in its facts, or in those of all cases.")]
    [InlineData("policy: p, given: { now: 2026-06-15 }, cases: [{ name: a, expect: { verdict: maybe } }]", "'maybe' is not a valid verdict: expected promote, hold or refuse.")]
    [InlineData("policy: p, given: { now: 2026-06-15, evidnce: [] }, cases: [{ name: a, expect: { verdict: hold } }]", "Unknown key 'evidnce'. Did you mean 'evidence'?")]
    [InlineData("policy: p, given: { now: 2026-06-15, evidence: [{}] }, cases: [{ name: a, expect: { verdict: hold } }]", "Expected by, rejected, or both.")]
    [InlineData("policy: p, given: { now: 2026-06-15, evidence: [{ rejected: nope }] }, cases: [{ name: a, expect: { verdict: hold } }]", "'nope' is not a valid code: expected one of the codes of rejections, such as untrusted-key.")]
    [InlineData("policy: p, given: { now: 2026-06-15, evidence: [{ by: ci, predicate: {} }] }, cases: [{ name: a, expect: { verdict: hold } }]", "A predicate needs its predicateType.")]
    [InlineData("policy: p, given: { now: 2026-06-15, artifacts: [{ name: x, platforms: { amd64: [] } }] }, cases: [{ name: a, expect: { verdict: hold } }]", "'amd64' is not a platform: expected one such as linux/amd64.")]
    [InlineData("policy: p, cases: [{ name: a, given: { now: 2026-06-15 }, expect: { verdict: hold, gates: { signed: passed, peple: passed } } }]", "The policy 'p' has no gate 'peple'. Did you mean 'people'?")]
    public void Says_what_is_wrong_with_a_test(string spec, string problem) =>
        Assert.Equal([problem], Written.Load(Policy, Ci, Written.Head("PolicyTest", "t") + $"spec: {{ {spec} }}\n").Problems.Select(p => p.Message));

    [Fact]
    public void A_test_changes_nothing_that_is_promoted()
    {
        var set = Written.Load(Policy, Ci, Written.Head("PolicyTest", "t") + "spec: { policy: p, given: { now: 2026-06-15 }, cases: [{ name: a, expect: { verdict: promote } }] }\n");

        Assert.Equal(("t", "p"), (Assert.Single(set.PolicyTests).Name, set.PolicyTests[0].Policy.Name));
        Assert.Empty(set.Pipelines);
        Assert.Equal(["p"], set.Policies.Keys);
    }

    private static PolicyTestReport Run(string spec)
    {
        var set = Written.Load(Policy, Ci, Written.Head("PolicyTest", "t") + $"spec: {{ policy: p, {spec.ReplaceLineEndings(" ")} }}\n");
        Assert.Empty(set.Problems.Lines());
        return PolicyTestReport.Of(set);
    }
}
