using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace GitOpsBot.Core.Artifacts;

/// <summary>A name with a tag, a digest, or both: <c>ghcr.io/acme/checkout:1.4.2@sha256:…</c>. A tag is for people; the digest is what we act on.</summary>
public sealed record ImageReference
{
    private const int LongestTag = 128;

    private static readonly SearchValues<char> TagCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    private ImageReference(ImageName name, string? tag, Digest? digest) => (Name, Tag, Digest) = (name, tag, digest);

    /// <summary>Where it lies.</summary>
    public ImageName Name { get; }

    /// <summary>The tag, or null when none was written.</summary>
    public string? Tag { get; }

    /// <summary>The digest, or null when none was written.</summary>
    public Digest? Digest { get; }

    /// <summary>Reads a reference; a tag and a digest are both optional.</summary>
    /// <exception cref="FormatException">The text is not a reference.</exception>
    public static ImageReference Parse(string text) => TryParse(text, out var reference)
        ? reference
        : throw new FormatException($"'{text}' is not an image reference: expected NAME[:TAG][@sha256:…].");

    /// <summary>Reads a reference, or answers false.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        if (text is null)
        {
            return false;
        }

        Digest? digest = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0 && !Artifacts.Digest.TryParse(text[(at + 1)..], out digest))
        {
            return false;
        }

        var rest = at >= 0 ? text[..at] : text;
        string? tag = null;
        var colon = rest.LastIndexOf(':');
        var scheme = rest.StartsWith("oci-layout:", StringComparison.Ordinal) ? "oci-layout:".Length - 1 : -1;
        if (colon > rest.LastIndexOf('/') && colon > scheme)
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!IsTag(tag))
            {
                return false;
            }
        }

        if (!ImageName.TryParse(rest, out var name))
        {
            return false;
        }

        reference = new ImageReference(name, tag, digest);
        return true;
    }

    /// <summary>Whether a text may be a tag (OCI distribution specification: <c>[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}</c>).</summary>
    public static bool IsTag(string text) => text.Length is > 0 and <= LongestTag && text[0] is not ('.' or '-') && !text.AsSpan().ContainsAnyExcept(TagCharacters);

    /// <summary>The reference in full.</summary>
    public override string ToString() => Name + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);
}
