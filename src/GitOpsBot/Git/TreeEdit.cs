using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <summary>Makes a tree from another one and changed files. Only regular files are written or removed: nothing is put through a link, and no folder is replaced by a file.</summary>
/// <param name="repository">Where objects are written.</param>
/// <param name="entryAt">What stands at a path before the change; null when nothing does.</param>
internal sealed class TreeEdit(Repository repository, Func<string, TreeEntry?> entryAt)
{
    /// <summary>Writes blobs and trees; a null content removes the file, and removing what is not there changes nothing.</summary>
    /// <exception cref="GitException">A path may not be written.</exception>
    public Tree Make(Commit? below, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> changes)
    {
        var definition = below is null ? new TreeDefinition() : TreeDefinition.From(below);
        foreach (var (path, content) in changes)
        {
            var mode = ModeAt(path, changes);
            if (content is not { } bytes)
            {
                definition.Remove(path);
                continue;
            }

            using var stream = new MemoryStream(bytes.ToArray());
            definition.Add(path, repository.ObjectDatabase.CreateBlob(stream), mode);
        }

        return repository.ObjectDatabase.CreateTree(definition);
    }

    private Mode ModeAt(string path, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> changes)
    {
        if (RepositoryPath.Problem(path) is { } problem)
        {
            throw new GitException(problem, isTransient: false);
        }

        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var folder = path[..slash];
            if (changes.ContainsKey(folder) || entryAt(folder) is { TargetType: not TreeEntryTargetType.Tree })
            {
                throw new GitException($"'{path}' cannot be written: '{folder}' is not a folder.", isTransient: false);
            }
        }

        return entryAt(path) switch
        {
            null => Mode.NonExecutableFile,
            { TargetType: TreeEntryTargetType.Blob } entry when FolderWalk.IsRegular(entry.Mode) => entry.Mode,
            _ => throw new GitException($"'{path}' cannot be written: it is a folder, link or submodule; expected a regular file.", isTransient: false),
        };
    }
}
