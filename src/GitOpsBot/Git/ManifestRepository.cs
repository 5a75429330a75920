using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Manifests;
using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <summary>
/// A bare repository on this machine, opened in place. Promises: commits are made in the object database, there is no work tree; refs move only
/// as a compare-and-swap (<see cref="RefStore"/>), so a lost race changes nothing; what is read of a commit never changes. One instance is for
/// one thread at a time; any number of instances and processes may work on one repository.
/// </summary>
internal sealed class ManifestRepository : IDisposable
{
    /// <summary>Files of one folder; a folder with more is not one environment's.</summary>
    public const int MostFiles = 20_000;

    /// <summary>Bytes of one file, as for every document and manifest.</summary>
    public const int LargestFile = 1024 * 1024;

    private readonly Repository repository;
    private readonly RefStore refs;

    private ManifestRepository(Repository repository) => (this.repository, refs) = (repository, new RefStore(repository.Info.Path));

    /// <summary>Opens a repository.</summary>
    /// <exception cref="GitException">There is none at that path, or it cannot be read.</exception>
    public static ManifestRepository Open(string path)
    {
        try
        {
            return new ManifestRepository(new Repository(path));
        }
        catch (Exception e) when (e is LibGit2SharpException or IOException or UnauthorizedAccessException)
        {
            throw new GitException($"{path} is not a Git repository that can be read.", isTransient: false, e);
        }
    }

    /// <summary>The commit a branch names; null when there is no such branch.</summary>
    public string? Tip(string branch) => refs.Read("refs/heads/" + branch);

    /// <summary>The commit a ref names by its full name; null when there is none.</summary>
    public string? ReadRef(string name) => refs.Read(name);

    /// <summary>Moves a ref from <paramref name="expected"/> (null: it does not exist) to <paramref name="to"/> (null: deletes it), or changes nothing.</summary>
    /// <exception cref="GitException">It cannot be written.</exception>
    public PushResult Push(string fullRef, string? expected, string? to) => refs.Move(fullRef, expected, to);

    /// <summary>Whether a commit is there.</summary>
    public bool HasCommit(string sha) => repository.Lookup<Commit>(sha) is not null;

    /// <summary>A commit.</summary>
    /// <exception cref="GitException">It is not there.</exception>
    public CommitInfo ReadCommit(string sha) => Info(Commit(sha));

    /// <summary>A commit and its first-parent ancestors, newest first.</summary>
    public IEnumerable<CommitInfo> FirstParents(string sha)
    {
        for (var commit = Commit(sha); commit is not null; commit = commit.Parents.FirstOrDefault())
        {
            yield return Info(commit);
        }
    }

    /// <summary>Whether a commit is another one or among its ancestors.</summary>
    public bool IsAncestor(string ancestor, string descendant) =>
        ancestor == descendant
        || (HasCommit(ancestor) && HasCommit(descendant) && repository.ObjectDatabase.FindMergeBase(Commit(ancestor), Commit(descendant))?.Sha == ancestor);

    /// <summary>Id of a folder's tree (<c>""</c> is the root); null when the commit has no such folder.</summary>
    public string? TreeId(string commit, string path) => Tree(commit, path)?.Sha;

    /// <summary>Id of a file's blob; null when the commit has no such file.</summary>
    public string? BlobId(string commit, string path) => (Commit(commit)[path]?.Target as Blob)?.Sha;

    /// <summary>A file's bytes; null when the commit has no such file.</summary>
    /// <exception cref="GitException">It is larger than <see cref="LargestFile"/>.</exception>
    public ReadOnlyMemory<byte>? ReadFile(string commit, string path) =>
        Commit(commit)[path] is { TargetType: TreeEntryTargetType.Blob } entry && IsRegular(entry.Mode)
            ? Bytes((Blob)entry.Target) ?? throw new GitException($"{path} is larger than {LargestFile} bytes.", isTransient: false)
            : null;

