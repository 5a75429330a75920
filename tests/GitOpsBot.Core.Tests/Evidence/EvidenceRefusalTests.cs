using System.Text;
using GitOpsBot.Core.Evidence;
using static GitOpsBot.Core.Tests.Evidence.AttachedItems;

namespace GitOpsBot.Core.Tests.Evidence;

public sealed class EvidenceRefusalTests
{
    private const string Unknown = "Expected a signature by a key of acme-ci; found one that no such key verifies: another key's, or the bytes were changed.";
    private static readonly EvidenceSigner Ci = EvidenceSigner.Generate();
    private static readonly EvidenceSigner Scanner = EvidenceSigner.Generate();
    private static readonly EvidenceSigner Stranger = EvidenceSigner.Generate();
    private static readonly Authority AcmeCi = Authority("acme-ci", Ci);

    [Fact]
    public void Keeps_signatures_over_one_payload_by_two_authorities_beside_a_strangers()
    {
        var facts = EvidenceVerifier.VerifyAll(
            [Signature(Stranger), Signature(Ci), Signature(Scanner), Signature(Ci)], Subject, [AcmeCi, Authority("acme-scan", Scanner)], Now);

        Assert.Equal(["acme-ci", "acme-scan"], facts.OfType<EvidenceItem.Verified>().Select(f => f.Authority));
        Assert.Equal(RejectionCode.UntrustedKey, Assert.Single(facts.OfType<EvidenceItem.Rejected>()).Rejection.Code);
    }

    [Fact]
    public void Refuses_everything_when_no_authority_has_a_key() => AssertRefused(
        VerifyAll(Attestation(Ci)), RejectionCode.UntrustedKey, "Expected a signature by a key of an authority, but no authority has a key.");

    [Fact]
    public void Names_what_a_strangers_attestation_claims_without_believing_it()
    {
        var refused = AssertRefused(VerifyAll(Attestation(Stranger), AcmeCi), RejectionCode.UntrustedKey, Unknown);

        Assert.Equal(PredicateType, refused.PredicateType);
    }

    [Fact]
    public void Refuses_a_signature_that_claims_our_key_but_does_not_match() => AssertRefused(
        VerifyAll(Dsse(Envelope(Stranger, Statement(Subject)).Replace(Stranger.KeyId, Ci.KeyId, StringComparison.Ordinal)), AcmeCi),
        RejectionCode.SignatureInvalid,
        $"The signature claims to be by key {Ci.KeyId} of authority 'acme-ci', but does not match the bytes.");

    [Theory]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    [InlineData("MEUCIQ==")]
    public void Refuses_bytes_that_are_no_signature_at_all(string signature) => AssertRefused(
        VerifyAll(Simple(Ci.SignSimpleSigning(Image, Subject).Payload, signature), AcmeCi),
        RejectionCode.SignatureInvalid,
        "Expected a base64 signature by ECDSA (DER), Ed25519 or RSA; found bytes that are none of these.");

    [Fact]
    public void Refuses_a_layer_without_a_signature() => AssertRefused(
        VerifyAll(Simple(Ci.SignSimpleSigning(Image, Subject).Payload, null), AcmeCi),
        RejectionCode.SignatureMissing,
        "The signature's layer must have an annotation 'dev.cosignproject.cosign/signature', but has none.");

    [Fact]
    public void Refuses_a_payload_of_another_kind_even_when_a_trusted_key_signed_it()
    {
        var payload = Encoding.UTF8.GetBytes(Statement(Subject));

        AssertRefused(
            VerifyAll(Simple(payload, Convert.ToBase64String(Ci.Sign(payload))), AcmeCi),
            RejectionCode.Malformed,
            "The payload's 'critical' must be an object, but is missing.",
            "acme-ci");
    }

    [Fact]
    public void Refuses_a_signature_payload_of_another_type() => AssertRefused(
        VerifyAll(Signed($$$"""{"critical":{"type":"x","image":{"docker-manifest-digest":"{{{Subject}}}" } } }"""), AcmeCi),
        RejectionCode.Unsupported,
        "The payload's 'critical.type' must be 'cosign container image signature', but is 'x'.",
        "acme-ci");

    [Fact]
    public void Refuses_a_statement_of_another_type() => AssertRefused(
        VerifyAll(Dsse(Ci.SignStatement("""{"_type":"https://in-toto.io/Statement/v2","subject":[],"predicateType":"x"}""")), AcmeCi),
        RejectionCode.Unsupported,
        "The statement's '_type' must be 'https://in-toto.io/Statement/v1' or 'https://in-toto.io/Statement/v0.1', but is 'https://in-toto.io/Statement/v2'.",
        "acme-ci");

