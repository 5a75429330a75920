using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <summary>Folders and files of a repository by path. Remembers the folders it looked into, since one pass looks into the same ones again and again.</summary>
/// <param name="gitDir">The repository.</param>
/// <param name="damaged">Told when something is not there that others name.</param>
internal sealed class StoredTrees(string gitDir, Action damaged) : IDisposable
{
    // Entries of folders that are remembered: some 20 MB.
    private const int MostKept = 200_000;

    // Entries of one listing: a few small trees can name each other a million times.
    private const int MostListed = 1_000_000;

    private readonly ObjectStore store = new(gitDir);
    private readonly Dictionary<ObjectName, Dictionary<string, TreeItem>> folders = [];
    private int kept;

    /// <summary>What stands at a path below a tree (<c>""</c> is the tree itself); null when nothing does, or the path is not one that is read.</summary>
    public TreeItem? At(ObjectName root, string path)
    {
        var item = new TreeItem(Mode.Directory, "", root);
        if (path.Length == 0 || RepositoryPath.Problem(path) is not null)
        {
            return path.Length == 0 ? item : null;
        }

        var parts = path.AsSpan();
        foreach (var range in parts.Split('/'))
        {
            if (!item.IsFolder || !ItemsOf(item.Id).GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(parts[range], out item))
            {
                return null;
            }
        }

        return item;
    }

    /// <summary>The regular files below a tree, deep, in Git's order; <paramref name="path"/> is what their paths begin with.</summary>
    /// <exception cref="GitException">There are too many.</exception>
    public IReadOnlyList<(string Path, ObjectName Blob)> Files(ObjectName tree, string path)
    {
        var found = new List<(string, ObjectName)>();
        var entries = 0;
        void Visit(ObjectName folder, string at)
        {
            foreach (var item in TreeItems.All(Bytes(folder)))
            {
                var name = at.Length == 0 ? item.Name : $"{at}/{item.Name}";
                if (++entries > MostListed)
                {
                    throw new GitException($"The folder {RepositoryPath.Printable(path)} holds more than {MostListed} entries.", isTransient: false);
                }

                if (RepositoryPath.Problem(name) is null && item.IsFolder)
                {
                    Visit(item.Id, name);
                }
                else if (RepositoryPath.Problem(name) is null && FolderWalk.IsRegular(item.Mode))
                {
                    found.Add((name, item.Id));
                }
            }
        }

        Visit(tree, path);
        return found;
    }

    /// <summary>A tree's bytes.</summary>
    public byte[] Bytes(ObjectName tree) => Read(tree, ObjectKind.Tree, TreeItems.LargestTree).Bytes
        ?? throw new InvalidDataException($"The tree {tree} is larger than {TreeItems.LargestTree} bytes.");

    /// <summary>All bytes of an object of this kind.</summary>
    /// <exception cref="GitException">It is not there.</exception>
    public byte[] Whole(ObjectName name, ObjectKind kind) => Read(name, kind, PackFile.LargestObject).Bytes
        ?? throw new InvalidDataException($"The object {name} is larger than {PackFile.LargestObject} bytes.");

    /// <summary>An object of this kind.</summary>
    /// <exception cref="GitException">It is not there.</exception>
    public StoredObject Read(ObjectName name, ObjectKind kind, long limit)
    {
        if (store.Read(name, limit) is { } found && found.Kind == kind)
        {
            return found;
        }

        damaged();
        throw ManifestRepository.Missing(name.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => store.Dispose();

    private Dictionary<string, TreeItem> ItemsOf(ObjectName tree)
    {
        if (folders.TryGetValue(tree, out var items))
        {
            return items;
        }

        items = new Dictionary<string, TreeItem>(StringComparer.Ordinal);
        foreach (var item in TreeItems.All(Bytes(tree)))
        {
            items.TryAdd(item.Name, item);
        }

        if ((kept += items.Count) > MostKept)
        {
            folders.Clear();
            kept = items.Count;
        }

        return folders[tree] = items;
    }
}
