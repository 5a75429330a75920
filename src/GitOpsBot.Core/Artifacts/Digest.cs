using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace GitOpsBot.Core.Artifacts;

/// <summary>
/// A content digest: <c>sha256:</c> and 64 lower-case hexadecimal digits (OCI image specification, descriptor, "Digests").
/// Other algorithms are refused: what the bot writes must be comparable character by character.
/// </summary>
public sealed record Digest : IComparable<Digest>
{
    private const string Prefix = "sha256:";

    private Digest(string value) => Value = value;

    /// <summary>The whole text, <c>sha256:…</c>.</summary>
    public string Value { get; }

    /// <summary>The 64 hexadecimal digits alone.</summary>
    public string Hex => Value[Prefix.Length..];

    /// <summary>The first twelve hexadecimal digits, for people.</summary>
    public string Short => Value.Substring(Prefix.Length, 12);

    /// <summary>Reads a digest.</summary>
    /// <exception cref="FormatException">The text is not <c>sha256:</c> and 64 lower-case hexadecimal digits.</exception>
    public static Digest Parse(string text) => TryParse(text, out var digest)
        ? digest
        : throw new FormatException($"'{text}' is not a digest: expected 'sha256:' and 64 lower-case hexadecimal digits.");

    /// <summary>Reads a digest, or answers false.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        if (text is null || text.Length != Prefix.Length + 64 || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var c in text.AsSpan(Prefix.Length))
        {
            if (!char.IsAsciiHexDigitLower(c))
            {
                return false;
            }
        }

        digest = new Digest(text);
        return true;
    }

    /// <summary>The digest of these bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> content) => new(Prefix + Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <inheritdoc/>
    public int CompareTo(Digest? other) => string.CompareOrdinal(Value, other?.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Ordinal order of the texts.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order of the texts.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order of the texts.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order of the texts.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}
