using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence;

/// <summary>What evidence must be about: a digest, and the bytes that have it where somebody holds them (a file on disk; never an image).</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Content">Its bytes, or null.</param>
internal sealed record SignedArtifact(Digest Digest, ReadOnlyMemory<byte>? Content)
{
    /// <summary>Its hash by a name of <c>sigstore_common.proto</c>; null when it cannot be had without the bytes, or the algorithm is not known here.</summary>
    public byte[]? Hash(string algorithm) => (algorithm, Content) switch
    {
        ("SHA2_256", _) => Convert.FromHexString(Digest.Hex),
        ("SHA2_384", { } bytes) => SHA384.HashData(bytes.Span),
        ("SHA2_512", { } bytes) => SHA512.HashData(bytes.Span),
        _ => null,
    };

    /// <summary>Whether it is among a statement's subjects, by SHA-256; with the bytes at hand by SHA-512 too, which npm's statements name alone.</summary>
    public bool IsSubjectOf(Claim claim) => claim.Subjects.Contains(Digest) || (Content is { } bytes && claim.Statement is { } statement && IsNamedBySha512(statement, bytes));

    private static bool IsNamedBySha512(InTotoStatement statement, ReadOnlyMemory<byte> bytes)
    {
        var hash = Convert.ToHexStringLower(SHA512.HashData(bytes.Span));
        return statement.Json.At("subject") is { ValueKind: JsonValueKind.Array } subjects
            && subjects.EnumerateArray().Any(s => s.At("digest").Text("sha512") == hash);
    }
}

/// <summary>What a signature is over: bytes, or an artifact's digest alone when nobody holds the bytes.</summary>
internal sealed class SignedMessage
{
    private readonly ReadOnlyMemory<byte>? bytes;
    private readonly bool isArtifact;
    private byte[]? sha256;

    private SignedMessage(ReadOnlyMemory<byte>? bytes, byte[]? sha256, bool isArtifact) => (this.bytes, this.sha256, this.isArtifact) = (bytes, sha256, isArtifact);

    /// <summary>The SHA-256 of what is signed.</summary>
    public ReadOnlySpan<byte> Sha256 => sha256 ??= SHA256.HashData(bytes!.Value.Span);

    /// <summary>These bytes.</summary>
    public static SignedMessage Of(ReadOnlyMemory<byte> bytes) => new(bytes, null, isArtifact: false);

    /// <summary>An artifact.</summary>
    public static SignedMessage Of(SignedArtifact artifact) => new(artifact.Content, artifact.Hash("SHA2_256"), isArtifact: true);

    /// <summary>Whether the key signed it. Ed25519 signs an artifact either as it is or hashed before (Ed25519ph), as logs that never see it need.</summary>
    public bool IsSignedBy(PublicKey key, ReadOnlySpan<byte> signature) => bytes is { } known
        ? key.Verifies(known.Span, signature) || (isArtifact && key.VerifiesPrehashed(SHA512.HashData(known.Span), signature))
        : key.VerifiesSha256(Sha256, signature);

    /// <summary>The hash of what is signed by an algorithm that log entries name (<c>sha256</c>, <c>SHA2_256</c>, …), or false when it cannot be had.</summary>
    public bool TryHash(string? algorithm, [NotNullWhen(true)] out byte[]? hash)
    {
        hash = (algorithm, bytes) switch
        {
            ("sha256" or "SHA2_256", _) => Sha256.ToArray(),
            ("sha384" or "SHA2_384", { } known) => SHA384.HashData(known.Span),
            ("sha512" or "SHA2_512", { } known) => SHA512.HashData(known.Span),
            _ => null,
        };
        return hash is not null;
    }
}
