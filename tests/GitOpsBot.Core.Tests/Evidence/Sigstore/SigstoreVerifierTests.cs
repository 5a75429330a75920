using System.Security.Cryptography;
using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Testing.Sigstore;
using static GitOpsBot.Core.Tests.Evidence.Sigstore.Minted;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

/// <summary>What is believed. What is not has a test class for each kind of evidence.</summary>
public sealed class SigstoreVerifierTests
{
    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json")]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.3")]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.2")]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.2+json")]
    public void Believes_bundles_of_each_version_in_both_spellings(string mediaType) => AssertVerified(new() { MediaType = mediaType });

    [Fact]
    public void Says_who_signed_when_and_where_it_is_logged()
    {
        var verified = AssertVerified(new() { Statement = Statement, HasTimestamp = true });

        Assert.Equal(("acme-ci", SigstoreInstance.Identity, "attestation", false), (verified.Authority, verified.Identity, verified.Kind, verified.IsSignedByKey));
        Assert.Equal((SigstoreInstance.At.AddSeconds(5), 1_000_006L), (verified.Time, verified.LogIndex));
        Assert.Equal(
            new SignerCertificate(SigstoreInstance.Issuer, "https://github.com/acme/checkout", "0123456789abcdef0123456789abcdef01234567", "refs/heads/main"), verified.Certificate);
    }

    [Theory]
    [InlineData("dsse 0.0.1", LogChoice.RekorV1)]
    [InlineData("intoto 0.0.2", LogChoice.RekorV1)]
    [InlineData("dsse 0.0.2", LogChoice.RekorV2)]
    [InlineData("hashedrekord 0.0.2", LogChoice.RekorV2)]
    public void Believes_statements_in_each_kind_of_log_entry(string kind, LogChoice log) => AssertVerified(new() { Statement = Statement, Kind = kind, Log = log });

    [Theory]
    [InlineData(LogChoice.RekorV1)]
    [InlineData(LogChoice.RekorV2)]
    public void Believes_signatures_over_an_artifact_of_which_only_the_digest_is_known(LogChoice log)
    {
        var verified = AssertVerified(new() { Log = log });

        Assert.Equal(("signature", null), (verified.Kind, verified.Statement));
    }

    [Fact]
    public void Takes_version_01_only_where_the_authority_allows_it()
    {
        var old = new BundleRecipe { MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1", Edit = b => Entry(b).Remove("inclusionProof") };

        AssertVerified(old, Keyless with { AllowsBundleV01 = true });
        var refused = AssertRefused(
            old, RejectionCode.BundleVersionNotAllowed, "Expected a bundle of version 0.2 or 0.3, as authority 'acme-ci' allows no older ones; found one of version 0.1.");
        Assert.Equal("acme-ci", refused.Authority);
    }

    [Fact]
    public void Works_without_a_log_on_a_timestamp_where_the_authority_says_so()
    {
        var recipe = new BundleRecipe { Log = LogChoice.None, HasTimestamp = true };

        Assert.Equal((SigstoreInstance.At.AddSeconds(5), null), (AssertVerified(recipe, Keyless with { RequiresTransparencyLog = false }) is var v ? (v.Time, v.LogIndex) : default));
        AssertRefused(recipe, RejectionCode.LogEntryMissing, "Expected an entry of a transparency log; found none attached.");
    }

    [Fact]
    public void Asks_no_certificate_log_of_an_instance_that_has_none_and_whose_authority_wants_no_log()
    {
        var recipe = new BundleRecipe { Log = LogChoice.None, HasTimestamp = true, Leaf = new() { HasTimestamp = false } };
        var root = Own.RootWith(r => r["ctlogs"]!.AsArray().Clear());

        AssertVerified(recipe, Keyless with { RequiresTransparencyLog = false, TrustedRoot = root });
        AssertRefused(
            new() { Leaf = new() { HasTimestamp = false } }, RejectionCode.SctMissing, "The certificate must carry a signed certificate timestamp, but has none.",
            Keyless with { TrustedRoot = root });
    }

    [Fact]
    public void Believes_keys_with_a_log_and_without_and_dates_them_by_it()
    {
        var key = StandInKey.P256();
        var authority = KeyAuthority(key);
        var recipe = new BundleRecipe { Key = key };

        var logged = AssertVerified(recipe, authority with { RequiresTransparencyLog = true });
        Assert.Equal((true, SigstoreInstance.At.AddSeconds(10)), (logged.IsSignedByKey, logged.Time));
        Assert.Null(AssertVerified(recipe with { Log = LogChoice.None }, authority).Time);
        AssertRefused(
            recipe with { Log = LogChoice.None }, RejectionCode.LogEntryMissing, "Expected an entry of a transparency log; found none attached.",
            authority with { RequiresTransparencyLog = true });
    }

    [Fact]
    public void Judges_a_keys_dates_by_the_time_that_was_signed_and_not_by_the_clock()
    {
        var key = StandInKey.P256();
        var entry = new AuthorityKey("old.pub", key.Spki, null, SigstoreInstance.At.AddMinutes(1));
        var authority = KeyAuthority(key) with { Trust = new AuthorityTrust.Keys([entry]) };
        var logged = Item(Own.Sign(Content, new() { Key = key }));
        var bare = Item(Own.Sign(Content, new() { Key = key, Log = LogChoice.None }));
        var late = Item(Own.Sign(Content, new() { Key = key, LoggedAfter = TimeSpan.FromMinutes(2) }));

        IReadOnlyList<EvidenceItem> At(AttachedItem item) => EvidenceVerifier.VerifyAll([item], AttachedItems.Subject, [authority], SigstoreInstance.At.AddYears(1));

        Assert.IsType<EvidenceItem.Verified>(Assert.Single(At(logged)));
        Assert.Equal(
            (RejectionCode.KeyExpired, "Key 'old.pub' of authority 'acme-ci' is believed until 2026-06-01T12:01:00Z, but it is 2027-06-01T12:00:00Z."), Said(At(bare)));
        Assert.Equal(
            (RejectionCode.KeyExpired, "Key 'old.pub' of authority 'acme-ci' is believed until 2026-06-01T12:01:00Z, but was used at 2026-06-01T12:02:00Z."), Said(At(late)));
    }

    [Fact]
    public void Refuses_a_strangers_key_and_a_certificate_where_keys_are_believed()
    {
        var key = StandInKey.P256();

        AssertRefused(
            new() { Key = StandInKey.P256() }, RejectionCode.UntrustedKey,
            "Expected a signature by a key of acme-ci; found one that no such key verifies: another key's, or the bytes were changed.", KeyAuthority(key));
        AssertRefused(new(), RejectionCode.UntrustedKey, $"Expected a signature by a key of acme-ci; found one by a certificate of '{SigstoreInstance.Identity}'.", KeyAuthority(key));
        AssertRefused(new() { Key = key }, RejectionCode.UntrustedKey, "Expected a signature by a key of an authority, but no authority has a key.");
    }

    [Fact]
    public void Counts_each_instance_only_where_it_is_believed()
    {
        var theirs = new Authority("vendor", new AuthorityTrust.Keyless(SigstoreInstance.Issuer, null, SigstoreInstance.Identity, null)) { TrustedRoot = Stranger.Root };
        var items = new[] { Item(Own.Sign(Content)), Item(Stranger.Sign(Content)) };

        var facts = EvidenceVerifier.VerifyAll(items, AttachedItems.Subject, [Keyless, theirs], AttachedItems.Now);

        Assert.Equal(["acme-ci", "vendor"], facts.OfType<EvidenceItem.Verified>().Select(f => f.Authority));
        Assert.All(facts.OfType<EvidenceItem.Rejected>(), f => Assert.Equal(RejectionCode.UntrustedRoot, f.Rejection.Code));
        Assert.Equal(["vendor", "acme-ci"], facts.OfType<EvidenceItem.Rejected>().Select(f => f.Authority));
    }

    [Fact]
    public void Reads_cosigns_statement_without_content_as_the_plain_signature_it_is()
    {
        var statement = $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"{{{AttachedItems.Subject.Hex}}}"}}],"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}}""";

        var verified = AssertVerified(new() { Statement = Encoding.UTF8.GetBytes(statement) });

        Assert.Equal(("signature", null), (verified.Kind, verified.PredicateType));
    }

    [Fact]
    public void Knows_a_file_by_its_sha512_when_its_statement_names_nothing_else()
    {
        var hash = Convert.ToHexStringLower(SHA512.HashData(Content));
        var statement = $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha512":"{{{hash}}}"}}],"predicateType":"x","predicate":{}}""";
        var bundle = Own.Sign(Content, new() { Statement = Encoding.UTF8.GetBytes(statement) });

        Assert.IsType<EvidenceItem.Verified>(EvidenceVerifier.VerifyBundle(bundle, Digest.Of(Content), Content, Keyless, AttachedItems.Now));
        AssertBytesRefused(bundle, RejectionCode.SubjectMismatch, $"Signed, but must be about {AttachedItems.Subject}, and names no SHA-256 digest.");
    }

    [Fact]
    public void Refuses_a_statement_about_another_digest_and_a_signature_over_another_artifact()
    {
        var other = Encoding.UTF8.GetBytes(AttachedItems.Statement(AttachedItems.Other));

        AssertRefused(new() { Statement = other }, RejectionCode.SubjectMismatch, $"Signed, but must be about {AttachedItems.Subject}, and is about {AttachedItems.Other}.");
        AssertBytesRefused(
            Own.Sign("another"u8.ToArray()), RejectionCode.SubjectMismatch, $"Expected a signature over {AttachedItems.Subject}; found one over {AttachedItems.Other}.");
    }

    [Fact]
    public void Refuses_a_changed_signature_before_it_blames_the_log_entry() => AssertRefused(
        new() { Edit = b => b["messageSignature"]!["signature"] = Convert.ToBase64String(StandInKey.P256().Sign(Content)) },
        RejectionCode.SignatureInvalid, "The signature must be by the key of the certificate over what is attached, but is not.");

    private static Authority KeyAuthority(StandInKey key) => new("acme-ci", new AuthorityTrust.Keys([new AuthorityKey("ci.pub", key.Spki, null, null)])) { TrustedRoot = Root };

    private static (RejectionCode, string) Said(IReadOnlyList<EvidenceItem> items) =>
        Assert.IsType<EvidenceItem.Rejected>(Assert.Single(items)).Rejection is var r ? (r.Code, r.Reason) : default;
}
