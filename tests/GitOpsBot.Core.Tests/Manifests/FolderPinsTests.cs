using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Core.Tests.Manifests;

public class FolderPinsTests
{
    private static readonly ImageName Checkout = ImageName.Parse("ghcr.io/acme/checkout");
    private static readonly string One = Digest.Of("1"u8).Value;
    private static readonly string Two = Digest.Of("2"u8).Value;

    [Theory]
    [InlineData("containers:\n- image: ghcr.io/acme/checkout@sha256:123\n", 2, 10, "'ghcr.io/acme/checkout@sha256:123' is not an image reference")]
    [InlineData("a: &i ghcr.io/acme/checkout:1\ncontainers:\n- image: *i\n", 3, 10, "used in several places by an anchor")]
    [InlineData("containers:\n- image: &i ghcr.io/acme/checkout:1\n", 2, 10, "written in a way that cannot be edited exactly")]
    [InlineData("containers:\n- image: \"ghcr.io\\u002Facme/checkout:1\"\n", 2, 10, "written in a way that cannot be edited exactly")]
    [InlineData("containers:\n- image: >-\n    ghcr.io/acme/checkout:1\n", 2, 10, "written in a way that cannot be edited exactly")]
    [InlineData("containers:\n- image: ghcr.io/acme/checkout:1\n  image: ghcr.io/acme/checkout:2\n", 2, 10, "The key 'image' stands twice")]
    [InlineData("x: &c\n  containers:\n  - image: ghcr.io/acme/checkout:1\ny: *c\n", 3, 12, "used in several places by an anchor")]
    [InlineData("kind: Kustomization\nimages:\n- name: ghcr.io/acme/checkout\n  digest: sha256:12\n", 4, 11, "'sha256:12' is not a digest")]
    [InlineData("kind: Kustomization\nimages:\n- name: ghcr.io/acme/checkout\n  newTag: 1\n  newTag: 2\n", 3, 3, "The key 'newTag' stands twice")]
    [InlineData("x: &c {image: ghcr.io/acme/checkout:1}\ncontainers:\n- *c\n", 1, 15, "used in several places by an anchor")]
    [InlineData("x: &l\n- image: ghcr.io/acme/checkout:1\ncontainers: *l\n", 2, 10, "used in several places by an anchor")]
    [InlineData("x: &b {image: ghcr.io/acme/checkout:1}\ncontainers:\n- name: c\n  <<: *b\n", 1, 15, "used in several places by an anchor")]
    [InlineData("x: &b {image: ghcr.io/acme/checkout:1}\ncontainers:\n- <<: [*b]\n", 1, 15, "used in several places by an anchor")]
    [InlineData("x: &e {name: ghcr.io/acme/checkout, newTag: '1'}\nkind: Kustomization\nimages: [*e]\n", 1, 4, "shared with other places by an anchor")]
    [InlineData("x: &n ghcr.io/acme/checkout\nkind: Kustomization\nimages:\n- name: *n\n  newTag: '1'\n", 4, 3, "shared with other places by an anchor")]
    [InlineData("x: &h {repository: ghcr.io/acme/checkout, tag: '1', digest: ''}\nimage: *h\n", 1, 4, "shared with other places by an anchor")]
    [InlineData("x: &h {repository: ghcr.io/acme/checkout, tag: '1'}\nimage:\n  <<: *h\n  digest: ''\n", 1, 4, "shared with other places by an anchor")]
    [InlineData("image: {repository: ghcr.io/acme/checkout, digest}\nother: 1\n", 1, 8, "no line on which a digest could be written")]
    [InlineData("image:\n  repository: ghcr.io/acme/checkout\n  digest: &d\n", 2, 3, "no line on which a digest could be written")]
    [InlineData("kind: Kustomization\nimages:\n- name: ghcr.io/acme/checkout\n  newTag:\n\n  # more\n", 3, 3, "no line on which a digest could be written")]
    [InlineData("kind: Kustomization\nimages:\n- name: ghcr.io/acme/checkout\n  ? newTag\n  : '1'\n", 3, 3, "no line on which a digest could be written")]
    [InlineData("kind: Kustomization\rimages:\r- name: ghcr.io/acme/checkout\r  newTag: '1'\r", 3, 3, "no line on which a digest could be written")]
    [InlineData("image:\n  repository: ghcr.io/acme/checkout\n  tag: 1.0.0\n", 2, 3, "a repository without a 'digest' key")]
    public void What_cannot_be_edited_without_doubt_is_a_problem_with_its_place(string text, int line, int column, string sentence)
    {
        var ambiguous = Assert.IsType<StandingDigest.Ambiguous>(Of(("x.yaml", text)));

        Assert.Equal(("x.yaml", line, column), (ambiguous.Problem.File, ambiguous.Problem.Line, ambiguous.Problem.Column));
        Assert.Contains(sentence, ambiguous.Problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dashboard.json", "nothing \\u003c of the \\\" kind \\n", false)]
    [InlineData("dashboard.json", "\\\\acme\\\\other", false)]
    [InlineData("picture.png", "acme/checkout", false)]
    [InlineData("notes.txt", "# gitopsbot: checkout\nghcr.io/acme/checkout", true)]
    [InlineData("dashboard.json", "ghcr.io/acme/checkout:1", true)]
    [InlineData("dashboard.json", "ghcr.io\\/acme\\/checkout:1", true)]
    [InlineData("dashboard.json", "ghcr.io/\\u0061cme/checkou\\u0074", true)]
    [InlineData("values.yaml", "a: \"ghcr.io\\x2Facme\\U0000002Fcheckout\"", true)]
    [InlineData("values.yaml", "a: \"ghcr.io/acme/che\\\r\n    ckout\"", true)]
    public void A_file_that_is_too_large_for_a_manifest_counts_only_where_it_could_name_the_image(string file, string text, bool counts)
    {
        ManifestFile[] files =
        [
            new(file, Encoding.UTF8.GetBytes(text + new string(' ', 1024 * 1024))), new("deployment.yaml", Encoding.UTF8.GetBytes($"containers: [{{image: ghcr.io/acme/checkout@{One}}}]")),
        ];

        var found = FolderPins.Of(PinScanner.Scan(files, [new WantedArtifact("checkout", Checkout)]), Checkout);

        if (counts)
        {
            Assert.Contains("at most 1048576 are read.", Assert.IsType<StandingDigest.Ambiguous>(found).Problem.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(One, Assert.IsType<StandingDigest.Stands>(found).Digest!.Value);
        }
    }

    [Fact]
    public void Different_digests_of_one_image_are_a_problem_that_names_both_places()
    {
        var ambiguous = Assert.IsType<StandingDigest.Ambiguous>(Of(
            ("a.yaml", $"containers: [{{image: ghcr.io/acme/checkout@{One}}}]"), ("b.yaml", $"containers: [{{image: ghcr.io/acme/checkout@{Two}}}]")));

        Assert.Equal($"b.yaml:1:22: ghcr.io/acme/checkout stands here with {Two}, but with {One} at a.yaml:1; one folder has one digest.", ambiguous.Problem.ToString());
    }

    [Fact]
    public void The_entry_of_a_kustomization_has_the_last_word_about_the_references_it_replaces()
    {
        var stands = Assert.IsType<StandingDigest.Stands>(Of(
            ("deployment.yaml", "containers: [{image: ghcr.io/acme/checkout:0.1}]"),
            ("kustomization.yaml", $"images:\n- name: ghcr.io/acme/checkout\n  newTag: 1.0.0\n  digest: {One}\n")));

        Assert.Equal((One, "1.0.0", 1), (stands.Digest?.Value, stands.Tag, stands.Pins.Count));
    }

    [Fact]
    public void A_reference_that_a_kustomization_sends_elsewhere_is_not_this_image()
    {
        Assert.IsType<StandingDigest.Absent>(Of(
            ("deployment.yaml", "containers: [{image: ghcr.io/acme/checkout:0.1}]"),
            ("kustomization.yaml", "images:\n- name: ghcr.io/acme/checkout\n  newName: mirror.example/checkout\n  newTag: 1.0.0\n")));
    }

    [Fact]
    public void Doubts_about_another_image_are_not_ours()
    {
        Assert.IsType<StandingDigest.Stands>(Of(("x.yaml", $"containers:\n- image: other@sha256:1\n- image: ghcr.io/acme/checkout@{One}\n- image: $(IMAGE)\n")));
    }

    [Theory]
    [InlineData("image: {{ .Values.image }}\nx: [\n", "it holds a template")]
    [InlineData("containers:\n- image: {{ .Values.image }}\n", "it holds a template")]
    [InlineData("{{ include \"image\" . }}\n", "it holds a template")]
    [InlineData("image: b: c\n", "This file is not YAML")]
    public void A_file_that_cannot_be_read_is_a_problem_of_the_folder(string text, string sentence)
    {
        var problem = Assert.Single(PinScanner.Scan([new ManifestFile("x.yaml", Encoding.UTF8.GetBytes(text))]).Problems);

        Assert.Contains(sentence, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# acme/checkout\nimage: {{ .Values.image }}\n", 2, "it holds a template")]
    [InlineData("image: [ghcr.io/acme/checkout\n", 2, "This file is not YAML")]
    public void A_file_that_cannot_be_read_and_could_name_the_image_comes_before_what_was_read(string broken, int line, string sentence)
    {
        var ambiguous = Assert.IsType<StandingDigest.Ambiguous>(Of(("x.yaml", $"containers: [{{image: ghcr.io/acme/checkout@{One}}}]"), ("y.yaml", broken)));

        Assert.Equal(("y.yaml", line), (ambiguous.Problem.File, ambiguous.Problem.Line));
        Assert.Contains(sentence, ambiguous.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_UTF_8_could_name_any_image()
    {
        var scan = PinScanner.Scan([new ManifestFile("y.yaml", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("image: x")).ToArray())]);

        Assert.Equal("The file is not UTF-8.", Assert.IsType<StandingDigest.Ambiguous>(FolderPins.Of(scan, Checkout)).Problem.Message);
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused_where_it_could_name_the_image()
    {
        var scan = PinScanner.Scan([new ManifestFile("y.yaml", Encoding.UTF8.GetBytes("image: ghcr.io/acme/checkout\n" + new string('#', 1024 * 1024)))]);

        Assert.Equal("The file has 1048605 bytes; at most 1048576 are read.", Assert.IsType<StandingDigest.Ambiguous>(FolderPins.Of(scan, Checkout)).Problem.Message);
        Assert.IsType<StandingDigest.Absent>(FolderPins.Of(scan, ImageName.Parse("ghcr.io/acme/storefront")));
    }

    [Theory]
    [InlineData("image: {{ .Values.image }}\n")]
    [InlineData("a: b: checkout\n")]
    public void A_broken_file_that_cannot_name_the_image_stops_nothing(string broken)
    {
        Assert.IsType<StandingDigest.Stands>(Of(("x.yaml", $"containers: [{{image: ghcr.io/acme/checkout@{One}}}]"), ("y.yaml", broken)));
    }

    [Fact]
    public void A_file_that_is_nested_too_deep_is_refused()
    {
        var problem = Assert.Single(PinScanner.Scan([new ManifestFile("x.yaml", Encoding.UTF8.GetBytes(new string('[', 300) + "image"))]).Problems);

        Assert.Contains("nested deeper than 200", problem.Message, StringComparison.Ordinal);
    }

    private static StandingDigest Of(params (string Path, string Text)[] files) =>
        FolderPins.Of(PinScanner.Scan([.. files.Select(f => new ManifestFile(f.Path, Encoding.UTF8.GetBytes(f.Text)))]), Checkout);
}
