using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Testing.Sigstore;
using static GitOpsBot.Core.Tests.Evidence.Sigstore.Minted;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

public sealed class TrustedRootTests
{
    [Fact]
    public void Ships_a_root_that_knows_logs() => Assert.True(TrustedRoot.PublicGood.HasLogs);

    [Fact]
    public void Refuses_what_is_no_trusted_root()
    {
        AssertRefused("[]"u8.ToArray(), RejectionCode.Malformed, "The trusted root must be a JSON object, but is a JSON array.");
        AssertRefused(r => r["mediaType"] = "x", RejectionCode.Unsupported, "The trusted root must be of version 0.1 or 0.2, but its media type is 'x'.");
        AssertRefused(
            r => r["more"] = 1, RejectionCode.Malformed,
            "The trusted root must have no fields but mediaType, tlogs, certificateAuthorities, ctlogs, timestampAuthorities; found 'more'.");
    }

    [Fact]
    public void Does_not_read_a_missing_start_as_always() => AssertRefused(
        r => Key(r).AsObject()["validFor"]!.AsObject().Remove("start"), RejectionCode.Malformed,
        "The trusted root's tlogs[0]'s publicKey must say from when it is believed, but does not.");

    [Fact]
    public void Refuses_logs_and_authorities_that_cannot_be_read()
    {
        AssertRefused(r => r["tlogs"]![0]!.AsObject().Remove("logId"), RejectionCode.Malformed, "The trusted root's tlogs[0] must have a logId and a publicKey, but lacks one.");
        AssertRefused(
            r => Key(r)["rawBytes"] = "AAAA", RejectionCode.Malformed,
            "The trusted root's tlogs[0]'s publicKey must hold a key of the kind PKIX_ECDSA_P256_SHA_256, but does not: A public key must be a DER SubjectPublicKeyInfo, but is not.");
        AssertRefused(
            r => r["tlogs"]!.AsArray().Add(r["tlogs"]![0]!.DeepClone()), RejectionCode.Malformed,
            "The trusted root's tlogs[2] must be another log than those before it, but has the id of one of them.");
        AssertRefused(r => r["tlogs"]![0]!["hashAlgorithm"] = "SHA2_512", RejectionCode.Unsupported, "The trusted root's tlogs[0] must hash by SHA2_256, but does not.");
        AssertRefused(
            r => r["certificateAuthorities"]![0]!.AsObject().Remove("certChain"), RejectionCode.Malformed,
            "The trusted root's certificateAuthorities[0] must have a certificate chain, but has none.");
    }

    [Fact]
    public void Leaves_logs_with_kinds_of_keys_of_the_future_unknown()
    {
        var root = Own.RootWith(r => Key(r)["keyDetails"] = "ML_DSA_65");

        Minted.AssertRefused(
            new(), RejectionCode.UntrustedLog, $"Expected an entry of a log of the trusted root; found one of {Convert.ToHexStringLower(Own.Rekor.Id)}.", Keyless with { TrustedRoot = root });
    }

    [Fact]
    public void An_ended_root_proves_what_was_signed_in_its_time_and_nothing_later()
    {
        var until = SigstoreInstance.At.AddSeconds(20);
        var ended = Keyless with { TrustedRoot = Own.RootWith(r => SigstoreInstance.EndAll(r, until)) };

        AssertVerified(new(), ended);
        AssertVerified(new() { Log = LogChoice.RekorV2 }, ended);
        Minted.AssertRefused(
            new() { LoggedAfter = TimeSpan.FromSeconds(21) }, RejectionCode.LogKeyNotValid,
            $"The key of the log 'https://{Own.Rekor.Host}' is believed until {SigstoreInstance.Said(until)}, which is before {SigstoreInstance.Said(until.AddSeconds(1))}, the time of the log entry.", ended);
        Minted.AssertRefused(
            new() { Log = LogChoice.RekorV2, StampedAfter = TimeSpan.FromSeconds(21) }, RejectionCode.TimestampInvalid,
            $"The timestamp's authority is believed until {SigstoreInstance.Said(until)}, which is before {SigstoreInstance.Said(until.AddSeconds(1))}, the time it tells.", ended);
    }

    private static JsonNode Key(JsonObject root) => root["tlogs"]![0]!["publicKey"]!;

    private static void AssertRefused(Action<JsonObject> edit, RejectionCode code, string reason) => AssertRefused(Own.RootJson(edit), code, reason);

    private static void AssertRefused(byte[] json, RejectionCode code, string reason)
    {
        var refused = Assert.IsType<Checked<TrustedRoot>.Refused>(TrustedRoot.Read(json));
        Assert.Equal((code, reason), (refused.Rejection.Code, refused.Rejection.Reason));
    }
}
