using GitOpsBot.Core.Evidence;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class ReproducibleGateTests
{
    private const string Two = "reproducible: {by: [builder-a, builder-b]}";

    [Fact]
    public void Passes_when_each_builder_made_the_same_digest() => AssertPassed(
        Judge(Two, Built("builder-a", "https://a.example"), Built("builder-b", "https://b.example")),
        "Expected the same digest from builders of builder-a and builder-b; found it from 'https://a.example' by builder-a, 'https://b.example' by builder-b.");

    [Fact]
    public void Waits_while_what_is_attached_cannot_be_read() => AssertPending(
        Gate(Two).Evaluate(Facts(Unreachable())), "unreachable", "Expected provenance by 2 of builder-a or builder-b; what is attached could not be read: ghcr.io did not answer.");

    [Fact]
    public void Refuses_without_provenance() => AssertFailed(
        Judge(Two), "no-evidence", $"Expected provenance by 2 of builder-a or builder-b; found none attached to {Image}.");

    [Fact]
    public void One_builder_is_not_two_however_often_it_attests() => AssertFailed(
        Judge(Two, Built("builder-a", "https://a.example"), Built("builder-a", "https://a2.example")), "threshold-not-met",
        "Expected provenance by 2 of builder-a or builder-b, with a signer for each; found 1 (builder-a).");

    [Fact]
    public void Two_words_of_one_builder_are_one_build() => AssertFailed(
        Judge(Two, Built("builder-a", "https://a.example"), Built("builder-b", "https://a.example")), "threshold-not-met",
        "Expected the same digest from builders of builder-a and builder-b, each its own; found 'https://a.example' by builder-a, 'https://a.example' by builder-b.");

    [Fact]
    public void One_key_that_both_hold_is_one_signer() => AssertFailed(
        Judge(Two, Built("builder-a", "https://a.example", D("shared").Value), Built("builder-b", "https://b.example", D("shared").Value)), "threshold-not-met",
        "Expected provenance by 2 of builder-a or builder-b, with a signer for each; found 1 (builder-a).");

    [Fact]
    public void A_build_of_another_digest_or_of_a_stranger_does_not_count()
    {
        const string sentence = "Expected provenance by 2 of builder-a or builder-b, with a signer for each; found 1 (builder-a).";

        AssertFailed(Judge(Two, Built("builder-a", "https://a.example"), Built("stranger", "https://b.example")), "threshold-not-met", sentence);
        AssertFailed(Judge(Two, Built("builder-a", "https://a.example"), Built("builder-b", "https://b.example") with { Subject = D("other") }), "threshold-not-met", sentence);
    }

    [Fact]
    public void A_builder_that_nobody_names_does_not_count() => AssertFailed(
        Judge(Two, Attestation("builder-a", "{}", "https://slsa.dev/provenance/v1"), Attestation("builder-b", "{}", "https://slsa.dev/provenance/v1")), "predicate-value",
        "Expected provenance that names its builder; found none named.");

    [Theory]
    [InlineData("reproducible: {by: [builder-a]}", "Expected at least 2 items, found 1.")]
    [InlineData("reproducible: {by: [builder-a, builder-a]}", "Expected different authorities, found one twice.")]
    public void Does_not_load_with_a_single_builder(string yaml, string problem) => Assert.Equal([problem], Load(yaml).Problems.Select(p => p.Message));

    private static EvidenceItem.Verified Built(string by, string builder, string? identity = null) =>
        Attestation(by, $$$"""{"runDetails":{"builder":{"id":"{{{builder}}}"} } }""", "https://slsa.dev/provenance/v1", identity: identity);
}
