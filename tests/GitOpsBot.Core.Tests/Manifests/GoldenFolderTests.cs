using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Core.Tests.Manifests;

public class GoldenFolderTests
{
    private static readonly Digest New = Digest.Parse("sha256:" + string.Concat(Enumerable.Repeat("fedcba98", 8)));

    [Theory]
    [InlineData("crlf-and-bom", 1)]
    [InlineData("anchors", 1)]
    [InlineData("multi-document", 3)]
    [InlineData("quoted", 3)]
    [InlineData("helm", 3)]
    [InlineData("kustomize-flow", 1)]
    public void A_folder_before_becomes_the_folder_after_byte_for_byte(string folder, int places)
    {
        var golden = Path.Combine(AppContext.BaseDirectory, "Manifests", "golden", folder);
        var (before, after) = (Files(Path.Combine(golden, "before")), Files(Path.Combine(golden, "after")));

        var (bumped, stands) = Bump(before, ImageName.Parse("ghcr.io/acme/checkout"));

        Assert.Equal(places, stands.Pins.Count);
        Assert.Equal(after.Select(f => f.Path), bumped.Select(f => f.Path));
        Assert.All(after.Zip(bumped), pair => Assert.Equal(pair.First.Content.ToArray(), pair.Second.Content.ToArray()));
        Assert.Contains(before.Zip(after), pair => !pair.First.Content.Span.SequenceEqual(pair.Second.Content.Span));
        Assert.Equal(after.Select(f => Convert.ToHexString(f.Content.Span)), Bump(after, ImageName.Parse("ghcr.io/acme/checkout")).Files.Select(f => Convert.ToHexString(f.Content.Span)));
    }

    [Theory]
    [InlineData("crlf-and-bom/before/kustomization.yaml")]
    [InlineData("crlf-and-bom/after/kustomization.yaml")]
    public void The_golden_files_still_have_their_marks_and_line_ends(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Manifests", "golden", file));

        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal(bytes.Count(b => b == '\n'), bytes.Zip(bytes.Skip(1)).Count(pair => pair is ((byte)'\r', (byte)'\n')));
    }

    private static (IReadOnlyList<ManifestFile> Files, StandingDigest.Stands Stands) Bump(IReadOnlyList<ManifestFile> files, ImageName image)
    {
        var stands = Assert.IsType<StandingDigest.Stands>(FolderPins.Of(PinScanner.Scan(files), image));
        var edits = stands.Pins.Select(p => new PinEdit(p, New, "2.0.0")).ToLookup(e => e.Pin.Place.File);
        return ([.. files.Select(f => edits[f.Path].Any() ? DigestBump.Bump(f, [.. edits[f.Path]]) : f)], stands);
    }

    private static List<ManifestFile> Files(string folder) =>
    [
        .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(f => new ManifestFile(Path.GetRelativePath(folder, f).Replace('\\', '/'), File.ReadAllBytes(f))),
    ];
}
