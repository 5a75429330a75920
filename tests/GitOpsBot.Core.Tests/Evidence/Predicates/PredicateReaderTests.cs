using System.Text.Json;
using FsCheck.Xunit;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Tests.Evidence.Predicates;

public sealed class PredicateReaderTests
{
    private const string Test = PredicateTypes.TestResult;
    private const string Summary = PredicateTypes.VerificationSummary;

    [Fact]
    public void Reads_what_tests_came_to() => Assert.Equal(
        "tests FAILED, 2 passed, 0 warned, 1 failed", Read(Test, """{"result":"FAILED","configuration":[],"passedTests":["a","b"],"failedTests":["c"]}""").Says);

    [Fact]
    public void Reads_what_somebody_else_verified()
    {
        var summary = Assert.IsType<VerificationSummary>(Read(Summary,
            """{"verifier":{"id":"https://v.example"},"timeVerified":"2026-06-01T00:00:00Z","resourceUri":"oci://x","verificationResult":"PASSED","verifiedLevels":["SLSA_BUILD_LEVEL_3"]}"""));

        Assert.Equal("verification by https://v.example: PASSED at SLSA_BUILD_LEVEL_3", summary.Says);
        Assert.Equal(("oci://x", new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)), (summary.Resource, summary.At));
    }

    [Fact]
    public void Reads_scans_lists_vex_and_provenance()
    {
        Assert.Equal("scan with 1 critical, 2 low", Read("https://in-toto.io/attestation/vulns/v0.1",
            """{"scanner":{"result":[{"vulnerability":{"id":"a","severity":[{"method":"nvd","score":"low"}]}},{"id":"b","severity":[{"method":"nvd","score":"low"}]},{"id":"c","severity":[{"method":"cvss","score":9.8}]}]}}""").Says);
        Assert.Equal("scan without findings", Read("https://in-toto.io/attestation/vulns/v0.2", """{"scanner":{"result":[]}}""").Says);
        Assert.Equal("SBOM (SPDX) of 1 packages", Read("https://spdx.dev/Document/v2.3", """{"spdxVersion":"SPDX-2.3","packages":[{"name":"a"}]}""").Says);
        Assert.Equal("SBOM (CycloneDX) of 2 packages", Read("https://cyclonedx.org/bom/v1.4", """{"bomFormat":"CycloneDX","components":[{"name":"a","components":[{"name":"b"}]}]}""").Says);
        Assert.Equal("VEX with 1 statements", Read("https://openvex.dev/ns", """{"statements":[{"vulnerability":"CVE-1","status":"fixed"}]}""").Says);
        Assert.Equal("built by b from https://x/y@refs/heads/main", Read(PredicateTypes.ProvenanceV1, """{"buildDefinition":{"resolvedDependencies":[{"uri":"git+https://x/y.git@refs/heads/main"}]},"runDetails":{"builder":{"id":"b"}}}""").Says);
    }

    [Fact]
    public void Any_other_type_stays_plain_json() => Assert.Equal(
        "[1]", Assert.IsType<PlainPredicate>(Read("https://example.com/mine", "[1]")).Json.GetRawText());

    [Theory]
    [InlineData(Test, "{}", "malformed", "The test result must have a 'result', but it is missing or empty.")]
    [InlineData(Test, """{"result":"GREAT"}""", "malformed", "The test result must be PASSED, WARNED or FAILED, but is 'GREAT'.")]
    [InlineData(Test, """{"result":"passed"}""", "malformed", "The test result must be PASSED, WARNED or FAILED, but is 'passed'.")]
    [InlineData(Test, """{"result":"PASSED","failedTests":"none"}""", "malformed", "The test result must have a list 'failedTests', but it is a string.")]
    [InlineData(Test, """{"result":"PASSED","failedTests":[1]}""", "malformed", "The test result must have texts of at most 4096 characters in 'failedTests', but has a number.")]
    [InlineData(Summary, """{"verificationResult":"PASSED"}""", "malformed", "The verification summary must have a 'id', but it is missing or empty.")]
    [InlineData(Summary, """{"verifier":{"id":"v"},"verificationResult":"OK"}""", "malformed", "The verification summary must be PASSED or FAILED, but is 'OK'.")]
    [InlineData(Summary, """{"verifier":{"id":"v"},"verificationResult":"PASSED","timeVerified":"today"}""", "malformed", "The verification summary must have a time with a zone in 'timeVerified', but has 'today'.")]
    [InlineData(PredicateTypes.ProvenanceV1, "[]", "malformed", "The provenance must be a JSON object, but is an array.")]
    [InlineData("https://openvex.dev/ns", """{"statements":[{"vulnerability":{"name":"CVE-1"},"status":"fixed","products":[{"hashes":{"sha-256":"ABC"}}]}]}""", "malformed", "The VEX document must have 64 lower-case hexadecimal digits in 'sha-256', but has something else.")]
    public void What_cannot_be_read_is_a_rejection_with_its_reason(string type, string predicate, string code, string sentence)
    {
        var rejection = Assert.IsType<Checked<Predicate>.Refused>(PredicateReader.Read(Statement(type, predicate))).Rejection;

        Assert.Equal((code, sentence), (rejection.CodeText, rejection.Reason));
    }

    [Fact]
    public void Bounds_texts_and_lists()
    {
        Assert.Equal("limit", Refused(Test, $$"""{"result":"{{new string('x', 4097)}}"}"""));
        Assert.Equal("limit", Refused(Test, $$"""{"result":"PASSED","passedTests":[{{string.Join(',', Enumerable.Repeat("\"t\"", 100_001))}}]}"""));
        Assert.Equal("limit", Refused("https://openvex.dev/ns", $$"""{"statements":[{{string.Join(',', Enumerable.Repeat("""{"vulnerability":"CVE-1","status":"fixed"}""", 20_001))}}]}"""));
        Assert.Equal("limit", Refused("https://cyclonedx.org/bom", $$"""{"bomFormat":"CycloneDX","components":[{{string.Join(',', Enumerable.Repeat("""{"name":"a","components":[{"name":"b"}]}""", 60_000))}}]}"""));
        var many = string.Join(',', Enumerable.Range(0, 9000).Select(i => $$"""{"VulnerabilityID":"CVE-{{i}}"}"""));
        Assert.Equal("limit", Refused(PredicateTypes.CosignScan, """{"scanner":{"result":{"Results":[""" + string.Join(',', Enumerable.Repeat($$"""{"Vulnerabilities":[{{many}}]}""", 3)) + "]}}}"));
    }

    [Fact]
    public void Half_a_character_is_a_rejection_too() => Assert.Equal("malformed", Refused(Test, "{\"result\":\"\\ud800\"}"));

    [Property(MaxTest = 2000, Replay = "20260615,1")]
    public void However_a_predicate_is_broken_it_is_a_value_or_a_rejection(int seed)
    {
        var random = new Random(seed);
        var (type, whole) = Whole[random.Next(Whole.Length)];
        string[] scraps = ["{}", "[]", "null", "1", "-1e9", "true", "\"\"", "\"x\"", "[[]]", "[{}]", "{\"id\":1}", "\"\\ud800\"", "\"2026-06-01T00:00:00Z\""];
        var words = System.Text.RegularExpressions.Regex.Split(whole, """(?<=[\[\]{},:])|(?=[\[\]{},:])""").Where(w => w.Length > 0).ToArray();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            words[random.Next(words.Length)] = scraps[random.Next(scraps.Length)];
        }

        try
        {
            using var json = JsonDocument.Parse(string.Concat(words));
        }
        catch (JsonException)
        {
            return;
        }

        var read = PredicateReader.Read(Statement(type, string.Concat(words)));

        Assert.True(read is Checked<Predicate>.Accepted { Value.Says: not null } or Checked<Predicate>.Refused { Rejection.Reason: [.., '.'] });
    }

    private static readonly (string Type, string Predicate)[] Whole =
    [
        (Test, """{"result":"PASSED","passedTests":["a"],"failedTests":[]}"""),
        (Summary, """{"verifier":{"id":"v"},"timeVerified":"2026-06-01T00:00:00Z","verificationResult":"PASSED","verifiedLevels":["L"]}"""),
        ("https://in-toto.io/attestation/vulns/v0.1", """{"scanner":{"uri":"u","result":[{"vulnerability":{"id":"a","severity":[{"method":"nvd","score":"low"}]}},{"id":"b","severity":[]}]}}"""),
        (PredicateTypes.CosignScan, """{"scanner":{"result":{"Results":[{"Target":"t","Vulnerabilities":[{"VulnerabilityID":"CVE-1","VendorIDs":["D"],"PkgIdentifier":{"PURL":"p"},"Severity":"LOW"}]}]}}}"""),
        (PredicateTypes.CosignScan, """{"scanner":{"result":{"matches":[{"vulnerability":{"id":"a","severity":"High","fix":{"state":"fixed"}},"relatedVulnerabilities":[{"id":"b"}],"artifact":{"name":"n","purl":"p"}}]}}}"""),
        ("https://spdx.dev/Document", """{"spdxVersion":"SPDX-2.3","packages":[{"name":"a","licenseConcluded":"MIT","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:npm/a@1"}]}],"files":[{"fileName":"f","licenseInfoInFiles":["MIT"]}]}"""),
        ("https://cyclonedx.org/bom", """{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"name":"c"}},"components":[{"name":"a","group":"g","purl":"pkg:npm/a@1","licenses":[{"license":{"id":"MIT"}},{"expression":"MIT"}],"components":[{"name":"b"}]}]}"""),
        ("https://openvex.dev/ns", """{"timestamp":"2026-06-01T00:00:00Z","statements":[{"vulnerability":{"name":"CVE-1","aliases":["G"]},"products":[{"@id":"pkg:oci/x","subcomponents":[{"@id":"pkg:npm/a"}]},"y"],"status":"not_affected","justification":"component_not_present"}]}"""),
        (PredicateTypes.ProvenanceV1, """{"buildDefinition":{"externalParameters":{"workflow":{"ref":"r","repository":"s"}},"resolvedDependencies":[{"uri":"git+https://x/y@refs/heads/main"}]},"runDetails":{"builder":{"id":"b"}}}"""),
        (PredicateTypes.ProvenanceV02, """{"builder":{"id":"b"},"invocation":{"configSource":{"uri":"git+https://x/y@z"}},"materials":[{"uri":"u"}]}"""),
    ];

    private static string Refused(string type, string predicate) => Assert.IsType<Checked<Predicate>.Refused>(PredicateReader.Read(Statement(type, predicate))).Rejection.CodeText;

    private static Predicate Read(string type, string predicate) => Assert.IsType<Checked<Predicate>.Accepted>(PredicateReader.Read(Statement(type, predicate))).Value;

    private static InTotoStatement Statement(string type, string predicate)
    {
        var json = JsonDocument.Parse($$"""{"predicate":{{predicate}}}""").RootElement;
        return new InTotoStatement(StatementReader.TypeV1, [], type, json.GetProperty("predicate"), json);
    }
}
