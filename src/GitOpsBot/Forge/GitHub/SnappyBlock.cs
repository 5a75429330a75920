using System.Buffers.Binary;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Forge.GitHub;

/// <summary>
/// Reads a block of Snappy (google/snappy, <c>format_description.txt</c>), the form in which GitHub stores bundles. The bytes are attacker-controlled:
/// no length in them is believed before it was compared with what is there.
/// </summary>
internal static class SnappyBlock
{
    // The best that an element does: three bytes for a copy of 64.
    private const int MostExpansion = 64;

    /// <summary>Decompresses a block.</summary>
    /// <param name="block">All of it; nothing may follow.</param>
    /// <param name="most">The most bytes that may come out.</param>
    /// <returns>The bytes; or <c>malformed</c>, <c>limit</c>.</returns>
    public static Checked<byte[]> Read(ReadOnlySpan<byte> block, int most)
    {
        if (!TryLength(ref block, out var length) || length / MostExpansion > block.Length)
        {
            return Malformed();
        }

        if (length > most)
        {
            return new Rejection(RejectionCode.Limit, $"A bundle may have at most {most} bytes, but has {length}.");
        }

        var output = new byte[length];
        var written = 0;
        while (!block.IsEmpty)
        {
            if (!TryElement(ref block, output, ref written))
            {
                return Malformed();
            }
        }

        return written == output.Length ? output : Malformed();
    }

    // Base 128, lowest digits first, at most 32 bits.
    private static bool TryLength(ref ReadOnlySpan<byte> block, out uint length)
    {
        ulong sum = 0;
        for (var i = 0; i < 5 && i < block.Length; i++)
        {
            sum |= (ulong)(block[i] & 0x7F) << (7 * i);
            if (block[i] < 0x80)
            {
                block = block[(i + 1)..];
                length = (uint)sum;
                return sum <= uint.MaxValue;
            }
        }

        length = 0;
        return false;
    }

    private static bool TryElement(ref ReadOnlySpan<byte> block, Span<byte> output, ref int written)
    {
        var tag = block[0];
        block = block[1..];
        if ((tag & 3) == 0)
        {
            return TryLiteral(ref block, tag >> 2, output, ref written);
        }

        var (bytes, count) = (tag & 3) switch
        {
            1 => (1, 4 + ((tag >> 2) & 7)),
            2 => (2, 1 + (tag >> 2)),
            _ => (4, 1 + (tag >> 2)),
        };
        if (block.Length < bytes)
        {
            return false;
        }

        var back = Number(block[..bytes]) | (bytes == 1 ? (uint)(tag >> 5) << 8 : 0);
        block = block[bytes..];
        if (back == 0 || back > (uint)written || count > output.Length - written)
        {
            return false;
        }

        // What is copied may begin to be written only while it is copied: then it repeats.
        for (var end = written + count; written < end; written++)
        {
            output[written] = output[written - (int)back];
        }

        return true;
    }

    private static bool TryLiteral(ref ReadOnlySpan<byte> block, int code, Span<byte> output, ref int written)
    {
        var bytes = code < 60 ? 0 : code - 59;
        if (block.Length < bytes)
        {
            return false;
        }

        var count = (bytes == 0 ? (uint)code : Number(block[..bytes])) + 1L;
        block = block[bytes..];
        if (count > block.Length || count > output.Length - written)
        {
            return false;
        }

        block[..(int)count].CopyTo(output[written..]);
        block = block[(int)count..];
        written += (int)count;
        return true;
    }

    private static uint Number(ReadOnlySpan<byte> littleEndian)
    {
        Span<byte> whole = stackalloc byte[4];
        littleEndian.CopyTo(whole);
        return BinaryPrimitives.ReadUInt32LittleEndian(whole);
    }

    private static Rejection Malformed() => new(RejectionCode.Malformed, "A bundle that GitHub stores must be compressed by Snappy, but is not.");
}
