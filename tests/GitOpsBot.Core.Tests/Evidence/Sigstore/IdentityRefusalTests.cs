using GitOpsBot.Core.Evidence;
using GitOpsBot.Testing.Sigstore;
using static GitOpsBot.Core.Tests.Evidence.Sigstore.Minted;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

public sealed class IdentityRefusalTests
{
    private const string Identity = SigstoreInstance.Identity;
    private const string Issuer = SigstoreInstance.Issuer;

    [Theory]
    [InlineData(Identity + "-evil")]
    [InlineData("x" + Identity)]
    [InlineData("https://github.com/acme/checkout/.github/workflows/release.yaml@refs/heads/mai")]
    [InlineData("https://github.com/acme/checkout/.github/workflows/releaseXyaml@refs/heads/main")]
    public void Refuses_an_identity_that_is_nearly_the_one(string identity) => AssertRefused(
        new() { Leaf = new() { Addresses = [identity] } }, RejectionCode.IdentityMismatch, $"Expected the identity '{Identity}'; found '{identity}'.");

    [Theory]
    [InlineData(Identity + "-evil")]
    [InlineData("x" + Identity)]
    public void Anchors_patterns_at_both_ends(string identity)
    {
        var authority = With(new(null, "https://token\\..*", null, ".*release.yaml@refs/heads/main|https://github\\.com/acme/.*main"));

        AssertRefused(
            new() { Leaf = new() { Addresses = [identity.Replace("x", "ftp://", StringComparison.Ordinal) + "\n"] } }, RejectionCode.IdentityMismatch,
            "Expected the identity one like '.*release.yaml@refs/heads/main|https://github\\.com/acme/.*main'; found missing.", authority);
        AssertVerified(new(), authority);
        AssertRefused(
            new() { Leaf = new() { Addresses = [Identity + "-evil"] } }, RejectionCode.IdentityMismatch,
            $"Expected the identity one like 'release'; found '{Identity}-evil'.", With(new(Issuer, null, null, "release")));
    }

    [Fact]
    public void Refuses_a_certificate_with_a_second_name_or_none()
    {
        AssertRefused(new() { Leaf = new() { Addresses = [Identity, "https://evil.example"] } }, RejectionCode.IdentityMismatch, $"Expected the identity '{Identity}'; found missing.");
        AssertRefused(new() { Leaf = new() { Addresses = ["https://evil.example", Identity] } }, RejectionCode.IdentityMismatch, $"Expected the identity '{Identity}'; found missing.");
        AssertRefused(new() { Leaf = new() { Email = "me@example.com" } }, RejectionCode.IdentityMismatch, $"Expected the identity '{Identity}'; found missing.");
        AssertRefused(new() { Leaf = new() { Addresses = [] } }, RejectionCode.IdentityMismatch, $"Expected the identity '{Identity}'; found missing.");
    }

    [Fact]
    public void Knows_people_by_e_mail_address_and_by_user_name()
    {
        AssertVerified(new() { Leaf = new() { Addresses = [], Email = "me@example.com" } }, With(new(Issuer, null, "me@example.com", null)));
        AssertVerified(new() { Leaf = new() { Addresses = [], UserName = "me!example.com" } }, With(new(Issuer, null, "me!example.com", null)));
    }

    [Fact]
    public void Refuses_an_identity_that_somebody_else_vouched_for()
    {
        const string Evil = "https://token.actions.githubusercontent.com.evil.example";
        string Found(string issuer) => $"Expected the identity '{Identity}' vouched for by '{Issuer}'; found it vouched for by {issuer}.";

        AssertRefused(new() { Leaf = new() { OldIssuer = Evil, Issuer = Evil } }, RejectionCode.IssuerMismatch, Found($"'{Evil}'"));
        AssertRefused(new() { Leaf = new() { OldIssuer = Issuer, Issuer = Evil } }, RejectionCode.IssuerMismatch, Found("missing"));
        AssertRefused(new() { Leaf = new() { OldIssuer = null, Issuer = null } }, RejectionCode.IssuerMismatch, Found("missing"));
    }

    [Fact]
    public void Takes_the_issuer_from_either_extension()
    {
        AssertVerified(new() { Leaf = new() { OldIssuer = null } });
        AssertVerified(new() { Leaf = new() { Issuer = null } });
    }

    [Fact]
    public void Names_every_identity_that_would_have_done()
    {
        var items = AttachedItems.VerifyAll(
            Item(Own.Sign(Content, new() { Leaf = new() { Addresses = ["https://c"] } })), With(new("i", null, "https://a", null)), With(new("i", null, "https://b", null)) with { Name = "b" });

        var rejected = Assert.IsType<EvidenceItem.Rejected>(Assert.Single(items));
        Assert.Equal((null, "Expected the identity 'https://a' or 'https://b'; found 'https://c'."), (rejected.Authority, rejected.Rejection.Reason));
    }

    private static Authority With(AuthorityTrust.Keyless trust) => Keyless with { Trust = trust };
}
