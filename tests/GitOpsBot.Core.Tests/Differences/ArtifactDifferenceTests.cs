using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Differences.Compared;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Differences;

public sealed class ArtifactDifferenceTests
{
    [Fact]
    public void Names_the_commits_to_ask_for_when_provenance_of_both_names_one_repository()
    {
        var difference = Difference([Provenance(Before, OldCommit)], [Provenance(Image, NewCommit)]);

        Assert.Equal(new SourceRange(Source, OldCommit, NewCommit), difference.Range);
        Assert.Null(Difference([Provenance(Before, NewCommit)], [Provenance(Image, NewCommit)]).Range);
        Assert.Null(Difference([Provenance(Before, OldCommit, "https://github.com/acme/other")], [Provenance(Image, NewCommit)]).Range);
        Assert.Null(Difference([], [Provenance(Image, NewCommit)]).Range);
        Assert.Null(Difference([Provenance(Before, OldCommit)], []).Range);
    }

    [Fact]
    public void Labels_are_no_provenance()
    {
        var labelled = Judged("checkout", Image) with
        {
            Artifact = Described(Image) with { Labels = new Dictionary<string, string> { ["org.opencontainers.image.revision"] = NewCommit, ["org.opencontainers.image.source"] = Source } },
        };

        Assert.Null(ArtifactDifference.Between(Policy(), Judged("checkout", Before, Provenance(Before, OldCommit)), labelled, Now).To);
    }

    [Fact]
    public void Two_that_disagree_name_no_commit() => Assert.Null(
        Difference([Provenance(Before, OldCommit)], [Provenance(Image, NewCommit), Provenance(Image, new string('d', 40))]).To);

    [Fact]
    public void What_only_one_side_has_is_a_sentence_and_what_neither_has_is_nothing()
    {
        Assert.Equal("The new one has no verified SBOM to compare with that of what stands there.", Why(Difference([Spdx(Before, [])], []).Packages));
        Assert.Equal("What stands there has no verified SBOM to compare with.", Why(Difference([], [Spdx(Image, [])]).Packages));
        Assert.Null(Difference([], []).Packages);
    }

    [Fact]
    public void What_is_rejected_counts_for_nothing() => Assert.Null(
        Difference([Rejected("attestation", RejectionCode.UntrustedKey, SpdxType)], [Rejected("attestation", RejectionCode.UntrustedKey, SpdxType)]).Packages);

    [Fact]
    public void What_could_not_be_read_is_said_and_not_taken_for_nothing()
    {
        var unread = new JudgedArtifact("checkout", Described(Before), new Fact<IReadOnlyList<EvidenceItem>>.Unknown("ghcr.io did not answer."));
        var difference = ArtifactDifference.Between(Policy(), unread, Judged("checkout", Image, Spdx(Image, ["pkg:npm/a@1"])), Now);

        Assert.Equal("What is attached to what stands there could not be read: ghcr.io did not answer.", Why(difference.Packages));
        Assert.Equal("What is attached to what stands there could not be read: ghcr.io did not answer.", Why(difference.Vulnerabilities));
    }

    [Fact]
    public void Where_nothing_stood_nothing_is_compared()
    {
        var difference = ArtifactDifference.Between(Policy(), null, Judged("checkout", Image, Provenance(Image, NewCommit), Spdx(Image, ["pkg:npm/a@1"])), Now);

        Assert.Equal((false, (Source, NewCommit)), (difference.HasBefore, difference.To!.Value));
        Assert.Null(difference.Packages);
    }

    [Fact]
    public void Sizes_are_the_layers_each_once_and_never_more_than_a_number_holds()
    {
        static Descriptor Layer(string content, long size) => new("application/vnd.oci.image.layer.v1.tar+gzip", D(content), size);
        static OciManifest Manifest(params Descriptor[] layers) => new("application/vnd.oci.image.manifest.v1+json") { Layers = layers };

        Assert.Equal(30, SizeDifference.Of(Manifest(Layer("a", 10), Layer("b", 20), Layer("a", 10))));
        Assert.Equal(long.MaxValue, SizeDifference.Of(Manifest(Layer("a", long.MaxValue), Layer("b", long.MaxValue))));
        Assert.Equal(
            [new SizeChange("linux/amd64", 1, 2), new SizeChange("linux/arm64", null, 3), new SizeChange("linux/s390x", 4, null)],
            SizeDifference.Between(new Dictionary<string, long> { ["linux/s390x"] = 4, ["linux/amd64"] = 1 }, new Dictionary<string, long> { ["linux/arm64"] = 3, ["linux/amd64"] = 2 }).Platforms);
    }
}
