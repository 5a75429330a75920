using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Core.Tests.Manifests;

/// <summary>What each kind says where it cannot edit; what they edit is shown by the golden folders.</summary>
public class KindsTests
{
    private static readonly WantedArtifact Checkout = new("checkout", ImageName.Parse("ghcr.io/acme/checkout"));
    private static readonly string One = Digest.Of("1"u8).Value;

    public static TheoryData<string, string, int, int, string> Doubtful => new()
    {
        { "Chart.yaml", "apiVersion: v2\ndependencies:\n- name: checkout\n  version: 1.0.0\n  repository: oci://ghcr.io/acme\n", 4, 12, "A chart's dependency is asked for by version" },
        { "r.yaml", "kind: HelmRelease\nspec: {chart: {spec: {chart: checkout, version: 1.0.0, sourceRef: {kind: HelmRepository, name: acme}}}}\n---\nkind: HelmRepository\nmetadata: {name: acme}\nspec: {type: oci, url: oci://ghcr.io/acme}\n", 2, 49, "This chart is asked for by version" },
        { "c.yaml", "kind: OCIRepository\nspec:\n  url: oci://ghcr.io/acme/checkout\n", 3, 3, "has no 'ref'" },
        { "c.yaml", "kind: OCIRepository\nspec:\n  url: oci://ghcr.io/acme/checkout\n  ref: {tag: '1', digest: sha256:1}\n", 4, 27, "is not a digest" },
        { "a.yaml", "kind: Application\nspec:\n  source:\n    repoURL: ghcr.io/acme\n    chart: checkout\n    targetRevision: 1.0.0\n", 6, 21, "This chart is asked for by version" },
        { "a.yaml", "kind: Application\nspec:\n  source: {repoURL: 'oci://ghcr.io/acme/checkout', targetRevision: '>=1'}\n", 3, 68, "neither a tag nor a digest" },
        { "a.yaml", "kind: Application\nspec:\n  source: {repoURL: 'oci://ghcr.io/acme/checkout'}\n", 3, 21, "no targetRevision" },
        { "a.yaml", "spec:\n  source:\n    repoURL: x\n    kustomize:\n      images: &i [ghcr.io/acme/checkout:1]\nother: *i\n", 5, 19, "used in several places by an anchor" },
        { "a.yaml", "spec:\n  source:\n    repoURL: x\n    kustomize:\n      images: ['checkout=ghcr.io/acme/checkout:{{.tag}}']\n", 5, 16, "holds a template" },
        { "a.yaml", "spec:\n  source:\n    repoURL: x\n    helm:\n      parameters:\n      - {name: image.repository, value: ghcr.io/acme/checkout}\n      - {name: image.tag, value: '1'}\n", 6, 9, "There is no parameter 'image.digest'" },
        { "a.yaml", "spec:\n  source:\n    repoURL: x\n    helm:\n      parameters:\n      - {name: image.repository, value: ghcr.io/acme/checkout}\n      - {name: image.digest, value: ''}\n      - {name: image.digest, value: ''}\n", 6, 9, "The parameter 'image.digest' stands twice" },
        { "a.yaml", "spec:\n  source:\n    repoURL: x\n    helm:\n      values: |\n        image: {repository: ghcr.io/acme/checkout, tag: 1}\n", 6, 16, "a repository without a 'digest' key" },
        { "a.yaml", "spec:\n  source:\n    repoURL: x\n    helm:\n      values: \"image: ghcr.io/acme/checkout:1\\nx: y\"\n", 5, 15, "cannot be edited exactly" },
        { "a.yaml", "spec:\n  source:\n    repoURL: x\n    helm:\n      values: |\n        image: ghcr.io/acme/checkout:1\n        bad: [\n", 7, 15, "This file is not YAML" },
        { "k/kustomization.yaml", "images:\n- name: app\n  newName: ghcr.io/acme/checkout:1\n", 2, 3, "hold a name alone" },
        { "k/kustomization.yaml", "images:\n- name: ghcr.io/acme/checkout\n  newTag: '1'\n  tagSuffix: -x\n", 2, 3, "tagSuffix" },
        { "k/kustomization.yaml", $"images:\n- name: ghcr.io/acme/checkout\n  newTag: 1@{Digest.Of("2"u8)}\n  digest: {Digest.Of("1"u8)}\n", 2, 3, "The digest stands twice" },
        { "k/kustomization.yaml", "images:\n- name: ghcr.io/acme/checkout\n  newTag: '{{ tag }}'\n", 3, 11, "holds a template" },
        { "v.yaml", "image:\n  repository: ghcr.io/acme/checkout:1\n  digest: ''\n", 2, 15, "holds more than a name" },
        { "v.yaml", "a: {b: 1}\na:\n  image: ghcr.io/acme/checkout:1\n", 3, 10, "The key 'a' stands twice" },
        { "v.yaml", "image: ghcr.io/acme/checkout\ntag: '1'\n", 1, 8, "There is a tag beside this name without a 'digest' key" },
        { "v.yaml", $"image: ghcr.io/acme/checkout:1\ndigest: {Digest.Of("1"u8)}\n", 1, 8, "write one of them" },
        { "v.yaml", "x: &x ghcr.io/acme/checkout:1\nimage: *x\n", 2, 8, "used in several places by an anchor" },
        { "v.yaml", "image:\n  repository: &r ghcr.io/acme/checkout\n  tag: '1'\n  digest: ''\nother: *r\n", 2, 3, "shared with other places by an anchor" },
        { "docker-compose.yml", "x-image: &image ghcr.io/acme/checkout:1\nservices:\n  a: {image: *image}\n  b: {image: *image}\n", 1, 10, "used in several places by an anchor" },
        { "docker-compose.yml", "services:\n  a:\n    image: ghcr.io/acme/checkout:${TAG}\n", 3, 12, "holds a template" },
        { "template.yaml", "Resources: {F: {Properties: {ImageUri: !Sub 'ghcr.io/acme/checkout:1'}}}\n", 1, 40, "cannot be edited exactly" },
        { "w.yaml", "jobs:\n  a:\n    steps:\n    - uses: 'docker://ghcr.io/acme/checkout:${{ inputs.tag }}'\n", 4, 13, "holds a template" },
        { "main.tf", "image = \"ghcr.io/acme/checkout:${var.tag}\"\n", 1, 9, "holds a template" },
        { "m.json", "{\"a\": \"ghcr.io\\/acme\\/checkout:1\"}\n", 1, 7, "cannot be edited exactly" },
        { "m.json", "{\"image\": \"ghcr.io/acme/checkout:1\", \"image\": \"ghcr.io/acme/checkout:2\"}\n", 1, 11, "The key 'image' stands twice" },
        { "m.json", "{\"image\": \"ghcr.io/acme/checkout:1\",\n \"x\": }\n", 2, 7, "This file is not JSON" },
        { "x.env", "A=1 # gitopsbot: checkout\n", 1, 1, "holds neither a reference to ghcr.io/acme/checkout nor a digest" },
        { "x.env", "A=ghcr.io/acme/checkout:1 B=ghcr.io/acme/checkout:2 # gitopsbot: checkout\n", 1, 1, "several references" },
        { "x.env", "# gitopsbot: checkout\n", 2, 1, "holds neither a reference" },
        { "s.yaml", "a:\n  name: ghcr.io/acme/checkout # {\"$imagepolicy\": \"f:checkout:name\"}\n  tag: '1' # {\"$imagepolicy\": \"f:checkout:tag\"}\n", 3, 8, "no field for the digest" },
        { "z.yaml", "a: ghcr.io/acme/checkout\0image: x\n", 1, 25, "it holds a zero character" },
    };

