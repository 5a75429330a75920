using System.Text;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Testing.Sigstore;
using static GitOpsBot.Core.Tests.Evidence.Sigstore.Minted;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

/// <summary>What a bundle must look like, whoever signed it.</summary>
public sealed class BundleFormTests
{
    private static readonly BundleRecipe Envelope = new() { Statement = Statement };

    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=99.9")]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.4+json")]
    [InlineData("application/json")]
    public void Refuses_versions_that_are_not_known(string mediaType) => AssertRefused(
        new() { MediaType = mediaType }, RejectionCode.Unsupported, $"The bundle must be of version 0.1, 0.2 or 0.3, but its media type is '{mediaType}'.");

    [Fact]
    public void Refuses_what_is_no_bundle()
    {
        AssertBytesRefused("{}"u8.ToArray(), RejectionCode.Malformed, "The bundle must name its version as 'mediaType', but does not.");
        AssertBytesRefused("[]"u8.ToArray(), RejectionCode.Malformed, "The bundle must be a JSON object, but is a JSON array.");
        AssertBytesRefused("{"u8.ToArray(), RejectionCode.Malformed, "The bundle must be strict JSON without repeated properties and at most 64 levels deep, but is not (line 1, byte 2).");
    }

    [Fact]
    public void Refuses_fields_that_the_format_does_not_have() => AssertRefused(
        new() { Edit = b => b["verificationMaterial"]!["extra"] = 1 }, RejectionCode.Malformed,
        "The bundle's verificationMaterial must have no fields but publicKey, x509CertificateChain, certificate, tlogEntries, timestampVerificationData; found 'extra'.");

    [Fact]
    public void Lets_zeros_empties_and_nulls_be_left_out_and_reads_both_spellings_of_names()
    {
        AssertVerified(new()
        {
            Edit = b =>
            {
                b["dsseEnvelope"] = null;
                b["verificationMaterial"]!["timestampVerificationData"] = new JsonObject { ["rfc3161Timestamps"] = new JsonArray() };
                b["verificationMaterial"]!["tlog_entries"] = b["verificationMaterial"]!["tlogEntries"]!.DeepClone();
                b["verificationMaterial"]!.AsObject().Remove("tlogEntries");
            },
        });
        // The first entry of a log has number 0, which protobuf does not write.
        var entry = Own.RekorV2.Log(new LogRequest("hashedrekord 0.0.2", [1], [2], false, new byte[32]), SigstoreInstance.At, place: 0);
        Assert.Equal("0", entry["logIndex"]!.GetValue<string>());
        AssertVerified(new()
        {
            Log = LogChoice.RekorV2,
            Edit = b =>
            {
                Entry(b)["logIndex"] = 6;
                Proof(b)["treeSize"] = 11;
            },
        });
    }

    [Fact]
    public void Refuses_one_field_in_both_spellings() => AssertRefused(
        new() { Edit = b => b["media_type"] = "x" }, RejectionCode.Malformed, "The bundle must have each field once; found 'mediaType' in both spellings.");

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("9223372036854775808")]
    [InlineData("007")]
    public void Refuses_numbers_that_are_none(string number) => AssertRefused(
        new() { Edit = b => Entry(b)["logIndex"] = number }, RejectionCode.Malformed,
        $"The bundle's verificationMaterial's tlogEntries[0] must have a whole number that is not negative as 'logIndex', but has '\"{number}\"'.");

    [Theory]
    [InlineData("!!!!")]
    [InlineData("AAAA AAAA")]
    [InlineData("AAA=A")]
    public void Refuses_what_is_not_base64(string text) => AssertRefused(
        new() { Edit = b => b["messageSignature"]!["signature"] = text }, RejectionCode.Malformed,
        "The bundle's messageSignature must have base64 as 'signature', but has another text.");

    [Fact]
    public void Demands_exactly_one_signature()
    {
        AssertRefused(
            Envelope with { Edit = b => Signatures(b).Add(Signatures(b)[0]!.DeepClone()) }, RejectionCode.SignatureCount, "The envelope must have exactly one signature, but has 2.");
        AssertRefused(Envelope with { Edit = b => Signatures(b).Clear() }, RejectionCode.SignatureMissing, "The envelope must have exactly one signature, but has none.");
        AssertRefused(
            Envelope with { Edit = b => Signatures(b)[0]!["sig"] = "" }, RejectionCode.SignatureMissing, "The envelope must have exactly one signature, but its 'sig' is empty.");
        AssertRefused(
            new() { Edit = b => b["messageSignature"]!["signature"] = "" }, RejectionCode.SignatureMissing, "The bundle must have a signature, but its 'signature' is empty.");
        AssertRefused(
            Envelope with { Edit = b => b["messageSignature"] = new JsonObject() }, RejectionCode.Malformed,
            "The bundle must have either a messageSignature or a dsseEnvelope, but has both.");
    }

    [Fact]
    public void Refuses_another_payload_type() => AssertRefused(
        Envelope with { PayloadType = "application/json" }, RejectionCode.PayloadType, "The envelope's payload type must be 'application/vnd.in-toto+json', but is 'application/json'.");

    [Fact]
    public void Demands_one_certificate_and_never_a_root()
    {
        var chain = new BundleRecipe { MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.2" };
        JsonArray Certificates(JsonObject bundle) => bundle["verificationMaterial"]!["x509CertificateChain"]!["certificates"]!.AsArray();

        AssertVerified(chain with { Edit = b => Certificates(b).Add(SigstoreInstance.Raw(Own.Fulcio.Intermediate.RawData)) });
        AssertRefused(
            chain with { Edit = b => Certificates(b).Add(SigstoreInstance.Raw(Own.Fulcio.Anchor.RawData)) }, RejectionCode.Malformed,
            "The bundle's verificationMaterial must not hold a root certificate, but holds one.");
        AssertRefused(
            chain with { Edit = b => Certificates(b).Clear() }, RejectionCode.Malformed, "The bundle's verificationMaterial must have a certificate in its chain, but the chain is empty.");
        AssertRefused(
            chain with { Edit = b => b["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json" }, RejectionCode.Malformed,
            "The bundle's verificationMaterial must have a single certificate in version 0.3, but has a chain.");
        AssertRefused(
            new() { Edit = b => b["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2" }, RejectionCode.Malformed,
            "The bundle's verificationMaterial must have a chain of certificates before version 0.3, but has a single one.");
        AssertRefused(
            new() { Edit = b => b["verificationMaterial"]!["publicKey"] = new JsonObject { ["hint"] = "x" } }, RejectionCode.Malformed,
            "The bundle's verificationMaterial must have exactly one of publicKey, x509CertificateChain and certificate, but has publicKey and certificate.");
        AssertRefused(
            new() { Edit = b => b["verificationMaterial"]!["certificate"] = SigstoreInstance.Raw([48, 0]) }, RejectionCode.Malformed,
            "The bundle's verificationMaterial must hold certificates that can be read, but does not: A certificate must be DER of X.509 version 3 in which no extension stands twice, but is something else.");
    }

    [Fact]
    public void Compares_the_kind_of_an_entry_with_its_body() => AssertRefused(
        new() { Edit = b => Entry(b)["kindVersion"]!["kind"] = "dsse" }, RejectionCode.Malformed,
        "The bundle's verificationMaterial's tlogEntries[0] must be of the kind its body says, 'hashedrekord 0.0.1', but says 'dsse 0.0.1'.");

    [Fact]
    public void Refuses_kinds_of_entries_that_are_not_known() => AssertRefused(
        new() { Kind = "rpm 0.0.1", Statement = Statement }, RejectionCode.Unsupported,
        "The bundle's verificationMaterial's tlogEntries[0] must have a body that can be read, but has none: a hashedrekord, dsse or intoto entry of a known version was expected, but it is 'rpm 0.0.1'.");

    [Fact]
    public void Refuses_thousands_of_subjects()
    {
        var subjects = string.Join(',', Enumerable.Repeat($$$"""{"digest":{"sha256":"{{{AttachedItems.Subject.Hex}}}"}}""", StatementReader.MostSubjects + 1));

        AssertRefused(
            new() { Statement = Encoding.UTF8.GetBytes($$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{{subjects}}],"predicateType":"x"}""") },
            RejectionCode.Limit, "The statement may have at most 1000 subjects, but has 1001.");
    }

    [Fact]
    public void Demands_the_digest_of_a_message_signature()
    {
        AssertRefused(
            new() { Edit = b => b["messageSignature"]!.AsObject().Remove("messageDigest") }, RejectionCode.Malformed,
            "The bundle's message signature must name the digest of what it is over, but does not.");
        AssertRefused(
            new() { Edit = b => b["messageSignature"]!["messageDigest"]!.AsObject().Remove("algorithm") }, RejectionCode.Malformed,
            "The bundle's message digest must name its algorithm, but does not.");
        AssertRefused(
            new() { Edit = b => b["messageSignature"]!["messageDigest"]!["algorithm"] = "SHA2_512" }, RejectionCode.Unsupported,
            $"The bundle's message digest must be by SHA-256, but is by SHA2_512, which cannot be compared with {AttachedItems.Subject}.");
    }

    private static JsonArray Signatures(JsonObject bundle) => bundle["dsseEnvelope"]!["signatures"]!.AsArray();
}
