using System.Text;
using System.Text.RegularExpressions;

namespace GitOpsBot.Git;

/// <summary>
/// Refs of a bare repository on this machine, moved as a compare-and-swap between processes by Git's own lock files: whoever creates
/// <c>REF.lock</c> may read the ref, write the lock and rename it over the ref (Git's lockfile API). Git itself respects these locks and so do we.
/// A lock that stays behind a killed process is never stolen: it is named in the error, and a person removes it.
/// </summary>
internal sealed partial class RefStore(string gitDir)
{
    // Holding a lock takes milliseconds; after this long its owner is most likely dead.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>What a ref names; null when there is none.</summary>
    public string? Read(string name)
    {
        Check(name);
        try
        {
            var path = PathOf(name);
            if (File.Exists(path))
            {
                var text = File.ReadAllText(path).Trim();
                return IsId(text) ? text : throw new GitException($"The ref {name} is not a commit's id but '{(text.Length > 60 ? text[..60] : text)}'.", isTransient: false);
            }

            return Packed().GetValueOrDefault(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GitException($"The ref {name} cannot be read: {e.Message}", isTransient: true, e);
        }
    }

    /// <summary>Moves a ref from what is expected there (null: nothing) to a commit (null: deletes it).</summary>
    public PushResult Move(string name, string? expected, string? to)
    {
        Check(name);
        try
        {
            using var held = Lock(PathOf(name));
            var actual = Read(name);
            if (actual != expected)
            {
                return actual == to ? new PushResult.Moved() : new PushResult.Lost(actual);
            }

            if (to is not null)
            {
                CheckNoDirectoryConflict(name);
                held.Commit(to);
                return new PushResult.Moved();
            }

            if (Packed().ContainsKey(name))
            {
                using var packed = Lock(Path.Combine(gitDir, "packed-refs"));
                packed.Commit(string.Join('\n', WithoutPacked(name)));
            }

            File.Delete(PathOf(name));
            return new PushResult.Moved();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GitException($"The ref {name} cannot be moved: {e.Message}", isTransient: false, e);
        }
    }

    private string PathOf(string name) => Path.Combine(gitDir, name.Replace('/', Path.DirectorySeparatorChar));

    private static void Check(string name)
    {
        if (!RefGrammar().IsMatch(name) || name.Contains("..", StringComparison.Ordinal) || name.Split('/').Any(p => p.StartsWith('.') || p.EndsWith(".lock", StringComparison.Ordinal) || p.EndsWith('.')))
        {
            throw new GitException($"'{name}' is not the name of a ref.", isTransient: false);
        }
    }

    // refs/heads/promote cannot be a branch while refs/heads/promote/prod/checkout is one, loose or packed.
    private void CheckNoDirectoryConflict(string name)
    {
        var clash = Packed().Keys.FirstOrDefault(k => k.StartsWith(name + "/", StringComparison.Ordinal) || name.StartsWith(k + "/", StringComparison.Ordinal));
        if (clash is not null)
        {
            throw new GitException($"The ref {name} cannot be made while {clash} exists.", isTransient: false);
        }
    }

    private Dictionary<string, string> Packed()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in PackedLines())
        {
            if (line.Length > 41 && line[40] == ' ' && IsId(line[..40]))
            {
                found[line[41..]] = line[..40];
            }
        }

        return found;
    }

    private string[] PackedLines()
    {
        var path = Path.Combine(gitDir, "packed-refs");
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }

    private List<string> WithoutPacked(string name)
    {
        var kept = new List<string>();
        var isGone = false;
        foreach (var line in PackedLines())
        {
            // A line ^… is what the tag before it peels to.
            isGone = line.StartsWith('^') ? isGone : line.Length > 41 && line[41..] == name;
            if (!isGone)
            {
                kept.Add(line);
            }
        }

        return kept;
    }

    private static HeldLock Lock(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var until = Environment.TickCount64 + (long)LongestWait.TotalMilliseconds;
        for (; ; )
        {
            try
            {
                return new HeldLock(path, new FileStream(path + ".lock", FileMode.CreateNew, FileAccess.Write, FileShare.Read));
            }
            catch (DirectoryNotFoundException)
            {
                // Git removes empty folders of refs; somebody just did.
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            }
            catch (IOException) when (File.Exists(path + ".lock") || Environment.TickCount64 < until)
            {
                if (Environment.TickCount64 >= until)
                {
                    throw new GitException(
                        $"The lock file {path}.lock has been there for {LongestWait.TotalSeconds:0} s; when no Git program is at work there, remove it.", isTransient: true);
                }

                Thread.Sleep(Random.Shared.Next(1, 20));
            }
        }
    }

    private static bool IsId(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    [GeneratedRegex(@"\Arefs/[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)+\z", RegexOptions.NonBacktracking)]
    private static partial Regex RefGrammar();

    private sealed class HeldLock(string path, FileStream file) : IDisposable
    {
        private bool isCommitted;

        public void Commit(string text)
        {
            file.Write(Encoding.UTF8.GetBytes(text + "\n"));
            file.Flush(flushToDisk: true);
            file.Dispose();
            File.Move(path + ".lock", path, overwrite: true);
            isCommitted = true;
        }

        public void Dispose()
        {
            file.Dispose();
            if (!isCommitted)
            {
                File.Delete(path + ".lock");
            }
        }
    }
}
