using FsCheck.Xunit;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Tests.Configuration;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies;

/// <summary>No policy becomes easier by what is added to it, wherever it is added; and time alone changes no sentence.</summary>
public sealed class PolicyLaws
{
    private static readonly string[] Bodies =
    [
        "signature: { by: [ci] }", "signature: { by: [ci, lab], threshold: 2 }", "signature: { by: [lab] }",
        $"attestation: {{ by: [ci], predicateType: \"{TestType}\", where: 'predicate.result == \"PASSED\"' }}", $"attestation: {{ by: [ci, lab], predicateType: \"{TestType}\", maxAge: 1d }}",
        "provenance: { by: [ci] }", "provenance: { by: [lab], builder: \"https://*\" }", "soak: { in: staging, for: 24h }", "soak: { in: dev, for: 1h }", "approvals: {}", "approvals: { count: 2, notBy: [requester] }",
        "rollbackReady: {}", "vulnerabilities: { by: [ci], atMost: { high: 0 } }", "sbom: { by: [ci], deny: { licenses: [MIT] } }", "reproducible: { by: [ci, lab] }",
        "slo: { prometheus: main, query: up, atLeast: 1 }", "deployed: { in: staging, status: argocd/shop, by: bot }", "webhook: { source: opa }",
        "window: { allow: ['08:00-20:00 UTC'] }", "window: { deny: [2026-06-16] }", "expression: 'artifact.name == \"checkout\"'", "expression: 'predicate.result == \"PASSED\"'",
    ];

    private static readonly string[] Authorities = [.. new[] { "ci", "lab" }.Select(a => Written.Authority(a, "keyless: { issuer: i, subject: s }"))];

    [Property(MaxTest = 300, Replay = "20260615,1")]
    public void Adding_a_gate_makes_no_policy_easier(int seed)
    {
        var random = new Random(seed);
        var gates = Gates(random, "g");
        var (facts, added) = (Facts(random), Gates(random, "h", 1));

        var before = Judge(Set([Policy("p", gates)]).Policies["p"], facts);
        var after = Judge(Set([Policy("p", [.. gates, .. added])]).Policies["p"], facts);

        AssertNoEasier(before, after, canBeFirst: gates.Length == 0);
    }

    [Property(MaxTest = 300, Replay = "20260615,1")]
    public void Extending_a_policy_makes_it_no_easier_than_either(int seed)
    {
        var random = new Random(seed);
        var (below, own) = (Gates(random, "g", 1 + random.Next(3)), Gates(random, "h"));
        var facts = Facts(random);
        var set = Set([Policy("below", below), Policy("own", own), Policy("both", own, "below")]);

        AssertNoEasier(Judge(set.Policies["below"], facts), Judge(set.Policies["both"], facts), false);
        AssertNoEasier(Judge(set.Policies["own"], facts), Judge(set.Policies["both"], facts), own.Length == 0);
    }

    [Property(MaxTest = 300, Replay = "20260615,1")]
    public void Whatever_a_repository_writes_it_gets_no_easier_than_what_is_required(int seed)
    {
        var random = new Random(seed);
        var (floor, own) = (Gates(random, "g", 1 + random.Next(3)), Gates(random, random.Next(2) == 0 ? "g" : "h"));
        string[] tricks =
        [
            Written.Policy("floor", "name: nothing, rollbackReady: {}"), Written.Authority("ci", "keyless: { issuer: mallory, subject: mallory }"),
            Written.Policy("shipped", "name: nothing, rollbackReady: {}"), Written.Extending("extra", "floor"),
        ];
        var repository = (string[])[Written.Pipeline("shop", "name: dev, path: env/dev, policy: own", "name: staging, path: env/staging, policy: own"), Policy("own", own), .. tricks.Where(_ => random.Next(2) == 0)];
        var sources = new ConfigurationSources([.. repository.Select((d, i) => Written.File($"r{i}.yaml", d))])
        {
            Shipped = [Written.File("s.yaml", Written.Policy("shipped", "name: way, rollbackReady: {}"))],
            Organization = [.. Authorities.Append(Written.Policy("floor", floor)).Select((d, i) => Written.File($"o{i}.yaml", d))],
            Require = ["floor", "shipped"],
        };
        var facts = Facts(random);
        var set = DocumentSet.Load(sources, GateKinds.All);
        var alone = DocumentSet.Load(sources with { Repository = [] }, GateKinds.All);

        Assert.Single(set.Pipelines);
        foreach (var environment in set.Pipelines[0].Environments)
        {
            var verdict = Judge(set.PolicyFor(environment), facts);
            AssertNoEasier(Judge(alone.Policies["floor"], facts), verdict, false);
            AssertNoEasier(Judge(alone.Policies["shipped"], facts), verdict, false);
            AssertNoEasier(Judge(set.Policies["own"], facts), verdict, own.Length == 0);
        }
    }

