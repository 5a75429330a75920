using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Core.Tests.Manifests;

public class UnpinnedReferencesTests
{
    private static readonly string One = Digest.Of("1"u8).Value;

    [Theory]
    [InlineData("d.yaml", "containers:\n- image: nginx\n- image: nginx:1.25\n- image: 'nginx@DIGEST'\n", "2:10 nginx", "3:10 nginx:1.25")]
    [InlineData("kustomization.yaml", "images:\n- name: a\n  newName: ghcr.io/acme/a\n  newTag: '1'\n- {name: b, digest: DIGEST}\n", "2:3 ghcr.io/acme/a:1")]
    [InlineData("values.yaml", "image: {repository: nginx, tag: '1.25'}\nother:\n  image: {registry: ghcr.io, repository: a/b, tag: '1', digest: ''}\npinned: {image: {repository: a/b, digest: DIGEST}}\n", "1:8 nginx:1.25", "3:10 ghcr.io/a/b:1")]
    [InlineData("values.yaml", "image: nginx:1.25\nlogo: {image: logo.png}\nfile: {image: /a/b.png}\nurl: {image: 'https://a.b/c.png'}\nname: {image: checkout}\n", "1:8 nginx:1.25")]
    [InlineData("compose.yaml", "services:\n  a: {image: nginx}\n  b: {image: '${IMAGE}'}\n  c: {image: 'nginx:${TAG}'}\n", "2:14 nginx", "4:14 nginx:${TAG}")]
    [InlineData(".github/workflows/a.yaml", "jobs:\n  a:\n    runs-on: x\n    container: node:20\n    steps:\n    - uses: actions/checkout@v4\n    - uses: docker://alpine:3\n    - uses: acme/x@v1\n      with: {repository: acme/y, tag: v1}\n", "4:16 node:20", "7:13 alpine:3")]
    [InlineData("main.tf", "image = \"nginx:1.25\"\nother = \"ghcr.io/acme/a:1\"\npinned = \"ghcr.io/acme/a@DIGEST\"\nversion = \"~> 1.0\"\naddress = \"a:b\"\n", "1:9 nginx:1.25", "2:9 ghcr.io/acme/a:1")]
    [InlineData("a.json", "{\"x\": \"ghcr.io/acme/a:1\", \"y\": \"1:2\", \"url\": \"https://ghcr.io/acme/a:1\"}", "1:7 ghcr.io/acme/a:1")]
    [InlineData("app.yaml", "spec:\n  source:\n    repoURL: oci://ghcr.io/acme/a\n    targetRevision: '1'\n    kustomize:\n      images: ['x=ghcr.io/acme/b:1', 'ghcr.io/acme/c@DIGEST']\n", "4:21 oci://ghcr.io/acme/a:1", "6:16 ghcr.io/acme/b:1")]
    [InlineData("source.yaml", "kind: OCIRepository\nspec:\n  url: oci://ghcr.io/acme/a\n  ref: {tag: '1'}\n", "4:8 oci://ghcr.io/acme/a:1")]
    [InlineData("Chart.yaml", "dependencies: [{name: a, version: 1.0.0, repository: 'oci://ghcr.io/acme'}]\n")]
    [InlineData("d.yaml", "x: &i nginx:1.25\ncontainers: [{image: *i}]\n", "2:22 nginx:1.25")]
    public void References_without_a_digest_are_named_with_their_place(string file, string text, params string[] expected)
    {
        var found = UnpinnedReferences.Of(Scan((file, text)));

        Assert.Equal(expected, found.Select(r => $"{r.Place.Line}:{r.Place.Column} {r.Reference}"));
        Assert.All(found, r => Assert.Equal(file, r.Place.File));
    }

    [Fact]
    public void The_entry_of_a_kustomization_answers_for_what_it_replaces()
    {
        Assert.Empty(UnpinnedReferences.Of(Scan(
            ("a/kustomization.yaml", "resources: [d.yaml]\nimages: [{name: app, newTag: '1', digest: DIGEST}]\n"), ("a/d.yaml", "containers: [{image: 'app:1'}]"))));
        Assert.Equal("a/kustomization.yaml", Assert.Single(UnpinnedReferences.Of(Scan(
            ("a/kustomization.yaml", "resources: [d.yaml]\nimages: [{name: app, newTag: '1'}]\n"), ("a/d.yaml", "containers: [{image: 'app:1'}]")))).Place.File);
        Assert.Equal("b/d.yaml", Assert.Single(UnpinnedReferences.Of(Scan(
            ("a/kustomization.yaml", "resources: [d.yaml]\nimages: [{name: app, digest: DIGEST}]\n"), ("b/d.yaml", "containers: [{image: 'app:1'}]")))).Place.File);
    }

    [Theory]
    [InlineData("app:1@DIGEST", 0)]
    [InlineData("app:1", 1)]
    public void An_entry_that_only_renames_leaves_the_answer_to_what_it_renames(string reference, int unpinned)
    {
        var found = UnpinnedReferences.Of(Scan(
            ("kustomization.yaml", "resources: [d.yaml]\nimages: [{name: app, newName: ghcr.io/acme/app}]\n"), ("d.yaml", $"containers: [{{image: '{reference}'}}]")));

        Assert.Equal(unpinned, found.Count);
    }

    private static PinScan Scan(params (string Path, string Text)[] files) =>
        PinScanner.Scan([.. files.Select(f => new ManifestFile(f.Path, Encoding.UTF8.GetBytes(f.Text.Replace("DIGEST", One, StringComparison.Ordinal))))]);
}
