using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class SbomGateTests
{
    private const string Spdx = "https://spdx.dev/Document";
    private const string CycloneDx = "https://cyclonedx.org/bom";
    private const string Any = "sbom: {by: [ci]}";
    private const string Wanted = "Expected an SBOM (SPDX or CycloneDX) by ci; ";
    private const string NoAgpl = "sbom: {by: [ci], deny: {licenses: [AGPL-3.0-only]}}";
    private const string NoStream = "sbom: {by: [ci], deny: {packages: [\"pkg:npm/event-stream@3.3.6\"]}}";

    [Fact]
    public void Passes_when_a_list_of_either_format_is_there()
    {
        AssertPassed(Judge(Any, OfSpdx(Package("a"))), "Expected an SBOM by ci; found it by ci.");
        AssertPassed(Judge(Any, OfCycloneDx(Component("a"))), "Expected an SBOM by ci; found it by ci.");
        AssertPassed(Judge(Any, Attestation("ci", """{"bomFormat":"CycloneDX","specVersion":"1.6"}""", CycloneDx + "/v1.6")), "Expected an SBOM by ci; found it by ci.");
    }

    [Fact]
    public void Waits_while_what_is_attached_cannot_be_read() => AssertPending(
        Gate(Any).Evaluate(Facts(Unreachable())), "unreachable", Wanted + "what is attached could not be read: ghcr.io did not answer.");

    [Fact]
    public void Refuses_without_one_or_with_one_of_somebody_else()
    {
        AssertFailed(Judge(Any), "no-evidence", Wanted + $"found none attached to {Image}.");
        AssertFailed(Judge(Any, OfSpdx(Package("a")) with { Authority = "stranger" }), "untrusted-key", Wanted + "found one by stranger.");
        AssertFailed(Judge(Any, Attestation("ci", "{}")), "predicate-type-mismatch", Wanted + $"found '{TestType}'.");
    }

    [Fact]
    public void Refuses_a_format_that_is_not_asked_for() => AssertFailed(
        Judge("sbom: {by: [ci], formats: [spdx]}", OfCycloneDx(Component("a"))), "predicate-type-mismatch", $"Expected an SBOM (SPDX) by ci; found '{CycloneDx}'.");

    [Theory]
    [InlineData(Spdx, """{"spdxVersion":"SPDX-3.0"}""", "unsupported", "The SPDX document must be of version SPDX-2.x, but is of 'SPDX-3.0'.")]
    [InlineData(Spdx, "\"SPDXVersion: SPDX-2.3\"", "malformed", "The SPDX document must be a JSON object, but is a string.")]
    [InlineData(Spdx, "{}", "malformed", "The SPDX document must have a 'spdxVersion', but it is missing or empty.")]
    [InlineData(Spdx, """{"spdxVersion":"SPDX-2.3","packages":{}}""", "malformed", "The SPDX document must have a list 'packages', but it is an object.")]
    [InlineData(Spdx, """{"spdxVersion":"SPDX-2.3","packages":[{}]}""", "malformed", "The SPDX document must have a 'name', but it is missing or empty.")]
    [InlineData(Spdx, """{"spdxVersion":"SPDX-2.3","packages":[{"name":"a","licenseConcluded":["MIT"]}]}""", "malformed", "The SPDX document must have text in 'licenseConcluded', but it is an array.")]
    [InlineData(CycloneDx, """{"bomFormat":"SPDX"}""", "malformed", "The CycloneDX document must have the bomFormat CycloneDX, but has 'SPDX'.")]
    [InlineData(CycloneDx, """{"bomFormat":"CycloneDX","specVersion":"2.0"}""", "unsupported", "The CycloneDX document must be of version 1.x, but is of '2.0'.")]
    [InlineData(CycloneDx, """{"bomFormat":"CycloneDX","components":[{"name":"a","components":[{"version":"1"}]}]}""", "malformed", "The CycloneDX document must have a 'name', but it is missing or empty.")]
    public void A_list_that_cannot_be_read_is_none(string type, string predicate, string code, string sentence) => AssertFailed(
        Judge(Any, Attestation("ci", predicate, type)), code, sentence);

    [Fact]
    public void Nothing_listed_is_not_nothing_inside() => AssertFailed(
        Judge(NoAgpl, OfSpdx()), "predicate-value", "Expected an SBOM by ci without AGPL-3.0-only; found no package at all in the SBOM by ci.");

    [Theory]
    [InlineData("AGPL-3.0-only")]
    [InlineData("agpl-3.0-ONLY")]
    [InlineData("AGPL-3.0")]
    [InlineData("AGPL-3.0+")]
    [InlineData("AGPL-3.0-or-later")]
    [InlineData("MIT AND AGPL-3.0-only")]
    [InlineData("(MIT OR Apache-2.0) AND (BSD-3-Clause AND (AGPL-3.0-only))")]
    [InlineData("AGPL-3.0-only OR AGPL-3.0-only")]
    [InlineData("MIT and AGPL-3.0-only")]
    [InlineData("MIT AND AGPL-3.0-only OR AGPL-3.0-only")]
    [InlineData("AGPL-3.0-only WITH Some-exception")]
    [InlineData("MIT OR AND AGPL-3.0-only")]
    [InlineData("MIT OR (AGPL-3.0-only")]
    [InlineData("see AGPL-3.0-only file")]
    public void Refuses_a_denied_licence_wherever_no_choice_avoids_it(string expression)
    {
        AssertFailed(Judge(NoAgpl, OfSpdx(Package("a"), Package("b", license: expression))), "predicate-value", $"Expected no licence AGPL-3.0-only; found '{expression}' of 'b@1' in the SBOM by ci.");
        AssertFailed(Judge(NoAgpl, OfCycloneDx(Component("b", $$$"""[{"expression":"{{{expression}}}"}]"""))), "predicate-value", $"Expected no licence AGPL-3.0-only; found '{expression}' of 'b@1' in the SBOM by ci.");
    }

    [Theory]
    [InlineData("MIT")]
    [InlineData("LGPL-3.0-only")]
    [InlineData("AGPL-1.0-only")]
    [InlineData("MIT OR AGPL-3.0-only")]
    [InlineData("(AGPL-3.0-only AND BSD-3-Clause) OR MIT")]
    [InlineData("NOASSERTION")]
    [InlineData("LicenseRef-AGPL-3.0-only-not")]
    public void Passes_what_is_not_denied_or_leaves_a_choice(string expression) => AssertPassed(
        Judge(NoAgpl, OfSpdx(Package("b", license: expression))), "Expected an SBOM by ci without AGPL-3.0-only; found it by ci.");

    [Fact]
    public void Brackets_without_end_are_read_as_names_and_not_until_the_stack_ends() => AssertFailed(
        Judge(NoAgpl, OfSpdx(Package("b", license: new string('(', 2000) + "AGPL-3.0-only"))), "predicate-value",
        $"Expected no licence AGPL-3.0-only; found '{new string('(', 80)}…' of 'b@1' in the SBOM by ci.");

    [Fact]
    public void Looks_at_every_place_where_a_licence_may_stand()
    {
        string[] spdx =
        [
            """{"name":"b","licenseConcluded":"MIT","licenseDeclared":"AGPL-3.0-only"}""", """{"name":"b","licenseInfoFromFiles":["MIT","AGPL-3.0-only"]}""",
        ];
        string[] cycloneDx =
        [
            Component("b", """[{"license":{"id":"AGPL-3.0-only"}}]"""), Component("b", """[{"license":{"name":"AGPL-3.0-only"}}]"""),
            $$"""{"name":"outer","components":[{{Component("b", """[{"license":{"id":"AGPL-3.0-only"}}]""")}}]}""",
            """{"name":"b","evidence":{"licenses":[{"license":{"id":"AGPL-3.0-only"}}]}}""",
        ];

        Assert.All(spdx, p => Assert.Equal("predicate-value", Judge(NoAgpl, OfSpdx(p)).Code));
        Assert.All(cycloneDx, c => Assert.Equal("predicate-value", Judge(NoAgpl, OfCycloneDx(c)).Code));
        Assert.Equal("predicate-value", Judge(NoAgpl, Attestation("ci", """{"bomFormat":"CycloneDX","metadata":{"component":{"name":"b","licenses":[{"license":{"id":"AGPL-3.0-only"}}]}}}""", CycloneDx)).Code);
        Assert.Equal("predicate-value", Judge(NoAgpl, Attestation("ci", """{"spdxVersion":"SPDX-2.3","packages":[{"name":"a"}],"files":[{"fileName":"x.js","licenseInfoInFiles":["AGPL-3.0-only"]}]}""", Spdx)).Code);
    }

    [Fact]
    public void A_policy_may_deny_families_and_what_nobody_stated()
    {
        AssertFailed(Judge("sbom: {by: [ci], deny: {licenses: [\"AGPL-*\"]}}", OfSpdx(Package("b", license: "AGPL-1.0-only"))), "predicate-value", "Expected no licence AGPL-*; found 'AGPL-1.0-only' of 'b@1' in the SBOM by ci.");
        AssertFailed(Judge("sbom: {by: [ci], deny: {licenses: [NOASSERTION]}}", OfSpdx(Package("b", license: "NONE"))), "predicate-value", "Expected no licence NOASSERTION; found 'NOASSERTION' of 'b@1' in the SBOM by ci.");
    }

    [Theory]
    [InlineData("pkg:npm/event-stream@3.3.6")]
    [InlineData("pkg:npm/Event-Stream@3.3.6")]
    [InlineData("pkg:NPM/event-stream@3.3.6?arch=x#lib")]
    [InlineData("pkg://npm/event%2Dstream@3.3.6")]
    public void Refuses_a_denied_package(string url)
    {
        AssertFailed(Judge(NoStream, OfSpdx(Package("x"), Package("y", url: url))), "predicate-value", $"Expected no pkg:npm/event-stream@3.3.6; found '{url}' in the SBOM by ci.");
        AssertFailed(Judge(NoStream, OfCycloneDx($$"""{"name":"y","purl":"{{url}}"}""")), "predicate-value", $"Expected no pkg:npm/event-stream@3.3.6; found '{url}' in the SBOM by ci.");
    }

    [Theory]
    [InlineData("pkg:npm/event-stream@3.3.60")]
    [InlineData("pkg:npm/event-stream@3.3.5")]
    [InlineData("pkg:npm/event-stream-x@3.3.6")]
    [InlineData("pkg:npm/%40acme/event-stream@3.3.6")]
    [InlineData("pkg:pypi/event-stream@3.3.6")]
    public void A_package_that_is_only_near_is_another(string url) => AssertPassed(
        Judge(NoStream, OfSpdx(Package("event-stream", url: url))), "Expected an SBOM by ci without pkg:npm/event-stream@3.3.6; found it by ci.");

    [Fact]
    public void Without_a_version_every_version_is_denied()
    {
        const string gate = "sbom: {by: [ci], deny: {packages: [\"pkg:npm/%40acme/log\", \"pkg:pypi/my_lib\"]}}";

        AssertFailed(Judge(gate, OfSpdx(Package("x", url: "pkg:npm/@acme/log@9.9.9"))), "predicate-value", "Expected no pkg:npm/%40acme/log; found 'pkg:npm/@acme/log@9.9.9' in the SBOM by ci.");
        AssertFailed(Judge(gate, OfSpdx(Package("x", url: "pkg:pypi/My-Lib@1"))), "predicate-value", "Expected no pkg:pypi/my_lib; found 'pkg:pypi/My-Lib@1' in the SBOM by ci.");
    }

    [Fact]
    public void A_package_without_a_url_could_be_the_denied_one_by_its_name()
    {
        AssertFailed(Judge(NoStream, OfSpdx("""{"name":"event-stream","versionInfo":"3.3.6"}""")), "predicate-value", "Expected no pkg:npm/event-stream@3.3.6; found 'event-stream@3.3.6' in the SBOM by ci.");
        AssertFailed(Judge(NoStream, OfSpdx("""{"name":"event-stream"}""")), "predicate-value", "Expected no pkg:npm/event-stream@3.3.6; found 'event-stream' in the SBOM by ci.");
        AssertPassed(Judge(NoStream, OfSpdx("""{"name":"event-stream","versionInfo":"3.3.5"}""")), "Expected an SBOM by ci without pkg:npm/event-stream@3.3.6; found it by ci.");
    }

    [Fact]
    public void A_list_that_leaves_it_out_does_not_outweigh_one_that_names_it() => AssertFailed(
        Judge(NoStream, OfSpdx(Package("x")), OfSpdx(Package("y", url: "pkg:npm/event-stream@3.3.6"))), "predicate-value",
        "Expected no pkg:npm/event-stream@3.3.6; found 'pkg:npm/event-stream@3.3.6' in the SBOM by ci.");

    [Fact]
    public void A_stranger_can_neither_pass_it_nor_stop_it() => AssertPassed(
        Judge(NoStream, OfSpdx(Package("x")), OfSpdx(Package("y", url: "pkg:npm/event-stream@3.3.6")) with { Authority = "stranger" }),
        "Expected an SBOM by ci without pkg:npm/event-stream@3.3.6; found it by ci.");

    [Theory]
    [InlineData("sbom: {by: []}", "Expected at least 1 item, found 0.")]
    [InlineData("sbom: {by: [ci], formats: []}", "Expected at least 1 item, found 0.")]
    [InlineData("sbom: {by: [ci], formats: [syft]}", "Expected one of spdx, cyclonedx, found 'syft'.")]
    [InlineData("sbom: {by: [ci], deny: {}}", "Expected at least one of licenses, packages.")]
    [InlineData("sbom: {by: [ci], deny: {licences: [MIT]}}", "Unknown key 'licences'. Did you mean 'licenses'?")]
    [InlineData("sbom: {by: [ci], deny: {packages: [event-stream]}}", "'event-stream' is not a valid package URL: expected one such as pkg:npm/event-stream@3.3.6, or without the version for all of them.")]
    public void Does_not_load_when_it_says_less_than_it_must(string yaml, string problem) => Assert.Equal([problem], Load(yaml).Problems.Select(p => p.Message));

    private static EvidenceItem.Verified OfSpdx(params string[] packages) => Attestation("ci", $$"""{"spdxVersion":"SPDX-2.3","packages":[{{string.Join(',', packages)}}]}""", Spdx);

    private static EvidenceItem.Verified OfCycloneDx(params string[] components) =>
        Attestation("ci", $$"""{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{{string.Join(',', components)}}]}""", CycloneDx);

    private static string Package(string name, string? license = null, string? url = null) => new JsonObject
    {
        ["name"] = name,
        ["versionInfo"] = "1",
        ["licenseConcluded"] = license ?? "NOASSERTION",
        ["externalRefs"] = url is null ? null : new JsonArray(new JsonObject { ["referenceCategory"] = "PACKAGE-MANAGER", ["referenceType"] = "purl", ["referenceLocator"] = url }),
    }.ToJsonString();

    private static string Component(string name, string licenses = "[]") => $$"""{"name":"{{name}}","version":"1","licenses":{{licenses}}}""";
}
