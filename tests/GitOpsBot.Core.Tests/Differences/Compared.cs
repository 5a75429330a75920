using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Differences;

/// <summary>What stands somewhere and what shall take its place, with evidence as it is attached.</summary>
internal static class Compared
{
    public const string SpdxType = "https://spdx.dev/Document";
    public const string CycloneDxType = "https://cyclonedx.org/bom";
    public const string Source = "https://github.com/acme/checkout";

    public static readonly Digest Before = D("what stands");
    public static readonly string OldCommit = new('a', 40);
    public static readonly string NewCommit = new('b', 40);

    public static ArtifactDifference Difference(EvidenceItem[] before, EvidenceItem[] after, params string[] gates) =>
        ArtifactDifference.Between(Policy(gates), Judged("checkout", Before, before), Judged("checkout", Image, after), Now);

    public static Policy Policy(params string[] gates) => new("production", new Place("policy.yaml", 1, 1), new string('c', 40), [.. gates.Select(Gate)]);

    // A package as "pkg:npm/a@1 MIT BSD".
    public static Sbom List(params string[] packages) => new(SbomFormat.Spdx, [.. packages.Select(p => p.Split(' ')).Select(p =>
        PackageUrl.Parse(p[0]) is { } url ? new ListedPackage(url.Path, url.Version, url, p[1..]) : new ListedPackage(p[0].Split('@')[0], p[0].Split('@').ElementAtOrDefault(1), null, p[1..]))]);

    public static EvidenceItem.Verified Spdx(Digest subject, string[] urls, string by = "ci") => Attestation(by, new JsonObject
    {
        ["spdxVersion"] = "SPDX-2.3",
        ["packages"] = new JsonArray([.. urls.Select(url => (JsonNode)new JsonObject
        {
            ["name"] = url, ["externalRefs"] = new JsonArray(new JsonObject { ["referenceType"] = "purl", ["referenceLocator"] = url }),
        })]),
    }.ToJsonString(), SpdxType, subject);

    public static EvidenceItem.Verified CycloneDx(Digest subject, string[] urls, string by = "ci") => Attestation(by, new JsonObject
    {
        ["bomFormat"] = "CycloneDX",
        ["components"] = new JsonArray([.. urls.Select(url => (JsonNode)new JsonObject { ["name"] = url, ["purl"] = url })]),
    }.ToJsonString(), CycloneDxType, subject);

    // A finding as "CVE-1 high pkg:npm/a@1 GHSA-1".
    public static EvidenceItem.Verified Scan(Digest subject, string[] findings, string by = "scan", string? finished = null) => Attestation(by, new JsonObject
    {
        ["scanner"] = new JsonObject
        {
            ["uri"] = "pkg:github/anchore/grype@1",
            ["result"] = new JsonObject
            {
                ["matches"] = new JsonArray([.. findings.Select(f => f.Split(' ')).Select(f => (JsonNode)new JsonObject
                {
                    ["vulnerability"] = new JsonObject { ["id"] = f[0], ["severity"] = f[1] },
                    ["relatedVulnerabilities"] = new JsonArray([.. f.Skip(3).Select(alias => (JsonNode)new JsonObject { ["id"] = alias })]),
                    ["artifact"] = new JsonObject { ["purl"] = f.ElementAtOrDefault(2) ?? "pkg:npm/a@1" },
                })]),
            },
        },
        ["metadata"] = finished is null ? null : new JsonObject { ["scanFinishedOn"] = finished },
    }.ToJsonString(), PredicateTypes.CosignScan, subject);

    public static EvidenceItem.Verified Vex(Digest subject, string vulnerability, string by = "sec") => Attestation(by, new JsonObject
    {
        ["statements"] = new JsonArray(new JsonObject { ["vulnerability"] = vulnerability, ["status"] = "not_affected", ["justification"] = "component_not_present" }),
    }.ToJsonString(), "https://openvex.dev/ns/v0.2.0", subject);

    public static EvidenceItem.Verified Provenance(Digest subject, string commit, string repository = Source) => Attestation("ci", new JsonObject
    {
        ["buildDefinition"] = new JsonObject
        {
            ["externalParameters"] = new JsonObject { ["workflow"] = new JsonObject { ["repository"] = repository, ["ref"] = "refs/heads/main" } },
            ["resolvedDependencies"] = new JsonArray(new JsonObject { ["uri"] = $"git+{repository}@refs/heads/main", ["digest"] = new JsonObject { ["gitCommit"] = commit } }),
        },
    }.ToJsonString(), PredicateTypes.ProvenanceV1, subject);

    public static T Known<T>(Fact<T>? fact) => Assert.IsType<Fact<T>.Known>(fact).Value;

    public static string Why<T>(Fact<T>? fact) => Assert.IsType<Fact<T>.Unknown>(fact).Reason;
}
