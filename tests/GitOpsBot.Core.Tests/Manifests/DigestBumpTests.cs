using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Core.Tests.Manifests;

public class DigestBumpTests
{
    private static readonly ImageName Checkout = ImageName.Parse("ghcr.io/acme/checkout");
    private static readonly Digest Old = Digest.Of("old"u8);
    private static readonly Digest New = Digest.Of("new"u8);

    public static TheoryData<string, string, string> Edits => new()
    {
        { "a container", "kind: Pod\nspec:\n  containers:\n    - name: c # ours\n      image: ghcr.io/acme/checkout:1.0.0@OLD # keep\n", "kind: Pod\nspec:\n  containers:\n    - name: c # ours\n      image: ghcr.io/acme/checkout:2.0.0@NEW # keep\n" },
        { "a container without a tag", "containers: [{image: \"ghcr.io/acme/checkout@OLD\"}]", "containers: [{image: \"ghcr.io/acme/checkout@NEW\"}]" },
        { "a reference without a digest", "initContainers:\n- image: 'ghcr.io/acme/checkout:1.0.0'\r\n", "initContainers:\n- image: 'ghcr.io/acme/checkout:2.0.0@NEW'\r\n" },
        { "a byte order mark and emoji", "\uFEFF# 🚀 é\r\ncontainers:\r\n- image: ghcr.io/acme/checkout@OLD\r\n", "\uFEFF# 🚀 é\r\ncontainers:\r\n- image: ghcr.io/acme/checkout@NEW\r\n" },
        { "a kustomization", "kind: Kustomization\nimages:\n  - name: checkout\n    newName: ghcr.io/acme/checkout\n    newTag: 1.0.0 # tag\n    digest: 'OLD'\n  - name: other\n    newTag: 1.0.0\n", "kind: Kustomization\nimages:\n  - name: checkout\n    newName: ghcr.io/acme/checkout\n    newTag: 2.0.0 # tag\n    digest: 'NEW'\n  - name: other\n    newTag: 1.0.0\n" },
        { "a kustomization without a digest", "kind: Kustomization\r\nimages:\r\n- newTag: '1.0.0' # tag\r\n  name: ghcr.io/acme/checkout\r\n", "kind: Kustomization\r\nimages:\r\n- newTag: '2.0.0' # tag\r\n  digest: NEW\r\n  name: ghcr.io/acme/checkout\r\n" },
        { "a kustomization without a last line end", "kind: Kustomization\nimages:\n  - name: ghcr.io/acme/checkout\n    newTag: 1.0.0", "kind: Kustomization\nimages:\n  - name: ghcr.io/acme/checkout\n    newTag: 2.0.0\n    digest: NEW" },
        { "a kustomization in flow style", "kind: Kustomization\nimages: [{name: ghcr.io/acme/checkout, newTag: 1.0.0}]\n", "kind: Kustomization\nimages: [{name: ghcr.io/acme/checkout, newTag: 2.0.0, digest: NEW}]\n" },
        { "Helm's values", "web:\n  image:\n    registry: ghcr.io\n    repository: acme/checkout\n    tag: 1.0.0\n    digest: \"\"\n", "web:\n  image:\n    registry: ghcr.io\n    repository: acme/checkout\n    tag: 2.0.0\n    digest: \"NEW\"\n" },
        { "Helm's values with an empty digest", "image:\n  repository: ghcr.io/acme/checkout\n  digest:\n\n  # more\nother: 1\n", "image:\n  repository: ghcr.io/acme/checkout\n  digest: NEW\n\n  # more\nother: 1\n" },
        { "several documents", "a: 1\n---\ncontainers:\n- image: nginx:1\n- image: ghcr.io/acme/checkout@OLD\n...\n---\nkind: CronJob\nx: {containers: [{image: ghcr.io/acme/checkout@OLD}]}\n", "a: 1\n---\ncontainers:\n- image: nginx:1\n- image: ghcr.io/acme/checkout@NEW\n...\n---\nkind: CronJob\nx: {containers: [{image: ghcr.io/acme/checkout@NEW}]}\n" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void Changes_the_digest_and_the_tag_beside_it_and_no_other_byte(string what, string before, string after)
    {
        Assert.Equal(Written(after), Bump(Written(before), "2.0.0"));
        Assert.False(string.IsNullOrEmpty(what));
    }

    [Fact]
    public void Keeps_the_tag_when_no_tag_is_given()
    {
        Assert.Equal(Written("containers: [{image: ghcr.io/acme/checkout:1.0.0@NEW}]"), Bump(Written("containers: [{image: ghcr.io/acme/checkout:1.0.0@OLD}]"), null));
    }

    [Theory]
    [InlineData("2026", "\"2026\"")]
    [InlineData("1.10", "\"1.10\"")]
    [InlineData("v2", "v2")]
    [InlineData("true", "\"true\"")]
    public void Quotes_a_plain_tag_that_would_read_as_something_else_than_text(string tag, string written)
    {
        var after = Bump(Written("kind: Kustomization\nimages:\n- name: ghcr.io/acme/checkout\n  newTag: main\n  digest: OLD\n"), tag);

        Assert.Equal(Written($"kind: Kustomization\nimages:\n- name: ghcr.io/acme/checkout\n  newTag: {written}\n  digest: NEW\n"), after);
    }

    // Law: whatever manifest is generated, the bump's difference is the digest (and tag) alone, bumping again changes nothing, and the folder then says the new digest.
    [Fact]
    public void A_bump_is_the_digest_alone_and_happens_once()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var (text, expected) = Generated(new Random(seed));
            var once = Bump(Written(text), "2.0.0");

            Assert.True(Written(expected) == once, $"seed {seed}:\n{text}");
            Assert.Equal(once, Bump(once, "2.0.0"));
            Assert.Equal(New, Assert.IsType<StandingDigest.Stands>(FolderPins.Of(PinScanner.Scan([File(once)]), Checkout)).Digest);
        }
    }

