using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GitOpsBot.Core.Evidence.Sigstore.Certificates;

/// <summary>One signed certificate timestamp of version 1 (RFC 6962 section 3.2), taken apart.</summary>
/// <param name="LogId">The log's id.</param>
/// <param name="Time">When the log saw the certificate.</param>
/// <param name="Extensions">Its extensions, signed as they are.</param>
/// <param name="Hash">TLS's number of the hash algorithm.</param>
/// <param name="Algorithm">TLS's number of the signature algorithm.</param>
/// <param name="Signature">The log's signature.</param>
internal sealed record CertificateTimestamp(
    ReadOnlyMemory<byte> LogId, DateTimeOffset Time, ReadOnlyMemory<byte> Extensions, byte Hash, byte Algorithm, ReadOnlyMemory<byte> Signature)
{
    private const int MostTimestamps = 20; // Fulcio embeds one; browsers' certificates have two to five.

    /// <summary>Reads a list in TLS's notation (RFC 6962 3.3), every list and string behind its length; null when anything is left over or missing.</summary>
    public static IReadOnlyList<CertificateTimestamp>? ReadList(ReadOnlyMemory<byte> list)
    {
        var all = new TlsReader(list);
        var entries = new TlsReader(all.Bytes());
        var timestamps = new List<CertificateTimestamp>();
        while (entries.HasData && timestamps.Count < MostTimestamps)
        {
            var entry = new TlsReader(entries.Bytes());
            var version = entry.Byte();
            var logId = entry.Take(SHA256.HashSizeInBytes);
            var time = entry.Take(8);
            var extensions = entry.Bytes();
            var (hash, algorithm) = (entry.Byte(), entry.Byte());
            var signature = entry.Bytes();
            if (entry.IsBroken || entry.HasData || version != 0 || !TryTime(time.Span, out var at))
            {
                return null;
            }

            timestamps.Add(new CertificateTimestamp(logId, at, extensions, hash, algorithm, signature));
        }

        return all.HasData || all.IsBroken || entries.IsBroken || entries.HasData ? null : timestamps;
    }

    private static bool TryTime(ReadOnlySpan<byte> bytes, out DateTimeOffset time)
    {
        var milliseconds = bytes.Length == 8 ? BinaryPrimitives.ReadInt64BigEndian(bytes) : -1;
        var isOne = milliseconds is >= 0 and <= 253_402_300_799_999;
        time = isOne ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : default;
        return isOne;
    }

    private sealed class TlsReader(ReadOnlyMemory<byte> rest)
    {
        public bool IsBroken { get; private set; }

        public bool HasData => rest.Length > 0 && !IsBroken;

        public byte Byte() => Take(1) is { Length: 1 } one ? one.Span[0] : (byte)0;

        public ReadOnlyMemory<byte> Bytes() => Take(2) is { Length: 2 } length ? Take(BinaryPrimitives.ReadUInt16BigEndian(length.Span)) : default;

        public ReadOnlyMemory<byte> Take(int count)
        {
            if (IsBroken || count > rest.Length)
            {
                IsBroken = true;
                return default;
            }

            var taken = rest[..count];
            rest = rest[count..];
            return taken;
        }
    }
}