    [Property(MaxTest = 300, Replay = "20260615,1")]
    public void While_only_time_passes_the_same_answer_has_the_same_sentence(int seed)
    {
        var random = new Random(seed);
        var facts = Facts(random);
        var policy = Set([Written.Policy("p", [.. Bodies.Select((b, i) => $"name: g{i}, {b}")])]).Policies["p"];

        var now = Judge(policy, facts);
        var later = Judge(policy, facts with { Now = facts.Now.AddMinutes(random.Next(1, 3000)) });

        Assert.All(now.Gates.Zip(later.Gates), pair => Assert.True(
            (pair.First.Outcome.Word, pair.First.Outcome.Code) != (pair.Second.Outcome.Word, pair.Second.Outcome.Code) || pair.First.Outcome.Reason == pair.Second.Outcome.Reason, pair.First.Outcome.Reason));
    }

    // Whatever held the policy before holds it still, and nothing that had not passed has.
    private static void AssertNoEasier(Verdict before, Verdict after, bool canBeFirst)
    {
        Assert.True(Rank(after) <= Rank(before) || canBeFirst, $"{before.Word} became {after.Word}");
        Assert.True(before.MayOpen || !after.MayOpen || canBeFirst);
    }

    private static int Rank(Verdict verdict) => verdict switch { Verdict.Promote => 2, Verdict.Hold => 1, _ => 0 };

    // What the outside says is the same for every policy that asks: by what is asked, half of it a yes.
    private static Verdict Judge(Policy policy, GateFacts facts)
    {
        var seed = facts.Stays.Count + facts.Artifacts.Count + (int)(facts.WayBack is Fact<WayBack>.Known { Value.IsReady: true } ? 1 : 0);
        return PolicyEvaluator.Evaluate(policy, facts with
        {
            Outside = new OutsideFacts(policy.Gates.SelectMany(g => g.Needs(facts)).Distinct().ToDictionary(n => n, n => Answer(n, seed, facts.Now))),
        });
    }

    private static object Answer(FactNeed need, int seed, DateTimeOffset now) => need switch
    {
        MetricNeed => new Fact<MetricAnswer>.Known(new MetricAnswer([new MetricSeries("{}", [new MetricSample(now, seed % 2)])])),
        StatusNeed => new Fact<IReadOnlyList<ReportedStatus>>.Known([new ReportedStatus(new string('a', 40), seed % 3 == 0 ? ReportedState.Failure : ReportedState.Success, "bot", Now)]),
        WebhookNeed when seed % 4 == 0 => new Fact<string>.Unknown("it did not answer."),
        _ => new Fact<string>.Known($$"""{"result": {{(seed % 2 == 0 ? "true" : "false")}}}"""),
    };

    private static DocumentSet Set(string[] policies)
    {
        var set = Written.Load([.. policies, .. Authorities]);
        Assert.Empty(set.Problems.Lines());
        return set;
    }

    private static string Policy(string name, string[] gates, params string[] extends) =>
        Written.Head("Policy", name) + $"spec:\n  extends: [{string.Join(", ", extends)}]\n  gates: [{string.Join(", ", gates.Select(g => $"{{ {g} }}"))}]\n";

    private static string[] Gates(Random random, string prefix, int? count = null) =>
        [.. Enumerable.Range(0, count ?? random.Next(4)).Select(i => $"name: {prefix}{i}, {Bodies[random.Next(Bodies.Length)]}, before: {(random.Next(2) == 0 ? "open" : "merge")}")];

    private static GateFacts Facts(Random random)
    {
        var at = Now.AddHours(-random.Next(48)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        EvidenceItem[] all =
        [
            .. new[] { "ci", "lab" }.SelectMany(a => (EvidenceItem[])
            [
                Signature(a), Attestation(a, $$"""{"result":"{{(random.Next(3) == 0 ? "FAILED" : "PASSED")}}","timestamp":"{{at}}"}"""),
                Attestation(a, $$$"""{"runDetails":{"builder":{"id":"https://{{{a}}}.example"} } }""", "https://slsa.dev/provenance/v1"),
                Attestation(a, """{"scanner":{"result":[]}}""", "https://in-toto.io/attestation/vulns/v0.2"),
                Attestation(a, """{"spdxVersion":"SPDX-2.3","packages":[{"name":"a","licenseConcluded":"Apache-2.0"}]}""", "https://spdx.dev/Document"),
            ]),
            Rejected("signature", RejectionCode.UntrustedKey),
        ];
        // Mostly whole, so that promote is often the answer before.
        var artifact = random.Next(10) == 0 ? Unreachable() : Judged([.. all.Where(_ => random.Next(12) != 0)]);
        return JudgedWorld.Facts(artifact) with
        {
            Stays = new[] { "dev", "staging" }.Where(_ => random.Next(6) != 0).ToDictionary(e => e, _ => new Stay(Now.AddHours(-random.Next(12, 60)), random.Next(3) == 0 ? Now.AddHours(-random.Next(12)) : null)),
            Approvals = new Fact<ApprovalFacts>.Known(new ApprovalFacts([.. new[] { "mona", "octocat" }.Where(_ => random.Next(4) != 0).Select(l => new Approval(l, [], Now))], random.Next(2) == 0 ? "mona" : null, new Fact<IReadOnlyList<string>>.Known([]))),
            WayBack = new Fact<WayBack>.Known(new WayBack(random.Next(5) != 0, "so it is")),
        };
    }
}
