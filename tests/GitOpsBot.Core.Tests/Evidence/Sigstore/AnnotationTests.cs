using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Testing.Sigstore;
using static GitOpsBot.Core.Tests.Evidence.Sigstore.Minted;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

/// <summary>Cosign's older layout: certificate, log entry and timestamp in annotations of a layer.</summary>
public sealed class AnnotationTests
{
    private const string CertificateAnnotation = "dev.sigstore.cosign/certificate";
    private const string EntryAnnotation = "dev.sigstore.cosign/bundle";
    private const string TimestampAnnotation = "dev.sigstore.cosign/rfc3161timestamp";
    private static readonly StandInKey.Ec Signer = StandInKey.P256();
    private static readonly byte[] Leaf = Own.Fulcio.Issue(Signer, new(), SigstoreInstance.At);
    private static readonly byte[] Payload = Encoding.UTF8.GetBytes(
        $$$"""{"critical":{"identity":{"docker-reference":"ghcr.io/acme/checkout"},"image":{"docker-manifest-digest":"{{{AttachedItems.Subject}}}"},"type":"cosign container image signature"},"optional":null}""");

    [Fact]
    public void Believes_a_signed_entry_timestamp_without_an_inclusion_proof_whatever_is_said_of_old_bundles()
    {
        var verified = Assert.IsType<EvidenceItem.Verified>(Judge(Signature()));

        Assert.Equal(("signature", SigstoreInstance.Identity, SigstoreInstance.At.AddSeconds(10), 1_000_006L), (verified.Kind, verified.Identity, verified.Time, verified.LogIndex));
    }

    [Theory]
    [InlineData("intoto 0.0.1")]
    [InlineData("intoto 0.0.2")]
    [InlineData("dsse 0.0.1")]
    public void Believes_attestations_in_each_kind_of_entry(string kind)
    {
        var item = Attestation(kind, r => r);

        Assert.Equal("attestation", Assert.IsType<EvidenceItem.Verified>(Judge(item)).Kind);
    }

    [Theory]
    [InlineData("intoto 0.0.1", "digest")]
    [InlineData("intoto 0.0.2", "digest")]
    [InlineData("dsse 0.0.1", "digest")]
    public void Refuses_an_entry_of_another_attestation(string kind, string what) => AssertNo(
        Attestation(kind, r => r with { Hash = new byte[32] }), RejectionCode.LogEntryNotBound, $"The {kind} log entry must have the {what} of what is attached, but has another.");

    [Fact]
    public void Refuses_an_entry_that_is_not_there_or_of_another_signature()
    {
        AssertNo(Signature(entry: false), RejectionCode.LogEntryMissing, "Expected an entry of a transparency log; found none attached.");
        AssertNo(
            Signature(r => r with { Signature = Signer.Sign(Payload) }), RejectionCode.LogEntryNotBound,
            "The hashedrekord 0.0.1 log entry must have the signature of what is attached, but has another.");
        AssertNo(
            Signature(r => r with { Verifier = Own.Fulcio.Issue(Signer, new(), SigstoreInstance.At) }), RejectionCode.LogEntryNotBound,
            "The hashedrekord 0.0.1 log entry must have the certificate of what is attached, but has another.");
    }

    [Fact]
    public void Refuses_annotations_that_cannot_be_read()
    {
        AssertNo(
            With(Signature(), CertificateAnnotation, "-----BEGIN"), RejectionCode.Malformed,
            "A certificate must be exactly one PEM block 'CERTIFICATE', but the text is something else.");
        AssertNo(
            With(Signature(), EntryAnnotation, "{}"), RejectionCode.Malformed,
            "The annotation 'dev.sigstore.cosign/bundle' must have a SignedEntryTimestamp and a Payload, but lacks one.");
        AssertNo(
            With(Signature(), EntryAnnotation, "x"), RejectionCode.Malformed,
            "The annotation 'dev.sigstore.cosign/bundle' must be strict JSON without repeated properties and at most 64 levels deep, but is not (line 1, byte 1).");
    }

    [Fact]
    public void Believes_a_timestamp_beside_or_instead_of_an_entry()
    {
        var stamp = (byte[] signature) => new JsonObject { ["SignedRFC3161Timestamp"] = Convert.ToBase64String(Own.Timestamps.Stamp(signature, SigstoreInstance.At.AddSeconds(3))) }.ToJsonString();
        var item = Signature(entry: false);
        var signature = Convert.FromBase64String(item.Annotations[SimpleSigning.SignatureAnnotation]);

        var verified = Assert.IsType<EvidenceItem.Verified>(Judge(
            With(item, "dev.sigstore.cosign/rfc3161timestamp", stamp(signature)), Keyless with { RequiresTransparencyLog = false }));
        Assert.Equal(SigstoreInstance.At.AddSeconds(3), verified.Time);
        AssertNo(
            With(item, "dev.sigstore.cosign/rfc3161timestamp", stamp([1])), RejectionCode.TimestampInvalid,
            "Expected a timestamp, one over this signature; found one over something else.", Keyless with { RequiresTransparencyLog = false });
    }

    [Fact]
    public void Believes_a_key_with_its_log_entry_and_dates_it_by_that()
    {
        var signature = Signer.Sign(Payload);
        var entry = Own.Rekor.Annotation(new("hashedrekord 0.0.1", signature, Signer.Spki, false, SHA256.HashData(Payload)), SigstoreInstance.At.AddSeconds(1));
        var item = With(AttachedItems.Simple(Payload, Convert.ToBase64String(signature)), EntryAnnotation, entry);
        var authority = new Authority("acme-ci", new AuthorityTrust.Keys([new AuthorityKey("ci.pub", Signer.Spki, null, null)])) { TrustedRoot = Root, RequiresTransparencyLog = true };

        Assert.Equal(SigstoreInstance.At.AddSeconds(1), Assert.IsType<EvidenceItem.Verified>(Judge(item, authority)).Time);
    }

