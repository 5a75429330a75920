using System.Text;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Policies;
using GitOpsBot.Doctor;

namespace GitOpsBot.Tests.Doctor;

/// <summary>Who else is told by the repository to write what the bot promotes.</summary>
public sealed class OtherWriterTests
{
    private static readonly DocumentSet Documents = DocumentSet.Load(
        new ConfigurationSources([new ConfigurationFile("p.yaml", Encoding.UTF8.GetBytes("""
            apiVersion: gitopsbot.dev/v1
            kind: Pipeline
            metadata: { name: checkout }
            spec:
              artifacts: [{ name: checkout, repository: ghcr.io/acme/checkout, select: { semver: ">=1.0.0" } }]
              environments:
                - { name: dev, path: environments/dev/checkout, policy: p }
                - { name: prod, after: [dev], path: environments/prod/checkout, policy: p }
            ---
            apiVersion: gitopsbot.dev/v1
            kind: Policy
            metadata: { name: p }
            spec: { gates: [{ name: way-back, rollbackReady: {} }] }
            """), "blob")]), GateKinds.All);

    [Theory]
    [InlineData("renovate.json", "{}")]
    [InlineData(".github/renovate.json5", "{ // ours\n \"ignorePaths\": [\"charts/**\"] }")]
    [InlineData(".renovaterc", """{"ignorePaths":["environments/development/**"]}""")]
    public void Renovate_that_leaves_nothing_out(string file, string text) => Assert.Equal(
        $"Renovate: {file} does not leave out environments/dev/checkout, environments/prod/checkout | Add \"ignorePaths\": [\"environments/dev/checkout/**\", \"environments/prod/checkout/**\"] to {file}.",
        Only((file, text)));

    [Theory]
    [InlineData("""{"ignorePaths":["environments/**"]}""")]
    [InlineData("""{"ignorePaths": ["environments/*/checkout/**"]}""")]
    [InlineData("""{"ignorePaths":["environments/dev/checkout","environments/prod"]}""")]
    [InlineData("""{"enabled": false}""")]
    public void Renovate_that_leaves_the_folders_out_is_no_other_writer(string text) => Assert.Empty(In(("renovate.json", text)));

    [Fact]
    public void Renovate_that_leaves_out_one_folder_of_two() => Assert.Equal(
        "Renovate: renovate.json does not leave out environments/prod/checkout | Add \"ignorePaths\": [\"environments/prod/checkout/**\"] to renovate.json.",
        Only(("renovate.json", """{"ignorePaths":["environments/dev/**"]}""")));

    [Theory]
    [InlineData("docker", "directory: /environments/prod/checkout", "environments/prod/checkout")]
    [InlineData("docker", "directories: [\"/environments/**\"]", "environments/dev/checkout, environments/prod/checkout")]
    [InlineData("helm", "directory: \"/environments/dev/checkout/chart\"", "environments/dev/checkout")]
    public void Dependabot_in_a_folder_of_an_environment(string ecosystem, string directory, string where) => Assert.Equal(
        $"Dependabot: .github/dependabot.yml:3 updates {ecosystem} in {where} | Take those folders out of 'directories' in .github/dependabot.yml.",
        Only((".github/dependabot.yml", $"version: 2\nupdates:\n  - package-ecosystem: {ecosystem}\n    {directory}\n    schedule: {{ interval: daily }}\n")));

    [Theory]
    [InlineData("npm", "directory: /environments/prod/checkout")]
    [InlineData("docker", "directory: /environments/production/checkout")]
    [InlineData("docker", "directories: [/charts]")]
    public void Dependabot_elsewhere_is_no_other_writer(string ecosystem, string directory) =>
        Assert.Empty(In((".github/dependabot.yml", $"version: 2\nupdates:\n  - package-ecosystem: {ecosystem}\n    {directory}\n")));

    [Fact]
    public void A_marker_of_Flux_in_a_folder_of_an_environment()
    {
        const string Marked = "image: ghcr.io/acme/checkout:1.0 # {\"$imagepolicy\": \"flux-system:checkout\"}\n";

        Assert.Equal("Flux ImageUpdateAutomation: environments/prod/checkout/app.yaml has a marker \"$imagepolicy\" | Take the marker out, or the ImageUpdateAutomation.", Only(("environments/prod/checkout/app.yaml", Marked)));
        Assert.Empty(In(("clusters/app.yaml", Marked)));
    }

    [Theory]
    [InlineData("app=ghcr.io/acme/checkout:1.x", true)]
    [InlineData("\"other=quay.io/x/y, ghcr.io/acme/checkout\"", true)]
    [InlineData("app=ghcr.io/acme/checkout-evil:1.x", false)]
    [InlineData("app=ghcr.io/acme/other", false)]
    public void An_annotation_of_Argo_CD_Image_Updater(string list, bool isOurs) => Assert.Equal(
        isOurs ? ["Argo CD Image Updater: apps/checkout.yaml lets it update ghcr.io/acme/checkout | Take the annotation argocd-image-updater.argoproj.io/image-list out, or the image out of it."] : [],
        In(("apps/checkout.yaml", $"metadata:\n  annotations:\n    argocd-image-updater.argoproj.io/image-list: {list}\n")));

    [Fact]
    public void Files_that_nobody_can_read_are_no_writers() =>
        Assert.Empty(In((".github/dependabot.yml", "updates: [{package-ecosystem: docker, directory: {}}]"), (".github/dependabot.yaml", "\0\t[[["), ("a.yaml", "\uFFFF"), ("b.txt", "$imagepolicy")));

    private static string Only(params (string Path, string Text)[] files) => Assert.Single(In(files));

    private static IReadOnlyList<string> In(params (string Path, string Text)[] files) =>
        [.. OtherWriter.In([.. files.Select(f => f.Path)], path => Encoding.UTF8.GetBytes(files.First(f => f.Path == path).Text), Documents).Select(w => $"{w.Name}: {w.Where} | {w.Advice}")];
}
