using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class ProvenanceGateTests
{
    private const string V1 = "https://slsa.dev/provenance/v1";
    private const string V02 = "https://slsa.dev/provenance/v0.2";
    private const string Runner = "https://github.com/actions/runner/github-hosted";
    private const string Checkout = "https://github.com/acme/checkout";
    private const string Main = "refs/heads/main";
    private const string Wanted = $"an attestation of the type {V1} or {V02} by ci";
    private const string Any = "provenance: {by: [ci]}";
    private const string Strict = "provenance: {by: [ci], builder: \"https://github.com/actions/runner/*\", source: \"https://github.com/acme/checkout\", refs: [refs/heads/main, refs/heads/release]}";

    [Fact]
    public void Passes_when_builder_source_and_ref_are_those_asked_for() => AssertPassed(
        Judge(Strict, Built(Runner, Checkout, Main, $"git+{Checkout}@{Main}")), $"Expected {Wanted}; found it by ci.");

    [Fact]
    public void Passes_with_provenance_of_the_older_version() => AssertPassed(
        Judge(Strict, BuiltV02(Runner, $"git+{Checkout}@{Main}", $"git+{Checkout}@{Main}")), $"Expected {Wanted}; found it by ci.");

    [Fact]
    public void Waits_while_what_is_attached_cannot_be_read() => AssertPending(
        Gate(Strict).Evaluate(Facts(Unreachable())), "unreachable", $"Expected {Wanted}; what is attached could not be read: ghcr.io did not answer.");

    [Fact]
    public void Refuses_when_nothing_is_attached() => AssertFailed(Judge(Any), "no-evidence", $"Expected {Wanted}; found none attached to {Image}.");

    [Fact]
    public void Refuses_another_statement() => AssertFailed(
        Judge(Any, Attestation("ci", "{}", V1 + ".1")), "predicate-type-mismatch", $"Expected {Wanted}; found '{V1}.1'.");

    [Fact]
    public void Refuses_provenance_by_an_authority_that_is_not_named() => AssertFailed(
        Judge(Any, Built(Runner, Checkout, Main, null, by: "stranger")), "untrusted-key", $"Expected {Wanted}; found one by stranger.");

    [Theory]
    [InlineData("https://github.com/actions/runner", "'https://github.com/actions/runner'")]
    [InlineData("https://github.com/actions/runner-evil/x", "'https://github.com/actions/runner-evil/x'")]
    [InlineData("https://evil.example/?https://github.com/actions/runner/x", "'https://evil.example/?https://github.com/actions/runner/x'")]
    [InlineData(null, "none named")]
    public void Refuses_another_builder(string? builder, string found) => AssertFailed(
        Judge(Strict, Built(builder, Checkout, Main, null)), "predicate-value", $"Expected the builder https://github.com/actions/runner/*; found {found}.");

    [Theory]
    [InlineData(Checkout + "-evil")]
    [InlineData("https://github.com/acme/check")]
    [InlineData("http://github.com/acme/checkout")]
    public void Refuses_another_source(string source) => AssertFailed(
        Judge(Strict, Built(Runner, source, Main, null)), "predicate-value", $"Expected the source {Checkout}; found '{source}'.");

    [Theory]
    [InlineData("refs/heads/main-evil")]
    [InlineData("refs/tags/main")]
    [InlineData("main")]
    public void Refuses_another_ref(string name) => AssertFailed(
        Judge(Strict, Built(Runner, Checkout, name, null)), "predicate-value", $"Expected the ref {Main} or refs/heads/release; found '{name}'.");

    [Fact]
    public void Refuses_provenance_that_names_neither_source_nor_ref() => AssertFailed(
        Judge(Strict, Built(Runner, null, null, null)), "predicate-value", $"Expected the source {Checkout}; found none named.");

    [Theory]
    [InlineData("https://github.com/acme/checkout.git", Main, null)]
    [InlineData("git+https://github.com/acme/checkout.git", Main, null)]
    [InlineData(null, null, "git+https://github.com/acme/checkout.git@refs/heads/main")]
    [InlineData(null, null, "https://github.com/acme/checkout@refs/heads/main")]
    [InlineData(Checkout, null, "git+https://github.com/acme/checkout@refs/heads/main")]
    public void Knows_a_source_by_its_spellings_and_by_the_first_dependency(string? repository, string? name, string? dependency) => AssertPassed(
        Judge(Strict, Built(Runner, repository, name, dependency)), $"Expected {Wanted}; found it by ci.");

    [Theory]
    [InlineData("git+https://github.com/evil/checkout@refs/heads/main")]
    [InlineData("git+https://github.com/acme/checkout@refs/heads/evil")]
    public void Refuses_provenance_whose_two_places_disagree(string dependency)
    {
        var (source, name) = (dependency["git+".Length..].Split('@')[0], dependency.Split('@')[1]);

        AssertFailed(Judge(Strict, Built(Runner, Checkout, Main, dependency)), "predicate-value",
            $"Expected the source {Checkout}; found '{Cut($"{Checkout}@{Main} and {source}@{name}, which disagree")}'.");
    }

    [Fact]
    public void An_at_sign_within_a_branch_or_before_a_host_moves_neither_source_nor_ref()
    {
        AssertFailed(Judge(Strict, Built(Runner, null, null, $"git+{Checkout}@refs/heads/evil@{Main}")), "predicate-value",
            $"Expected the ref {Main} or refs/heads/release; found 'refs/heads/evil@{Main}'.");
        AssertFailed(Judge(Strict, Built(Runner, null, null, $"git+https://github.com@evil.example/acme/checkout@{Main}")), "predicate-value",
            $"Expected the source {Checkout}; found 'https://github.com@evil.example/acme/checkout'.");
    }

    [Fact]
    public void Only_the_first_dependency_is_the_source()
    {
        var twice = Attestation("ci", new JsonObject
        {
            ["buildDefinition"] = new JsonObject { ["resolvedDependencies"] = new JsonArray(Uri("git+https://github.com/evil/x@refs/heads/main"), Uri($"git+{Checkout}@{Main}")) },
            ["runDetails"] = new JsonObject { ["builder"] = new JsonObject { ["id"] = Runner } },
        }.ToJsonString(), V1);

        AssertFailed(Judge(Strict, twice), "predicate-value", $"Expected the source {Checkout}; found 'https://github.com/evil/x'.");
    }

    [Fact]
    public void Half_good_provenance_twice_is_not_one_good_one() => AssertFailed(
        Judge(Strict, Built(Runner, "https://github.com/evil/x", Main, null), Built("https://evil.example", Checkout, Main, null)), "no-single-item-satisfies",
        $"Expected {Wanted}, one item that meets every condition; found 2, of which each condition is met by some, but all of them by none.");

    [Fact]
    public void What_the_newer_version_says_is_not_read_from_the_places_of_the_older_one()
    {
        var disguised = Attestation("ci", $$$"""{"builder":{"id":"{{{Runner}}}"},"invocation":{"configSource":{"uri":"git+{{{Checkout}}}@{{{Main}}}"} } }""", V1);

        AssertFailed(Judge(Strict, disguised), "predicate-value", "Expected the builder https://github.com/actions/runner/*; found none named.");
    }

    [Fact]
    public void Every_artifact_of_a_bundle_must_have_provenance() => AssertFailed(
        Gate(Any).Evaluate(Facts(Judged("checkout", Image, Built(Runner, Checkout, Main, null)), Judged("worker", D("worker")))),
        "no-evidence", $"worker: Expected {Wanted}; found none attached to {D("worker")}.");

    [Theory]
    [InlineData("provenance: {by: []}", "Expected at least 1 item, found 0.")]
    [InlineData("provenance: {by: [ci], builder: ''}", "'' is not a valid text: expected text that is not empty.")]
    [InlineData("provenance: {by: [ci], refs: []}", "Expected at least 1 item, found 0.")]
    public void Does_not_load_when_it_could_be_met_by_nothing(string yaml, string problem) =>
        Assert.Equal([problem], Load(yaml).Problems.Select(p => p.Message));

    private static EvidenceItem.Verified Built(string? builder, string? repository, string? name, string? dependency, string by = "ci") => Attestation(by, new JsonObject
    {
        ["buildDefinition"] = new JsonObject
        {
            ["externalParameters"] = repository is null && name is null ? new JsonObject() : new JsonObject { ["workflow"] = new JsonObject { ["repository"] = repository, ["ref"] = name } },
            ["resolvedDependencies"] = dependency is null ? new JsonArray() : new JsonArray(Uri(dependency)),
        },
        ["runDetails"] = new JsonObject { ["builder"] = builder is null ? null : new JsonObject { ["id"] = builder } },
    }.ToJsonString(), V1);

    private static EvidenceItem.Verified BuiltV02(string builder, string source, string material) => Attestation("ci", new JsonObject
    {
        ["builder"] = new JsonObject { ["id"] = builder },
        ["invocation"] = new JsonObject { ["configSource"] = Uri(source) },
        ["materials"] = new JsonArray(Uri(material)),
    }.ToJsonString(), V02);

    private static JsonObject Uri(string uri) => new() { ["uri"] = uri };

    private static string Cut(string text) => text.Length > 80 ? text[..80] + "…" : text;
}
