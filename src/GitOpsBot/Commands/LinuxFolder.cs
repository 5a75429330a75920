using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace GitOpsBot.Commands;

/// <summary>
/// By Linux's own calls: files are opened relative to the folder, and what a name stands for is known from the listing. A file so costs four calls
/// instead of nine, and a third of the time that the system takes for many small ones goes (openat(2), getdents64(2), read(2)).
/// </summary>
internal sealed partial class LinuxFolder : OpenFolder
{
    private const int Here = -100; // AT_FDCWD
    private const int NonBlocking = 0x800, CloseOnExec = 0x80000; // What is swapped for a pipe meanwhile must not be waited for.
    private const int KindAt = 18, NameAt = 19, LengthAt = 16; // struct linux_dirent64
    private const byte Unknown = 0, Folder = 4, RegularFile = 8; // d_type
    private const int UsualSize = 32 * 1024;

    // The two flags that differ from processor to processor.
    private static readonly (int OnlyFolders, int NoLinks)? Flags = !OperatingSystem.IsLinux() ? null : RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (0x10000, 0x20000),
        Architecture.Arm64 => (0x4000, 0x8000),
        _ => null,
    };

    private readonly string path;
    private readonly SafeFileHandle folder;

    /// <summary>Opens a folder.</summary>
    public LinuxFolder(string path)
    {
        this.path = path;
        var handle = OpenAt(Here, path, Flags!.Value.OnlyFolders | CloseOnExec);
        folder = handle >= 0 ? new SafeFileHandle(handle, ownsHandle: true) : throw Failure(path);
    }

    /// <summary>Whether this machine is one that it knows.</summary>
    public static bool IsKnownHere => Flags is not null;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, bool IsFolder)> Entries()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(UsualSize);
        try
        {
            for (int length; (length = (int)List(folder, buffer, buffer.Length)) != 0;)
            {
                if (length < 0)
                {
                    throw Failure(path);
                }

                for (var at = 0; at < length; at += BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + LengthAt)))
                {
                    var name = buffer.AsSpan(at + NameAt);
                    var text = Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);
                    if (text is not ("." or "..") && (buffer[at + KindAt] is Unknown ? KindOf(text) : buffer[at + KindAt]) is (Folder or RegularFile) and var kind)
                    {
                        yield return (text, kind == Folder);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public override byte[] Read(string name, int most)
    {
        var handle = OpenAt(folder, name, Flags!.Value.NoLinks | NonBlocking | CloseOnExec);
        if (handle < 0)
        {
            throw Failure(Path.Combine(path, name));
        }

        using var file = new SafeFileHandle(handle, ownsHandle: true);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(UsualSize, most));
        try
        {
            for (var length = 0; ;)
            {
                var got = (int)Read(file, buffer.AsSpan(length), Math.Min(buffer.Length, most) - length);
                if (got < 0)
                {
                    throw Failure(Path.Combine(path, name));
                }

                if (got == 0)
                {
                    return buffer[..length];
                }

                length += got;
                if (length == buffer.Length && length < most)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Min(most, buffer.Length * 4));
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => folder.Dispose();

    // Some file systems do not say it in the listing.
    private byte KindOf(string name)
    {
        var attributes = File.GetAttributes(Path.Combine(path, name));
        return (attributes & FileAttributes.ReparsePoint) != 0 ? byte.MaxValue : (attributes & FileAttributes.Directory) != 0 ? Folder : RegularFile;
    }

    private static Exception Failure(string path) => Marshal.GetLastPInvokeError() switch
    {
        1 or 13 => new UnauthorizedAccessException($"The path {path} cannot be read: expected one that this user may read."),
        var error => new IOException($"The path {path} cannot be read: {Marshal.GetPInvokeErrorMessage(error)}."),
    };

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    private static partial nint List(SafeFileHandle folder, Span<byte> buffer, nint length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, Span<byte> buffer, nint length);
}
