using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <content>What is read: commits, trees and files. Trees and files come straight from the packs (<see cref="StoredTrees"/>), commits through libgit2.</content>
internal sealed partial class ManifestRepository
{
    /// <summary>Whether a commit is there.</summary>
    public bool HasCommit(string sha) => Reading(() => Find<Commit>(sha) is not null);

    /// <summary>A commit.</summary>
    /// <exception cref="GitException">It is not there, or damaged.</exception>
    public CommitInfo ReadCommit(string sha) => Reading(() => Info(Commit(sha)));

    /// <summary>A commit and its first-parent ancestors, newest first.</summary>
    /// <exception cref="GitException">One of them is not there.</exception>
    public IEnumerable<CommitInfo> FirstParents(string sha)
    {
        for (string? next = sha; next is not null;)
        {
            var commit = ReadCommit(next);
            yield return commit;
            next = commit.Parents is [var first, ..] ? first : null;
        }
    }

    /// <summary>Whether a commit is another one or among its ancestors.</summary>
    public bool IsAncestor(string ancestor, string descendant) => ancestor == descendant || Reading(() =>
        Find<Commit>(ancestor) is { } older && Find<Commit>(descendant) is { } newer && repository.ObjectDatabase.FindMergeBase(older, newer)?.Sha == ancestor);

    /// <summary>Id of a folder's tree (<c>""</c> is the root); null when the commit has no such folder.</summary>
    public string? TreeId(string commit, string path) => Reading(() => trees.At(Root(commit), path) is { IsFolder: true } folder ? folder.Id.ToString() : null);