    // Law: whatever bytes a folder holds, scanning answers.
    [Fact]
    public void Scanning_never_throws()
    {
        var source = Encoding.UTF8.GetBytes(Written("kind: Kustomization\nimages: &a\n- {name: ghcr.io/acme/checkout, newTag: '1', digest: OLD}\n- *a\ncontainers:\n- image: \"a\\tb\"\n"));
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var bytes = source.ToArray();
            for (var i = random.Next(1, 8); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Assert.NotNull(PinScanner.Scan([new ManifestFile("kustomization.yaml", bytes)]));
        }
    }

    private static (string Before, string After) Generated(Random random)
    {
        string Any(params string[] from) => from[random.Next(from.Length)];
        var end = Any("\n", "\r\n");
        var (before, after) = (new StringBuilder(Any("", "\uFEFF")), new StringBuilder());
        after.Append(before);
        void Same(string line)
        {
            before.Append(line).Append(end);
            after.Append(line).Append(end);
        }

        Same(Any("# 🚀 comment", "# plain", "---"));
        Same("spec:");
        var indent = new string(' ', random.Next(1, 5));
        Same($"{indent}containers:");
        for (var i = random.Next(1, 5); i >= 0; i--)
        {
            var quote = Any("", "'", "\"");
            var note = Any("", " # note: a@b", "   ");
            if (i > 0 && random.Next(2) == 0)
            {
                Same($"{indent}- image: {quote}docker.io/library/nginx:1.0.0{quote}{note}");
                continue;
            }

            var tag = random.Next(2) == 0;
            before.Append($"{indent}- image: {quote}ghcr.io/acme/checkout{(tag ? ":1.0.0" : "")}@OLD{quote}{note}{end}");
            after.Append($"{indent}- image: {quote}ghcr.io/acme/checkout{(tag ? ":2.0.0" : "")}@NEW{quote}{note}{end}");
        }

        Same(Any("", "  # tail", "..."));
        return (before.ToString(), after.ToString());
    }

    private static string Written(string text) => text.Replace("OLD", Old.Value, StringComparison.Ordinal).Replace("NEW", New.Value, StringComparison.Ordinal);

    private static ManifestFile File(string text) => new("env/prod/x.yaml", Encoding.UTF8.GetBytes(text));

    private static string Bump(string text, string? tag)
    {
        var file = File(text);
        var stands = Assert.IsType<StandingDigest.Stands>(FolderPins.Of(PinScanner.Scan([file]), Checkout));
        return Encoding.UTF8.GetString(DigestBump.Bump(file, [.. stands.Pins.Select(p => new PinEdit(p, New, tag))]).Content.Span);
    }
}
