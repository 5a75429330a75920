namespace GitOpsBot.Git;

/// <summary>Differences between objects (Git's pack-format documentation, "Deltified representation"): made, and applied.</summary>
internal static class PackDelta
{
    /// <summary>Bytes of what a difference makes.</summary>
    public static long ResultSize(ReadOnlySpan<byte> delta)
    {
        var at = 0;
        _ = Number(delta, ref at);
        return Number(delta, ref at);
    }

    /// <summary>The difference of two objects that begin and end alike: what lies between is written out.</summary>
    public static byte[] Make(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        var begin = from.CommonPrefixLength(to);
        var end = 0;
        while (end < Math.Min(from.Length, to.Length) - begin && from[^(end + 1)] == to[^(end + 1)])
        {
            end++;
        }

        var delta = new List<byte>();
        Number(delta, from.Length);
        Number(delta, to.Length);
        Copy(delta, 0, begin);
        for (var middle = to[begin..^end]; middle.Length > 0; middle = middle[Math.Min(middle.Length, 0x7f)..])
        {
            var part = middle[..Math.Min(middle.Length, 0x7f)];
            delta.Add((byte)part.Length);
            delta.AddRange(part);
        }

        Copy(delta, from.Length - end, end);
        return [.. delta];
    }

    // 64 KiB at once are what every reader understands; that many are written as none.
    private static void Copy(List<byte> delta, int offset, int length)
    {
        for (; length > 0; offset += 0x10000, length -= 0x10000)
        {
            var at = delta.Count;
            var (op, size) = (0x80, Math.Min(length, 0x10000) & 0xffff);
            delta.Add(0);
            for (var i = 0; i < 4; i++)
            {
                if ((byte)(offset >> (8 * i)) is var digit and not 0)
                {
                    op |= 1 << i;
                    delta.Add(digit);
                }
            }

            for (var i = 0; i < 2; i++)
            {
                if ((byte)(size >> (8 * i)) is var digit and not 0)
                {
                    op |= 16 << i;
                    delta.Add(digit);
                }
            }

            delta[at] = (byte)op;
        }
    }

    private static void Number(List<byte> delta, long number)
    {
        for (; number > 0x7f; number >>= 7)
        {
            delta.Add((byte)(number | 0x80));
        }

        delta.Add((byte)number);
    }

    /// <summary>Applies it.</summary>
    /// <exception cref="InvalidDataException">It does not belong to this base, or is damaged.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> from, ReadOnlySpan<byte> delta)
    {
        var at = 0;
        if (Number(delta, ref at) != from.Length || Number(delta, ref at) is var size && size > PackFile.LargestObject)
        {
            throw Damaged();
        }

        var result = new byte[size];
        var written = 0;
        while (at < delta.Length)
        {
            var op = delta[at++];
            ReadOnlySpan<byte> part;
            if ((op & 0x80) != 0)
            {
                var (offset, length) = (0L, 0L);
                for (var i = 0; i < 4; i++)
                {
                    offset |= (op & (1 << i)) != 0 ? (long)Next(delta, ref at) << (8 * i) : 0;
                }

                for (var i = 0; i < 3; i++)
                {
                    length |= (op & (16 << i)) != 0 ? (long)Next(delta, ref at) << (8 * i) : 0;
                }

                length = length == 0 ? 0x10000 : length;
                part = offset + length <= from.Length ? from.Slice((int)offset, (int)length) : throw Damaged();
            }
            else
            {
                part = op > 0 && at + op <= delta.Length ? delta.Slice(at, op) : throw Damaged();
                at += op;
            }

            if (written + part.Length > result.Length)
            {
                throw Damaged();
            }

            part.CopyTo(result.AsSpan(written));
            written += part.Length;
        }

        return written == result.Length ? result : throw Damaged();
    }

    private static byte Next(ReadOnlySpan<byte> delta, ref int at) => at < delta.Length ? delta[at++] : throw Damaged();

    private static long Number(ReadOnlySpan<byte> delta, ref int at)
    {
        long number = 0;
        for (var shift = 0; shift < 56; shift += 7)
        {
            var part = Next(delta, ref at);
            number |= (long)(part & 0x7f) << shift;
            if ((part & 0x80) == 0)
            {
                return number;
            }
        }

        throw Damaged();
    }

    private static InvalidDataException Damaged() => new("A difference in a pack is damaged.");
}