    [Theory]
    [MemberData(nameof(Doubtful))]
    public void What_cannot_be_edited_is_a_problem_with_its_place(string file, string text, int line, int column, string sentence)
    {
        var standing = Of((file, text));

        var ambiguous = Assert.IsType<StandingDigest.Ambiguous>(standing);
        Assert.Contains(sentence, ambiguous.Problem.Message, StringComparison.Ordinal);
        Assert.Equal((file, line, column), (ambiguous.Problem.File, ambiguous.Problem.Line, ambiguous.Problem.Column));
    }

    [Theory]
    [InlineData("d.yaml", "kind: Pod\nmetadata: {annotations: {note: 'ghcr.io/acme/checkout:1'}}\n")]
    [InlineData("d.json", "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"annotations\": {\"note\": \"ghcr.io/acme/checkout:1\"}}}")]
    [InlineData("d.yaml", "containers: [{image: ghcr.io/acme/checkout-evil:1}, {image: evil.io/ghcr.io/acme/checkout:1}, {image: acme/checkout:1}]\n")]
    [InlineData("r.yaml", "kind: HelmRepository\nmetadata: {name: a}\nspec: {url: oci://ghcr.io/acme/checkout}\n")]
    [InlineData("x.env", "A=ghcr.io/acme/checkout:1 # gitopsbot: cart\n")]
    [InlineData("x.env", "A=ghcr.io/acme/checkout:1 # gitopsbot: checkout-2\n")]
    [InlineData("main.tf", "a = \"ghcr.io/acme/checkout\"\n# \"ghcr.io/acme/checkout:1\"\n")]
    [InlineData("m.json", "{\"a\": \"ghcr.io/acme/checkout\", \"ghcr.io/acme/checkout:1\": \"b\"}")]
    [InlineData("v.yaml", "image: $(IMAGE)\nother: {image: '{{ .x }}/acme/checkout:1'}\n")]
    [InlineData("a.md", "containers:\n- image: ghcr.io/acme/checkout:1\n")]
    public void What_only_looks_like_the_artifact_is_left_alone(string file, string text)
    {
        Assert.IsType<StandingDigest.Absent>(Of((file, text)));
    }

