using System.Text;
using System.Text.Json;
using GitOpsBot.Commands;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Hosting;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing.Sigstore;

namespace GitOpsBot.Tests.Commands;

/// <summary>The command line that a conformance suite speaks: the status, and one sentence with the code.</summary>
public sealed class BundleCommandTests : IDisposable
{
    private static readonly SigstoreInstance Instance = new();
    private static readonly byte[] Content = "the artifact"u8.ToArray();

    private readonly string folder = Directory.CreateTempSubdirectory("gitopsbot-bundle-").FullName;

    public BundleCommandTests()
    {
        File.WriteAllBytes(At("artifact"), Content);
        File.WriteAllBytes(At("bundle"), Instance.Sign(Content));
        File.WriteAllBytes(At("root"), Instance.RootJson(_ => { }));
        File.WriteAllText(At("key"), "no key\n");
    }

    [Fact]
    public async Task What_was_signed_as_expected_is_verified_by_file_and_by_digest()
    {
        var (status, said, error) = await RunAsync(At("artifact"));
        Assert.Equal((0, ""), (status, error));
        Assert.Contains(SigstoreInstance.Identity, said, StringComparison.Ordinal);
        Assert.Contains($"vouched for by {SigstoreInstance.Issuer}", said, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync(Digest.Of(Content).Value)).Status);
    }

    [Fact]
    public async Task Another_identity_issuer_or_artifact_is_a_no_with_its_code()
    {
        Assert.Equal((1, true), Said(await RunAsync(At("artifact"), identity: SigstoreInstance.Identity + "-evil"), "identity-mismatch"));
        Assert.Equal((1, true), Said(await RunAsync(At("artifact"), issuer: "https://issuer.example"), "issuer-mismatch"));
        File.WriteAllText(At("artifact"), "another artifact");
        Assert.Equal(1, (await RunAsync(At("artifact"))).Status);
        Assert.Equal(1, (await RunAsync(Digest.Of("x"u8).Value)).Status);
    }

    [Fact]
    public async Task A_bundle_a_root_or_a_key_that_is_none_is_a_no_and_a_missing_file_is_wrong_use()
    {
        File.WriteAllText(At("bundle"), "{}");
        Assert.Equal((1, true), Said(await RunAsync(At("artifact")), "unsupported", "malformed"));
        Assert.Equal((1, true), Said(await RunAsync(At("artifact"), root: At("key")), "malformed"));
        Assert.Equal((1, true), Said(await RunAsync(At("artifact"), key: At("key")), "untrusted-key"));
        Assert.Equal((2, true), Said(await RunAsync(At("nothing")), "There is no file"));
        Assert.Equal((2, true), Said(await RunAsync(At("artifact"), root: At("nothing")), "There is no file"));
    }

    [Fact]
    public async Task With_json_standard_output_holds_one_document_also_for_a_no()
    {
        var (status, said, _) = await RunAsync(At("artifact"), identity: "somebody else", more: ["--output", "json"]);

        using var json = JsonDocument.Parse(said);
        Assert.Equal((1, "rejected", "identity-mismatch"), (status, json.RootElement.GetProperty("outcome").GetString(), json.RootElement.GetProperty("code").GetString()));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string At(string name) => Path.Combine(folder, name);

    private static (int Status, bool IsSaid) Said((int Status, string Out, string Error) run, params string[] any) =>
        (run.Status, any.Any(word => run.Error.Contains(word, StringComparison.Ordinal) || run.Out.Contains(word, StringComparison.Ordinal)));

    private async Task<(int Status, string Out, string Error)> RunAsync(
        string about, string identity = SigstoreInstance.Identity, string issuer = SigstoreInstance.Issuer, string? root = null, string? key = null, string[]? more = null)
    {
        using var output = new StringWriter(new StringBuilder());
        using var error = new StringWriter(new StringBuilder());
        using var application = new Application(new StepProbe(), TimeProvider.System);
        string[] trust = key is null ? ["--certificate-identity", identity, "--certificate-oidc-issuer", issuer] : ["--key", key];
        var status = await CommandLine.RunAsync(
            ["verify-bundle", "--bundle", At("bundle"), "--trusted-root", root ?? At("root"), .. trust, .. more ?? [], about],
            new Terminal(output, error, new Dictionary<string, string>(), false), application.Actions, CancellationToken.None);
        return (status, output.ToString(), error.ToString());
    }
}
