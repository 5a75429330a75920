using System.Text;
using System.Text.Unicode;
using GitOpsBot.Core.Manifests.Kinds;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests;

/// <summary>
/// Finds every place in a folder's files where an artifact stands, in all the ways of <see cref="PinKinds"/>. What stands there but cannot be
/// edited without doubt is said, with its place. A file is first searched for names, byte by byte; only one that could concern what is looked
/// for is read, so that odd files elsewhere cost little and stop nothing.
/// </summary>
public static class PinScanner
{
    // Every key that any kind looks at in YAML holds one of them, or the value below it does.
    private static readonly byte[][] Hints = [.. ((string[])["mage", "oci:", "docker:", "repository", "digest", "container"]).Select(Encoding.ASCII.GetBytes)];

    /// <summary>Scans the files for every reference, whatever its name.</summary>
    public static PinScan Scan(IReadOnlyList<ManifestFile> files) => Join(files.Select(ReadAll).OfType<FilePins>());

    /// <summary>Scans the files for these artifacts. Problems are those of files that mention one of them.</summary>
    public static PinScan Scan(IReadOnlyList<ManifestFile> files, IReadOnlyList<WantedArtifact> wanted)
    {
        var read = new FilePins?[files.Count];
        var names = wanted.Select(w => w.Image).ToHashSet();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var searched = wanted.Select(w => w.LastPartText).Where(known.Add).ToList();
        for (var isFirst = true; searched.Count > 0; isFirst = false)
        {
            var bytes = searched.Select(Encoding.UTF8.GetBytes).ToList();
            searched = [];
            for (var i = 0; i < files.Count; i++)
            {
                if (read[i] is null && MayConcern(files[i], bytes, isFirst))
                {
                    read[i] = FilePins.Of(files[i], wanted);

                    // What a kustomization renames to a wanted name stands elsewhere under the old one.
                    searched.AddRange(read[i]!.Pins.Where(p => p.ReplacesText is not null && names.Contains(p.Name))
                        .Select(p => p.ReplacesText![(p.ReplacesText!.LastIndexOf('/') + 1)..]).Where(t => t.Length > 0 && known.Add(t)));
                }
            }
        }

        var scan = Join(read.OfType<FilePins>());
        var unread = scan.Unread.Where(u => wanted.Any(w => u.MayHold(w.Image))).ToList();
        return scan with { Unread = unread, Problems = [.. unread.Select(u => u.Problem)] };
    }

    /// <summary>Whether a file of this name is read for every reference at all.</summary>
    public static bool MayRead(ReadOnlySpan<char> path) => ManifestFormats.Of(path) != ManifestFormat.Text;

    /// <summary>Reads one file for every reference; null when there can be none in it.</summary>
    public static FilePins? ReadAll(ManifestFile file)
    {
        var bytes = file.Content.Span;
        return ManifestFormats.Of(file.Path) switch
        {
            ManifestFormat.Text => null,
            ManifestFormat.Yaml when !HoldsAny(bytes, Hints) && !MayHide(bytes) => null,
            _ => FilePins.Of(file, null),
        };
    }

    /// <summary>What several files say together.</summary>
    public static PinScan Join(IEnumerable<FilePins> files)
    {
        var all = files.ToList();
        var unread = all.SelectMany(f => f.Unread).ToList();
        return new PinScan(
            [.. all.SelectMany(f => f.Pins)],
            [.. unread.Select(u => u.Problem)],
            [.. all.SelectMany(f => f.Doubts), .. FluxHelmRelease.Doubts(all.SelectMany(f => f.ChartUses), all.SelectMany(f => f.ChartSources))])
        {
            Unread = unread, Kustomizations = [.. all.SelectMany(f => f.Kustomizations)],
        };
    }

    private static bool MayConcern(ManifestFile file, IReadOnlyList<byte[]> names, bool isFirst)
    {
        var bytes = file.Content.Span;
        return ManifestFormats.Of(file.Path) == ManifestFormat.Text
            ? isFirst && bytes.IndexOf(MarkerComments.Word) >= 0
            : HoldsAny(bytes, names) || (isFirst && (MayHide(bytes) || bytes.IndexOf("HelmRepository"u8) >= 0 || bytes.IndexOf(MarkerComments.Word) >= 0));
    }

    private static bool HoldsAny(ReadOnlySpan<byte> bytes, IReadOnlyList<byte[]> texts)
    {
        foreach (var text in texts)
        {
            if (bytes.IndexOf(text) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    // A name may hide behind an escape, and in bytes that are no UTF-8 behind anything.
    private static bool MayHide(ReadOnlySpan<byte> bytes) => bytes.Contains((byte)'\\') || !Utf8.IsValid(bytes);
}