    [Theory]
    [InlineData("broken.yaml", "checkout: [\n")]
    [InlineData("templates/d.yaml", "name: {{ include \"checkout.name\" . }}\nimage: {{ .Values.image }}\n")]
    [InlineData("broken.json", "{\"checkout\": }")]
    [InlineData("big.yaml", null)]
    [InlineData("logo.png", "\u0089PNG\0checkout")]
    public void A_file_that_does_not_mention_the_artifact_stops_nothing(string file, string? text)
    {
        var scan = PinScanner.Scan(
            [File("d.yaml", $"containers: [{{image: ghcr.io/acme/checkout@{One}}}]"), File(file, text ?? "checkout: x\n" + new string('#', 1024 * 1024))], [Checkout]);

        Assert.IsType<StandingDigest.Stands>(FolderPins.Of(scan, Checkout.Image));
        Assert.Empty(scan.Problems);
    }

    [Fact]
    public void A_file_that_mentions_the_artifact_and_cannot_be_read_is_a_problem()
    {
        var scan = PinScanner.Scan([File("a/d.yaml", "image: ghcr.io/acme/checkout:1\nx: [\n"), File("b/e.yaml", "image: ghcr.io/acme/cart:1\nx: [\n")], [Checkout]);

        Assert.Equal("a/d.yaml", Assert.Single(scan.Problems).File);
        Assert.IsType<StandingDigest.Ambiguous>(FolderPins.Of(scan, Checkout.Image));
    }

    [Fact]
    public void What_a_kustomization_renames_is_found_under_its_old_name()
    {
        var stands = Assert.IsType<StandingDigest.Stands>(Of(
            ("kustomization.yaml", "resources: [d.yaml]\nimages: [{name: shop/frontend, newName: ghcr.io/acme/checkout}]\n"), ("d.yaml", $"containers: [{{image: 'shop/frontend:1@{One}'}}]")));

        Assert.Equal(("d.yaml", One), (Assert.Single(stands.Pins).Place.File, stands.Digest!.Value));
    }

    private static StandingDigest Of(params (string Path, string Text)[] files) =>
        FolderPins.Of(PinScanner.Scan([.. files.Select(f => File(f.Path, f.Text))], [Checkout]), Checkout.Image);

    private static ManifestFile File(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));
}
