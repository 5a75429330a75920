using System.Text.Json;
using GitOpsBot.Commands;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Tests.Commands;

public sealed class EvidenceTextTests
{
    private static readonly Digest Image = Digest.Of("image"u8);

    [Fact]
    public void Says_what_each_believed_statement_comes_to_and_what_cannot_be_read() => Assert.Equal(
        [
            "ci says: tests PASSED",
            "scan says: scan with 1 critical",
            "ci says what cannot be read: malformed: The test result must be PASSED, WARNED or FAILED, but is 'GREAT'.",
        ],
        EvidenceText.Sayings(
        [
            Attested("ci", PredicateTypes.TestResult, """{"result":"PASSED"}"""),
            Attested("scan", "https://in-toto.io/attestation/vulns/v0.2", """{"scanner":{"result":[{"id":"CVE-1","severity":[{"method":"nvd","score":"critical"}]}]}}"""),
            Attested("ci", PredicateTypes.TestResult, """{"result":"GREAT"}"""),
            Attested("ci", "https://example.com/mine", "{}"),
            new EvidenceItem.Verified(Image, "ci", Image.Value, Image, null, null),
            new EvidenceItem.Rejected(Image, "attestation", PredicateTypes.TestResult, "ci", new Rejection(RejectionCode.KeyExpired, "It ended.")),
        ]));

    private static EvidenceItem.Verified Attested(string by, string type, string predicate)
    {
        var json = JsonDocument.Parse(predicate).RootElement;
        return new EvidenceItem.Verified(Image, by, Image.Value, Image, new InTotoStatement(StatementReader.TypeV1, [Image], type, json, json), null);
    }
}
