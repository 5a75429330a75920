using System.Security.Cryptography.X509Certificates;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Testing.Sigstore;
using static GitOpsBot.Core.Tests.Evidence.Sigstore.Minted;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

public sealed class CertificateRefusalTests
{
    private static readonly DateTimeOffset At = SigstoreInstance.At;

    [Fact]
    public void Refuses_a_certificate_of_another_instance() => AssertRefused(
        new() { IssuedBy = Stranger }, RejectionCode.UntrustedRoot, "The certificate must be issued by an authority of the trusted root, but is not.");

    [Fact]
    public void Refuses_a_certificate_for_another_purpose()
    {
        AssertRefused(
            new() { Leaf = new() { Purposes = ["1.3.6.1.5.5.7.3.1"] } }, RejectionCode.CertificateUsage,
            "The certificate must be a signer's, for code signing, but it is not for code signing.");
        AssertRefused(
            new() { Leaf = new() { Purposes = [] } }, RejectionCode.CertificateUsage, "The certificate must be a signer's, for code signing, but it is not for code signing.");
        AssertRefused(
            new() { Leaf = new() { KeyUsage = X509KeyUsageFlags.KeyEncipherment } }, RejectionCode.CertificateUsage,
            "The certificate must be a signer's, for code signing, but it is not for signing.");
        AssertRefused(
            new() { Leaf = new() { IsAuthority = true } }, RejectionCode.CertificateUsage, "The certificate must be a signer's, for code signing, but it is a certificate authority's.");
        AssertRefused(
            new() { Leaf = new() { HasUnknownCritical = true } }, RejectionCode.CertificateUsage,
            "The certificate must be a signer's, for code signing, but it has a critical extension that is not known here.");
    }

    [Fact]
    public void Refuses_what_an_authority_issued_that_may_not()
    {
        var noAuthority = new SigstoreInstance(new StandInFulcio(At.AddYears(-1), At.AddYears(1), mayIssue: false));
        var forServers = new SigstoreInstance(new StandInFulcio(At.AddYears(-1), At.AddYears(1), purpose: "1.3.6.1.5.5.7.3.1"));

        AssertBytesRefused(
            noAuthority.Sign(Content), RejectionCode.UntrustedRoot, "The certificate must be issued by an authority of the trusted root, but is not.",
            Keyless with { TrustedRoot = noAuthority.Root });
        AssertBytesRefused(
            forServers.Sign(Content), RejectionCode.CertificateUsage, "The certificate must be issued by an authority that may issue for code signing, but its issuer may not.",
            Keyless with { TrustedRoot = forServers.Root });
    }

    [Fact]
    public void Refuses_what_a_signers_certificate_issued()
    {
        // A signer of ours makes itself an authority, and the bundle brings its certificate along.
        var upstart = new StandInFulcio(At.AddYears(-1), At.AddYears(1));

        AssertRefused(
            new()
            {
                MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.2", IssuedBy = new SigstoreInstance(upstart),
                Edit = b => b["verificationMaterial"]!["x509CertificateChain"]!["certificates"]!.AsArray().Add(SigstoreInstance.Raw(upstart.Intermediate.RawData)),
            },
            RejectionCode.UntrustedRoot, "The certificate must be issued by an authority of the trusted root, but is not.");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(601)]
    public void Refuses_a_signed_time_outside_the_certificate(int seconds) => AssertRefused(
        new() { LoggedAfter = TimeSpan.FromSeconds(seconds) }, RejectionCode.TimeOutsideCertificate,
        $"The certificate is valid from 2026-06-01T12:00:00Z to 2026-06-01T12:10:00Z, but the signature was made at {SigstoreInstance.Said(At.AddSeconds(seconds))}.");

    [Theory]
    [InlineData(0)]
    [InlineData(600)]
    public void Believes_the_first_and_the_last_second_of_a_certificate(int seconds) => AssertVerified(new() { LoggedAfter = TimeSpan.FromSeconds(seconds) });

    [Fact]
    public void Refuses_when_only_one_of_two_signed_times_lies_within() => AssertRefused(
        new() { HasTimestamp = true, StampedAfter = TimeSpan.FromMinutes(11) }, RejectionCode.TimeOutsideCertificate,
        "The certificate is valid from 2026-06-01T12:00:00Z to 2026-06-01T12:10:00Z, but the signature was made at 2026-06-01T12:11:00Z.");

