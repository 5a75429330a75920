using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace GitOpsBot.Core.Tests.Evidence;

public sealed class EvidenceVerifierTests : IDisposable
{
    private const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Digest Subject = Digest.Of("image"u8);
    private static readonly ImageName Name = ImageName.Parse("ghcr.io/acme/checkout");
    private readonly EvidenceSigner ci = EvidenceSigner.Generate();
    private readonly EvidenceSigner stranger = EvidenceSigner.Generate();

    public void Dispose()
    {
        ci.Dispose();
        stranger.Dispose();
    }

    [Fact]
    public void Believes_a_signature_and_a_statement_about_the_digest_by_a_known_key()
    {
        var (payload, signature) = ci.SignSimpleSigning(Name, Subject);

        var signed = Assert.IsType<EvidenceItem.Verified>(One(Signature(payload, signature)));
        var tested = Assert.IsType<EvidenceItem.Verified>(One(Dsse(Statement(ci))));

        Assert.Equal(("acme-ci", ci.KeyId, "signature"), (signed.Authority, signed.Identity, signed.Kind));
        Assert.Equal(("attestation", TestResult, "PASSED"), (tested.Kind, tested.PredicateType, tested.Statement!.Predicate.GetProperty("result").GetString()));
    }

    [Fact]
    public void The_same_bytes_twice_are_one_fact_and_two_authorities_with_one_key_are_two()
    {
        var item = Dsse(Statement(ci));

        var found = EvidenceVerifier.VerifyAll([item, item], Subject, [Authority("a", ci), Authority("b", ci)], Now);

        Assert.Equal(["a", "b"], found.Cast<EvidenceItem.Verified>().Select(v => v.Authority));
    }

    [Fact]
    public void A_strangers_key_is_untrusted() =>
        Refused(RejectionCode.UntrustedKey, "Expected a signature by a key of acme-ci; found one that no such key verifies: another key's, or the bytes were changed.", Dsse(Statement(stranger)));

    [Fact]
    public void Bytes_that_were_changed_after_signing_are_invalid()
    {
        var envelope = JsonNode.Parse(Statement(ci))!;
        envelope["payload"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(Convert.FromBase64String((string)envelope["payload"]!)).Replace("FAILED", "PASSED", StringComparison.Ordinal) + " "));

