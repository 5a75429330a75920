using System.Text;
using System.Text.Json;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Testing.Policies;

/// <summary>A policy of fifteen gates, and candidates that pass them all with ten pieces of evidence each: what SPEC section 10 speaks of.</summary>
public static class FifteenGates
{
    private const string TestType = "https://in-toto.io/attestation/test-result/v0.1";

    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Gates =
    [
        "signature: { by: [ci] }", "signature: { by: [ci, lab], threshold: 2 }", "provenance: { by: [ci], builder: \"https://*\", source: \"https://github.com/acme/checkout\", refs: [refs/heads/main] }",
        $"attestation: {{ by: [ci], predicateType: \"{TestType}\", where: 'predicate.result == \"PASSED\"' }}", $"attestation: {{ by: [ci, lab], predicateType: \"{TestType}\", threshold: 2, maxAge: 7d }}",
        "vulnerabilities: { by: [ci], atMost: { critical: 0, high: 5 }, maxAge: 24h, vexBy: [lab], except: [{ id: CVE-2026-1, until: 2027-01-01, reason: r }] }",
        "vulnerabilities: { by: [lab], atMost: { critical: 0 }, onlyFixable: true }", "sbom: { by: [ci], deny: { licenses: [AGPL-3.0-only], packages: [\"pkg:npm/event-stream@3.3.6\"] } }", "sbom: { by: [lab], formats: [spdx] }",
        "reproducible: { by: [ci, lab] }", "soak: { in: staging, for: 24h }", "soak: { in: dev, for: 1h }", "approvals: { count: 2, notBy: [requester] }", "approvals: { from: [mona] }", "rollbackReady: {}",
    ];

    /// <summary>The policy, read from its document.</summary>
    public static Policy Policy()
    {
        const string head = "apiVersion: gitopsbot.dev/v1\nkind: ";
        var documents = $"{head}Policy\nmetadata: {{ name: p }}\nspec:\n  gates:\n{string.Concat(Gates.Select((g, i) => $"    - {{ name: g{i}, {g} }}\n"))}"
            + string.Concat(new[] { "ci", "lab" }.Select(a => $"---\n{head}Authority\nmetadata: {{ name: {a} }}\nspec: {{ keyless: {{ issuer: i, subject: of-{a} }} }}\n"));
        var set = DocumentSet.Load(new ConfigurationSources([new ConfigurationFile("policy.yaml", Encoding.UTF8.GetBytes(documents), "blob")]), GateKinds.All);
        return set.Problems.Count == 0 ? set.Policies["p"] : throw new InvalidOperationException(string.Join('\n', set.Problems));
    }

    /// <summary>A candidate with everything at hand that the gates ask for; another image for each number.</summary>
    public static GateFacts Candidate(int number)
    {
        var digest = Of($"image {number}");
        var findings = string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"id":"CVE-2026-{{i + 1}}","severity":[{"method":"nvd","score":"{{(i == 0 ? "critical" : i < 4 ? "high" : "low")}}"}]}"""));
        var packages = string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"name":"p{{i}}","versionInfo":"1","licenseConcluded":"MIT OR Apache-2.0","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:npm/p{{i}}@1"}]}"""));
        EvidenceItem[] evidence =
        [
            .. new[] { "ci", "lab" }.SelectMany(a => (EvidenceItem[])
            [
                new EvidenceItem.Verified(Of("payload"), a, KeyOf(a), digest, null, null), Attestation(a, """{"result":"PASSED","timestamp":"2026-06-15T00:00:00Z"}""", TestType, digest),
                Attestation(a, $$$"""{"buildDefinition":{"externalParameters":{"workflow":{"repository":"https://github.com/acme/checkout","ref":"refs/heads/main"} } },"runDetails":{"builder":{"id":"https://{{{a}}}.example"} } }""", "https://slsa.dev/provenance/v1", digest),
                Attestation(a, $$$"""{"spdxVersion":"SPDX-2.3","packages":[{{{packages}}}]}""", "https://spdx.dev/Document", digest),
            ]),
            Attestation("ci", $$$"""{"scanner":{"uri":"s","result":[{{{findings}}}]},"metadata":{"scanFinishedOn":"2026-06-15T06:00:00Z"}}""", "https://in-toto.io/attestation/vulns/v0.2", digest),
            Attestation("lab", """{"scanner":{"result":[]}}""", "https://in-toto.io/attestation/vulns/v0.1", digest),
        ];
        var artifact = new Artifact(ImageName.Parse("ghcr.io/acme/checkout"), new Descriptor("application/vnd.oci.image.manifest.v1+json", digest, 100));
        return new GateFacts(
            Now, "checkout", "prod", [new JudgedArtifact("checkout", artifact, new Fact<IReadOnlyList<EvidenceItem>>.Known(evidence))],
            new Dictionary<string, Stay> { ["dev"] = new(Now.AddDays(-3), null), ["staging"] = new(Now.AddDays(-2), null) },
            new Fact<ApprovalFacts>.Known(new ApprovalFacts([new Approval("mona", [], Now), new Approval("octocat", [], Now)], null, new Fact<IReadOnlyList<string>>.Known([]))),
            new Fact<WayBack>.Known(new WayBack(true, "it is there")));
    }

    private static EvidenceItem.Verified Attestation(string authority, string predicate, string type, Digest subject)
    {
        var json = JsonDocument.Parse($$"""{"_type":"https://in-toto.io/Statement/v1","predicateType":"{{type}}","predicate":{{predicate}}}""").RootElement;
        return new EvidenceItem.Verified(
            Of(authority + type + predicate), authority, KeyOf(authority), subject, new InTotoStatement("https://in-toto.io/Statement/v1", [subject], type, json.GetProperty("predicate"), json), null);
    }

    private static string KeyOf(string authority) => Of("key of " + authority).Value;

    private static Digest Of(string text) => Digest.Of(Encoding.UTF8.GetBytes(text));
}
