using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Manifests;
using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <summary>
/// Reads a folder of a commit, deep. Trees are written by strangers: a few small objects can name each other so that a plain walk never ends
/// or fills the memory, so entries and bytes are counted, not only files.
/// </summary>
/// <param name="folder">What the paths begin with.</param>
/// <param name="read">Reads an object; its content only up to so many bytes.</param>
/// <param name="largest">Bytes of a file that is read; a larger one is a problem.</param>
internal sealed class FolderWalk(string folder, Func<ObjectName, ObjectKind, long, StoredObject> read, int largest = FolderWalk.LargestFile)
{
    /// <summary>Files of one folder; a folder with more is not one environment's.</summary>
    public const int MostFiles = 20_000;

    /// <summary>Entries visited, folders and refused ones included.</summary>
    public const int MostEntries = 50_000;

    /// <summary>Bytes of one file, as for every document and manifest.</summary>
    public const int LargestFile = 1024 * 1024;

    /// <summary>Bytes of a file that is no manifest any more, and is only searched for names: pictures, dashboards, what tools leave behind.</summary>
    public const int LargestSearched = 16 * 1024 * 1024;

    /// <summary>Bytes of all files together: one blob named 20,000 times would be 20 GB.</summary>
    public const long LargestFolder = 256L * 1024 * 1024;

    private readonly List<ManifestFile> files = [];
    private readonly List<Problem> problems = [];
    private int entries;
    private long bytes;

    /// <summary>All regular files; everything else, and everything over a bound, is a problem with its path.</summary>
    public FolderContent Read(ObjectName tree)
    {
        Walk(tree, folder);
        return new FolderContent(tree.ToString(), [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)], problems);
    }

    /// <summary>Whether an entry is a file, not a link or submodule.</summary>
    public static bool IsRegular(Mode mode) => mode is Mode.NonExecutableFile or Mode.ExecutableFile or Mode.NonExecutableGroupWritableFile;

    private bool Walk(ObjectName tree, string path) =>
        (read(tree, ObjectKind.Tree, TreeItems.LargestTree).Bytes is { } items ? TreeItems.All(items) : throw new InvalidDataException($"The tree {tree} is larger than {TreeItems.LargestTree} bytes."))
            .All(item => Visit(item, path.Length == 0 ? item.Name : $"{path}/{item.Name}"));

    // False ends the whole walk.
    private bool Visit(TreeItem item, string path)
    {
        if (++entries > MostEntries || (files.Count >= MostFiles && IsRegular(item.Mode)))
        {
            return Stop(entries > MostEntries ? $"The folder holds more than {MostEntries} entries." : $"The folder holds more than {MostFiles} files.");
        }

        if (RepositoryPath.Problem(path) is { } odd)
        {
            problems.Add(new Problem(RepositoryPath.Printable(path), 0, 0, odd));
            return true;
        }

        return item.Mode switch
        {
            Mode.Directory => Walk(item.Id, path),
            Mode.GitLink => Add(path, "Submodules are not followed."),
            _ when !IsRegular(item.Mode) => Add(path, "Links are not followed."),
            _ => Add(path, read(item.Id, ObjectKind.Blob, largest)),
        };
    }

    private bool Add(string path, StoredObject file)
    {
        if (file.Bytes is not { } content)
        {
            return Add(path, $"The file is larger than {largest} bytes.");
        }

        if (bytes + content.Length > LargestFolder)
        {
            return Stop($"The folder's files are larger than {LargestFolder} bytes together.");
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
