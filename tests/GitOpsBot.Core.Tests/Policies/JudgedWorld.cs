using System.Text;
using System.Text.Json;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Policies;

/// <summary>Gates as documents write them, and evidence that was verified or rejected before.</summary>
internal static class JudgedWorld
{
    public const string TestType = "https://in-toto.io/attestation/test-result/v0.1";

    public static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    public static readonly Digest Image = D("image");

    public static Digest D(string content) => Digest.Of(Encoding.UTF8.GetBytes(content));

    /// <summary>The key that an authority signs with unless a test says otherwise.</summary>
    public static string KeyOf(string authority) => D("key of " + authority).Value;

    /// <summary>Reads <c>signature: {by: [ci]}</c>; fails the test when it does not load.</summary>
    public static Gate Gate(string yaml)
    {
        var (gate, problems) = Load(yaml);
        Assert.Empty(problems);
        return gate!;
    }

    public static (Gate? Gate, IReadOnlyList<Problem> Problems) Load(string yaml)
    {
        var file = YamlReader.Read("policy.yaml", Encoding.UTF8.GetBytes(yaml));
        Assert.Empty(file.Problems);
        var (key, value) = Assert.Single(Assert.IsType<YamlNode.Mapping>(Assert.Single(file.Documents)).Entries);
        var kind = Assert.Single(GateKinds.All, k => k.Key == key.Text);
        var problems = new List<Problem>();
        var make = kind.Shape.Read(value, problems);
        return (make.IsRead ? make.Value!(new GateHeader("gate", key.Place, kind.DefaultTiming, false)) : null, problems);
    }

    public static EvidenceItem.Verified Signature(string authority, string? key = null, Digest? subject = null, string from = "payload") =>
        new(D(from), authority, key ?? KeyOf(authority), subject ?? Image, null, null) { Certificate = CertificateOf(key) };

    public static EvidenceItem.Verified Attestation(
        string authority, string predicate, string type = TestType, Digest? subject = null, DateTimeOffset? time = null, string? identity = null)
    {
        var json = JsonDocument.Parse($$"""{"_type":"https://in-toto.io/Statement/v1","predicateType":"{{type}}","predicate":{{predicate}}}""").RootElement;
        return new(D(authority + type + predicate), authority, identity ?? KeyOf(authority), subject ?? Image,
            new InTotoStatement("https://in-toto.io/Statement/v1", [subject ?? Image], type, json.GetProperty("predicate"), json), time)
        {
            Certificate = CertificateOf(identity),
        };
    }

    // What is no key's fingerprint is the identity in a certificate.
    private static SignerCertificate? CertificateOf(string? identity) =>
        identity is null || Digest.TryParse(identity, out _) ? null : new SignerCertificate("https://issuer", null, null, null);

    public static EvidenceItem.Rejected Rejected(string kind, RejectionCode code, string? type = null, string? authority = null) =>
        new(D($"{kind} {code}"), kind, type, authority, new Rejection(code, $"Because {code}."));

    public static JudgedArtifact Judged(params EvidenceItem[] evidence) => Judged("checkout", Image, evidence);

    public static JudgedArtifact Judged(string name, Digest digest, params EvidenceItem[] evidence) =>
        new(name, Described(digest), new Fact<IReadOnlyList<EvidenceItem>>.Known(evidence));

    public static JudgedArtifact Unreachable(string name = "checkout") =>
        new(name, Described(Image), new Fact<IReadOnlyList<EvidenceItem>>.Unknown("ghcr.io did not answer."));

    public static Artifact Described(Digest digest) =>
        new(ImageName.Parse("ghcr.io/acme/checkout"), new Descriptor("application/vnd.oci.image.manifest.v1+json", digest, 100));

    public static GateFacts Facts(params JudgedArtifact[] artifacts) => new(
        Now, "checkout", "prod", artifacts, new Dictionary<string, Stay>(),
        new Fact<ApprovalFacts>.Unknown("the forge did not answer."), new Fact<WayBack>.Unknown("the registry did not answer."));

    public static GateOutcome Judge(string gate, params EvidenceItem[] evidence) => Gate(gate).Evaluate(Facts(Judged(evidence)));

    public static GateOutcome.Passed AssertPassed(GateOutcome outcome, string sentence)
    {
        Assert.Equal(("passed", null, sentence), (outcome.Word, outcome.Code, outcome.Reason));
        return (GateOutcome.Passed)outcome;
    }

    public static void AssertFailed(GateOutcome outcome, string code, string sentence) =>
        Assert.Equal(("failed", code, sentence), (outcome.Word, outcome.Code, outcome.Reason));

    public static GateOutcome.Pending AssertPending(GateOutcome outcome, string code, string sentence)
    {
        Assert.Equal(("pending", code, sentence), (outcome.Word, outcome.Code, outcome.Reason));
        return (GateOutcome.Pending)outcome;
    }
}
