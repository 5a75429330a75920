using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Core.Tests.Manifests;

public class KustomizationReachTests
{
    private static readonly ImageName Checkout = ImageName.Parse("ghcr.io/acme/checkout");
    private static readonly Digest One = Digest.Of("1"u8);
    private static readonly Digest Two = Digest.Of("2"u8);

    [Fact]
    public void An_entry_does_not_speak_for_a_file_that_its_kustomization_does_not_build()
    {
        var ambiguous = Assert.IsType<StandingDigest.Ambiguous>(Of(
            ("a/kustomization.yaml", $"resources: [deployment.yaml]\nimages:\n- name: ghcr.io/acme/checkout\n  digest: {One}\n"),
            ("a/deployment.yaml", "containers: [{image: ghcr.io/acme/checkout:0.1}]"),
            ("b/deployment.yaml", $"containers: [{{image: ghcr.io/acme/checkout@{Two}}}]")));

        Assert.Equal(("b/deployment.yaml", 1), (ambiguous.Problem.File, ambiguous.Problem.Line));
        Assert.Contains($"stands here with {Two}, but with {One} at a/kustomization.yaml:3", ambiguous.Problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resources: [../base/deployment.yaml]")]
    [InlineData("resources: [./../base/]")]
    [InlineData("bases: [../base]")]
    [InlineData("components: [../base]")]
    [InlineData("patches: [{path: ../base/deployment.yaml}]")]
    public void An_entry_speaks_for_what_its_kustomization_lists(string lists)
    {
        var stands = Assert.IsType<StandingDigest.Stands>(Of(
            ("env/base/deployment.yaml", "containers: [{image: ghcr.io/acme/checkout:0.1}]"),
            ("env/prod/kustomization.yaml", $"{lists}\nimages:\n- name: ghcr.io/acme/checkout\n  newTag: 1.0.0\n  digest: {One}\n")));

        Assert.Equal("env/prod/kustomization.yaml", Assert.Single(stands.Pins).Place.File);
        Assert.Equal((One, "1.0.0"), (stands.Digest, stands.Tag));
    }

    [Fact]
    public void The_outer_kustomization_has_the_last_word_about_the_inner_one()
    {
        var stands = Assert.IsType<StandingDigest.Stands>(Of(
            ("env/kustomization.yaml", $"resources: [inner]\nimages: [{{name: ghcr.io/acme/checkout, digest: '{One}'}}]\n"),
            ("env/inner/kustomization.yaml", $"resources: [d.yaml]\nimages: [{{name: app, newName: ghcr.io/acme/checkout, digest: '{Two}'}}]\n"),
            ("env/inner/d.yaml", "containers: [{image: app}]")));

        Assert.Equal(One, stands.Digest);
        Assert.Equal("env/kustomization.yaml", Assert.Single(stands.Pins).Place.File);
    }

    [Fact]
    public void An_entry_that_only_renames_leaves_the_digest_to_the_reference()
    {
        var stands = Assert.IsType<StandingDigest.Stands>(Of(
            ("kustomization.yaml", "resources: [d.yaml]\nimages: [{name: app, newName: ghcr.io/acme/checkout}]\n"),
            ("d.yaml", $"containers: [{{image: app:1.0.0@{Two}}}]")));

        Assert.Equal((Two, "1.0.0", "d.yaml"), (stands.Digest, stands.Tag, Assert.Single(stands.Pins).Place.File));
    }

    [Theory]
    [InlineData("app", null)]
    [InlineData("app:1.0.0", "1.0.0")]
    public void An_entry_that_only_renames_gets_the_digest_where_the_reference_has_none(string reference, string? tag)
    {
        var stands = Assert.IsType<StandingDigest.Stands>(Of(
            ("kustomization.yaml", "resources: [d.yaml]\nimages: [{name: app, newName: ghcr.io/acme/checkout}]\n"),
            ("d.yaml", $"containers: [{{image: '{reference}'}}]")));

        Assert.Equal((null, tag, "kustomization.yaml"), (stands.Digest?.Value, stands.Tag, Assert.Single(stands.Pins).Place.File));
    }

    [Fact]
    public void An_entry_that_only_renames_what_lies_elsewhere_gets_the_digest_itself()
    {
        var stands = Assert.IsType<StandingDigest.Stands>(Of(
            ("kustomization.yaml", "resources: [../base]\nimages: [{name: app, newName: ghcr.io/acme/checkout}]\n")));

        Assert.Equal(((Digest?)null, (string?)null, "kustomization.yaml"), (stands.Digest, stands.Tag, Assert.Single(stands.Pins).Place.File));
    }

    [Fact]
    public void Names_are_compared_letter_by_letter_as_kustomize_does()
    {
        var pulled = ImageName.Parse("docker.io/library/nginx");
        var scan = Scan(
            ("kustomization.yaml", $"resources: [d.yaml]\nimages: [{{name: nginx, digest: '{One}'}}]\n"),
            ("d.yaml", $"containers: [{{image: docker.io/library/nginx@{Two}}}]"));

        Assert.IsType<StandingDigest.Ambiguous>(FolderPins.Of(scan, pulled));
    }

    [Fact]
    public void Flux_has_its_images_below_spec()
    {
        var stands = Assert.IsType<StandingDigest.Stands>(Of(
            ("app.yaml", $"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n  path: ./x\n  images:\n  - name: ghcr.io/acme/checkout\n    digest: {One}\n")));

        Assert.Equal(One, stands.Digest);
    }

    [Fact]
    public void Thousands_of_equal_entries_and_references_cost_no_more_than_their_sum()
    {
        var entries = "resources: [other.yaml]\nimages:\n" + string.Concat(Enumerable.Repeat("- {name: a, newName: ghcr.io/acme/checkout}\n", 10_000));
        var references = "containers:\n" + string.Concat(Enumerable.Range(0, 10_000).Select(_ => $"- image: a@{One}\n"));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var stands = Assert.IsType<StandingDigest.Stands>(Of(("kustomization.yaml", entries), ("d.yaml", references), ("other.yaml", references)));

        Assert.Equal(10_000, stands.Pins.Count);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
    }

    private static StandingDigest Of(params (string Path, string Text)[] files) => FolderPins.Of(Scan(files), Checkout);

    private static PinScan Scan(params (string Path, string Text)[] files) =>
        PinScanner.Scan([.. files.Select(f => new ManifestFile(f.Path, Encoding.UTF8.GetBytes(f.Text)))]);
}
