using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class VulnerabilitiesGateTests
{
    private const string Vulns = "https://in-toto.io/attestation/vulns/v0.2";
    private const string Cosign = "https://cosign.sigstore.dev/attestation/vuln/v1";
    private const string OpenVex = "https://openvex.dev/ns/v0.2.0";
    private const string Strict = "vulnerabilities: {by: [scan], atMost: {critical: 0, high: 0}}";
    private const string Young = "vulnerabilities: {by: [scan], atMost: {critical: 0}, maxAge: 24h}";
    private const string Cleared = "vulnerabilities: {by: [scan], atMost: {critical: 0, high: 0}, vexBy: [sec]}";
    private const string Excepting = "vulnerabilities: {by: [scan], atMost: {critical: 0, high: 0}, except: [{id: CVE-1, until: 2026-07-01, reason: not reachable}]}";
    private const string Limits = "Expected at most 0 critical, 0 high; found ";
    private const string Purl = "pkg:deb/debian/openssl@3.0.1";

    [Fact]
    public void Passes_when_a_scan_found_nothing_that_is_limited() => AssertPassed(
        Judge(Strict, Scan("{id: CVE-1, medium}", "{id: CVE-2, low}")), Limits + "0 critical, 0 high in the scan by scan.");

    [Fact]
    public void Passes_within_limits_that_allow_some() => AssertPassed(
        Judge("vulnerabilities: {by: [scan], atMost: {critical: 0, high: 2, low: 5}}", Scan("{id: CVE-1, high}", "{id: CVE-2, high}")),
        "Expected at most 0 critical, 2 high, 5 low; found 0 critical, 2 high (CVE-1, CVE-2), 0 low in the scan by scan.");

    [Fact]
    public void Waits_while_what_is_attached_cannot_be_read() => AssertPending(
        Gate(Strict).Evaluate(Facts(Unreachable())), "unreachable", "Expected a vulnerability scan by scan; what is attached could not be read: ghcr.io did not answer.");

    [Fact]
    public void Refuses_without_a_scan() => AssertFailed(Judge(Strict), "no-evidence", $"Expected a vulnerability scan by scan; found none attached to {Image}.");

    [Fact]
    public void Refuses_another_statement_and_another_authority()
    {
        AssertFailed(Judge(Strict, Attestation("scan", "{}")), "predicate-type-mismatch", $"Expected a vulnerability scan by scan; found '{TestType}'.");
        AssertFailed(Judge(Strict, Scan([], by: "stranger")), "untrusted-key", "Expected a vulnerability scan by scan; found one by stranger.");
        AssertFailed(Judge(Strict, Attestation("scan", Predicate([]), Vulns, D("other"))), "subject-mismatch",
            $"Expected a vulnerability scan by scan; found 1 not believed (1 subject-mismatch): It is about {D("other")}; expected {Image}.");
    }

    [Fact]
    public void Refuses_more_than_the_limit_and_names_what_is_too_much() => AssertFailed(
        Judge(Strict, Scan("{id: CVE-1, critical}", "{id: CVE-2, high}", "{id: CVE-3, low}")), "predicate-value",
        Limits + "1 critical (CVE-1), 1 high (CVE-2) in the scan by scan.");

    [Fact]
    public void One_more_than_allowed_is_too_many() => AssertFailed(
        Judge("vulnerabilities: {by: [scan], atMost: {high: 1}}", Scan("{id: CVE-1, high}", "{id: CVE-2, high}")), "predicate-value",
        "Expected at most 1 high; found 2 high (CVE-1, CVE-2) in the scan by scan.");

    [Fact]
    public void What_has_no_severity_counts_as_the_worst_that_is_limited() => AssertFailed(
        Judge(Strict, Scan("{id: CVE-1, unknown}")), "predicate-value",
        Limits + "0 critical, 0 high, 1 of unknown severity, which may be as bad (CVE-1) in the scan by scan.");

    [Fact]
    public void A_policy_may_say_how_many_of_unknown_severity_it_bears()
    {
        const string gate = "vulnerabilities: {by: [scan], atMost: {critical: 0, unknown: 1}}";

        AssertPassed(Judge(gate, Scan("{id: CVE-1, unknown}")), "Expected at most 0 critical, 1 of unknown severity; found 0 critical, 1 of unknown severity (CVE-1) in the scan by scan.");
        AssertFailed(Judge(gate, Scan("{id: CVE-1, unknown}", "{id: CVE-2, unknown}")), "predicate-value",
            "Expected at most 0 critical, 1 of unknown severity; found 2 of unknown severity (CVE-1, CVE-2) in the scan by scan.");
    }

    [Theory]
    [InlineData("Important", "9.9", "critical")]
    [InlineData("Important", "3.0", "high")]
    [InlineData("", "9.0", "critical")]
    [InlineData("", "8.9", "high")]
    [InlineData("", "4.0", "medium")]
    [InlineData("", "3.9", "low")]
    [InlineData("", "0", "low")]
    [InlineData("negligible", null, "low")]
    [InlineData("", "11", "unknown")]
    [InlineData("CVSS:3.1/AV:N/AC:L", null, "unknown")]
    public void Reads_words_and_scores_and_takes_the_worst(string word, string? score, string severity)
    {
        var scores = score is null ? "" : $$""", {"method":"cvss_score","score":"{{score}}"}""";
        var one = $$"""{"id":"CVE-1","severity":[{"method":"vendor","score":"{{word}}"}{{scores}}]}""";
        var outcome = Judge($"vulnerabilities: {{by: [scan], atMost: {{critical: 9, high: 9, medium: 9, low: 9, unknown: 9}}}}", Attestation("scan", $$$"""{"scanner":{"result":[{{{one}}}]}}""", Vulns));

        Assert.Contains($"1 {(severity == "unknown" ? "of unknown severity" : severity)} (CVE-1)", outcome.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epss", "0.97")]
    [InlineData("anything", "0.97")]
    public void A_probability_is_no_severity(string method, string score) => AssertFailed(
        Judge("vulnerabilities: {by: [scan], atMost: {critical: 0}}", Attestation("scan", $$$"""{"scanner":{"result":[{"id":"CVE-1","severity":[{"method":"{{{method}}}","score":"{{{score}}}"}]}]}}""", Vulns)),
        "predicate-value", "Expected at most 0 critical; found 0 critical, 1 of unknown severity, which may be as bad (CVE-1) in the scan by scan.");

    [Fact]
    public void Passes_with_a_young_scan() => AssertPassed(
        Judge(Young, Scan([], finished: Now.AddHours(-24))), "Expected at most 0 critical; found 0 critical in the scan by scan.");

    [Fact]
    public void Refuses_a_scan_that_is_too_old_by_its_own_time_or_by_its_verified_time()
    {
        AssertFailed(Judge(Young, Scan([], finished: Now.AddHours(-25), verified: Now)), "too-old", "Expected at most 1d of age; found one of 2026-06-14 11:00:00Z.");
        AssertFailed(Judge(Young, Scan([], finished: Now, verified: Now.AddHours(-25))), "too-old", "Expected at most 1d of age; found one of 2026-06-14 11:00:00Z.");
        AssertFailed(Judge(Young, Scan([])), "no-trusted-time", "Expected at most 1d of age; found no time that can be trusted.");
    }

    [Fact]
    public void The_newest_scan_counts_and_no_cleaner_one_of_before()
    {
        var (clean, dirty) = (Scan([], finished: Now.AddHours(-3)), Scan(["{id: CVE-1, critical}"], finished: Now.AddHours(-1)));

        AssertFailed(Judge(Young, clean, dirty), "predicate-value", "Expected at most 0 critical; found 1 critical (CVE-1) in the scan by scan.");
        AssertPassed(Judge(Young, Scan([], finished: Now.AddMinutes(-1)), dirty), "Expected at most 0 critical; found 0 critical in the scan by scan.");
    }

    [Fact]
    public void A_scan_that_nobody_can_date_may_be_the_newest() => AssertFailed(
        Judge(Strict, Scan([], finished: Now), Scan("{id: CVE-1, high}")), "predicate-value", Limits + "1 high (CVE-1) in the scan by scan.");

    [Fact]
    public void What_another_scanner_or_authority_found_is_not_outweighed()
    {
        const string either = "vulnerabilities: {by: [scan, lab], atMost: {critical: 0}}";
        var dirty = Scan(["{id: CVE-1, critical}"], finished: Now.AddHours(-1), scanner: "pkg:github/anchore/grype@v0.80");

        AssertFailed(Judge(Young, Scan([], finished: Now), dirty), "predicate-value", "Expected at most 0 critical; found 1 critical (CVE-1) in the scan by scan.");
        AssertFailed(Judge(either, Scan([], finished: Now, by: "lab"), dirty), "predicate-value", "Expected at most 0 critical; found 1 critical (CVE-1) in the scan by scan.");
        AssertPassed(Judge(Young, Scan([], finished: Now, scanner: "pkg:github/anchore/grype@v0.81"), dirty), "Expected at most 0 critical; found 0 critical in the scan by scan.");
    }

    [Theory]
    [InlineData("[]", "malformed", "The scan must be a JSON object, but is an array.")]
    [InlineData("{}", "malformed", "The scan must have a list 'scanner.result', but it is missing.")]
    [InlineData("""{"scanner":{"result":{"matches":[]}}}""", "malformed", "The scan must have a list 'scanner.result', but it is an object.")]
    [InlineData("""{"scanner":{"result":[{"severity":[]}]}}""", "malformed", "The scan must have a 'id', but it is missing or empty.")]
    [InlineData("""{"scanner":{"result":[{"id":7}]}}""", "malformed", "The scan must have text in 'id', but it is a number.")]
    [InlineData("""{"scanner":{"uri":["x"],"result":[]}}""", "malformed", "The scan must have text in 'uri', but it is an array.")]
    public void A_scan_that_cannot_be_read_found_nothing_and_counts_for_nothing(string predicate, string code, string sentence) => AssertFailed(
        Judge(Strict, Attestation("scan", predicate, Vulns)), code, sentence);

    [Fact]
    public void What_cannot_be_read_does_not_hide_what_can() => AssertPassed(
        Judge(Strict, Attestation("scan", "{}", Vulns), Scan()), Limits + "0 critical, 0 high in the scan by scan.");

    [Fact]
    public void A_scan_without_end_is_refused() => AssertFailed(
        Judge(Strict, Attestation("scan", Predicate([.. Enumerable.Repeat("{id: CVE-1, low}", 20_001)]), Vulns)), "limit",
        "The scan may have at most 20000 entries in 'scanner.result', but has 20001.");

    [Fact]
    public void Names_no_more_than_a_few() => Assert.Contains(
        "6 critical (CVE-0, CVE-1, CVE-2, CVE-3, CVE-4, …) in", Judge(Strict, Scan([.. Enumerable.Range(0, 6).Select(i => $"{{id: CVE-{i}, critical}}")])).Reason, StringComparison.Ordinal);

    [Fact]
    public void An_exception_holds_until_its_end_and_not_a_second_longer()
    {
        var scan = Scan("{id: CVE-1, critical}");

        AssertPassed(Judge(Excepting, scan), Limits + "0 critical, 0 high in the scan by scan; not counted: CVE-1 (excepted until 2026-07-01: not reachable).");
        AssertFailed(Gate(Excepting).Evaluate(Facts(Judged(scan)) with { Now = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero) }), "predicate-value",
            Limits + "1 critical (CVE-1) in the scan by scan; the exception of CVE-1 ended at 2026-07-01.");
    }

    [Fact]
    public void An_exception_is_for_one_vulnerability_by_any_of_its_names_and_for_no_other()
    {
        var aliased = Grype("""{"vulnerability":{"id":"GHSA-x","severity":"High"},"relatedVulnerabilities":[{"id":"cve-1"}],"artifact":{"name":"a"}}""");

        AssertPassed(Judge(Excepting, aliased), Limits + "0 critical, 0 high in the scan by scan; not counted: GHSA-x (excepted until 2026-07-01: not reachable).");
        AssertFailed(Judge(Excepting, Scan("{id: CVE-10, critical}", "{id: CVE-1, critical}")), "predicate-value",
            Limits + "1 critical (CVE-10) in the scan by scan; not counted: CVE-1 (excepted until 2026-07-01: not reachable).");
    }

    [Fact]
    public void Only_what_is_known_to_have_no_fix_is_left_out()
    {
        const string gate = "vulnerabilities: {by: [scan], atMost: {critical: 0}, onlyFixable: true}";
        const string wanted = "Expected at most 0 critical that can be fixed; found ";

        AssertPassed(Judge(gate, Trivy("""{"VulnerabilityID":"CVE-1","PkgName":"a","Severity":"CRITICAL"}""")), wanted + "0 critical in the scan by scan; not counted: 1 without a fix.");
        AssertFailed(Judge(gate, Trivy("""{"VulnerabilityID":"CVE-1","PkgName":"a","Severity":"CRITICAL","FixedVersion":"2"}""")), "predicate-value", wanted + "1 critical (CVE-1) in the scan by scan.");
        AssertFailed(Judge(gate, Scan("{id: CVE-1, critical}")), "predicate-value", wanted + "1 critical (CVE-1) in the scan by scan.");
        AssertPassed(Judge(gate, Grype("""{"vulnerability":{"id":"CVE-1","severity":"Critical","fix":{"state":"wont-fix"}}}""")), wanted + "0 critical in the scan by scan; not counted: 1 without a fix.");
        AssertFailed(Judge(gate, Grype("""{"vulnerability":{"id":"CVE-1","severity":"Critical","fix":{"state":"unknown"}}}""")), "predicate-value", wanted + "1 critical (CVE-1) in the scan by scan.");
    }

    [Fact]
    public void Reads_the_reports_of_trivy_and_grype_within_cosigns_scan()
    {
        AssertFailed(Judge(Strict, Trivy("""{"VulnerabilityID":"CVE-1","PkgName":"a","Severity":"HIGH"}""", """{"VulnerabilityID":"CVE-1","PkgName":"b","Severity":"HIGH"}""")), "predicate-value",
            Limits + "2 high (CVE-1) in the scan by scan.");
        AssertFailed(Judge(Strict, Grype("""{"vulnerability":{"id":"CVE-2","severity":"Critical"}}""")), "predicate-value", Limits + "1 critical (CVE-2) in the scan by scan.");
        AssertFailed(Judge(Strict, Cosigned("""[{"Target":"x","Vulnerabilities":[{"VulnerabilityID":"CVE-3","Severity":"HIGH"}]}]""")), "predicate-value", Limits + "1 high (CVE-3) in the scan by scan.");
        AssertPassed(Judge(Strict, Cosigned("""{"SchemaVersion":2,"ArtifactName":"x"}""")), Limits + "0 critical, 0 high in the scan by scan.");
        AssertPassed(Judge(Strict, Cosigned("[]")), Limits + "0 critical, 0 high in the scan by scan.");
    }

    [Theory]
    [InlineData("""{"runs":[]}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"none\"")]
    public void A_report_of_another_scanner_is_not_taken_for_a_clean_one(string report) => AssertFailed(
        Judge(Strict, Cosigned(report)), "unsupported", "The scan must have the report of Trivy or Grype, or a list, in 'scanner.result', but has something else.");

    [Fact]
    public void Vex_clears_what_does_not_affect_this_product_for_a_reason()
    {
        var outcome = AssertPassed(Judge(Cleared, Trivy(Openssl), Vex("not_affected", "vulnerable_code_not_present")),
            Limits + "0 critical, 0 high in the scan by scan; not counted: CVE-1 (vulnerable code not present, says sec).");

        Assert.Equal([Cosign, OpenVex], outcome.Evidence.Select(e => e.PredicateType));
        AssertPassed(Judge(Cleared, Trivy(Openssl), Vex("fixed")), Limits + "0 critical, 0 high in the scan by scan; not counted: CVE-1 (fixed, says sec).");
    }

    [Theory]
    [InlineData("affected", null)]
    [InlineData("under_investigation", null)]
    [InlineData("not_affected", null)]
    [InlineData("not_affected", "because we say so")]
    [InlineData("affected", "vulnerable_code_not_present")]
    public void Vex_without_a_reason_that_counts_clears_nothing(string status, string? justification) => AssertDirty(Vex(status, justification));

    [Fact]
    public void Vex_counts_only_from_whom_the_policy_names()
    {
        AssertDirty(Vex("fixed", by: "stranger"));
        AssertDirty(Vex("fixed", by: "scan"));
        AssertFailed(Judge(Strict, Trivy(Openssl), Vex("fixed")), "predicate-value", Limits + "1 critical (CVE-1) in the scan by scan.");
    }

    [Fact]
    public void Vex_counts_only_for_this_product()
    {
        AssertDirty(Vex("fixed", products: """[{"@id":"pkg:oci/checkout"}]"""));
        AssertDirty(Vex("fixed", products: $$"""[{"@id":"pkg:oci/checkout@{{D("other")}}"}]"""));
        AssertDirty(Vex("fixed", products: """[{"@id":"pkg:oci/checkout?repository_url=ghcr.io/evil/checkout"}]"""));
        AssertDirty(Vex("fixed", products: $$$"""[{"@id":"pkg:oci/checkout?repository_url=ghcr.io/acme/checkout","hashes":{"sha-256":"{{{D("other").Hex}}}"}}]"""));
        AssertDirty(Attestation("sec", VexPredicate("fixed", null, null, "CVE-1"), OpenVex, D("other")));
        AssertClean(Vex("fixed", products: $$"""[{"@id":"pkg:oci/checkout@{{Image}}"}]"""));
        AssertClean(Vex("fixed", products: $$"""[{"@id":"pkg:oci/checkout@{{Image.Value.Replace(":", "%3A", StringComparison.Ordinal)}}?arch=amd64"}]"""));
        AssertClean(Vex("fixed", products: """[{"identifiers":{"purl":"pkg:oci/checkout?repository_url=ghcr.io/acme/checkout"}}]"""));
        AssertClean(Vex("fixed", products: """[{"@id":"pkg:oci/checkout?repository_url=ghcr.io%2Facme"}]"""));
        AssertClean(Vex("fixed", products: $$$"""["pkg:oci/other@1",{"hashes":{"sha-256":"{{{Image.Hex}}}"}}]"""));
    }

    [Fact]
    public void Vex_about_a_part_of_the_product_counts_for_that_part_alone()
    {
        string With(string part) => $$"""[{"@id":"pkg:oci/checkout@{{Image}}","subcomponents":[{"@id":"{{part}}"}]}]""";

        AssertClean(Vex("fixed", products: With(Purl)));
        AssertClean(Vex("fixed", products: With("pkg:deb/debian/openssl")));
        AssertDirty(Vex("fixed", products: With("pkg:deb/debian/openssl@3.0.2")));
        AssertDirty(Vex("fixed", products: With("pkg:deb/debian/zlib")));
        AssertFailed(Judge(Cleared, Scan("{id: CVE-1, critical}"), Vex("fixed", products: With(Purl))), "predicate-value", Limits + "1 critical (CVE-1) in the scan by scan.");
    }

    [Fact]
    public void Vex_knows_a_vulnerability_by_all_its_names_and_no_other()
    {
        AssertClean(Vex("fixed", vulnerability: """{"name":"GHSA-x","aliases":["CVE-1"]}"""));
        AssertDirty(Vex("fixed", vulnerability: """{"name":"CVE-10","aliases":["CVE-11"]}"""));
        AssertDirty(Vex("fixed", vulnerability: """{"name":"CVE-"}"""));
    }

    [Fact]
    public void The_newest_statement_counts_and_a_doubt_beside_it_does_too()
    {
        var good = Vex("not_affected", "component_not_present", at: "2026-06-10T00:00:00Z");

        AssertDirty(good, Vex("affected", at: "2026-06-11T00:00:00Z"));
        AssertClean(good, Vex("under_investigation", at: "2026-06-09T00:00:00Z"));
        AssertDirty(good, Vex("affected", at: "2026-06-10T00:00:00Z"));
        AssertDirty(good, Vex("affected", at: null));
        AssertDirty(Vex("fixed", at: "2026-06-16T00:00:00Z"));
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void More_statements_than_anybody_needs_clear_nothing(int count, bool clears)
    {
        var many = string.Join(',', Enumerable.Repeat("""{"vulnerability":"CVE-1","status":"fixed"}""", count));

        Assert.Equal(clears, Judge(Cleared, Trivy(Openssl), Attestation("sec", $$"""{"statements":[{{many}}]}""", OpenVex)) is GateOutcome.Passed);
    }

    [Fact]
    public void Of_several_authorities_none_may_object() => AssertFailed(
        Judge("vulnerabilities: {by: [scan], atMost: {critical: 0, high: 0}, vexBy: [sec, lab]}", Trivy(Openssl), Vex("fixed", at: "2026-06-14T00:00:00Z"), Vex("affected", by: "lab", at: "2026-06-01T00:00:00Z")),
        "predicate-value", Limits + "1 critical (CVE-1) in the scan by scan.");

    [Theory]
    [InlineData("""{"statements":[{"vulnerability":{"name":"CVE-1"},"status":"fine"}]}""")]
    [InlineData("""{"statements":{"vulnerability":"CVE-1","status":"fixed"}}""")]
    [InlineData("""{"statements":[{"status":"fixed"}]}""")]
    [InlineData("""{"timestamp":"yesterday","statements":[{"vulnerability":"CVE-1","status":"fixed"}]}""")]
    [InlineData("null")]
    public void Vex_that_cannot_be_read_clears_nothing(string predicate) => AssertDirty(Attestation("sec", predicate, OpenVex));

    [Fact]
    public void Is_about_evidence_and_names_all_whom_it_believes()
    {
        Assert.True(Gate(Cleared).IsAboutEvidence);
        Assert.Equal(["scan", "sec"], Gate(Cleared).Authorities.Select(a => a.Name));
    }

    [Theory]
    [InlineData("vulnerabilities: {by: [], atMost: {critical: 0}}", "Expected at least 1 item, found 0.")]
    [InlineData("vulnerabilities: {by: [scan]}", "The key 'atMost' is missing.")]
    [InlineData("vulnerabilities: {by: [scan], atMost: {}}", "Expected a limit for at least one of critical, high, medium, low, unknown.")]
    [InlineData("vulnerabilities: {by: [scan], atMost: {critical: -1}}", "Expected a whole number from 0 to 20000, found '-1'.")]
    [InlineData("vulnerabilities: {by: [scan], atMost: {critcal: 0}}", "Unknown key 'critcal'. Did you mean 'critical'?")]
    [InlineData("vulnerabilities: {by: [scan], atMost: {high: 0}, vexBy: []}", "Expected at least 1 item, found 0.")]
    [InlineData("vulnerabilities: {by: [scan], atMost: {high: 0}, except: [{id: CVE-1, reason: r}]}", "The key 'until' is missing.")]
    [InlineData("vulnerabilities: {by: [scan], atMost: {high: 0}, except: [{id: CVE-1, until: 2026-07-01}]}", "The key 'reason' is missing.")]
    [InlineData("vulnerabilities: {by: [scan], atMost: {high: 0}, except: [{id: CVE-1, until: never, reason: r}]}", "Expected a time such as 2026-12-31T00:00:00Z, found 'never'.")]
    public void Does_not_load_when_it_says_less_than_it_must(string yaml, string problem) => Assert.Equal([problem], Load(yaml).Problems.Select(p => p.Message));

    private static readonly string Openssl = $$$"""{"VulnerabilityID":"CVE-1","PkgIdentifier":{"PURL":"{{{Purl}}}"},"PkgName":"openssl","InstalledVersion":"3.0.1","Severity":"CRITICAL"}""";

    private static void AssertDirty(params EvidenceItem[] vex) => AssertFailed(Judge(Cleared, [Trivy(Openssl), .. vex]), "predicate-value", Limits + "1 critical (CVE-1) in the scan by scan.");

    private static void AssertClean(params EvidenceItem[] vex) => Assert.IsType<GateOutcome.Passed>(Judge(Cleared, [Trivy(Openssl), .. vex]));

    private static EvidenceItem.Verified Scan(params string[] findings) => Scan(findings, "scan");

    private static EvidenceItem.Verified Scan(
        string[] findings, string by = "scan", DateTimeOffset? finished = null, DateTimeOffset? verified = null, string scanner = "pkg:github/aquasecurity/trivy@0.50") =>
        Attestation(by, Predicate(findings, finished, scanner), Vulns, time: verified);

    // {id: CVE-1, high}
    private static string Predicate(string[] findings, DateTimeOffset? finished = null, string scanner = "pkg:github/aquasecurity/trivy@0.50") => new JsonObject
    {
        ["scanner"] = new JsonObject
        {
            ["uri"] = scanner,
            ["result"] = new JsonArray([.. findings.Select(f => f.Trim('{', '}').Split(", ")).Select(f => (JsonNode)new JsonObject
            {
                ["id"] = f[0]["id: ".Length..],
                ["severity"] = new JsonArray(new JsonObject { ["method"] = "nvd", ["score"] = f[1] }),
            })]),
        },
        ["metadata"] = finished is { } at ? new JsonObject { ["scanFinishedOn"] = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") } : new JsonObject(),
    }.ToJsonString();

    private static EvidenceItem.Verified Cosigned(string report) => Attestation("scan", $$$"""{"scanner":{"uri":"x","result":{{{report}}}}}""", Cosign);

    private static EvidenceItem.Verified Trivy(params string[] findings) => Cosigned($$"""{"SchemaVersion":2,"Results":[{"Target":"os","Vulnerabilities":[{{string.Join(',', findings)}}]}]}""");

    private static EvidenceItem.Verified Grype(params string[] matches) => Cosigned($$"""{"matches":[{{string.Join(',', matches)}}]}""");

    private static EvidenceItem.Verified Vex(string status, string? justification = null, string by = "sec", string? products = null, string vulnerability = """{"name":"CVE-1"}""", string? at = "2026-06-01T00:00:00Z") =>
        Attestation(by, VexPredicate(status, justification, products, vulnerability, at), OpenVex);

    private static string VexPredicate(string status, string? justification, string? products, string vulnerability, string? at = null)
    {
        var statement = new JsonObject { ["vulnerability"] = vulnerability.StartsWith('{') ? JsonNode.Parse(vulnerability) : vulnerability, ["status"] = status };
        if (justification is not null)
        {
            statement["justification"] = justification;
        }

        if (products is not null)
        {
            statement["products"] = JsonNode.Parse(products);
        }

        var document = new JsonObject { ["@context"] = "https://openvex.dev/ns/v0.2.0", ["statements"] = new JsonArray(statement) };
        if (at is not null)
        {
            document["timestamp"] = at;
        }

        return document.ToJsonString();
    }
}
