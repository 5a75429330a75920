using System.Text.RegularExpressions;

namespace GitOpsBot.Git;

/// <summary>
/// Refs of a bare repository on this machine, moved as a compare-and-swap between processes by Git's own lock files: whoever creates
/// <c>REF.lock</c> may read the ref, write the lock and rename it over the ref (Git's lockfile API). Git itself respects these locks and so do we.
/// A lock that stays behind a killed process is never stolen: it is named in the error, and a person removes it.
/// </summary>
internal sealed partial class RefStore(string gitDir)
{
    // A ref is 41 bytes; a symbolic one is not longer than a path.
    private const int LargestRef = 4096;

    /// <summary>How long somebody else's lock is waited for. Holding one takes milliseconds; after this long its owner is most likely dead.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);

    private PackedRefs PackedRefs { get; } = new(Path.Combine(gitDir, "packed-refs"));

    /// <summary>What a ref names; null when there is none.</summary>
    /// <exception cref="GitException">It cannot be read, or does not hold an object's id.</exception>
    public string? Read(string name)
    {
        Check(name);
        try
        {
            return Loose(name) ?? PackedRefs.Read(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GitException($"The ref {name} cannot be read: {e.Message}", isTransient: true, e);
        }
    }

    /// <summary>Names of all refs that begin with this one and a slash, so that who wants to know of thousands which are there need not ask for each.</summary>
    /// <exception cref="GitException">They cannot be listed.</exception>
    public IReadOnlySet<string> Below(string name)
    {
        Check(name);
        try
        {
            var folder = PathOf(name);
            return (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [])
                .Select(path => Path.GetRelativePath(gitDir, path).Replace(Path.DirectorySeparatorChar, '/'))
                .Where(found => !found.EndsWith(".lock", StringComparison.Ordinal))
                .Concat(PackedRefs.AllBelow(name)).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GitException($"The refs below {name} cannot be listed: {e.Message}", isTransient: true, e);
        }
    }

    /// <summary>Moves a ref from what is expected there (null: nothing) to a commit (null: deletes it). When it is there already, that is a move, too.</summary>
    /// <exception cref="GitException">It cannot be written, a ref above or below it exists, or somebody holds its lock for longer than <see cref="LongestWait"/>.</exception>
    public PushResult Move(string name, string? expected, string? to)
    {
        Check(name);
        try
        {
            CheckNothingAbove(name);
            using var held = RefLock.Take(PathOf(name), LongestWait);
            var actual = Read(name);
            if (actual != expected)
            {
                return actual == to ? new PushResult.Moved(to) { WasThere = true } : new PushResult.Lost(actual);
            }

            if (to is null)
            {
                Delete(name);
                return new PushResult.Moved(to);
            }

            CheckNothingBelow(name);
            held.Commit(to + "\n");
            return new PushResult.Moved(to);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new GitException($"The ref {name} cannot be moved: the repository may be read here, and not written ({e.Message})", isTransient: false, e);
        }
        catch (IOException e)
        {
            throw new GitException($"The ref {name} cannot be moved: {e.Message}", isTransient: false, e);
        }
    }

    /// <summary>Whether a text is an object's id: 40 lowercase hexadecimal digits.</summary>
    public static bool IsId(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    private string PathOf(string name) => Path.Combine(gitDir, name.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Whether a text is the full name of a ref that is read and written here.</summary>
    /// <exception cref="GitException">It is not.</exception>
    public static void Check(string name)
    {
        if (!RefGrammar().IsMatch(name) || name.Contains("..", StringComparison.Ordinal)
            || name.Split('/').Any(p => p.StartsWith('.') || p.EndsWith('.') || p.EndsWith(".lock", StringComparison.OrdinalIgnoreCase)))
        {
            throw new GitException($"'{RepositoryPath.Printable(name)}' is not the name of a ref.", isTransient: false);
        }
    }

    private string? Loose(string name)
    {
        var path = PathOf(name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var file = new StreamReader(path);
            var buffer = new char[LargestRef];
            var text = new string(buffer, 0, file.ReadBlock(buffer)).TrimEnd();
            return IsId(text) ? text : throw new GitException(
                $"The ref {name} is not a commit's id but '{RepositoryPath.Printable(text.Length > 60 ? text[..60] : text)}'.", isTransient: false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted, or packed, since we looked; if packed, it is in packed-refs by now.
            return null;
        }
    }

    // The lock of packed-refs is taken even when the ref is not in it: `git pack-refs` may be about to put it there, and so bring it back.
    private void Delete(string name)
    {
        using (var packed = RefLock.Take(PackedRefs.Path, LongestWait))
        {
            if (PackedRefs.Read(name) is not null)
            {
                packed.Commit(PackedRefs.Without(name));
            }

            File.Delete(PathOf(name));
        }
    }

    // refs/heads/promote cannot be a branch while refs/heads/promote/prod/checkout is one, loose or packed.
    private void CheckNothingAbove(string name)
    {
        for (var slash = name.LastIndexOf('/'); slash > name.IndexOf('/', "refs/".Length); slash = name.LastIndexOf('/', slash - 1))
        {
            if (Read(name[..slash]) is not null)
            {
                throw Clash(name, name[..slash]);
            }
        }
    }

    private void CheckNothingBelow(string name)
    {
        if (PackedRefs.Below(name) is { } packed)
        {
            throw Clash(name, packed);
        }

        if (!Directory.Exists(PathOf(name)))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(PathOf(name), "*", SearchOption.AllDirectories))
        {
            throw Clash(name, Path.GetRelativePath(gitDir, file).Replace(Path.DirectorySeparatorChar, '/'));
        }

        // Folders that deleted refs left behind. Nothing is in them, and a lock that appears in one now makes this fail.
        foreach (var folder in Directory.GetDirectories(PathOf(name), "*", SearchOption.AllDirectories).OrderByDescending(d => d.Length).Append(PathOf(name)))
        {
            Directory.Delete(folder);
        }
    }

    private static GitException Clash(string name, string other) => new($"The ref {name} cannot be made while {other} exists.", isTransient: false);

    // Two components at least after "refs": what is above them is no ref.
    [GeneratedRegex(@"\Arefs/[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)+\z")]
    private static partial Regex RefGrammar();
}
