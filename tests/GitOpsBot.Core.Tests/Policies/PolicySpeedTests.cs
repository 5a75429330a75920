using System.Diagnostics;
using System.Globalization;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Tests.Configuration;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies;

/// <summary>Judging is linear in the candidates (SPEC section 10): evidence at hand, a policy of fifteen gates.</summary>
public sealed class PolicySpeedTests(ITestOutputHelper output)
{
    private static readonly string[] Gates =
    [
        "signature: { by: [ci] }", "signature: { by: [ci, lab], threshold: 2 }", "provenance: { by: [ci], builder: \"https://*\", source: \"https://github.com/acme/checkout\", refs: [refs/heads/main] }",
        $"attestation: {{ by: [ci], predicateType: \"{TestType}\", where: 'predicate.result == \"PASSED\"' }}", $"attestation: {{ by: [ci, lab], predicateType: \"{TestType}\", threshold: 2, maxAge: 7d }}",
        "vulnerabilities: { by: [ci], atMost: { critical: 0, high: 5 }, maxAge: 24h, vexBy: [lab], except: [{ id: CVE-2026-1, until: 2027-01-01, reason: r }] }",
        "vulnerabilities: { by: [lab], atMost: { critical: 0 }, onlyFixable: true }", "sbom: { by: [ci], deny: { licenses: [AGPL-3.0-only], packages: [\"pkg:npm/event-stream@3.3.6\"] } }", "sbom: { by: [lab], formats: [spdx] }",
        "reproducible: { by: [ci, lab] }", "soak: { in: staging, for: 24h }", "soak: { in: dev, for: 1h }", "approvals: { count: 2, notBy: [requester] }", "approvals: { from: [mona] }", "rollbackReady: {}",
    ];

    [Fact]
    public void Judges_candidates_by_fifteen_gates_in_linear_time()
    {
        var set = Written.Load(Written.Policy("p", [.. Gates.Select((g, i) => $"name: g{i}, {g}")]), Written.Authority("ci", "keyless: { issuer: i, subject: s }"), Written.Authority("lab", "keyless: { issuer: i, subject: t }"));
        Assert.Empty(set.Problems.Lines());
        var policy = set.Policies["p"];
        var candidates = Enumerable.Range(0, 200).Select(Candidate).ToList();
        Assert.All(candidates.Take(3), c => Assert.Equal("promote", PolicyEvaluator.Evaluate(policy, c).Word));

        var first = Measure(policy, candidates);
        var few = Median(policy, candidates.Take(20).ToList());
        var many = Median(policy, candidates);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Gates.Length} gates; 200 candidates: {many:0} ms, 20: {few:0} ms; the first time, with everything still to be compiled and read: {first:0} ms"));
        // Unoptimised code on a busy machine says nothing of the number itself; what is not linear is far above this: a hundred times instead of ten.
        Assert.True(many < 50 * Math.Max(few, 1), $"{many} ms for 200, {few} ms for 20");
    }

    private static double Median(Policy policy, List<GateFacts> candidates) => Enumerable.Range(0, 3).Select(_ => Measure(policy, candidates)).Order().ElementAt(1);

    private static double Measure(Policy policy, IEnumerable<GateFacts> candidates)
    {
        var clock = Stopwatch.StartNew();
        foreach (var candidate in candidates)
        {
            PolicyEvaluator.Evaluate(policy, candidate);
        }

        return clock.Elapsed.TotalMilliseconds;
    }

    private static GateFacts Candidate(int number)
    {
        var digest = D($"image {number}");
        var findings = string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"id":"CVE-2026-{{i + 1}}","severity":[{"method":"nvd","score":"{{(i == 0 ? "critical" : i < 4 ? "high" : "low")}}"}]}"""));
        var packages = string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"name":"p{{i}}","versionInfo":"1","licenseConcluded":"MIT OR Apache-2.0","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:npm/p{{i}}@1"}]}"""));
        EvidenceItem[] evidence =
        [
            .. new[] { "ci", "lab" }.SelectMany(a => (EvidenceItem[])
            [
                Signature(a, subject: digest), Attestation(a, """{"result":"PASSED","timestamp":"2026-06-15T00:00:00Z"}""", subject: digest),
                Attestation(a, $$$"""{"buildDefinition":{"externalParameters":{"workflow":{"repository":"https://github.com/acme/checkout","ref":"refs/heads/main"} } },"runDetails":{"builder":{"id":"https://{{{a}}}.example"} } }""", "https://slsa.dev/provenance/v1", digest),
                Attestation(a, $$$"""{"spdxVersion":"SPDX-2.3","packages":[{{{packages}}}]}""", "https://spdx.dev/Document", digest),
            ]),
            Attestation("ci", $$$"""{"scanner":{"uri":"s","result":[{{{findings}}}]},"metadata":{"scanFinishedOn":"2026-06-15T06:00:00Z"}}""", "https://in-toto.io/attestation/vulns/v0.2", digest),
            Attestation("lab", """{"scanner":{"result":[]}}""", "https://in-toto.io/attestation/vulns/v0.1", digest),
        ];
        return Facts(Judged("checkout", digest, evidence)) with
        {
            Stays = new Dictionary<string, Stay> { ["dev"] = new(Now.AddDays(-3), null), ["staging"] = new(Now.AddDays(-2), null) },
            Approvals = new Fact<ApprovalFacts>.Known(new ApprovalFacts([new Approval("mona", [], Now), new Approval("octocat", [], Now)], null, new Fact<IReadOnlyList<string>>.Known([]))),
            WayBack = new Fact<WayBack>.Known(new WayBack(true, "it is there")),
        };
    }
}
