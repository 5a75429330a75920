using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Testing.Sigstore;
using static GitOpsBot.Core.Tests.Evidence.Sigstore.Minted;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

public sealed class TimestampRefusalTests
{
    private static readonly DateTimeOffset At = SigstoreInstance.At;
    private static readonly BundleRecipe Stamped = new() { Log = LogChoice.RekorV2 };

    [Fact]
    public void Believes_no_authority_that_only_the_token_brings() => AssertRefused(
        Stamped with { StampedBy = Stranger }, RejectionCode.TimestampInvalid,
        "Expected a timestamp, one by a timestamp authority of the trusted root; found one by another.",
        Keyless with { TrustedRoot = RootWithout() });

    [Fact]
    public void Refuses_a_strangers_signature_under_the_name_of_ours() => AssertRefused(
        Stamped with { StampedBy = Stranger }, RejectionCode.TimestampInvalid, "Expected a timestamp, one that its authority signed; found one that was changed, or that another signed.");

    [Fact]
    public void Refuses_a_timestamp_over_something_else()
    {
        AssertRefused(
            Stamped with { Stamped = s => [.. s, 0] }, RejectionCode.TimestampInvalid, "Expected a timestamp, one over this signature; found one over something else.");
        // Even where the log vouches for a time as well: what is there must hold.
        AssertRefused(
            new() { HasTimestamp = true, Stamped = s => [.. s, 0] }, RejectionCode.TimestampInvalid, "Expected a timestamp, one over this signature; found one over something else.");
    }

    [Fact]
    public void Refuses_what_is_no_timestamp() => AssertRefused(
        Stamped with { Edit = b => Token(b)["signedTimestamp"] = "MAA=" }, RejectionCode.TimestampInvalid,
        "Expected a timestamp, an RFC 3161 response that grants one; found something else.");

    [Fact]
    public void Refuses_an_authority_outside_its_window_or_its_certificates()
    {
        AssertRefused(
            Stamped, RejectionCode.TimestampInvalid, "The timestamp's authority is believed until 2026-06-01T12:00:04Z, which is before 2026-06-01T12:00:05Z, the time it tells.",
            With([Own.Timestamps.Signer, Own.Timestamps.Anchor], At.AddSeconds(4)));
        AssertVerified(Stamped, With([Own.Timestamps.Signer, Own.Timestamps.Anchor], At.AddSeconds(5)));
        AssertRefused(
            Stamped, RejectionCode.TimestampInvalid,
            "A certificate of the timestamp's authority is valid from 2025-06-01T12:00:00Z to 2026-06-01T12:00:04Z, but the timestamp tells 2026-06-01T12:00:05Z.",
            With([Own.Timestamps.Certificate(At.AddYears(-1), At.AddSeconds(4)), Own.Timestamps.Anchor]));
    }

    [Fact]
    public void Refuses_an_authority_that_is_not_one_for_timestamps_alone()
    {
        const string Reason = "Expected a timestamp, one by an authority whose certificate is for time stamping alone and leads to its anchor; found another authority's.";
        Authority Signer(bool isCritical, params string[] purposes) =>
            With([Own.Timestamps.Certificate(At.AddYears(-1), At.AddYears(1), isCritical, purposes), Own.Timestamps.Anchor]);

        AssertRefused(Stamped, RejectionCode.TimestampInvalid, Reason, Signer(false, StandInTimestampAuthority.TimeStamping));
        AssertRefused(Stamped, RejectionCode.TimestampInvalid, Reason, Signer(true, LeafRecipe.CodeSigning));
        AssertRefused(Stamped, RejectionCode.TimestampInvalid, Reason, Signer(true, StandInTimestampAuthority.TimeStamping, LeafRecipe.CodeSigning));
        AssertRefused(Stamped, RejectionCode.TimestampInvalid, Reason, With([Own.Timestamps.Signer, Stranger.Timestamps.Anchor]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Believes_a_token_whether_or_not_it_brings_certificates(bool brings) => AssertVerified(Stamped with
    {
        Edit = b => Token(b)["signedTimestamp"] = Convert.ToBase64String(
            Own.Timestamps.Stamp(Convert.FromBase64String(b["messageSignature"]!["signature"]!.GetValue<string>()), At.AddSeconds(5), brings)),
    });

    private static JsonObject Token(JsonObject bundle) => bundle["verificationMaterial"]!["timestampVerificationData"]!["rfc3161Timestamps"]![0]!.AsObject();

    private static TrustedRoot RootWithout() => Own.RootWith(r => r["timestampAuthorities"]!.AsArray().Clear());

    private static Authority With(IReadOnlyList<byte[]> chain, DateTimeOffset? until = null) =>
        Keyless with { TrustedRoot = Own.RootWith(r => r["timestampAuthorities"]!.AsArray()[0] = SigstoreInstance.Authority(chain, until)) };
}
