using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Manifests;
using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <summary>
/// Reads a folder of a commit, deep. Trees are written by strangers: a few small objects can name each other so that a plain walk never ends
/// or fills the memory, so entries and bytes are counted, not only files.
/// </summary>
internal sealed class FolderWalk(string folder)
{
    /// <summary>Files of one folder; a folder with more is not one environment's.</summary>
    public const int MostFiles = 20_000;

    /// <summary>Entries visited, folders and refused ones included.</summary>
    public const int MostEntries = 50_000;

    /// <summary>Bytes of one file, as for every document and manifest.</summary>
    public const int LargestFile = 1024 * 1024;

    /// <summary>Bytes of all files together: one blob named 20,000 times would be 20 GB.</summary>
    public const long LargestFolder = 256L * 1024 * 1024;

    private readonly List<ManifestFile> files = [];
    private readonly List<Problem> problems = [];
    private int entries;
    private long bytes;

    /// <summary>All regular files; everything else, and everything over a bound, is a problem with its path.</summary>
    public FolderContent Read(Tree tree)
    {
        Walk(tree, folder);
        return new FolderContent(tree.Sha, [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)], problems);
    }

    /// <summary>A blob's bytes; null when it is larger than <see cref="LargestFile"/>.</summary>
    public static ReadOnlyMemory<byte>? Bytes(Blob blob)
    {
        if (blob.Size > LargestFile)
        {
            return null;
        }

        using var content = blob.GetContentStream();
        var read = new byte[blob.Size];
        content.ReadExactly(read);
        return read;
    }

    /// <summary>Whether an entry is a file, not a link or submodule.</summary>
    public static bool IsRegular(Mode mode) => mode is Mode.NonExecutableFile or Mode.ExecutableFile or Mode.NonExecutableGroupWritableFile;

    private bool Walk(Tree tree, string path) => tree.All(entry => Visit(entry, path.Length == 0 ? entry.Name : $"{path}/{entry.Name}"));

    // False ends the whole walk.
    private bool Visit(TreeEntry entry, string path)
    {
        if (++entries > MostEntries || (files.Count >= MostFiles && IsRegular(entry.Mode)))
        {
            return Stop(entries > MostEntries ? $"The folder holds more than {MostEntries} entries." : $"The folder holds more than {MostFiles} files.");
        }

        if (RepositoryPath.Problem(path) is { } odd)
        {
            problems.Add(new Problem(RepositoryPath.Printable(path), 0, 0, odd));
            return true;
        }

        return entry.TargetType switch
        {
            TreeEntryTargetType.Tree => Walk((Tree)entry.Target, path),
            TreeEntryTargetType.GitLink => Add(path, "Submodules are not followed."),
            _ when !IsRegular(entry.Mode) => Add(path, "Links are not followed."),
            _ => Add(path, (Blob)entry.Target),
        };
    }

    private bool Add(string path, Blob blob)
    {
        if (bytes + blob.Size > LargestFolder && blob.Size <= LargestFile)
        {
            return Stop($"The folder's files are larger than {LargestFolder} bytes together.");
        }

        if (Bytes(blob) is not { } content)
        {
            return Add(path, $"The file is larger than {LargestFile} bytes.");
        }

        bytes += content.Length;
        files.Add(new ManifestFile(path, content));
        return true;
    }

    private bool Add(string path, string problem)
    {
        problems.Add(new Problem(path, 0, 0, problem));
        return true;
    }

    private bool Stop(string problem)
    {
        problems.Add(new Problem(folder, 0, 0, problem));
        return false;
    }
}
