using System.Diagnostics;
using LibGit2Sharp;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace GitOpsBot.Git;

/// <summary>What a mirror needs to know of the remote repository.</summary>
/// <param name="Name">The repository's name in the settings, for logs.</param>
/// <param name="Address">Its address, for sentences.</param>
/// <param name="Branch">The base branch.</param>
/// <param name="Wire">Makes the wire of one conversation.</param>
internal sealed record MirrorSource(string Name, RepositoryAddress Address, string Branch, Func<CancellationToken, IGitWire> Wire);

/// <summary>
/// A bare copy of a remote repository under the data directory: the base branch and the bot's own branches, and more refs when they are asked for.
/// It is a cache: it may be deleted at any time, a copy that is found damaged is made again, and a killed first copy leaves nothing that could be
/// taken for one, since it is made beside its place and then renamed. So is one in which months of small packs have gathered, at most once in an hour. Any number of processes may share it; a file lock lets them talk to the
/// remote one after the other. Refs here are what the remote last said: they move by fetching, and by a push that the remote accepted.
/// </summary>
internal sealed partial class Mirror(MirrorSource source, string folder, ILogger logger, TimeProvider clock, ILogger? progress = null)
{
    // Somebody else's incremental fetch takes seconds; after this long it is a first one, and the pass is better tried again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    // A remote that is itself damaged must not be copied again at every pass.
    private static readonly TimeSpan BetweenRepairs = TimeSpan.FromHours(1);

    // Each fetch with news leaves a pack, and each promotion some loose objects, of which this is the share of one of 256 folders. Looking through
    // more of them takes longer than a new copy, which is one pack.
    private const int MostLooseInOne = 100;

    private readonly RemoteTalk remote = new(source, progress ?? logger);

    /// <summary>Packs with which it is made again.</summary>
    public int PacksAtMost { get; init; } = 500;

    /// <summary>Where it is.</summary>
    public string Folder => folder;

    private string Suspicion => folder + ".suspect";

    private string Repaired => folder + ".repaired";

    /// <summary>Opens it, made first when it is not there. What the remote has since then is not asked for: <see cref="ManifestRepository.FetchAsync(CancellationToken)"/> does.</summary>
    /// <exception cref="GitException">It is not there, and the remote cannot be read.</exception>
    public Task<ManifestRepository> OpenAsync(CancellationToken cancellationToken) => Apart(() =>
    {
        using var held = Lock(cancellationToken);
        if (!Directory.Exists(folder) || ((File.Exists(Suspicion) || IsCrowded()) && MayRepair()))
        {
            Make(cancellationToken);
        }

        try
        {
            return ManifestRepository.Open(this);
        }
        catch (GitException) when (MayRepair())
        {
            Make(cancellationToken);
            return ManifestRepository.Open(this);
        }
    }, cancellationToken);

    /// <summary>Brings the refs up to date, and these others, too. True when the whole mirror was made again and has to be opened anew.</summary>
    /// <exception cref="GitException">The remote cannot be read.</exception>
    public Task<bool> FetchAsync(Repository repository, IReadOnlyList<string> more, CancellationToken cancellationToken) => Apart(() =>
    {
        using var held = Lock(cancellationToken);
        try
        {
            remote.Fetch(repository, [.. Refs, .. more], cancellationToken);
            return false;
        }
        catch (LibGit2SharpException e)
        {
            Suspect();
            if (!MayRepair())
            {
                throw Broken(e);
            }

            Log.IsMadeAgain(logger, source.Name, e.Message);
            Make(cancellationToken);
            return true;
        }
    }, cancellationToken);

    /// <summary>
    /// Moves a ref of the remote, and of the mirror once the remote has accepted it, from what is expected there to a commit (null: deletes it).
    /// When another was first, nothing is changed, and the mirror then has what is there. Only the bot's own branches may lose commits by it.
    /// </summary>
    /// <exception cref="GitException">The remote refuses, or cannot be reached; what became of the push is then not known.</exception>
    public PushResult Push(Repository repository, StoredTrees objects, RefStore refs, string fullRef, string? expected, string? to)
    {
        using var held = Lock(default);
        string? refusal = null;
        try
        {
            if (to is null || expected is null || IsOwn(fullRef) || IsAncestor(repository, expected, to))
            {
                using var pack = Pack(repository, objects, refs, fullRef, expected, to);
                refusal = remote.Push(fullRef, expected, to, pack);
                if (refusal is null)
                {
                    refs.Move(fullRef, refs.Read(fullRef), to);
                    return new PushResult.Moved(to);
                }
            }

            remote.Fetch(repository, [fullRef], default);
        }
        catch (Exception e) when (e is LibGit2SharpException or InvalidDataException)
        {
            Suspect();
            throw Broken(e);
        }

        var now = refs.Read(fullRef);
        return now == to ? new PushResult.Moved(to) { WasThere = true }
            : now != expected ? new PushResult.Lost(now)
            : throw new GitException($"{source.Address} does not move {fullRef}: {refusal ?? "it would lose commits of others"}.", isTransient: false);
    }