    [Fact]
    public void Refuses_an_authority_that_was_not_valid_when_it_was_signed()
    {
        var expired = new SigstoreInstance(new StandInFulcio(At.AddYears(-1), At.AddYears(1), intermediateUntil: At.AddSeconds(1)));
        AssertBytesRefused(
            expired.Sign(Content), RejectionCode.TimeOutsideCertificate,
            "A certificate above the signer's is valid from 2025-06-01T12:00:00Z to 2026-06-01T12:00:01Z, but the signature was made at 2026-06-01T12:00:10Z.",
            Keyless with { TrustedRoot = expired.Root });

        var ended = Own.RootWith(r => r["certificateAuthorities"]!.AsArray()[0] = SigstoreInstance.Authority(Own.Fulcio.Chain, At.AddSeconds(9)));
        AssertRefused(
            new(), RejectionCode.TimeOutsideCertificate,
            "The certificate's authority is believed until 2026-06-01T12:00:09Z, which is before 2026-06-01T12:00:10Z, when the signature was made.",
            Keyless with { TrustedRoot = ended });
        AssertVerified(new(), Keyless with { TrustedRoot = Own.RootWith(r => r["certificateAuthorities"]!.AsArray()[0] = SigstoreInstance.Authority(Own.Fulcio.Chain, At.AddSeconds(10))) });
    }

    [Fact]
    public void Refuses_a_root_in_whose_chain_one_did_not_issue_the_other()
    {
        var broken = Own.RootWith(r => r["certificateAuthorities"]!.AsArray()[0] = SigstoreInstance.Authority([Own.Fulcio.Chain[0], Stranger.Fulcio.Chain[1]]));

        AssertRefused(
            new(), RejectionCode.UntrustedRoot, "The certificate must be issued by an authority of the trusted root, but is not.", Keyless with { TrustedRoot = broken });
    }

    [Fact]
    public void Believes_authorities_with_keys_on_P_384_as_the_public_good_has()
    {
        var instance = new SigstoreInstance(new StandInFulcio(At.AddYears(-1), At.AddYears(1), StandInKey.P384));

        Assert.IsType<EvidenceItem.Verified>(Judge(instance.Sign(Content), Keyless with { TrustedRoot = instance.Root }));
    }

    [Fact]
    public void Believes_an_intermediate_as_anchor() => AssertVerified(
        new(), Keyless with { TrustedRoot = Own.RootWith(r => r["certificateAuthorities"]!.AsArray()[0] = SigstoreInstance.Authority([Own.Fulcio.Chain[0]])) });

    [Fact]
    public void Refuses_without_the_word_of_a_certificate_log()
    {
        var stranger = StandInKey.P256();
        const string Expected = "The certificate must carry a signed certificate timestamp of a log of the trusted root, but its timestamp ";

        AssertRefused(new() { Leaf = new() { HasTimestamp = false } }, RejectionCode.SctMissing, "The certificate must carry a signed certificate timestamp, but has none.");
        AssertRefused(new() { Leaf = new() { SeenBy = stranger } }, RejectionCode.SctInvalid, Expected + "is of a log that the trusted root does not know.");
        AssertRefused(
            new() { Leaf = new() { SeenBy = stranger, SeenAs = Own.Fulcio.CertificateLog } }, RejectionCode.SctInvalid,
            Expected + "is not what the log 'https://ct.stand-in.dev' signed.");
        AssertRefused(
            new() { Leaf = new() { SeenAt = At.AddYears(-2) } }, RejectionCode.LogKeyNotValid,
            "The key of the certificate log 'https://ct.stand-in.dev' is believed from 2025-06-01T12:00:00Z, which is after 2024-06-01T12:00:00Z, the time of the signed certificate timestamp.");
    }

    [Fact]
    public void Believes_a_certificate_timestamp_with_extensions() => AssertVerified(new() { Leaf = new() { TimestampExtensions = [0, 0, 5, 1, 2, 3, 4, 5] } });
}