        Refused(RejectionCode.SignatureInvalid, $"The signature claims to be by key {ci.KeyId} of authority 'acme-ci', but does not match the bytes.", Dsse(Encoding.UTF8.GetBytes(envelope.ToJsonString())));
    }

    [Fact]
    public void A_statement_about_another_digest_is_not_about_this_one()
    {
        var other = Digest.Of("other"u8);

        Refused(RejectionCode.SubjectMismatch, $"Signed, but must be about {Subject}, and is about {other}.", Dsse(Statement(ci, other)));
        var (payload, signature) = ci.SignSimpleSigning(Name, other);
        Refused(RejectionCode.SubjectMismatch, $"Signed, but must be about {Subject}, and is about {other}.", Signature(payload, signature));
        Refused(RejectionCode.SubjectMismatch, $"The item must be attached to {Subject}, but is attached to {other}.", Dsse(Statement(ci)) with { Subject = other });
    }

    [Fact]
    public void An_envelope_with_two_signatures_or_none_or_another_payload_type_is_refused()
    {
        Refused(RejectionCode.SignatureCount, "The envelope must have exactly one signature, but has 2.", Changed(e => ((JsonArray)e["signatures"]!).Add(e["signatures"]![0]!.DeepClone())));
        Refused(RejectionCode.SignatureMissing, "The envelope must have exactly one signature, but has none.", Changed(e => e["signatures"] = new JsonArray()));
        Refused(RejectionCode.PayloadType, "The envelope's payload type must be 'application/vnd.in-toto+json', but is 'text/plain'.", Changed(e => e["payloadType"] = "text/plain"));
    }

    [Fact]
    public void Thousands_of_subjects_are_refused()
    {
        var subjects = string.Join(',', Enumerable.Repeat($$$"""{"name":"x","digest":{"sha256":"{{{Subject.Hex}}}"}}""", 1001));
        var payload = $$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{{subjects}}],"predicateType":"x"}""";

        Refused(RejectionCode.Limit, "The statement may have at most 1000 subjects, but has 1001.", Dsse(ci.SignPayload(Encoding.UTF8.GetBytes(payload))));
    }

    [Theory]
    [InlineData("{\"_type\":\"https://in-toto.io/Statement/v1\",\"_type\":\"https://in-toto.io/Statement/v1\"}", "The statement must be strict JSON without repeated properties")]
    [InlineData("[]", "The statement must be a JSON object, but is a JSON array.")]
    [InlineData("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[]}", "The statement's 'predicateType' must be a type URI, but is missing or empty.")]
    public void A_signed_statement_that_does_not_read_one_way_is_malformed(string payload, string sentence)
    {
        var rejected = Assert.IsType<EvidenceItem.Rejected>(One(Dsse(ci.SignPayload(Encoding.UTF8.GetBytes(payload)))));

        Assert.Equal(RejectionCode.Malformed, rejected.Rejection.Code);
        Assert.Contains(sentence, rejected.Rejection.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_past_its_end_or_before_its_beginning_is_not_believed()
    {
        var authority = new Authority("acme-ci", new AuthorityTrust.Keys([Key(ci) with { NotAfter = Now.AddSeconds(-1) }]));
        var rejected = Assert.IsType<EvidenceItem.Rejected>(Assert.Single(EvidenceVerifier.VerifyAll([Dsse(Statement(ci))], Subject, [authority], Now)));
        Assert.Equal((RejectionCode.KeyExpired, "acme-ci"), (rejected.Rejection.Code, rejected.Authority));

        authority = new Authority("acme-ci", new AuthorityTrust.Keys([Key(ci) with { NotBefore = Now.AddSeconds(1) }]));
        Assert.IsType<EvidenceItem.Rejected>(Assert.Single(EvidenceVerifier.VerifyAll([Dsse(Statement(ci))], Subject, [authority], Now)));
    }

    [Fact]
    public void An_authority_that_demands_a_log_entry_is_not_met_by_a_key_alone()
    {
        var rejected = Assert.IsType<EvidenceItem.Rejected>(Assert.Single(EvidenceVerifier.VerifyAll(
            [Dsse(Statement(ci))], Subject, [Authority("acme-ci", ci) with { RequiresTransparencyLog = true }], Now)));

        Assert.Equal(RejectionCode.LogEntryMissing, rejected.Rejection.Code);
    }

    [Fact]
    public void What_was_not_read_or_is_no_evidence_is_rejected_for_that_reason()
    {
        var fault = new Rejection(RejectionCode.ContentDigestMismatch, "changed");
        Refused(RejectionCode.ContentDigestMismatch, "changed", Dsse(Statement(ci)) with { Fault = fault });
        Refused(RejectionCode.Unsupported, "Expected a cosign signature, a DSSE envelope or a Sigstore bundle; found media type 'application/x'.", Dsse(Statement(ci)) with { Form = AttachedForm.Unknown, MediaType = "application/x" });
        Refused(RejectionCode.Malformed, "The bundle must name its version as 'mediaType', but does not.", Dsse(Statement(ci)) with { Form = AttachedForm.SigstoreBundle });
    }

    // Law: one byte of an envelope changed, wherever it is, is never believed to say something else.
    [Fact]
    public void A_flipped_byte_is_never_believed()
    {
        var envelope = Statement(ci);
        var payload = JsonNode.Parse(envelope)!["payload"]!.ToString();
        for (var i = 0; i < envelope.Length; i++)
        {
            foreach (var flip in (byte[])[1, 32, 128])
            {
                var changed = envelope.ToArray();
                changed[i] ^= flip;
                if (One(Dsse(changed)) is EvidenceItem.Verified verified)
                {
                    // The hint of the key, and the spelling of a key of JSON, are not signed; what was signed is the same.
                    Assert.Equal(payload, Convert.ToBase64String(Encoding.UTF8.GetBytes(verified.Statement!.Json.GetRawText())));
                }
            }
        }
    }

    [Fact]
    public void Believes_keys_of_every_kind_that_is_promised_and_only_their_own_signatures()
    {
        var payload = Encoding.UTF8.GetBytes($$$"""{"critical":{"image":{"docker-manifest-digest":"{{{Subject}}}"},"type":"cosign container image signature"}}""");
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        var edwards = generator.GenerateKeyPair();
        var signer = new Ed25519Signer();
        signer.Init(true, edwards.Private);
        signer.BlockUpdate(payload, 0, payload.Length);
        (byte[] Key, byte[] Signature)[] pairs =
        [
            (p384.ExportSubjectPublicKeyInfo(), p384.SignData(payload, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence)),
            (rsa.ExportSubjectPublicKeyInfo(), rsa.SignData(payload, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            (rsa.ExportSubjectPublicKeyInfo(), rsa.SignData(payload, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
            (SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(edwards.Public).GetDerEncoded(), signer.GenerateSignature()),
        ];

        foreach (var (key, signature) in pairs)
        {
            var authority = new Authority("a", new AuthorityTrust.Keys([new AuthorityKey("k.pub", key, null, null)]));
            Assert.IsType<EvidenceItem.Verified>(Assert.Single(EvidenceVerifier.VerifyAll([Signature(payload, Convert.ToBase64String(signature))], Subject, [authority], Now)));
            signature[^1] ^= 1;
            Assert.IsType<EvidenceItem.Rejected>(Assert.Single(EvidenceVerifier.VerifyAll([Signature(payload, Convert.ToBase64String(signature))], Subject, [authority], Now)));
        }
    }

    private static byte[] Statement(EvidenceSigner signer, Digest? about = null) =>
        signer.SignStatement("checkout", about ?? Subject, TestResult, new JsonObject { ["result"] = "PASSED" });

    private AttachedItem Changed(Action<JsonNode> change)
    {
        var envelope = JsonNode.Parse(Statement(ci))!;
        change(envelope);
        return Dsse(Encoding.UTF8.GetBytes(envelope.ToJsonString()));
    }

    private static AttachedItem Dsse(byte[] envelope) =>
        new(Subject, AttachedForm.Dsse, "application/vnd.dsse.envelope.v1+json", Digest.Of(envelope), envelope, new Dictionary<string, string>());

    private static AttachedItem Signature(byte[] payload, string signature) => new(
        Subject, AttachedForm.SimpleSigning, "application/vnd.dev.cosign.simplesigning.v1+json", Digest.Of(payload), payload,
        new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = signature });

    private EvidenceItem One(AttachedItem item) => Assert.Single(EvidenceVerifier.VerifyAll([item], Subject, [Authority("acme-ci", ci)], Now));

    private void Refused(RejectionCode code, string sentence, AttachedItem item)
    {
        var rejected = Assert.IsType<EvidenceItem.Rejected>(One(item));
        Assert.Equal((code, sentence), (rejected.Rejection.Code, rejected.Rejection.Reason));
    }

    private static Authority Authority(string name, EvidenceSigner signer) => new(name, new AuthorityTrust.Keys([Key(signer)]));

    private static AuthorityKey Key(EvidenceSigner signer)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(signer.PublicKeyPem);
        return new AuthorityKey("ci.pub", key.ExportSubjectPublicKeyInfo(), null, null);
    }
}