    // The bot alone writes these, and only while the remote still has what was expected.
    private static bool IsOwn(string fullRef) =>
        fullRef.StartsWith("refs/heads/promote/", StringComparison.Ordinal) || fullRef.StartsWith("refs/heads/rollback/", StringComparison.Ordinal);

    // What the remote's refs were at the last fetch, and all before it. A new branch may begin where another of the bot's stands.
    private PushedPack Pack(Repository repository, StoredTrees objects, RefStore refs, string fullRef, string? expected, string? to)
    {
        var main = refs.Read("refs/heads/" + source.Branch);
        var others = expected is null && to is not null ? refs.Below("refs/heads/gitopsbot").Select(refs.Read) : [];
        var there = new[] { main, refs.Read(fullRef), expected }.Concat(others).OfType<string>().Select(ObjectName.Parse).ToHashSet();
        return new PushedPack(objects.Whole, there, commit => main is not null && IsAncestor(repository, commit.ToString(), main));
    }

    private static bool IsAncestor(Repository repository, string ancestor, string descendant) =>
        repository.Lookup<Commit>(ancestor) is { } older && repository.Lookup<Commit>(descendant) is { } newer
        && repository.ObjectDatabase.FindMergeBase(older, newer)?.Sha == ancestor;

    /// <summary>Something in it could not be read: it is made again by whoever opens it next, though not too often.</summary>
    public void Suspect()
    {
        try
        {
            File.WriteAllBytes(Suspicion, []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.CannotBeMarked(logger, source.Name, e.Message);
        }
    }

    private string[] Refs => ["refs/heads/" + source.Branch, "refs/heads/promote/*", "refs/heads/rollback/*", "refs/heads/gitopsbot/*"];

    private void Make(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        Log.IsMade(logger, source.Name, source.Address.ToString());
        try
        {
            Sweep();
            var made = $"{folder}.new-{Guid.NewGuid():N}";
            BareRepositories.Create(made);
            using (var repository = new Repository(made))
            {
                remote.Fetch(repository, Refs, cancellationToken);
            }

            if (Directory.Exists(folder))
            {
                File.WriteAllBytes(Repaired, []);
                File.SetLastWriteTimeUtc(Repaired, clock.GetUtcNow().UtcDateTime);
                Directory.Move(folder, $"{folder}.old-{Guid.NewGuid():N}");
            }

            Directory.Move(made, folder);
            File.Delete(Suspicion);
            Sweep();
        }
        catch (LibGit2SharpException e)
        {
            throw Broken(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GitException($"The copy of {source.Address} cannot be made in {folder}: {e.Message}", isTransient: true, e);
        }

        Log.WasMade(logger, source.Name, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    // What killed processes left, and what was replaced. Only under the lock, so nobody is at work on it.
    private void Sweep()
    {
        // As patterns go, "name.*" would match "name" itself.
        foreach (var left in Directory.GetDirectories(Path.GetDirectoryName(folder)!).Where(d => d.StartsWith(folder + ".", StringComparison.Ordinal)))
        {
            Directory.Delete(left, recursive: true);
        }
    }

    private bool IsCrowded() => Count("pack", "*.pack") > PacksAtMost || Count("17", "*") > MostLooseInOne;

    private int Count(string name, string pattern) =>
        Path.Combine(folder, "objects", name) is var objects && Directory.Exists(objects) ? Directory.EnumerateFiles(objects, pattern).Count() : 0;

    private bool MayRepair() => !File.Exists(Repaired) || clock.GetUtcNow() - File.GetLastWriteTimeUtc(Repaired) > BetweenRepairs;

    private IDisposable Lock(CancellationToken cancellationToken) => FolderLock.Take(folder + ".lock", LongestWait, cancellationToken);

    private GitException Broken(Exception e) => new($"{source.Address} cannot be read or written: {RepositoryPath.Printable(e.Message)}", isTransient: true, e);

    // libgit2 holds its thread for as long as the other end takes; the pool's threads are for who has something to do.
    private static Task<T> Apart<T>(Func<T> act, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(act, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Repository}: {Address} is copied for the first time, or again.")]
        public static partial void IsMade(ILogger logger, string repository, string address);

        [LoggerMessage(LogLevel.Information, "{Repository}: the copy was made in {Milliseconds} ms.")]
        public static partial void WasMade(ILogger logger, string repository, long milliseconds);

        [LoggerMessage(LogLevel.Warning, "{Repository}: the copy is damaged and is made again: {Reason}")]
        public static partial void IsMadeAgain(ILogger logger, string repository, string reason);

        [LoggerMessage(LogLevel.Warning, "{Repository}: the copy is damaged, which cannot be noted: {Reason}")]
        public static partial void CannotBeMarked(ILogger logger, string repository, string reason);
    }
}
