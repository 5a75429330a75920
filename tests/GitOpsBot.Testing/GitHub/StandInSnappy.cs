namespace GitOpsBot.Testing.GitHub;

/// <summary>Compresses as Snappy does, plainly: what stood at most 64 KiB before is copied, all else is written out.</summary>
public static class StandInSnappy
{
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        var output = new List<byte>();
        for (var rest = (uint)bytes.Length; ; rest >>= 7)
        {
            output.Add((byte)(rest < 0x80 ? rest : (rest & 0x7F) | 0x80));
            if (rest < 0x80)
            {
                break;
            }
        }

        var seen = new Dictionary<(byte, byte, byte, byte), int>();
        var (at, written) = (0, 0);
        while (at + 4 <= bytes.Length)
        {
            var four = (bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
            if (seen.TryGetValue(four, out var before) && at - before <= ushort.MaxValue)
            {
                Literals(output, bytes[written..at]);
                var count = 4;
                while (count < 64 && at + count < bytes.Length && bytes[before + count] == bytes[at + count])
                {
                    count++;
                }

                output.AddRange([(byte)(((count - 1) << 2) | 2), (byte)(at - before), (byte)((at - before) >> 8)]);
                seen[four] = at;
                at += count;
                written = at;
                continue;
            }

            seen[four] = at++;
        }

        Literals(output, bytes[written..]);
        return [.. output];
    }

    private static void Literals(List<byte> output, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, 256)];
            output.AddRange(part.Length <= 60 ? [(byte)((part.Length - 1) << 2)] : [60 << 2, (byte)(part.Length - 1)]);
            output.AddRange(part);
            bytes = bytes[part.Length..];
        }
    }
}
