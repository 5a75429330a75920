namespace GitOpsBot.Git;

/// <summary>Makes an object from another one and the difference to it (Git's pack-format documentation, "Deltified representation").</summary>
internal static class PackDelta
{
    /// <summary>Bytes of what a difference makes.</summary>
    public static long ResultSize(ReadOnlySpan<byte> delta)
    {
        var at = 0;
        _ = Number(delta, ref at);
        return Number(delta, ref at);
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
