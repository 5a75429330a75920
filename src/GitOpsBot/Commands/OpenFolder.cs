using System.IO.Enumeration;

namespace GitOpsBot.Commands;

/// <summary>One folder of this machine: what is in it, and its files by their names. Neither follows links.</summary>
internal abstract class OpenFolder : IDisposable
{
    /// <summary>Opens a folder.</summary>
    /// <exception cref="IOException">It cannot be opened, as with all else here; or <see cref="UnauthorizedAccessException"/>.</exception>
    public static OpenFolder Open(string path) => LinuxFolder.IsKnownHere ? new LinuxFolder(path) : new PortableFolder(path);

    /// <summary>The names of files and of folders in it, in no order; links are left out.</summary>
    public abstract IEnumerable<(string Name, bool IsFolder)> Entries();

    /// <summary>A file's bytes; of one that has more than <paramref name="most"/>, that many. Callable from several threads at once.</summary>
    public abstract byte[] Read(string name, int most);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>By the framework's calls, for where <see cref="LinuxFolder"/> is not known.</summary>
internal sealed class PortableFolder(string path) : OpenFolder
{
    /// <inheritdoc/>
    public override IEnumerable<(string Name, bool IsFolder)> Entries() => new FileSystemEnumerable<(string, bool)>(
        path, (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory), new EnumerationOptions { IgnoreInaccessible = false, AttributesToSkip = 0 })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
    };

    /// <inheritdoc/>
    public override byte[] Read(string name, int most)
    {
        using var file = File.OpenHandle(Path.Combine(path, name));
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), most)];
        var length = 0;
        for (int got; length < bytes.Length && (got = RandomAccess.Read(file, bytes.AsSpan(length), length)) > 0;)
        {
            length += got;
        }

        return length == bytes.Length ? bytes : bytes[..length];
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