    [Fact]
    public void Refuses_a_payload_type_that_was_signed_but_is_not_in_totos() => AssertRefused(
        VerifyAll(Dsse(Envelope(Ci, Statement(Subject), type: "application/json")), AcmeCi),
        RejectionCode.PayloadType,
        "The envelope's payload type must be 'application/vnd.in-toto+json', but is 'application/json'.");

    [Fact]
    public void Refuses_the_right_name_with_another_digest() => AssertRefused(
        VerifyAll(Attestation(Ci, Other), AcmeCi), RejectionCode.SubjectMismatch, $"Signed, but must be about {Subject}, and is about {Other}.", "acme-ci");

    [Fact]
    public void Refuses_an_envelope_beyond_the_bound_without_reading_it() => AssertRefused(
        VerifyAll(Dsse(new byte[StrictJson.MostBytes + 1]), AcmeCi),
        RejectionCode.Limit,
        $"The envelope may have at most {StrictJson.MostBytes} bytes, but has {StrictJson.MostBytes + 1}.");

    [Fact]
    public void Refuses_the_items_beyond_the_bound()
    {
        var items = Enumerable.Repeat(Attestation(Stranger), EvidenceVerifier.MostItems).Append(Attestation(Ci)).ToList();

        var facts = EvidenceVerifier.VerifyAll(items, Subject, [], Now);

        var last = Assert.IsType<EvidenceItem.Rejected>(facts[^1]);
        Assert.Equal((RejectionCode.Limit, "At most 2000 attached items are read, but there are 2001."), (last.Rejection.Code, last.Rejection.Reason));
    }

    [Fact]
    public void Demands_the_log_entry_that_an_authority_demands_of_its_keys() => AssertRefused(
        VerifyAll(Signature(Ci), AcmeCi with { RequiresTransparencyLog = true }),
        RejectionCode.LogEntryMissing,
        "Expected an entry of a transparency log; found none attached.",
        "acme-ci");

    [Fact]
    public void Says_until_when_an_expired_key_was_believed() => AssertRefused(
        VerifyAll(Signature(Ci), new Authority("acme-ci", new AuthorityTrust.Keys([Key(Ci, notAfter: Now.AddSeconds(-1))]))),
        RejectionCode.KeyExpired,
        "Key 'ci.pub' of authority 'acme-ci' is believed until 2026-06-01T11:59:59Z, but it is 2026-06-01T12:00:00Z.",
        "acme-ci");

    [Fact]
    public void Does_not_believe_a_key_before_its_beginning() => AssertRefused(
        VerifyAll(Signature(Ci), new Authority("acme-ci", new AuthorityTrust.Keys([Key(Ci, notBefore: Now.AddSeconds(1))]))),
        RejectionCode.UntrustedKey,
        "Key 'ci.pub' of authority 'acme-ci' is believed from 2026-06-01T12:00:01Z, but it is 2026-06-01T12:00:00Z.",
        "acme-ci");

    [Fact]
    public void Believes_a_key_until_the_very_end_and_for_the_authority_whose_entry_is_valid()
    {
        var expired = new Authority("old", new AuthorityTrust.Keys([Key(Ci, notAfter: Now.AddDays(-1))]));
        var renewed = new Authority("new", new AuthorityTrust.Keys([Key(Ci, notAfter: Now.AddDays(-1)), Key(Ci, notAfter: Now)]));

        var facts = VerifyAll(Signature(Ci), expired, renewed);

        Assert.Equal("new", Assert.Single(facts.OfType<EvidenceItem.Verified>()).Authority);
        Assert.Equal(("old", RejectionCode.KeyExpired), facts.OfType<EvidenceItem.Rejected>().Select(f => (f.Authority!, f.Rejection.Code)).Single());
    }

    [Fact]
    public void Turns_whatever_goes_wrong_into_a_refusal() => AssertRefused(
        VerifyAll(Signature(Ci) with { Annotations = null! }, AcmeCi),
        RejectionCode.Malformed,
        "The item must be readable evidence, but reading it failed unexpectedly (NullReferenceException).");