    [Fact]
    public void Keeps_what_a_key_proved_when_the_certificate_beside_it_is_a_strangers()
    {
        var keys = new Authority("keys", new AuthorityTrust.Keys([new AuthorityKey("ci.pub", Signer.Spki, null, null)])) { TrustedRoot = Stranger.Root };

        var facts = AttachedItems.VerifyAll(Signature(), keys, Keyless with { TrustedRoot = Stranger.Root });

        Assert.Equal("keys", Assert.IsType<EvidenceItem.Verified>(Assert.Single(facts)).Authority);
    }

    // What may change: the line ends of the certificate's PEM, and a timestamp's wrapping (see the law of bundles).
    [Fact]
    public void Never_believes_annotations_of_which_any_character_was_flipped()
    {
        var item = Stamped();
        Assert.IsType<EvidenceItem.Verified>(Judge(item));
        var believed = new List<string>();

        foreach (var (name, text) in item.Annotations)
        {
            for (var i = 0; i < text.Length; i++)
            {
                var judged = Judge(With(item, name, $"{text[..i]}{(char)(text[i] ^ (1 << (i % 7)))}{text[(i + 1)..]}"));
                AssertExpected(judged);
                if (judged is EvidenceItem.Verified)
                {
                    believed.Add(text[i] == '\n' ? "line end" : name);
                }
            }
        }

        Assert.All(believed, b => Assert.True(b is "line end" or TimestampAnnotation, b));
        Assert.True(believed.Count(b => b == TimestampAnnotation) <= 60, $"{believed.Count}");
    }

    [Fact]
    public void Never_throws_whatever_annotations_hold()
    {
        var random = new Random(20260604);
        var item = Stamped();
        var names = item.Annotations.Keys.ToList();
        for (var i = 0; i < 1500; i++)
        {
            var (name, changed) = (names[random.Next(names.Count)], new StringBuilder());
            changed.Append(item.Annotations[name]);
            for (var n = random.Next(1, 4); n > 0 && changed.Length > 0; n--)
            {
                var at = random.Next(changed.Length);
                _ = random.Next(3) switch
                {
                    0 => changed.Remove(at, Math.Min(random.Next(1, 40), changed.Length - at)),
                    1 => changed.Insert(at, changed.ToString(at, Math.Min(random.Next(1, 40), changed.Length - at))),
                    _ => changed.Insert(at, (char)random.Next(0xD7FF)),
                };
            }

            AssertExpected(Judge(With(item, name, changed.ToString())));
        }
    }

    private static void AssertExpected(EvidenceItem item) =>
        Assert.False(item is EvidenceItem.Rejected { Rejection.Reason: var reason } && reason.Contains("failed unexpectedly", StringComparison.Ordinal), (item as EvidenceItem.Rejected)?.Rejection.Reason);

    private static AttachedItem Stamped()
    {
        var item = Signature();
        var stamp = Own.Timestamps.Stamp(Convert.FromBase64String(item.Annotations[SimpleSigning.SignatureAnnotation]), SigstoreInstance.At.AddSeconds(5), brings: false);
        return With(item, TimestampAnnotation, $$"""{"SignedRFC3161Timestamp":"{{Convert.ToBase64String(stamp)}}"}""");
    }

    private static AttachedItem Signature(Func<LogRequest, LogRequest>? logged = null, bool entry = true)
    {
        var signature = Signer.Sign(Payload);
        var request = (logged ?? (r => r))(new LogRequest("hashedrekord 0.0.1", signature, Leaf, true, SHA256.HashData(Payload)));
        var item = With(AttachedItems.Simple(Payload, Convert.ToBase64String(signature)), CertificateAnnotation, PemEncoding.WriteString("CERTIFICATE", Leaf));
        return entry ? With(item, EntryAnnotation, Own.Rekor.Annotation(request, SigstoreInstance.At.AddSeconds(10))) : item;
    }

    private static AttachedItem Attestation(string kind, Func<LogRequest, LogRequest> logged)
    {
        var signature = Signer.Sign(DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, Statement));
        var envelope = Encoding.UTF8.GetBytes(
            $$"""{"payloadType":"{{DsseEnvelope.InTotoPayloadType}}","payload":"{{Convert.ToBase64String(Statement)}}","signatures":[{"keyid":"","sig":"{{Convert.ToBase64String(signature)}}"}]}""");
        var request = logged(new LogRequest(kind, signature, Leaf, true, SHA256.HashData(kind == "intoto 0.0.1" ? envelope : Statement)));
        return With(
            With(AttachedItems.Dsse(envelope), CertificateAnnotation, PemEncoding.WriteString("CERTIFICATE", Leaf)),
            EntryAnnotation, Own.Rekor.Annotation(request, SigstoreInstance.At.AddSeconds(10)));
    }

    private static AttachedItem With(AttachedItem item, string annotation, string text) =>
        item with { Annotations = new Dictionary<string, string>(item.Annotations) { [annotation] = text } };

    private static EvidenceItem Judge(AttachedItem item, Authority? authority = null) => Assert.Single(AttachedItems.VerifyAll(item, authority ?? Keyless));

    private static void AssertNo(AttachedItem item, RejectionCode code, string reason, Authority? authority = null)
    {
        var rejected = Assert.IsType<EvidenceItem.Rejected>(Judge(item, authority));
        Assert.Equal((code, reason), (rejected.Rejection.Code, rejected.Rejection.Reason));
    }
}
