using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Testing;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

/// <summary>The public half of sigstore-conformance's bundles: each has the stated answer, and each rejection the stated reason.</summary>
public sealed class ConformanceTests
{
    private const string Identity = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
    private const string Issuer = "https://token.actions.githubusercontent.com";
    private const string Absent = "The folder sigstore of the conformance data is not there.";
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, RejectionCode> Reasons = new(StringComparer.Ordinal)
    {
        ["bundle-empty-certificate-chain_fail"] = RejectionCode.Malformed,
        ["bundle-invalid-base64-signature_fail"] = RejectionCode.Malformed,
        ["bundle-negative-log-index_fail"] = RejectionCode.Malformed,
        ["bundle-with-root-cert_fail"] = RejectionCode.Malformed,
        ["checkpoint-bad-keyhint_fail"] = RejectionCode.CheckpointInvalid,
        ["dsse-invalid-sig_fail"] = RejectionCode.SignatureInvalid,
        ["dsse-mismatch-sig_fail"] = RejectionCode.LogEntryNotBound,
        ["inclusion-proof-corrupted-hash_fail"] = RejectionCode.InclusionProofInvalid,
        ["integrated-time-in-future_fail"] = RejectionCode.TimeOutsideCertificate,
        ["intoto-log-entry-mismatch_fail"] = RejectionCode.LogEntryNotBound,
        ["intoto-set-outside-signing-cert-validity_fail"] = RejectionCode.TimeOutsideCertificate,
        ["invalid-ct-key_fail"] = RejectionCode.SctInvalid,
        ["managed-key-no-key_fail"] = RejectionCode.UntrustedKey,
        ["message-digest-mismatch_fail"] = RejectionCode.SubjectMismatch,
        ["rekor2-checkpoint-missing-log-signature_fail"] = RejectionCode.CheckpointInvalid,
        ["rekor2-checkpoint-missing-root-hash_fail"] = RejectionCode.CheckpointInvalid,
        ["rekor2-dsse-invalid-sig_fail"] = RejectionCode.SignatureInvalid,
        ["rekor2-dsse-mismatch-sig_fail"] = RejectionCode.LogEntryNotBound,
        ["rekor2-no-inclusion-proof_fail"] = RejectionCode.InclusionProofMissing,
        ["rekor2-timestamp-outside-trust-root-tsa-validity_fail"] = RejectionCode.TimestampInvalid,
        ["rekor2-timestamp-payload-mismatch_fail"] = RejectionCode.TimestampInvalid,
        ["rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail"] = RejectionCode.TimestampInvalid,
        ["signature-mismatch_fail"] = RejectionCode.SignatureInvalid,
        ["wrong-hashedrekord-artifact_fail"] = RejectionCode.LogEntryNotBound,
        ["wrong-hashedrekord-entry_fail"] = RejectionCode.LogEntryNotBound,
    };

    [Fact]
    public void Answers_every_case_as_its_description_says()
    {
        var folder = ConformanceFolder.Find("sigstore");
        Assert.SkipWhen(folder is null, Absent);
        var cases = Directory.GetDirectories(folder!).Order(StringComparer.Ordinal).ToList();

        var answers = cases.Select(c => (Name: Path.GetFileName(c), Item: Verify(folder!, c, byDigest: false))).ToList();

        Assert.Equal(35, answers.Count);
        var expected = answers.Select(a => (a.Name, Reasons.TryGetValue(a.Name, out var code) ? code : (RejectionCode?)null));
        Assert.Equal(expected, answers.Select(a => (a.Name, (a.Item as EvidenceItem.Rejected)?.Rejection.Code)));
        Assert.All(answers, a => Assert.Equal(a.Name.EndsWith("_fail", StringComparison.Ordinal), Reasons.ContainsKey(a.Name)));
    }

    [Fact]
    public void Answers_the_same_when_only_the_digest_is_known()
    {
        var folder = ConformanceFolder.Find("sigstore");
        Assert.SkipWhen(folder is null, Absent);

        foreach (var path in Directory.GetDirectories(folder!))
        {
            Assert.Equal(Verify(folder!, path, byDigest: false), Verify(folder!, path, byDigest: true), Same);
        }
    }

    [Fact]
    public void Ships_the_public_good_root_as_it_was_published()
    {
        var folder = ConformanceFolder.Find("sigstore");
        Assert.SkipWhen(folder is null, Absent);

        Assert.Equal(Digest.Of(File.ReadAllBytes(Path.Combine(folder!, "production_trusted_root.json"))), TrustedRoot.PublicGood.Digest);
    }

    private static bool Same(EvidenceItem one, EvidenceItem other) => (one, other) switch
    {
        (EvidenceItem.Rejected a, EvidenceItem.Rejected b) => a.Rejection == b.Rejection,
        (EvidenceItem.Verified a, EvidenceItem.Verified b) => (a.Identity, a.Time, a.LogIndex) == (b.Identity, b.Time, b.LogIndex),
        _ => false,
    };

    private static EvidenceItem Verify(string all, string path, bool byDigest)
    {
        string? Text(string name) => File.Exists(Path.Combine(path, name)) ? File.ReadAllText(Path.Combine(path, name)).Trim() : null;
        AuthorityTrust trust = Text("key.pub") is { } pem && PublicKey.ReadPem(pem) is Checked<PublicKey>.Accepted(var key)
            ? new AuthorityTrust.Keys([new AuthorityKey("key.pub", key.SubjectPublicKeyInfo, null, null)])
            : new AuthorityTrust.Keyless(Text("issuer") ?? Issuer, null, Text("identity") ?? Identity, null);
        var root = Path.Combine(path, "trusted_root.json") is var own && File.Exists(own)
            ? Assert.IsType<Checked<TrustedRoot>.Accepted>(TrustedRoot.Read(File.ReadAllBytes(own))).Value
            : TrustedRoot.PublicGood;
        var artifact = File.ReadAllBytes(File.Exists(Path.Combine(path, "artifact")) ? Path.Combine(path, "artifact") : Path.Combine(all, "a.txt"));
        return EvidenceVerifier.VerifyBundle(
            File.ReadAllBytes(Path.Combine(path, "bundle.sigstore.json")), Digest.Of(artifact), byDigest ? null : (ReadOnlyMemory<byte>?)artifact,
            new Authority("conformance", trust) { TrustedRoot = root, AllowsBundleV01 = true, RequiresTransparencyLog = true }, Now);
    }
}
