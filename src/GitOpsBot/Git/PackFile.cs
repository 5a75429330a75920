using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace GitOpsBot.Git;

/// <summary>What stands at one place of a pack: a whole object's kind (1 commit, 2 tree, 3 blob, 4 tag), or 6 or 7 for a difference to another object.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Size">Bytes when inflated.</param>
/// <param name="Data">Where the deflated bytes begin.</param>
/// <param name="Base">Where the other object is, for a difference.</param>
internal readonly record struct PackedEntry(int Kind, long Size, long Data, long Base);

/// <summary>One pack with its index (Git's pack-format documentation, index version 2). What is not as it must be is an <see cref="InvalidDataException"/>.</summary>
internal sealed class PackFile : IDisposable
{
    /// <summary>Bytes of one object that is unpacked in memory.</summary>
    public const long LargestObject = 64L * 1024 * 1024;

    private const int NamesAt = 8 + (256 * 4);

    // Kind and size, then an offset or an id: never longer.
    private const int LongestHeader = 10 + 20;

    private readonly byte[] index;
    private readonly SafeFileHandle pack;
    private readonly int count;

    private PackFile(byte[] index, SafeFileHandle pack, int count) => (this.index, this.pack, this.count) = (index, pack, count);

    /// <summary>Opens a pack by its index; null when it has gone since it was listed.</summary>
    public static PackFile? Open(string indexPath)
    {
        try
        {
            var index = File.ReadAllBytes(indexPath);
            if (index.Length < NamesAt || !index.AsSpan(0, 8).SequenceEqual((ReadOnlySpan<byte>)[0xff, (byte)'t', (byte)'O', (byte)'c', 0, 0, 0, 2]))
            {
                throw new InvalidDataException("The index of a pack is not of version 2.");
            }

            var count = BinaryPrimitives.ReadUInt32BigEndian(index.AsSpan(NamesAt - 4));
            return NamesAt + (28L * count) + 40 <= index.Length
                ? new PackFile(index, File.OpenHandle(Path.ChangeExtension(indexPath, ".pack")), (int)count)
                : throw new InvalidDataException("The index of a pack is cut off.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Where an object is; null when it is not here.</summary>
    public long? Find(ObjectName name)
    {
        Span<byte> wanted = stackalloc byte[ObjectName.Length];
        name.Write(wanted);
        var low = wanted[0] == 0 ? 0 : Fanout(wanted[0] - 1);
        var high = Fanout(wanted[0]);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var order = index.AsSpan(NamesAt + (middle * ObjectName.Length), ObjectName.Length).SequenceCompareTo(wanted);
            if (order == 0)
            {
                return Offset(middle);
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle);
        }

        return null;
    }

    /// <summary>What stands at a place.</summary>
    public PackedEntry Read(long offset)
    {
        Span<byte> head = stackalloc byte[LongestHeader];
        head = head[..RandomAccess.Read(pack, head, offset)];
        var at = 0;
        byte Next(Span<byte> from) => at < from.Length ? from[at++] : throw new InvalidDataException("A pack is cut off.");
        var first = Next(head);
        var (kind, size, shift) = ((first >> 4) & 7, (long)(first & 15), 4);
        for (var more = first; (more & 0x80) != 0; shift += 7)
        {
            more = Next(head);
            size |= shift < 56 ? (long)(more & 0x7f) << shift : throw new InvalidDataException("A pack holds an object of impossible size.");
        }

        long below = 0;
        if (kind == 6)
        {
            var part = Next(head);
            long back = part & 0x7f;
            while ((part & 0x80) != 0)
            {
                part = Next(head);
                back = ((back + 1) << 7) | (long)(part & 0x7f);
            }

            below = back > 0 && back < offset ? offset - back : throw new InvalidDataException("A pack holds a difference to nothing.");
        }
        else if (kind == 7)
        {
            below = at + ObjectName.Length <= head.Length && Find(ObjectName.Read(head[at..])) is { } found ? found : throw new InvalidDataException("A pack holds a difference to an object that is not in it.");
            at += ObjectName.Length;
        }
        else if (kind is 0 or 5)
        {
            throw new InvalidDataException("A pack holds an object of no known kind.");
        }

        return new PackedEntry(kind, size, offset + at, below);
    }

    /// <summary>Inflates what stands at a place.</summary>
    public byte[] Inflate(PackedEntry entry)
    {
        if (entry.Size > LargestObject)
        {
            throw new InvalidDataException($"An object is larger than {LargestObject} bytes.");
        }

        using var inflated = new ZLibStream(new Slice(pack, entry.Data), CompressionMode.Decompress);
        var bytes = new byte[entry.Size];
        inflated.ReadExactly(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => pack.Dispose();

    private int Fanout(int first)
    {
        var upTo = BinaryPrimitives.ReadUInt32BigEndian(index.AsSpan(8 + (first * 4)));
        return upTo <= count ? (int)upTo : throw new InvalidDataException("The index of a pack contradicts itself.");
    }

    private long Offset(int position)
    {
        var offsets = NamesAt + (24 * count);
        var offset = BinaryPrimitives.ReadUInt32BigEndian(index.AsSpan(offsets + (position * 4)));
        if (offset < 0x80000000)
        {
            return offset;
        }

        var large = offsets + (4L * count) + (8L * (offset & 0x7fffffff));
        return large + 8 <= index.Length ? BinaryPrimitives.ReadInt64BigEndian(index.AsSpan((int)large)) : throw new InvalidDataException("The index of a pack is cut off.");
    }

    // A stream of the pack from one place on; the decompressor reads it in pieces of its own size.
    private sealed class Slice(SafeFileHandle file, long begin) : Stream
    {
        private long at = begin;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(file, buffer, at);
            at += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
