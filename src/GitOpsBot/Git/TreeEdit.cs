using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <summary>
/// Makes a tree from another one and changed files. Only regular files are written or removed: nothing is put through a link, and no folder is replaced by
/// a file. A folder of thousands is copied but for the entries that change, where libgit2 would take it apart and put it together again.
/// </summary>
/// <param name="trees">What is there.</param>
/// <param name="objects">Where objects are written.</param>
internal sealed class TreeEdit(StoredTrees trees, ObjectDatabase objects)
{
    /// <summary>Writes blobs and trees; a null content removes the file, and removing what is not there changes nothing. A folder without files is none.</summary>
    /// <param name="below">The tree to begin with; null for an empty one.</param>
    /// <param name="changes">Contents by path.</param>
    /// <exception cref="GitException">A path may not be written.</exception>
    public ObjectName Make(ObjectName? below, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> changes) =>
        WriteTree(Folder(below, [.. changes.Select(c => new FileChange(c.Key, ModeAt(below, c.Key, changes), c.Value))], 0));

    private byte[] Folder(ObjectName? tree, IReadOnlyList<FileChange> changes, int depth)
    {
        var entries = new List<TreeChange>();
        foreach (var part in changes.GroupBy(c => c.Part(depth), StringComparer.Ordinal))
        {
            if (part.First() is var file && file.IsFile(depth))
            {
                entries.Add(new TreeChange(file.Mode, part.Key, file.Content is { } content ? WriteBlob(content) : null));
                continue;
            }

            var folder = Folder(tree is { } here ? trees.At(here, part.Key)?.Id : null, [.. part], depth + 1);
            entries.Add(new TreeChange(Mode.Directory, part.Key, folder.Length == 0 ? null : WriteTree(folder)));
        }

        return TreeItems.With(tree is { } old ? trees.Bytes(old) : [], entries);
    }

    private ObjectName WriteBlob(ReadOnlyMemory<byte> content)
    {
        using var stream = new MemoryStream(content.ToArray());
        return ObjectName.Parse(objects.CreateBlob(stream).Sha);
    }

    private ObjectName WriteTree(byte[] tree) => ObjectName.Parse(objects.Write<Tree>(tree).Sha);

    private Mode ModeAt(ObjectName? below, string path, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> changes)
    {
        if (RepositoryPath.Problem(path) is { } problem)
        {
            throw new GitException(problem, isTransient: false);
        }

        TreeItem? At(string what) => below is { } tree ? trees.At(tree, what) : null;
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var folder = path[..slash];
            if (changes.ContainsKey(folder) || At(folder) is { IsFolder: false })
            {
                throw new GitException($"'{path}' cannot be written: '{folder}' is not a folder.", isTransient: false);
            }
        }

        return At(path) switch
        {
            null => Mode.NonExecutableFile,
            { Mode: var mode } when FolderWalk.IsRegular(mode) => mode,
            _ => throw new GitException($"'{path}' cannot be written: it is a folder, link or submodule; expected a regular file.", isTransient: false),
        };
    }

    private sealed record FileChange(string Path, Mode Mode, ReadOnlyMemory<byte>? Content)
    {
        private readonly string[] parts = Path.Split('/');

        public string Part(int depth) => parts[depth];

        public bool IsFile(int depth) => depth == parts.Length - 1;
    }
}
