using System.Diagnostics;

namespace GitOpsBot.Git;

/// <summary>A lock between processes and threads: a file that one of them has open. It ends with its holder, however that ends; the file stays.</summary>
internal static class FolderLock
{
    /// <summary>Takes the lock; the caller disposes of what it gets.</summary>
    /// <exception cref="GitException">Somebody else still holds it after the wait; transient.</exception>
    public static IDisposable Take(string path, TimeSpan longestWait, CancellationToken cancellationToken)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            }
            catch (IOException e) when (waiting.Elapsed < longestWait || e is DirectoryNotFoundException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Thread.Sleep(Random.Shared.Next(5, 50));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new GitException($"{path} is held by another process, or cannot be written: {e.Message}", isTransient: true, e);
            }
        }
    }
}
