using GitOpsBot.Core.Evidence;
using LibGit2Sharp;

namespace GitOpsBot.Git;

/// <summary>
/// A bare repository: one on this machine, opened in place, or the mirror of a remote one. Promises: commits are made in the object database, there
/// is no work tree; refs move only as a compare-and-swap (<see cref="RefStore"/>, and for a mirror the remote itself), so a lost race changes
/// nothing; what is read of a commit never changes; commits are named by their whole id and nothing else, never by an expression. Refs of a mirror
/// are what the remote said at the last <see cref="FetchAsync(CancellationToken)"/> or push. One instance is for one thread at a time; any number of
/// instances and processes may work on one repository. What libgit2 throws leaves it as <see cref="GitException"/>.
/// </summary>
internal sealed partial class ManifestRepository : IDisposable
{
    private readonly RefStore refs;
    private readonly Mirror? mirror;
    private readonly Dictionary<string, ObjectName> roots = new(StringComparer.Ordinal);
    private Repository repository;
    private StoredTrees trees;

    private ManifestRepository(Repository repository, Mirror? mirror) =>
        (this.repository, this.mirror, refs, trees) = (repository, mirror, new RefStore(repository.Info.Path), new StoredTrees(repository.Info.Path, () => mirror?.Suspect()));

    /// <summary>Signs every commit that is made here, as <c>git verify-commit</c> expects of an SSH key; null leaves them unsigned.</summary>
    public SigningKey? SignsWith { get; set; }

    /// <summary>Opens a repository on this machine in place.</summary>
    /// <exception cref="GitException">There is none at that path, it has a work tree (a push would leave it behind), or it cannot be read.</exception>
    public static ManifestRepository Open(string path) => new(OpenBare(path), null);

    /// <summary>Opens a mirror that is there; <see cref="Mirror.OpenAsync"/> makes it.</summary>
    internal static ManifestRepository Open(Mirror mirror) => new(OpenBare(mirror.Folder), mirror);

    /// <summary>Brings a mirror's refs up to date: base branch and the bot's own. A repository on this machine always is.</summary>
    /// <exception cref="GitException">The remote cannot be read.</exception>
    public Task FetchAsync(CancellationToken cancellationToken) => FetchAsync([], cancellationToken);

    /// <summary>The same with more refs, by their full names: the heads of pull requests from elsewhere, say. Those that the remote does not have are none.</summary>
    /// <exception cref="GitException">The remote cannot be read, or one is not the name of a ref.</exception>
    public async Task FetchAsync(IReadOnlyList<string> more, CancellationToken cancellationToken)
    {
        foreach (var name in more)
        {
            RefStore.Check(name);
        }

        if (mirror is not null && await mirror.FetchAsync(repository, more, cancellationToken))
        {
            Dispose();
            (repository, trees) = (OpenBare(mirror.Folder), new StoredTrees(mirror.Folder, mirror.Suspect));
        }
    }

    /// <summary>The commit a branch names; null when there is no such branch.</summary>
    public string? Tip(string branch) => refs.Read("refs/heads/" + branch);

    /// <summary>Names of the branches below a folder of branches: <c>promote</c>, say.</summary>
    public IReadOnlySet<string> BranchesBelow(string folder) => refs.Below("refs/heads/" + folder).Select(name => name["refs/heads/".Length..]).ToHashSet(StringComparer.Ordinal);

    /// <summary>The commit a ref names by its full name; null when there is none.</summary>
    public string? ReadRef(string fullName) => refs.Read(fullName);

    /// <summary>Moves a ref from <paramref name="expected"/> (null: it does not exist) to <paramref name="to"/> (null: deletes it), or changes nothing.</summary>
    /// <exception cref="GitException">It cannot be written, the remote refuses or is not reached, or <paramref name="to"/> is not a commit of this repository.</exception>
    public PushResult Push(string fullRef, string? expected, string? to) =>
        to is not null && !HasCommit(to) ? throw Missing(to)
        : mirror is null ? refs.Move(fullRef, expected, to)
        : mirror.Push(repository, trees, refs, fullRef, expected, to);

    /// <summary>Makes a commit whose tree is that of <paramref name="baseCommit"/> (null: empty) with these files changed (null: removed). Only an object; no ref moves.</summary>
    /// <exception cref="GitException">A path is not one that may be written, or the repository cannot be written.</exception>
    public string WriteCommit(
        IReadOnlyList<string> parents, string? baseCommit, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> changes, string message,
        CommitIdentity author, CommitIdentity committer, DateTimeOffset when) => Writing(() =>
    {
        var tree = new TreeEdit(trees, repository.ObjectDatabase).Make(baseCommit is null ? null : Root(baseCommit), changes);
        return Create(Find<Tree>(tree.ToString())!, parents, message, author, committer, when);
    });

