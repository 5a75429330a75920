using System.Buffers.Binary;

namespace GitOpsBot.Git;

/// <summary>An object's id as its 20 bytes: half the size of the text and compared in one go.</summary>
internal readonly record struct ObjectName(ulong First, ulong Second, uint Third)
{
    /// <summary>Bytes of an id.</summary>
    public const int Length = 20;

    /// <summary>From 20 bytes.</summary>
    public static ObjectName Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]));

    /// <summary>From 40 hexadecimal digits.</summary>
    public static ObjectName Parse(string hex) => Read(Convert.FromHexString(hex));

    /// <summary>Writes the 20 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, First);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Second);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], Third);
    }

    /// <summary>40 hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
