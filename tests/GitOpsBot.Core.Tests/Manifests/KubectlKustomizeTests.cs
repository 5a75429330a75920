using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Core.Tests.Manifests;

/// <summary>What Kustomize itself builds of a folder after a promotion.</summary>
public class KubectlKustomizeTests
{
    private static readonly WantedArtifact Checkout = new("checkout", ImageName.Parse("ghcr.io/acme/checkout"));
    private static readonly Digest New = Digest.Of("new"u8);
    private static readonly string Old = Digest.Of("old"u8).Value;

    private const string Deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: checkout}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n      - name: checkout\n        image: IMAGE\n";

    [Theory]
    [InlineData("ghcr.io/acme/checkout:1.0.0", "images:\n- name: ghcr.io/acme/checkout\n  newTag: 1.0.0\n  digest: OLD\n")]
    [InlineData("ghcr.io/acme/checkout:1.0.0", "images:\n- name: ghcr.io/acme/checkout\n  newTag: 1.0.0\n")]
    [InlineData("checkout", "images:\n- name: checkout\n  newName: ghcr.io/acme/checkout\n")]
    [InlineData("checkout:1.0.0", "images: [{name: checkout, newName: ghcr.io/acme/checkout, newTag: '1.0.0'}]\n")]
    [InlineData("ghcr.io/acme/checkout:1.0.0@OLD", "")]
    [InlineData("nothing", "patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: checkout}\n    spec: {template: {spec: {containers: [{name: checkout, image: ghcr.io/acme/checkout:1.0.0}]}}}\n")]
    [InlineData("nothing", "patches:\n- target: {kind: Deployment}\n  patch: |\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: ghcr.io/acme/checkout:1.0.0\n")]
    public async Task Kustomize_builds_the_new_digest_after_a_promotion(string image, string kustomization)
    {
        ManifestFile[] files = [File("deployment.yaml", Deployment.Replace("IMAGE", image, StringComparison.Ordinal)), File("kustomization.yaml", "resources: [deployment.yaml]\n" + kustomization)];
        var stands = Assert.IsType<StandingDigest.Stands>(FolderPins.Of(PinScanner.Scan(files, [Checkout]), Checkout.Image));
        var edits = stands.Pins.Select(p => new PinEdit(p, New, "2.0.0")).ToLookup(e => e.Pin.Place.File);

        var built = await BuildAsync([.. files.Select(f => edits[f.Path].Any() ? DigestBump.Bump(f, [.. edits[f.Path]]) : f)]);

        Assert.Matches($"image: ghcr\\.io/acme/checkout(:2\\.0\\.0)?@{New}\n", built);
        Assert.DoesNotContain(Old, built, StringComparison.Ordinal);
    }

    private static async Task<string> BuildAsync(IEnumerable<ManifestFile> files)
    {
        var folder = Directory.CreateTempSubdirectory("kustomize-");
        try
        {
            foreach (var file in files)
            {
                await System.IO.File.WriteAllBytesAsync(Path.Combine(folder.FullName, file.Path), file.Content.ToArray(), TestContext.Current.CancellationToken);
            }

            using var kubectl = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", folder.FullName]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, error) = (kubectl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), kubectl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await kubectl.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(kubectl.ExitCode == 0, await error);
            return await output;
        }
        catch (Win32Exception)
        {
            Assert.Skip("kubectl is not installed");
            return "";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ManifestFile File(string path, string text) => new(path, Encoding.UTF8.GetBytes(text.Replace("OLD", Old, StringComparison.Ordinal)));
}