    /// <summary>Makes a commit of a tree that is there already. Only an object; no ref moves.</summary>
    /// <exception cref="GitException">There is no such tree, or the repository cannot be written.</exception>
    public string WriteCommitOfTree(
        string tree, IReadOnlyList<string> parents, string message, CommitIdentity author, CommitIdentity committer, DateTimeOffset when) =>
        Writing(() => Create(Find<Tree>(tree) ?? throw Missing(tree), parents, message, author, committer, when));

    /// <summary>The tree of a merge of two commits; null when it conflicts. Writes objects, moves nothing.</summary>
    public string? MergeTree(string ours, string theirs) => Writing(() =>
    {
        var merged = repository.ObjectDatabase.MergeCommits(Commit(ours), Commit(theirs), new MergeTreeOptions { FailOnConflict = true });
        return merged.Status == MergeTreeStatus.Succeeded ? merged.Tree.Sha : null;
    });

    /// <summary>The tree of one commit's change made again on another commit; null when it conflicts. Writes objects, moves nothing.</summary>
    /// <exception cref="GitException">It is a merge, whose change is not one.</exception>
    public string? Replay(string commit, string onto) => Writing(() =>
    {
        var picked = repository.ObjectDatabase.CherryPickCommit(Commit(commit), Commit(onto), 0, new MergeTreeOptions { FailOnConflict = true });
        return picked.Status == MergeTreeStatus.Succeeded ? picked.Tree.Sha : null;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        trees.Dispose();
        repository.Dispose();
    }

    // Lookups of libgit2 take any expression ("main", ":/text"); an id from outside must only ever be an id.
    private T? Find<T>(string id) where T : GitObject => RefStore.IsId(id) ? repository.Lookup<T>(new ObjectId(id)) : null;

    private Commit Commit(string sha) => Find<Commit>(sha) ?? throw Missing(sha);

    internal static GitException Missing(string id) => new($"{(RefStore.IsId(id) ? id : $"'{RepositoryPath.Printable(id)}'")} is not in the repository; expected the whole id of an object.", isTransient: false);

    private string Create(Tree tree, IReadOnlyList<string> parents, string message, CommitIdentity author, CommitIdentity committer, DateTimeOffset when)
    {
        if (message.Contains('\0', StringComparison.Ordinal))
        {
            throw new GitException("A commit message cannot hold a NUL character.", isTransient: false);
        }

        var (by, with, below) = (Sign(author, when), Sign(committer, when), parents.Select(Commit).ToList());
        if (SignsWith is not { } key)
        {
            return repository.ObjectDatabase.CreateCommit(by, with, message, tree, below, prettifyMessage: false).Sha;
        }

        var content = LibGit2Sharp.Commit.CreateBuffer(by, with, message, tree, below, prettifyMessage: false, commentChar: null);
        return repository.ObjectDatabase.CreateCommitWithSignature(content, SshSignature.Sign(key, "git", System.Text.Encoding.UTF8.GetBytes(content))).Sha;
    }

    // Characters that would forge another header of the commit.
    private static Signature Sign(CommitIdentity who, DateTimeOffset when) =>
        who.Name.Trim().Length == 0 || (who.Name + who.Email).Any(c => char.IsControl(c) || c is '<' or '>')
            ? throw new GitException($"'{RepositoryPath.Printable(who.Name)}' with '{RepositoryPath.Printable(who.Email)}' cannot be a commit's author; expected a name and an address without brackets and control characters.", isTransient: false)
            : new Signature(who.Name, who.Email, when);

    private static Repository OpenBare(string path)
    {
        Repository? opened = null;
        try
        {
            opened = new Repository(path);
            var bare = opened.Info.IsBare ? opened : throw new GitException($"{path} has a work tree; expected a bare repository.", isTransient: false);
            opened = null;
            return bare;
        }
        catch (RepositoryNotFoundException e)
        {
            throw new GitException($"{path} is not a Git repository that can be read.", isTransient: false, e);
        }
        catch (Exception e) when (IsGits(e))
        {
            throw new GitException($"{path} is not a Git repository that can be read: {e.Message}", isTransient: false, e);
        }
        finally
        {
            opened?.Dispose();
        }
    }

    private static bool IsGits(Exception e) => e is LibGit2SharpException or IOException or InvalidDataException or UnauthorizedAccessException;

    private T Writing<T>(Func<T> write) => Guarded(write, "written");

    private T Guarded<T>(Func<T> act, string what)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (IsGits(e))
        {
            mirror?.Suspect();
            throw new GitException($"The Git repository cannot be {what}: {e.Message}", isTransient: false, e);
        }
    }
}
