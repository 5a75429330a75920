using System.Security.Cryptography;
using System.Text;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Registry;

/// <summary>
/// Content by digest, kept on disk between passes and processes. It is a cache and no more: hashed again when read, written beside and renamed
/// so that nobody reads half a file, bounded, and it may be deleted at any time, also while it is used. A file that cannot be read or written
/// costs a request. What one repository handed out is not handed out for another. Safe between threads and processes.
/// </summary>
internal sealed class ContentCache(string folder, long limit = ContentCache.UsualLimit)
{
    /// <summary>Bytes on disk: manifests, configurations and attestations of some hundred thousand artifacts.</summary>
    public const long UsualLimit = 1L << 30;

    // A file that is read stays; noting that more often than this would make every read a write.
    private static readonly TimeSpan Touch = TimeSpan.FromHours(1);

    private long _sinceSweep = long.MaxValue / 2;
    private int _sweeping;

    /// <summary>The bytes, when they are there, have the digest and are no longer than <paramref name="most"/>; else null.</summary>
    public async Task<ReadOnlyMemory<byte>?> FindAsync(ImageName name, Digest digest, long most, CancellationToken cancellationToken)
    {
        var path = PathOf(name, digest);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > most)
            {
                return null;
            }

            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            if (Digest.Of(bytes) != digest)
            {
                File.Delete(path);
                return null;
            }

            if (DateTime.UtcNow - file.LastWriteTimeUtc > Touch)
            {
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            }

            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether anything was kept of a repository.</summary>
    public bool Knows(ImageName name) => Directory.Exists(FolderOf(name));

    /// <summary>Keeps bytes whose digest was checked.</summary>
    public async Task KeepAsync(ImageName name, Digest digest, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var path = PathOf(name, digest);
        var beside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true))
            {
                await stream.WriteAsync(bytes, cancellationToken);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Full, read-only, or deleted under our hands: the next reader asks the registry.
            return;
        }

        if (Interlocked.Add(ref _sinceSweep, bytes.Length) > limit / 16 && Interlocked.Exchange(ref _sweeping, 1) == 0)
        {
            Interlocked.Exchange(ref _sinceSweep, 0);
            Sweep();
            Volatile.Write(ref _sweeping, 0);
        }
    }

    // What was not used for longest goes first, down to four fifths; what a killed process left half written goes, too.
    private void Sweep()
    {
        try
        {
            var files = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(f => (f.FullName, f.Length, f.LastWriteTimeUtc, IsWhole: f.Extension.Length == 0)).ToList();
            var total = files.Sum(f => f.Length);
            var goal = total > limit ? limit / 5 * 4 : limit;
            foreach (var file in files.OrderBy(f => f.LastWriteTimeUtc))
            {
                if (total > goal || (!file.IsWhole && DateTime.UtcNow - file.LastWriteTimeUtc > Touch))
                {
                    File.Delete(file.FullName);
                    total -= file.Length;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process sweeps the same files; the next sweep finds what is left.
        }
    }

    private string PathOf(ImageName name, Digest digest) => Path.Combine(FolderOf(name), digest.Hex);

    private string FolderOf(ImageName name) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.ToString())).AsSpan(0, 8)));
}
