using System.Text;

namespace GitOpsBot.Git;

/// <summary>Git's lock of one file: <c>FILE.lock</c>, made so that only one can make it, and either renamed over the file or removed.</summary>
internal sealed class RefLock : IDisposable
{
    // EEXIST, as .NET hands it on.
    private const int AlreadyExists = 17;

    private readonly string path;
    private readonly FileStream file;
    private bool isCommitted;

    private RefLock(string path, FileStream file) => (this.path, this.file) = (path, file);

    /// <summary>Takes the lock, waiting for whoever holds it.</summary>
    /// <exception cref="GitException">It was still held after the wait; transient, and the lock is named.</exception>
    public static RefLock Take(string path, TimeSpan longestWait)
    {
        var until = Environment.TickCount64 + (long)longestWait.TotalMilliseconds;
        for (; ; )
        {
            var isOver = Environment.TickCount64 >= until;
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new RefLock(path, new FileStream(path + ".lock", FileMode.CreateNew, FileAccess.Write, FileShare.Read));
            }
            catch (DirectoryNotFoundException) when (!isOver)
            {
                // Git removes empty folders of refs; somebody just did.
            }
            catch (IOException e) when (e.HResult == AlreadyExists || File.Exists(path + ".lock"))
            {
                if (isOver)
                {
                    throw new GitException(
                        $"The lock file {path}.lock has been there for {longestWait.TotalSeconds:0.#} s; when no Git program is at work there, remove it.", isTransient: true, e);
                }

                Thread.Sleep(Random.Shared.Next(1, 20));
            }
        }
    }

    /// <summary>Makes this the file's text, on the disk before the file is replaced, and gives the lock back.</summary>
    public void Commit(string text)
    {
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
        file.Dispose();
        File.Move(path + ".lock", path, overwrite: true);
        isCommitted = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        if (!isCommitted)
        {
            File.Delete(path + ".lock");
        }
    }
}
