using System.Collections.Concurrent;
using System.IO.Enumeration;
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
        var files = new FileSystemEnumerable<string>(root, (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions
        {
            RecurseSubdirectories = true, MaxRecursionDepth = DeepestFolder, IgnoreInaccessible = false, AttributesToSkip = 0,
        })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && !IsLink(ref entry) && PinScanner.MayRead(entry.FileName),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry) && !entry.FileName.Equals(".git", StringComparison.OrdinalIgnoreCase),
        };
        // Read while the folders are still being listed: on a large repository both take about as long.
        var read = new ConcurrentBag<(long Number, FilePins? Pins)>();
        var isTooMany = false;
        Parallel.ForEach(files, new ParallelOptions { CancellationToken = cancellationToken }, (path, state, number) =>
        {
            if (number >= MostFiles)
            {
                isTooMany = true;
                state.Stop();
                return;
            }

            var name = path[(root.Length + (Path.EndsInDirectorySeparator(root) ? 0 : 1))..].Replace('\\', '/');
            read.Add((number, PinScanner.ReadAll(new ManifestFile(name, Bytes(path)))));
        });
        return isTooMany
            ? new LintedFolder(null, $"The folder {folder} holds more than {MostFiles} manifests.")
            : new LintedFolder(PinScanner.Join(read.OrderBy(r => r.Number).Select(r => r.Pins).OfType<FilePins>()), null);
    }

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;

    // One byte more than is read shows that there is more.
    private static byte[] Bytes(string path)
    {
        using var file = File.OpenHandle(path);
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), LargestFile + 1)];
        var length = 0;
        for (int got; length < bytes.Length && (got = RandomAccess.Read(file, bytes.AsSpan(length), length)) > 0;)
        {
            length += got;
        }

        return length == bytes.Length ? bytes : bytes[..length];
    }
}
