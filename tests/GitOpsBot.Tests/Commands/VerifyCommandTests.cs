using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using GitOpsBot.Commands;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Hosting;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;
using GitOpsBot.Testing.Sigstore;

namespace GitOpsBot.Tests.Commands;

/// <summary><c>verify</c> of one artifact with a believed attestation, a believed signature by a key, and a stranger's attestation.</summary>
public sealed partial class VerifyCommandTests : IDisposable
{
    private const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";
    private const string Reference = "oci-layout:demo/checkout:1.0.0";
    private static readonly SigstoreInstance Instance = new();
    private static readonly SigstoreInstance Stranger = new();

    private readonly string folder = Directory.CreateTempSubdirectory("gitopsbot-verify-").FullName;
    private readonly EvidenceSigner key = EvidenceSigner.Generate();
    private readonly Digest image;
    private readonly byte[] bundle;
    private readonly byte[] strange;
    private readonly byte[] payload;

    public VerifyCommandTests()
    {
        var writer = new OciLayoutWriter(Path.Combine(folder, "layout", "checkout"));
        image = writer.AddImage("1.0.0", new Dictionary<string, string>(), SigstoreInstance.At);
        var statement = Encoding.UTF8.GetBytes(
            $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"checkout","digest":{"sha256":"{{{image.Hex}}}"}}],"predicateType":"{{{TestResult}}}","predicate":{"result":"PASSED"}}""");
        (bundle, strange) = (Instance.Sign([], new() { Statement = statement }), Instance.Sign([], new() { Statement = statement, IssuedBy = Stranger }));
        foreach (var attached in (byte[][])[bundle, strange])
        {
            writer.Attach(image, MediaTypes.SigstoreBundlePrefix + ".v0.3+json", writer.Read(image), MediaTypes.SigstoreBundlePrefix + ".v0.3+json", attached);
        }

        (payload, var signature) = key.SignSimpleSigning(ImageName.Parse("oci-layout:demo/checkout"), image);
        writer.Attach(image, MediaTypes.SimpleSigning, writer.Read(image), "application/vnd.dev.cosign.artifact.sig.v1+json", payload,
            new Dictionary<string, string> { ["dev.cosignproject.cosign/signature"] = signature });
        Write("root.json", Encoding.UTF8.GetString(Instance.RootJson(_ => { })));
        Write("gitopsbot.yaml", "dataDir: ./data\ntrust: { sigstoreTrustedRootFile: root.json }\nsources: { layouts: { demo: ./layout } }\n");
        Write("docs/ci.pub", key.PublicKeyPem);
        Write("docs/policy.yaml", $$"""
            apiVersion: gitopsbot.dev/v1
            kind: Authority
            metadata: { name: acme-ci }
            spec: { keyless: { issuer: "{{SigstoreInstance.Issuer}}", subject: "{{SigstoreInstance.Identity}}" } }
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Authority
            metadata: { name: acme-key }
            spec: { keys: [{ file: ci.pub }] }
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: all }
            spec:
              gates:
                - { name: signed, signature: { by: [acme-key] } }
                - { name: tests, attestation: { by: [acme-ci], predicateType: "{{TestResult}}" } }
                - { name: soak, soak: { in: staging, for: 24h } }
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: scanned }
            spec: { gates: [{ name: scan, attestation: { by: [acme-ci], predicateType: "https://example.com/scan" } }] }
            """);
    }

    [Fact]
    public async Task Says_of_each_item_in_a_table_what_it_is_who_signed_it_and_when_or_the_one_reason_why_it_is_not_believed()
    {
        var (status, said, error) = await RunAsync("--policy", "all");

        Assert.Equal((0, ""), (status, error));
        var lines = said.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal($"{Reference} is {image}", lines[0]);
        Assert.Equal(["Outcome", "What", "Signed by", "Issuer", "Time", "Log index", "Why not"], Cells(lines[1]));
        Assert.Equal(
            ["verified", $"attestation {TestResult}", $"acme-ci ({SigstoreInstance.Identity})", SigstoreInstance.Issuer, "2026-06-01T12:00:10Z", LogIndex(), "-"], Cells(lines[2]));
        Assert.Equal(
            ["rejected", $"bundle {TestResult}", "not acme-ci", "-", "-", "-", "untrusted-root: The certificate must be issued by an authority of the trusted root, but is not."], Cells(lines[3]));
        Assert.Equal(["verified", "signature", $"acme-key ({key.KeyId})", "a key", "-", "-", "-"], Cells(lines[4]));
        Assert.Equal("Verdict: promote", lines[^2]);
    }

    [Fact]
    public async Task With_json_it_is_one_document_of_the_promised_shape()
    {
        var (status, said, _) = await RunAsync("--policy", "all", "--output", "json");

        using var json = JsonDocument.Parse(said);
        Assert.Equal(0, status);
        Assert.Equal(["reference", "digest", "evidence", "verdict", "gates"], Names(json.RootElement));
        Assert.Equal((Reference, image.Value, "promote"), (Text(json.RootElement, "reference"), Text(json.RootElement, "digest"), Text(json.RootElement, "verdict")));
        var items = json.RootElement.GetProperty("evidence").EnumerateArray().ToList();
        Assert.All(items, i => Assert.Equal(["kind", "predicateType", "authority", "identity", "outcome", "code", "reason", "digest", "time", "issuer", "logIndex"], Names(i)));
        Assert.Equal(
            [
                ["attestation", TestResult, "acme-ci", SigstoreInstance.Identity, "verified", null, Digest.Of(bundle).Value, "2026-06-01T12:00:10Z"],
                ["bundle", TestResult, "acme-ci", null, "rejected", "untrusted-root", Digest.Of(strange).Value, null],
                ["signature", null, "acme-key", key.KeyId, "verified", null, Digest.Of(payload).Value, null],
            ],
            items.Select(i => (string?[])[Text(i, "kind"), Text(i, "predicateType"), Text(i, "authority"), Text(i, "identity"), Text(i, "outcome"), Text(i, "code"), Text(i, "digest"), Text(i, "time")]));
        Assert.Equal(
            [("signed", "passed", null), ("tests", "passed", null), ("soak", "pending", "not-judged")],
            json.RootElement.GetProperty("gates").EnumerateArray().Select(g => (Text(g, "name"), Text(g, "outcome"), Text(g, "code"))));
    }

    [Fact]
    public async Task A_no_is_status_1_and_still_one_document()
    {
        var (status, said, _) = await RunAsync("--policy", "scanned", "--output", "json");

        using var json = JsonDocument.Parse(said);
        Assert.Equal((1, "refuse"), (status, Text(json.RootElement, "verdict")));
        Assert.Equal("predicate-type-mismatch", Text(json.RootElement.GetProperty("gates")[0], "code"));
    }

    [Fact]
    public async Task Says_why_it_refuses_when_no_gate_of_the_policy_is_about_evidence()
    {
        Write("docs/timed.yaml", "apiVersion: gitopsbot.dev/v1\nkind: Policy\nmetadata: { name: timed }\nspec: { gates: [{ name: soak, soak: { in: staging, for: 24h } }] }\n");

        var (status, said, _) = await RunAsync("--policy", "timed");

        Assert.Equal(1, status);
        Assert.EndsWith("No gate of this policy is about evidence, so nothing can be said of an artifact by itself.\nVerdict: refuse\n", said.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        key.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string?[] Cells(string line) => Gap().Split(line.Trim());

    private static List<string> Names(JsonElement json) => [.. json.EnumerateObject().Select(p => p.Name)];

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private string LogIndex()
    {
        using var json = JsonDocument.Parse(bundle);
        return json.RootElement.GetProperty("verificationMaterial").GetProperty("tlogEntries")[0].GetProperty("logIndex").ToString();
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private async Task<(int Status, string Out, string Error)> RunAsync(params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var application = new Application(new StepProbe(), TimeProvider.System);
        var status = await CommandLine.RunAsync(
            ["verify", Reference, "--dir", Path.Combine(folder, "docs"), "--config", Path.Combine(folder, "gitopsbot.yaml"), .. more],
            new Terminal(output, error, new Dictionary<string, string>(), false), application.Actions, CancellationToken.None);
        return (status, output.ToString(), error.ToString());
    }

    [GeneratedRegex(" {2,}")]
    private static partial Regex Gap();
}
