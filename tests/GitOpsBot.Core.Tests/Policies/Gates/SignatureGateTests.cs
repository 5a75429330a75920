using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class SignatureGateTests
{
    private const string ByCi = "signature: {by: [ci]}";
    private const string TwoOfThree = "signature: {by: [ci, security, release], threshold: 2}";

    [Fact]
    public void Passes_when_an_authority_signed_the_digest_and_names_what_it_was_met_by()
    {
        var passed = AssertPassed(Judge(ByCi, Signature("ci"), Rejected("signature", RejectionCode.UntrustedKey)), "Expected a signature by ci; found it by ci.");

        Assert.Equal([Signature("ci")], passed.Evidence);
    }

    [Fact]
    public void Waits_while_what_is_attached_cannot_be_read() => AssertPending(
        Gate(ByCi).Evaluate(Facts(Unreachable())), "unreachable", "Expected a signature by ci; what is attached could not be read: ghcr.io did not answer.");

    [Fact]
    public void Refuses_when_nothing_is_attached() => AssertFailed(
        Judge(ByCi), "signature-missing", $"Expected a signature by ci; found none attached to {Image}.");

    [Fact]
    public void Refuses_a_candidate_without_artifacts() => AssertFailed(
        Gate(ByCi).Evaluate(Facts()), "no-evidence", "Expected a signature by ci; found no artifact to judge.");

    [Fact]
    public void An_attestation_is_no_signature_nor_is_what_nobody_can_read() => AssertFailed(
        Judge(ByCi, Attestation("ci", "{}"), Rejected("attestation", RejectionCode.SignatureInvalid, TestType), Rejected("unknown", RejectionCode.Unsupported)),
        "signature-missing", $"Expected a signature by ci; found none attached to {Image}.");

    [Fact]
    public void Refuses_a_signature_by_an_authority_that_is_not_named() => AssertFailed(
        Judge(ByCi, Signature("stranger")), "untrusted-key", "Expected a signature by ci; found one by stranger.");

    [Fact]
    public void Refuses_a_certificate_of_an_authority_that_is_not_named_as_another_identity() => AssertFailed(
        Judge(ByCi, Signature("stranger", "https://github.com/evil/workflow")), "identity-mismatch", "Expected a signature by ci; found one by stranger.");

    [Fact]
    public void Refuses_a_signature_of_another_digest() => AssertFailed(
        Judge(ByCi, Signature("ci", subject: D("other"))), "subject-mismatch",
        $"Expected a signature by ci; found 1 not believed (1 subject-mismatch): It is about {D("other")}; expected {Image}.");

    [Fact]
    public void Counts_rejections_and_tells_the_one_that_came_furthest() => AssertFailed(
        Judge(ByCi, Rejected("signature", RejectionCode.UntrustedKey), Rejected("signature", RejectionCode.UntrustedKey), Rejected("signature", RejectionCode.KeyExpired, authority: "ci")),
        "key-expired", "Expected a signature by ci; found 3 not believed (1 key-expired, 2 untrusted-key): Because KeyExpired.");

    [Fact]
    public void What_was_rejected_for_an_authority_that_is_not_named_tells_less() => AssertFailed(
        Judge(ByCi, Rejected("signature", RejectionCode.KeyExpired, authority: "stranger"), Rejected("signature", RejectionCode.UntrustedKey)),
        "untrusted-key", "Expected a signature by ci; found 2 not believed (1 key-expired, 1 untrusted-key): Because UntrustedKey.");

    [Fact]
    public void A_bundle_that_cannot_be_verified_is_told_as_such_and_not_as_missing() => AssertFailed(
        Judge(ByCi, Rejected("bundle", RejectionCode.Unsupported)), "unsupported",
        "Expected a signature by ci; found 1 not believed (1 unsupported): Because Unsupported.");

    [Fact]
    public void A_threshold_is_met_by_different_authorities() => AssertPassed(
        Judge(TwoOfThree, Signature("ci"), Signature("release")),
        "Expected a signature by 2 of ci or security or release; found it by ci and release.");

    [Fact]
    public void Copies_of_one_signature_count_once() => AssertFailed(
        Judge(TwoOfThree, Signature("ci"), Signature("ci", from: "copy"), Signature("ci")),
        "threshold-not-met", "Expected a signature by 2 of ci or security or release, with a signer for each; found 1 (ci).");

    [Fact]
    public void Two_keys_of_one_authority_count_once() => AssertFailed(
        Judge(TwoOfThree, Signature("ci", D("old").Value), Signature("ci", D("new").Value)),
        "threshold-not-met", "Expected a signature by 2 of ci or security or release, with a signer for each; found 1 (ci).");

    [Fact]
    public void One_key_that_two_authorities_hold_counts_once() => AssertFailed(
        Judge(TwoOfThree, Signature("ci", D("shared").Value), Signature("release", D("shared").Value)),
        "threshold-not-met", "Expected a signature by 2 of ci or security or release, with a signer for each; found 1 (ci).");

    [Fact]
    public void A_shared_key_does_not_hide_that_each_authority_has_a_signer_of_its_own() => AssertPassed(
        Judge(TwoOfThree, Signature("ci", D("shared").Value), Signature("release", D("shared").Value), Signature("ci", D("own").Value)),
        "Expected a signature by 2 of ci or security or release; found it by ci and release.");

    [Fact]
    public void Authorities_that_are_not_named_do_not_count_for_a_threshold() => AssertFailed(
        Judge(TwoOfThree, Signature("ci"), Signature("stranger")),
        "threshold-not-met", "Expected a signature by 2 of ci or security or release, with a signer for each; found 1 (ci).");

    [Fact]
    public void Every_artifact_of_a_bundle_must_be_signed_and_the_reason_names_the_one_that_is_not()
    {
        var facts = Facts(Judged("checkout", Image, Signature("ci")), Judged("worker", D("worker"), Signature("ci")));

        AssertFailed(Gate(ByCi).Evaluate(facts), "subject-mismatch",
            $"worker: Expected a signature by ci; found 1 not believed (1 subject-mismatch): It is about {Image}; expected {D("worker")}.");
    }

    [Fact]
    public void A_no_of_one_artifact_is_told_although_another_cannot_be_read()
    {
        var outcome = Gate(ByCi).Evaluate(Facts(Unreachable("worker"), Judged()));

        AssertFailed(outcome, "signature-missing", $"checkout: Expected a signature by ci; found none attached to {Image}.");
    }

    [Fact]
    public void Covering_platforms_demands_a_signature_of_each_platforms_manifest()
    {
        var gate = Gate("signature: {by: [ci], covers: platforms}");
        var (amd, arm) = (D("amd64"), D("arm64"));
        var index = Judged(Signature("ci"));
        index = index with
        {
            Artifact = index.Artifact with { Manifests = [Manifest(amd, "amd64"), Manifest(arm, "arm64")] },
            PlatformEvidence = Read((amd, [Signature("ci", subject: amd)]), (arm, [])),
        };

        Assert.True(gate.NeedsPlatformEvidence);
        AssertFailed(gate.Evaluate(Facts(index)), "signature-missing", $"checkout linux/arm64: Expected a signature by ci; found none attached to {arm}.");
        AssertFailed(gate.Evaluate(Facts(index with { PlatformEvidence = Read((amd, [Signature("ci", subject: amd)]), (arm, [Signature("ci")])) })), "subject-mismatch",
            $"checkout linux/arm64: Expected a signature by ci; found 1 not believed (1 subject-mismatch): It is about {Image}; expected {arm}.");
        AssertPending(gate.Evaluate(Facts(index with { PlatformEvidence = Read((amd, [Signature("ci", subject: amd)])) })), "unreachable",
            $"checkout linux/arm64: Expected a signature by ci; what is attached could not be read: the evidence of {arm} was not read.");
        Assert.IsType<GateOutcome.Passed>(gate.Evaluate(Facts(index with { PlatformEvidence = Read((amd, [Signature("ci", subject: amd)]), (arm, [Signature("ci", subject: arm)])) })));
        AssertFailed(gate.Evaluate(Facts(index with { Evidence = new Fact<IReadOnlyList<EvidenceItem>>.Known([]) })), "signature-missing",
            $"checkout: Expected a signature by ci; found none attached to {Image}.");
    }

    [Fact]
    public void An_index_that_lists_no_platform_does_not_pass_as_covered()
    {
        var index = Judged(Signature("ci"));
        index = index with { Artifact = index.Artifact with { Descriptor = new Descriptor("application/vnd.oci.image.index.v1+json", Image, 100) } };

        AssertFailed(Gate("signature: {by: [ci], covers: platforms}").Evaluate(Facts(index)), "no-evidence",
            "checkout: Expected a signature by ci on the manifest of each platform; found an index without platforms.");
    }

    [Theory]
    [InlineData("signature: {by: []}", "Expected at least 1 item, found 0.")]
    [InlineData("signature: {threshold: 1}", "The key 'by' is missing.")]
    [InlineData("signature: {by: [ci], threshold: 0}", "Expected a whole number from 1 to 100, found '0'.")]
    [InlineData("signature: {by: [ci, ci], threshold: 2}", "The threshold is 2; expected at most the number of different authorities in 'by', which is 1.")]
    public void Does_not_load_when_it_could_be_met_by_nothing_or_never(string yaml, string problem) =>
        Assert.Equal([problem], Load(yaml).Problems.Select(p => p.Message));

    private static Descriptor Manifest(Digest digest, string architecture) =>
        new("application/vnd.oci.image.manifest.v1+json", digest, 100) { Platform = new Platform("linux", architecture) };

    private static Dictionary<Digest, Fact<IReadOnlyList<EvidenceItem>>> Read(params (Digest Digest, EvidenceItem[] Items)[] read) =>
        read.ToDictionary(r => r.Digest, r => (Fact<IReadOnlyList<EvidenceItem>>)new Fact<IReadOnlyList<EvidenceItem>>.Known(r.Items));
}
