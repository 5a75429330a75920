using GitOpsBot.Core.Evidence;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class AttestationGateTests
{
    private const string Passing = """{"result":"PASSED"}""";
    private const string Wanted = $"an attestation of the type {TestType} by ci";
    private const string Tested = $$"""attestation: {by: [ci], predicateType: "{{TestType}}", where: 'predicate.result == "PASSED"'}""";
    private const string Young = $$"""attestation: {by: [ci], predicateType: "{{TestType}}", maxAge: 24h}""";
    private const string TwoOfThree = $$"""attestation: {by: [ci, security, release], predicateType: "{{TestType}}", threshold: 2}""";

    [Fact]
    public void Passes_when_one_item_has_type_authority_and_content_and_names_it()
    {
        var good = Attestation("ci", Passing);

        var passed = AssertPassed(Judge(Tested, Attestation("ci", """{"result":"FAILED"}"""), Rejected("attestation", RejectionCode.UntrustedKey, TestType), good), $"Expected {Wanted}; found it by ci.");

        Assert.Equal([good], passed.Evidence);
    }

    [Fact]
    public void Waits_while_what_is_attached_cannot_be_read() => AssertPending(
        Gate(Tested).Evaluate(Facts(Unreachable())), "unreachable", $"Expected {Wanted}; what is attached could not be read: ghcr.io did not answer.");

    [Fact]
    public void Refuses_when_nothing_is_attached() => AssertFailed(Judge(Tested), "no-evidence", $"Expected {Wanted}; found none attached to {Image}.");

    [Fact]
    public void Refuses_a_candidate_without_artifacts() => AssertFailed(
        Gate(Tested).Evaluate(Facts()), "no-evidence", $"Expected {Wanted}; found no artifact to judge.");

    [Fact]
    public void A_plain_signature_attests_nothing() => AssertFailed(
        Judge(Tested, Signature("ci")), "no-evidence", $"Expected {Wanted}; found none attached to {Image}.");

    [Theory]
    [InlineData("https://slsa.dev/provenance/v1")]
    [InlineData(TestType + "x")]
    [InlineData("https://in-toto.io/attestation/test-result")]
    public void Refuses_a_statement_of_another_type_however_near(string type) => AssertFailed(
        Judge(Tested, Attestation("ci", Passing, type)), "predicate-type-mismatch", $"Expected {Wanted}; found '{type}'.");

    [Fact]
    public void Refuses_what_an_authority_attested_that_is_not_named() => AssertFailed(
        Judge(Tested, Attestation("stranger", Passing)), "untrusted-key", $"Expected {Wanted}; found one by stranger.");

    [Fact]
    public void Refuses_what_was_not_believed_and_says_why() => AssertFailed(
        Judge(Tested, Rejected("attestation", RejectionCode.SignatureInvalid, TestType), Rejected("unknown", RejectionCode.Unsupported)), "signature-invalid",
        $"Expected {Wanted}; found 1 not believed (1 signature-invalid): Because SignatureInvalid.");

    [Fact]
    public void What_was_rejected_of_the_wanted_type_tells_more_than_a_believed_one_of_another_type() => AssertFailed(
        Judge(Tested, Attestation("ci", "{}", "other"), Rejected("attestation", RejectionCode.KeyExpired, TestType, "ci")), "key-expired",
        $"Expected {Wanted}; found 1 not believed (1 key-expired): Because KeyExpired.");

    [Fact]
    public void Refuses_a_statement_about_another_digest() => AssertFailed(
        Judge(Tested, Attestation("ci", Passing, subject: D("other"))), "subject-mismatch",
        $"Expected {Wanted}; found 1 not believed (1 subject-mismatch): It is about {D("other")}; expected {Image}.");

    [Theory]
    [InlineData("""{"result":"FAILED"}""", "predicate.result is 'FAILED'")]
    [InlineData("""{"result":"PASSED "}""", "predicate.result is 'PASSED '")]
    [InlineData("""{"result":["PASSED"]}""", "predicate.result is a list")]
    [InlineData("""{"Result":"PASSED"}""", "predicate.result is missing")]
    [InlineData("null", "predicate.result is missing")]
    public void Refuses_a_false_condition_and_a_missing_field(string predicate, string found) => AssertFailed(
        Judge(Tested, Attestation("ci", predicate)), "predicate-value", $"Expected predicate.result == \"PASSED\"; found that {found}.");

    [Fact]
    public void Two_half_good_statements_are_not_one_good_one() => AssertFailed(
        Judge(Tested, Attestation("ci", """{"result":"FAILED"}"""), Attestation("stranger", Passing)), "no-single-item-satisfies",
        $"Expected {Wanted}, one item that meets every condition; found 2, of which each condition is met by some, but all of them by none.");

    [Theory]
    [InlineData("""{"timestamp":"2026-06-14T12:00:00Z"}""")]
    [InlineData("""{"timestamp":"2026-06-15T01:00:00.123456789+13:00"}""")]
    [InlineData("""{"Timestamp":"2026-06-15T11:59:59Z"}""")]
    [InlineData("""{"metadata":{"scanFinishedOn":"2026-06-15t11:59:59z"}}""")]
    [InlineData("""{"timeVerified":"2026-06-15T11:59:59Z"}""")]
    [InlineData("""{"runDetails":{"metadata":{"startedOn":"2026-06-10T00:00:00Z","finishedOn":"2026-06-15T00:00:00Z"}}}""")]
    [InlineData("""{"runDetails":{"metadata":{"startedOn":"2026-06-15T00:00:00Z"}}}""")]
    public void The_statements_own_time_is_enough_for_a_key_of_a_believed_authority(string predicate) => AssertPassed(
        Judge(Young, Attestation("ci", predicate)), $"Expected {Wanted}; found it by ci.");

    [Theory]
    [InlineData("""{"timestamp":"2026-06-14T11:59:59Z"}""", "2026-06-14 11:59:59Z")]
    [InlineData("""{"timestamp":"2026-06-15T11:00:00Z","metadata":{"scanFinishedOn":"2026-01-01T00:00:00Z"}}""", "2026-01-01 00:00:00Z")]
    [InlineData("""{"timeVerified":"2026-06-01T00:00:00Z"}""", "2026-06-01 00:00:00Z")]
    [InlineData("""{"metadata":{"buildStartedOn":"2026-06-01T00:00:00Z"}}""", "2026-06-01 00:00:00Z")]
    public void Refuses_what_is_too_old_by_the_oldest_of_its_times(string predicate, string found) => AssertFailed(
        Judge(Young, Attestation("ci", predicate)), "too-old", $"Expected at most 1d of age; found one of {found}.");

    [Fact]
    public void A_fresh_signature_does_not_make_an_old_statement_young() => AssertFailed(
        Judge(Young, Attestation("ci", """{"timestamp":"2026-06-01T00:00:00Z"}""", time: Now)), "too-old",
        "Expected at most 1d of age; found one of 2026-06-01 00:00:00Z.");

    [Fact]
    public void A_statement_that_calls_itself_young_is_as_old_as_its_verified_time() => AssertFailed(
        Judge(Young, Attestation("ci", """{"timestamp":"2026-06-15T11:00:00Z"}""", time: Now.AddDays(-2))), "too-old",
        "Expected at most 1d of age; found one of 2026-06-13 12:00:00Z.");

    [Fact]
    public void A_verified_time_alone_is_enough() => AssertPassed(
        Judge(Young, Attestation("ci", Passing, time: Now.AddHours(-24), identity: "https://github.com/acme/release")), $"Expected {Wanted}; found it by ci.");

    [Theory]
    [InlineData(Passing, null, "Expected at most 1d of age; found no time that can be trusted.")]
    [InlineData("""{"timestamp":"2026-06-15T11:00:00Z"}""", "https://github.com/acme/release", "Expected at most 1d of age; found no time that can be trusted.")]
    [InlineData("""{"timestamp":"2026-06-15T12:00:01Z"}""", null, "Expected a time that has passed; found 2026-06-15 12:00:01Z, which is in the future.")]
    [InlineData("""{"timestamp":"2026-06-15T11:00:00"}""", null, "Expected a time with a zone such as 2026-12-31T00:00:00Z; the statement says '\"2026-06-15T11:00:00\"'.")]
    [InlineData("""{"timestamp":1781521200}""", null, "Expected a time with a zone such as 2026-12-31T00:00:00Z; the statement says '1781521200'.")]
    [InlineData("""{"timestamp":"12:00"}""", null, "Expected a time with a zone such as 2026-12-31T00:00:00Z; the statement says '\"12:00\"'.")]
    public void Without_a_time_that_can_be_trusted_nothing_is_young(string predicate, string? identity, string sentence) => AssertFailed(
        Judge(Young, Attestation("ci", predicate, identity: identity)), "no-trusted-time", sentence);

    [Fact]
    public void A_verified_time_in_the_future_is_none() => AssertFailed(
        Judge(Young, Attestation("ci", Passing, time: Now.AddMinutes(1))), "no-trusted-time",
        "Expected a time that has passed; found 2026-06-15 12:01:00Z, which is in the future.");

    [Fact]
    public void A_threshold_is_met_by_different_authorities_and_by_no_copies()
    {
        const string wanted = $"an attestation of the type {TestType} by 2 of ci or security or release";

        AssertPassed(Judge(TwoOfThree, Attestation("ci", Passing), Attestation("release", Passing)), $"Expected {wanted}; found it by ci and release.");
        AssertFailed(Judge(TwoOfThree, Attestation("ci", Passing), Attestation("ci", "{}"), Attestation("stranger", Passing)), "threshold-not-met",
            $"Expected {wanted}, with a signer for each; found 1 (ci).");
    }

    [Fact]
    public void Every_artifact_of_a_bundle_must_be_attested()
    {
        var facts = Facts(Judged("checkout", Image, Attestation("ci", Passing)), Judged("worker", D("worker")));

        AssertFailed(Gate(Tested).Evaluate(facts), "no-evidence", $"worker: Expected {Wanted}; found none attached to {D("worker")}.");
    }

    [Fact]
    public void Is_about_evidence_and_names_its_authorities()
    {
        var gate = Gate(TwoOfThree);

        Assert.True(gate.IsAboutEvidence);
        Assert.Equal(["ci", "security", "release"], gate.Authorities.Select(a => a.Name));
    }

    [Theory]
    [InlineData("attestation: {by: [], predicateType: t}", "Expected at least 1 item, found 0.")]
    [InlineData("attestation: {by: [ci]}", "The key 'predicateType' is missing.")]
    [InlineData("attestation: {by: [ci], predicateType: ''}", "'' is not a valid text: expected text that is not empty.")]
    [InlineData("attestation: {by: [ci], predicateType: t, threshold: 2}", "The threshold is 2; expected at most the number of different authorities in 'by', which is 1.")]
    [InlineData("attestation: {by: [ci], predicateType: t, maxAge: soon}", "Expected a duration such as 30s, 15m, 24h or 7d, at most 36500d, found 'soon'.")]
    public void Does_not_load_when_it_could_be_met_by_nothing_or_never(string yaml, string problem) =>
        Assert.Equal([problem], Load(yaml).Problems.Select(p => p.Message));

    [Fact]
    public void Does_not_load_with_a_condition_that_nobody_can_read() => Assert.StartsWith(
        "This condition cannot be used: ", Assert.Single(Load("attestation: {by: [ci], predicateType: t, where: 'predicate.result = 1'}").Problems).Message, StringComparison.Ordinal);
}