    /// <summary>The first part of a path that is there and no folder, with what it is instead; null when there is none.</summary>
    public (string Path, string What)? Obstacle(string commit, string path) => Reading<(string, string)?>(() =>
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); ; end = path.IndexOf('/', end + 1))
        {
            var part = end < 0 ? path : path[..end];
            if (trees.At(Root(commit), part) is { IsFolder: false } found)
            {
                return (part, found.Mode switch { Mode.GitLink => "submodule", Mode.SymbolicLink => "link", _ => "file" });
            }

            if (end < 0)
            {
                return null;
            }
        }
    });

    /// <summary>The folder that a path would be if capitals did not count; null when there is none.</summary>
    public string? InOtherCase(string commit, string path) => Reading(() =>
    {
        var (tree, found) = (Root(commit), new List<string>());
        foreach (var part in path.Split('/'))
        {
            if (TreeItems.All(trees.Bytes(tree)).Where(i => i.IsFolder && i.Name.Equals(part, StringComparison.OrdinalIgnoreCase)).ToList() is not [var folder, ..])
            {
                return null;
            }

            tree = folder.Id;
            found.Add(folder.Name);
        }

        return string.Join('/', found);
    });

    /// <summary>Id of a file's blob; null when the commit has no such file.</summary>
    public string? BlobId(string commit, string path) => Reading(() =>
        trees.At(Root(commit), path) is { IsFolder: false, Mode: not Mode.GitLink } file ? file.Id.ToString() : null);

    /// <summary>Whether a path is a regular file that nobody may execute (mode 100644).</summary>
    public bool IsOrdinaryFile(string commit, string path) => Reading(() => trees.At(Root(commit), path) is { Mode: Mode.NonExecutableFile });

    /// <summary>A file's bytes; null when the commit has no such regular file.</summary>
    /// <exception cref="GitException">It is larger than <see cref="FolderWalk.LargestFile"/>.</exception>
    public ReadOnlyMemory<byte>? ReadFile(string commit, string path) => Reading<ReadOnlyMemory<byte>?>(() =>
        trees.At(Root(commit), path) is { } file && FolderWalk.IsRegular(file.Mode)
            ? ReadBlob(file.Id) ?? throw new GitException($"{path} is larger than {FolderWalk.LargestFile} bytes.", isTransient: false)
            : default(ReadOnlyMemory<byte>?));

    /// <summary>All regular files of a folder, deep. Links, submodules, odd names and what is too large are problems, never followed and never left out silently.</summary>
    public FolderContent ReadFolder(string commit, string path) =>
        TreeId(commit, path) is { } tree ? Walk(tree, path, FolderWalk.LargestFile) : new FolderContent(null, [], []);

    /// <summary>
    /// An environment's folder by the id of its tree; <paramref name="path"/> is what the paths begin with. Files up to <see cref="FolderWalk.LargestSearched"/>
    /// are among them: the scanner says of one that is too large to be a manifest whether it matters.
    /// </summary>
    public FolderContent ReadTree(string tree, string path) => Walk(tree, path, FolderWalk.LargestSearched);

    /// <summary>Paths of all regular files of a commit.</summary>
    public IReadOnlyList<string> ListFiles(string commit) => Reading<IReadOnlyList<string>>(() => [.. trees.Files(Root(commit), "").Select(f => f.Path)]);

    /// <summary>The regular files of a folder, deep, by the id of its tree, each with the id of its blob; what is no regular file is left out.</summary>
    public IReadOnlyList<(string Path, string Blob)> ListFolder(string tree, string path) =>
        Reading<IReadOnlyList<(string, string)>>(() => [.. trees.Files(ObjectName.Parse(tree), path).Select(f => (f.Path, f.Blob.ToString()))]);

    /// <summary>A blob's bytes; null when it is larger than <see cref="FolderWalk.LargestFile"/>.</summary>
    public ReadOnlyMemory<byte>? ReadBlob(string id) => Reading(() => ReadBlob(ObjectName.Parse(id)));

    /// <summary>Folders that differ directly in two trees (null: an empty one), as <see cref="TreeItems.ChangedFolders"/> says.</summary>
    public IReadOnlyList<(string Name, ObjectName? Before, ObjectName? Now)> ChangedFolders(ObjectName? before, ObjectName? now) => Reading(() =>
        TreeItems.ChangedFolders(before is { } left ? trees.Bytes(left) : null, now is { } right ? trees.Bytes(right) : null));

    /// <summary>Paths that differ between two commits, in ordinal order.</summary>
    public IReadOnlyList<string> ChangedPaths(string from, string to) => Reading<IReadOnlyList<string>>(() =>
    {
        using var changes = repository.Diff.Compare<TreeChanges>(Commit(from).Tree, Commit(to).Tree, new CompareOptions { Similarity = SimilarityOptions.None });
        return [.. changes.Select(c => c.Path).Distinct().Order(StringComparer.Ordinal)];
    });

    private CommitInfo Info(Commit commit)
    {
        try
        {
            return new CommitInfo(
                commit.Sha, [.. commit.Parents.Select(p => p?.Sha ?? throw MissingParent(commit))],
                commit.Tree.Sha, commit.Committer.When, $"{commit.Committer.Name} <{commit.Committer.Email}>", commit.Message);
        }
        catch (ArgumentException e)
        {
            // Git keeps any number as a time or zone; a calendar does not.
            throw new GitException($"The commit {commit.Sha} has a time that is on no calendar.", isTransient: false, e);
        }
    }

    private GitException MissingParent(Commit commit)
    {
        mirror?.Suspect();
        return new GitException($"A parent of the commit {commit.Sha} is not in the repository.", isTransient: false);
    }

    // A null array would become an empty memory, and not none.
    private ReadOnlyMemory<byte>? ReadBlob(ObjectName blob) => trees.Read(blob, ObjectKind.Blob, FolderWalk.LargestFile).Bytes is { } bytes ? bytes : default(ReadOnlyMemory<byte>?);

    private ObjectName Root(string commit)
    {
        if (!roots.TryGetValue(commit, out var root))
        {
            roots[commit] = root = ObjectName.Parse(Commit(commit).Tree.Sha);
        }

        return root;
    }

    private FolderContent Walk(string tree, string path, int largest) => Reading(() => new FolderWalk(path, trees.Read, largest).Read(ObjectName.Parse(tree)));

    private T Reading<T>(Func<T> read) => Guarded(read, "read");
}