    [Fact]
    public void Keeps_a_strangers_text_in_a_reason_short_and_harmless()
    {
        var type = "x\\n/approve `@acme/release` " + new string('y', 500);
        var refused = Assert.IsType<EvidenceItem.Rejected>(Assert.Single(VerifyAll(Dsse($$"""{"payloadType":"{{type}}"}"""), AcmeCi)));

        Assert.Equal(RejectionCode.PayloadType, refused.Rejection.Code);
        Assert.DoesNotContain('\n', refused.Rejection.Reason);
        Assert.DoesNotContain('`', refused.Rejection.Reason);
        Assert.InRange(refused.Rejection.Reason.Length, 1, 220);
    }

    [Theory]
    [InlineData("""{"payloadType":"application/vnd.in-toto+json","payloadType":"application/vnd.in-toto+json"}""", "The envelope must be strict JSON without repeated properties")]
    [InlineData("{\"a\":\"\\ud800\"}", "The envelope must be strict JSON without repeated properties")]
    [InlineData("{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"e3 0=\"}", "The envelope's payload must be a base64 string, but is not.")]
    [InlineData("{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"e31=\"}", "The envelope's payload must be a base64 string, but is not.")]
    [InlineData("{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"e30=\",\"signatures\":[{}]}", "The envelope's signature must have a string 'sig', but has none.")]
    [InlineData("{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"e30=\",\"signatures\":{}}", "The envelope's 'signatures' must be an array, but is an object.")]
    [InlineData("[]", "The envelope must be a JSON object, but is a JSON array.")]
    [InlineData("", "The envelope must be strict JSON")]
    public void Refuses_a_malformed_envelope(string envelope, string sentence)
    {
        var refused = Assert.IsType<EvidenceItem.Rejected>(Assert.Single(VerifyAll(Dsse(envelope), AcmeCi)));

        Assert.Equal(RejectionCode.Malformed, refused.Rejection.Code);
        Assert.StartsWith(sentence, refused.Rejection.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_json_that_is_nested_deeper_than_the_bound()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65);

        var refused = Assert.IsType<EvidenceItem.Rejected>(Assert.Single(VerifyAll(Dsse(deep), AcmeCi)));

        Assert.Equal(RejectionCode.Malformed, refused.Rejection.Code);
        Assert.Contains("at most 64 levels deep", refused.Rejection.Reason, StringComparison.Ordinal);
    }

    // Law: no byte of an envelope can change without the envelope being refused. (The key id is no part of what is signed, so this one has none.)
    [Fact]
    public void Never_believes_an_envelope_in_which_any_byte_was_flipped()
    {
        var envelope = Encoding.UTF8.GetBytes(Envelope(Ci, Statement(Subject), keyId: false));
        Assert.IsType<EvidenceItem.Verified>(Assert.Single(VerifyAll(Dsse(envelope), AcmeCi)));

        var believed = Flips(envelope).Where(f => VerifyAll(Dsse(f.Bytes), AcmeCi).Any(e => e is EvidenceItem.Verified)).Select(f => f.At);

        Assert.Empty(believed);
    }

    [Fact]
    public void Never_believes_a_signature_or_its_payload_in_which_any_byte_was_flipped()
    {
        var (payload, signature) = Ci.SignSimpleSigning(Image, Subject);

        var ofPayload = Flips(payload).Where(f => VerifyAll(Simple(f.Bytes, signature), AcmeCi).Any(e => e is EvidenceItem.Verified));
        var ofSignature = Flips(Encoding.ASCII.GetBytes(signature))
            .Where(f => VerifyAll(Simple(payload, Encoding.Latin1.GetString(f.Bytes)), AcmeCi).Any(e => e is EvidenceItem.Verified));

        Assert.Empty(ofPayload.Concat(ofSignature).Select(f => f.At));
    }

    private static IEnumerable<(int At, byte[] Bytes)> Flips(byte[] bytes)
    {
        // Every byte; of its bits the lowest, the one that turns '+' towards '/', the one of letter case, and the one that leaves ASCII.
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var bit in (byte[])[1, 4, 32, 128])
            {
                var flipped = bytes.ToArray();
                flipped[i] ^= bit;
                yield return (i, flipped);
            }
        }
    }

    private static AttachedItem Signed(string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        return Simple(bytes, Convert.ToBase64String(Ci.Sign(bytes)));
    }

    private static EvidenceItem.Rejected AssertRefused(IReadOnlyList<EvidenceItem> facts, RejectionCode code, string reason, string? authority = null)
    {
        var refused = Assert.IsType<EvidenceItem.Rejected>(Assert.Single(facts));
        Assert.Equal((code, reason, authority), (refused.Rejection.Code, refused.Rejection.Reason, refused.Authority));
        return refused;
    }
}