    /// <summary>All regular files of a folder, deep. Links, submodules, odd names and what is too large are problems, never followed and never left out silently.</summary>
    public FolderContent ReadFolder(string commit, string path)
    {
        if (Tree(commit, path) is not { } tree)
        {
            return new FolderContent(null, [], []);
        }

        var files = new List<ManifestFile>();
        var problems = new List<Problem>();
        Walk(tree, path, files, problems);
        return new FolderContent(tree.Sha, [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)], problems);
    }

    /// <summary>Paths that differ between two commits, in ordinal order.</summary>
    public IReadOnlyList<string> ChangedPaths(string from, string to) =>
        [.. repository.Diff.Compare<TreeChanges>(Commit(from).Tree, Commit(to).Tree, new CompareOptions { Similarity = SimilarityOptions.None })
            .Select(c => c.Path).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Makes a commit whose tree is that of <paramref name="baseCommit"/> (null: empty) with these files changed (null: removed). Only an object; no ref moves.</summary>
    /// <exception cref="GitException">A path is not one that may be written, or the repository cannot be written.</exception>
    public string WriteCommit(
        IReadOnlyList<string> parents, string? baseCommit, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> changes, string message,
        CommitIdentity author, CommitIdentity committer, DateTimeOffset when) => Writing(() =>
    {
        var definition = baseCommit is null ? new TreeDefinition() : TreeDefinition.From(Commit(baseCommit));
        foreach (var (path, content) in changes)
        {
            if (RepositoryPath.Problem(path) is { } problem)
            {
                throw new GitException(problem, isTransient: false);
            }

            if (content is not { } bytes)
            {
                definition.Remove(path);
                continue;
            }

            using var stream = new MemoryStream(bytes.ToArray());
            var mode = baseCommit is null ? Mode.NonExecutableFile : Commit(baseCommit)[path]?.Mode ?? Mode.NonExecutableFile;
            definition.Add(path, repository.ObjectDatabase.CreateBlob(stream), mode);
        }

        return Create(repository.ObjectDatabase.CreateTree(definition), parents, message, author, committer, when);
    });

    /// <summary>Makes a commit of a tree that is there already. Only an object; no ref moves.</summary>
    public string WriteCommitOfTree(
        string tree, IReadOnlyList<string> parents, string message, CommitIdentity author, CommitIdentity committer, DateTimeOffset when) =>
        Writing(() => Create(repository.Lookup<Tree>(tree), parents, message, author, committer, when));

    /// <summary>The tree of a merge of two commits; null when it conflicts. Writes objects, moves nothing.</summary>
    public string? MergeTree(string ours, string theirs) => Writing(() =>
    {
        var merged = repository.ObjectDatabase.MergeCommits(Commit(ours), Commit(theirs), new MergeTreeOptions { FailOnConflict = true });
        return merged.Status == MergeTreeStatus.Succeeded ? merged.Tree.Sha : null;
    });

    /// <summary>The tree of one commit's change made again on another commit; null when it conflicts. Writes objects, moves nothing.</summary>
    public string? Replay(string commit, string onto) => Writing(() =>
    {
        var picked = repository.ObjectDatabase.CherryPickCommit(Commit(commit), Commit(onto), 0, new MergeTreeOptions { FailOnConflict = true });
        return picked.Status == MergeTreeStatus.Succeeded ? picked.Tree.Sha : null;
    });

    /// <inheritdoc/>
    public void Dispose() => repository.Dispose();

    private static CommitInfo Info(Commit commit) => new(
        commit.Sha, [.. commit.Parents.Select(p => p.Sha)], commit.Tree.Sha, commit.Committer.When, $"{commit.Committer.Name} <{commit.Committer.Email}>", commit.Message);

    private static bool IsRegular(Mode mode) => mode is Mode.NonExecutableFile or Mode.ExecutableFile or Mode.NonExecutableGroupWritableFile;

    private static ReadOnlyMemory<byte>? Bytes(Blob blob)
    {
        if (blob.Size > LargestFile)
        {
            return null;
        }

        using var content = blob.GetContentStream();
        var bytes = new byte[blob.Size];
        content.ReadExactly(bytes);
        return bytes;
    }

    private static void Walk(Tree tree, string path, List<ManifestFile> files, List<Problem> problems)
    {
        foreach (var entry in tree)
        {
            var full = path.Length == 0 ? entry.Name : $"{path}/{entry.Name}";
            if (files.Count >= MostFiles)
            {
                problems.Add(new Problem(path, 0, 0, $"The folder holds more than {MostFiles} files."));
                return;
            }

            if (RepositoryPath.Problem(full) is { } problem)
            {
                problems.Add(new Problem(RepositoryPath.Printable(full), 0, 0, problem));
            }
            else if (entry.TargetType == TreeEntryTargetType.Tree)
            {
                Walk((Tree)entry.Target, full, files, problems);
            }
            else if (entry.TargetType == TreeEntryTargetType.GitLink)
            {
                problems.Add(new Problem(full, 0, 0, "Submodules are not followed."));
            }
            else if (!IsRegular(entry.Mode))
            {
                problems.Add(new Problem(full, 0, 0, "Links are not followed."));
            }
            else if (Bytes((Blob)entry.Target) is { } bytes)
            {
                files.Add(new ManifestFile(full, bytes));
            }
            else
            {
                problems.Add(new Problem(full, 0, 0, $"The file is larger than {LargestFile} bytes."));
            }
        }
    }

    private Tree? Tree(string commit, string path) => path.Length == 0 ? Commit(commit).Tree : Commit(commit)[path]?.Target as Tree;

    private Commit Commit(string sha) => repository.Lookup<Commit>(sha) ?? throw new GitException($"The commit {sha} is not in the repository.", isTransient: false);

    private string Create(Tree tree, IReadOnlyList<string> parents, string message, CommitIdentity author, CommitIdentity committer, DateTimeOffset when) =>
        repository.ObjectDatabase.CreateCommit(
            new Signature(author.Name, author.Email, when), new Signature(committer.Name, committer.Email, when), message, tree,
            [.. parents.Select(Commit)], prettifyMessage: false).Sha;

    private static T Writing<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is LibGit2SharpException or IOException or UnauthorizedAccessException)
        {
            throw new GitException($"The Git repository cannot be written: {e.Message}", isTransient: false, e);
        }
    }
}
