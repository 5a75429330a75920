using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Tests.Evidence;

/// <summary>Items, authorities and statements as the tests of this folder need them.</summary>
internal static class AttachedItems
{
    public const string PredicateType = "https://in-toto.io/attestation/test-result/v0.1";

    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly Digest Subject = Digest.Of("checkout"u8);
    public static readonly Digest Other = Digest.Of("another"u8);
    public static readonly ImageName Image = ImageName.Parse("ghcr.io/acme/checkout");

    public static Authority Authority(string name, params EvidenceSigner[] signers) =>
        new(name, new AuthorityTrust.Keys([.. signers.Select(s => Key(s))]));

    public static AuthorityKey Key(EvidenceSigner signer, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null) =>
        new("ci.pub", signer.SubjectPublicKeyInfo, notBefore, notAfter);

    public static string Statement(Digest subject) =>
        $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"checkout","digest":{"sha256":"{{{subject.Hex}}}"}}],"predicateType":"{{{PredicateType}}}","predicate":{"result":"PASSED"}}""";

    public static AttachedItem Dsse(string envelope) => Dsse(Encoding.UTF8.GetBytes(envelope));

    public static AttachedItem Dsse(byte[] envelope) =>
        new(Subject, AttachedForm.Dsse, "application/vnd.dsse.envelope.v1+json", Digest.Of(envelope), envelope, new Dictionary<string, string>());

    public static AttachedItem Attestation(EvidenceSigner signer, Digest? about = null) => Dsse(signer.SignStatement(Statement(about ?? Subject)));

    public static AttachedItem Signature(EvidenceSigner signer, Digest? about = null)
    {
        var (payload, signature) = signer.SignSimpleSigning(Image, about ?? Subject);
        return Simple(payload, signature);
    }

    public static AttachedItem Simple(byte[] payload, string? signature) => new(
        Subject,
        AttachedForm.SimpleSigning,
        "application/vnd.dev.cosign.simplesigning.v1+json",
        Digest.Of(payload),
        payload,
        signature is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [SimpleSigning.SignatureAnnotation] = signature });

    public static string Envelope(EvidenceSigner signer, string statement, bool keyId = true, string type = DsseEnvelope.InTotoPayloadType)
    {
        var payload = Encoding.UTF8.GetBytes(statement);
        var signature = Convert.ToBase64String(signer.Sign(DsseEnvelope.PreAuthenticationEncoding(type, payload)));
        var id = keyId ? $"\"keyid\":\"{signer.KeyId}\"," : "";
        return $$$"""{"payloadType":"{{{type}}}","payload":"{{{Convert.ToBase64String(payload)}}}","signatures":[{{{{id}}}"sig":"{{{signature}}}"}]}""";
    }

    public static IReadOnlyList<EvidenceItem> VerifyAll(AttachedItem item, params Authority[] authorities) =>
        EvidenceVerifier.VerifyAll([item], Subject, authorities, Now);
}
