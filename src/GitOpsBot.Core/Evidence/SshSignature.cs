using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace GitOpsBot.Core.Evidence;

/// <summary>Signatures as <c>ssh-keygen -Y sign</c> makes them and Git verifies them (OpenSSH, PROTOCOL.sshsig).</summary>
public static class SshSignature
{
    private const string HashName = "sha512";
    private const int LineLength = 70;

    /// <summary>Signs a message in a namespace; for commits and tags that is <c>git</c>.</summary>
    /// <returns>The armored signature, its lines ended by LF, none after the last.</returns>
    public static string Sign(SigningKey key, string name, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] signed = [.. "SSHSIG"u8, .. Text(name), .. Text(""), .. Text(HashName), .. Field(SHA512.HashData(message))];
        byte[] blob =
        [
            .. "SSHSIG"u8, 0, 0, 0, 1, .. Field(PublicBlob(key.PublicKey)), .. Text(name), .. Text(""), .. Text(HashName),
            .. Field(SignatureBlob(key.PublicKey.Algorithm, key.Sign(signed))),
        ];
        var lines = Convert.ToBase64String(blob).Chunk(LineLength).Select(line => new string(line));
        return $"-----BEGIN SSH SIGNATURE-----\n{string.Join('\n', lines)}\n-----END SSH SIGNATURE-----";
    }

    /// <summary>The public key as a line of <c>authorized_keys</c> and of allowed signers holds it: <c>ssh-ed25519 AAAA…</c>.</summary>
    public static string PublicLine(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return $"{KindOf(key.Algorithm)} {Convert.ToBase64String(PublicBlob(key))}";
    }

    private static string KindOf(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.Ed25519 => "ssh-ed25519",
        KeyAlgorithm.EcdsaP256 => "ecdsa-sha2-nistp256",
        _ => throw new ArgumentException($"No {algorithm} key signs here."),
    };

    // RFC 8709 section 4; RFC 5656 section 3.1. The key itself stands at the end of its SubjectPublicKeyInfo: 32 bytes, or an uncompressed point.
    private static byte[] PublicBlob(PublicKey key) => key.Algorithm == KeyAlgorithm.Ed25519
        ? [.. Text(KindOf(key.Algorithm)), .. Field(key.SubjectPublicKeyInfo.Span[^32..])]
        : [.. Text(KindOf(key.Algorithm)), .. Text("nistp256"), .. Field(key.SubjectPublicKeyInfo.Span[^65..])];

    // RFC 8709 section 6; RFC 5656 section 3.1.2.
    private static byte[] SignatureBlob(KeyAlgorithm algorithm, byte[] signature)
    {
        if (algorithm == KeyAlgorithm.Ed25519)
        {
            return [.. Text(KindOf(algorithm)), .. Field(signature)];
        }

        return EcdsaSignature.TryRead(signature, 32, out var numbers)
            ? [.. Text(KindOf(algorithm)), .. Field([.. Number(numbers.AsSpan(0, 32)), .. Number(numbers.AsSpan(32))])]
            : throw new UnreachableException();
    }

    // RFC 4251 section 5: a number is as short as can be, and positive.
    private static byte[] Number(ReadOnlySpan<byte> magnitude)
    {
        var shortest = magnitude.TrimStart((byte)0);
        return Field(shortest[0] >= 0x80 ? [0, .. shortest] : shortest);
    }

    private static byte[] Text(string text) => Field(Encoding.UTF8.GetBytes(text));

    private static byte[] Field(ReadOnlySpan<byte> bytes)
    {
        var field = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(field, bytes.Length);
        bytes.CopyTo(field.AsSpan(4));
        return field;
    }
}
