using System.Collections.Concurrent;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Commands;

/// <summary>What <c>lint</c> read of a folder of this machine, or one sentence why it did not.</summary>
/// <param name="Scan">Everything that is referred to; paths are relative to the folder.</param>
/// <param name="Refusal">Why nothing was read.</param>
internal sealed record LintedFolder(PinScan? Scan, string? Refusal)
{
    // As many as the largest manifest repositories have, twice; a folder with more was named by mistake.
    private const int MostFiles = 200_000;

    private const int DeepestFolder = 64;

    // As for every manifest; a larger file is read far enough to say so.
    private const int LargestFile = 1024 * 1024;

    // Folders of an environment have a few files, and several folders are read at once; one that has this many is shared out itself.
    private const int ManyFiles = 64;

    /// <summary>Reads all files that may hold references, several at once. Git's own folder is left out, links are not followed.</summary>
    public static LintedFolder Read(string folder, CancellationToken cancellationToken)
    {
        try
        {
            return Walk(folder, cancellationToken);
        }
        catch (AggregateException e) when (e.InnerExceptions.All(i => i is IOException or UnauthorizedAccessException))
        {
            return new LintedFolder(null, e.InnerExceptions[0].Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LintedFolder(null, e.Message);
        }
    }

    private static LintedFolder Walk(string folder, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(folder);
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        var read = new ConcurrentBag<(string Name, FilePins? Pins)>();
        var files = 0;
        string[] level = [""];
        for (var depth = 0; level.Length > 0 && depth <= DeepestFolder && files <= MostFiles; depth++)
        {
            var below = new ConcurrentBag<string>();
            Parallel.ForEach(level, options, path =>
            {
                using var open = OpenFolder.Open(Path.Combine(root, path));
                var names = new List<string>();
                foreach (var (name, isFolder) in open.Entries())
                {
                    if (isFolder && !name.Equals(".git", StringComparison.OrdinalIgnoreCase))
                    {
                        below.Add($"{path}{name}/");
                    }
                    else if (!isFolder && PinScanner.MayRead(name))
                    {
                        names.Add(name);
                    }
                }

                // One byte more than is read shows that there is more.
                void Read(string name) => read.Add((path + name, PinScanner.ReadAll(new ManifestFile(path + name, open.Read(name, LargestFile + 1)))));
                if (Interlocked.Add(ref files, names.Count) > MostFiles)
                {
                    return;
                }

                if (names.Count < ManyFiles)
                {
                    names.ForEach(Read);
                }
                else
                {
                    Parallel.ForEach(names, options, Read);
                }
            });
            level = [.. below];
        }

        return files > MostFiles
            ? new LintedFolder(null, $"The folder {folder} holds more than {MostFiles} manifests.")
            : new LintedFolder(PinScanner.Join(read.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => r.Pins).OfType<FilePins>()), null);
    }
}
