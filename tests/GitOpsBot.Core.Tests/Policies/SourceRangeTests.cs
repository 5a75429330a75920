using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies;

public sealed class SourceRangeTests
{
    private static readonly string Commit = new('c', 40);

    [Fact]
    public void Reads_repository_and_commit_from_verified_provenance_of_both_versions()
    {
        Assert.Equal(("https://github.com/acme/checkout", Commit), SourceRange.Built([V1(Commit)]));
        Assert.Equal(("https://github.com/acme/checkout", Commit), SourceRange.Built([V1(Commit), V02(Commit), Signature("ci")]));
    }

    [Fact]
    public void Knows_nothing_when_it_is_missing_unclear_or_of_another_repository()
    {
        Assert.Null(SourceRange.Built([]));
        Assert.Null(SourceRange.Built([Signature("ci"), Rejected("attestation", RejectionCode.UntrustedKey, "https://slsa.dev/provenance/v1")]));
        Assert.Null(SourceRange.Built([V1(Commit), V1(new string('d', 40))]));
        Assert.Null(SourceRange.Built([V1("main")]));
        Assert.Null(SourceRange.Built([V1(Commit, "git+https://github.com/evil/checkout@refs/heads/main")]));
    }

    private static EvidenceItem.Verified V1(string commit, string uri = "git+https://github.com/acme/checkout@refs/heads/main") => Attestation(
        "ci", $$$"""{"buildDefinition":{"externalParameters":{"workflow":{"repository":"https://github.com/acme/checkout","ref":"refs/heads/main"}},"resolvedDependencies":[{"uri":"{{{uri}}}","digest":{"gitCommit":"{{{commit}}}"}}]}}""",
        "https://slsa.dev/provenance/v1");

    private static EvidenceItem.Verified V02(string commit) => Attestation(
        "ci", $$$"""{"invocation":{"configSource":{"uri":"git+https://github.com/acme/checkout@refs/heads/main"}},"materials":[{"uri":"git+https://github.com/acme/checkout@refs/heads/main","digest":{"sha1":"{{{commit}}}"}}]}""",
        "https://slsa.dev/provenance/v0.2");
}
