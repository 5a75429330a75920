using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Core.Tests.Manifests;

/// <summary>
/// Folders as people write them, before and after a promotion of ghcr.io/acme/checkout from 1.0.0 to 2.0.0. What stands in <c>after</c> was written
/// beside <c>before</c>, not by the program.
/// </summary>
public class GoldenFolderTests
{
    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Manifests", "golden");
    private static readonly WantedArtifact Checkout = new("checkout", ImageName.Parse("ghcr.io/acme/checkout"));
    private static readonly Digest Old = Digest.Parse("sha256:" + string.Concat(Enumerable.Repeat("0a1b2c3d", 8)));
    private static readonly Digest New = Digest.Parse("sha256:" + string.Concat(Enumerable.Repeat("fedcba98", 8)));

    public static TheoryData<string> Folders => [.. Directory.GetDirectories(Golden).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_before_becomes_the_folder_after_byte_for_byte(string folder)
    {
        var (before, after) = (Files(folder, "before"), Files(folder, "after"));

        var (bumped, stands) = Bump(before);

        Assert.Equal(after.Select(f => f.Path), bumped.Select(f => f.Path));
        Assert.All(after.Zip(bumped), pair => Assert.Equal(Shown(pair.First), Shown(pair.Second)));
        Assert.Contains(before.Zip(after), pair => !pair.First.Content.Span.SequenceEqual(pair.Second.Content.Span));
        Assert.True(stands.Digest is null || stands.Digest == Old);
        var (again, now) = Bump(after);
        Assert.Equal(New, now.Digest);
        Assert.Equal(stands.Pins.Count, now.Pins.Count);
        Assert.All(after.Zip(again), pair => Assert.Equal(Shown(pair.First), Shown(pair.Second)));
    }

    [Fact]
    public void There_are_hundreds_of_golden_files_and_all_their_forms()
    {
        var files = Folders.SelectMany(f => Files(f.Data, "before")).ToList();

        Assert.True(files.Count > 200, $"{files.Count} files");
        Assert.True(files.Count(f => f.Content.Span.StartsWith("\uFEFF"u8)) > 10);
        Assert.True(files.Count(f => f.Content.Span.IndexOf("\r\n"u8) >= 0) > 20);
        Assert.True(files.Count(f => f.Content.Span[^1] != '\n') > 20);
    }

    [Theory]
    [InlineData("crlf-and-bom/before/kustomization.yaml")]
    [InlineData("crlf-and-bom/after/kustomization.yaml")]
    public void The_golden_files_still_have_their_marks_and_line_ends(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Golden, file));

        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        Assert.Equal(bytes.Count(b => b == '\n'), bytes.Zip(bytes.Skip(1)).Count(pair => pair is ((byte)'\r', (byte)'\n')));
    }

    private static (IReadOnlyList<ManifestFile> Files, StandingDigest.Stands Stands) Bump(IReadOnlyList<ManifestFile> files)
    {
        var standing = FolderPins.Of(PinScanner.Scan(files, [Checkout]), Checkout.Image);
        Assert.True(standing is StandingDigest.Stands, standing is StandingDigest.Ambiguous { Problem: var problem } ? problem.ToString() : "Nothing stands here.");
        var stands = (StandingDigest.Stands)standing;
        var edits = stands.Pins.Select(p => new PinEdit(p, New, "2.0.0")).ToLookup(e => e.Pin.Place.File);
        return ([.. files.Select(f => edits[f.Path].Any() ? DigestBump.Bump(f, [.. edits[f.Path]]) : f)], stands);
    }

    private static string Shown(ManifestFile file) => $"{file.Path}\n{System.Text.Encoding.Latin1.GetString(file.Content.Span)}";

    private static List<ManifestFile> Files(string folder, string side)
    {
        var root = Path.Combine(Golden, folder, side);
        return
        [
            .. Directory.GetFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Order(StringComparer.Ordinal)
                .Select(f => new ManifestFile(Path.GetRelativePath(root, f).Replace('\\', '/'), File.ReadAllBytes(f))),
        ];
    }
}
