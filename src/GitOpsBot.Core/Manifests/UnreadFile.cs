using System.Globalization;
using System.Text;
using System.Text.Unicode;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests;

/// <summary>A file of which nobody can say what it pins.</summary>
internal sealed record UnreadFile(Problem Problem, ReadOnlyMemory<byte> Content)
{
    /// <summary>
    /// Whether it mentions this image: then what stands in the folder is not known. A reference holds the repository, or its last part beside the
    /// rest (a chart's name beside the address of its repository); a label or file name that is equal to the last part alone is no mention.
    /// Escapes count as what they mean. Where the bytes are no text, every image could be meant.
    /// </summary>
    public bool MayHold(ImageName image)
    {
        var bytes = Content.Span;
        return Mentions(bytes, image) || !Utf8.IsValid(bytes) || (bytes.Contains((byte)'\\') && Mentions(Unescaped(bytes), image));
    }

    private static bool Mentions(ReadOnlySpan<byte> bytes, ImageName image)
    {
        var repository = image.IsLayout ? image.ToString() : image.Host == "docker.io" ? image.Repository[(image.Repository.StartsWith("library/", StringComparison.Ordinal) ? 8 : 0)..] : image.Repository;
        if (bytes.IndexOf(Encoding.UTF8.GetBytes(repository)) >= 0)
        {
            return true;
        }

        var whole = image.ToString();
        var cut = whole.LastIndexOf('/');
        return cut > 0 && bytes.IndexOf(Encoding.UTF8.GetBytes(whole[..cut])) >= 0 && bytes.IndexOf(Encoding.UTF8.GetBytes(whole[(cut + 1)..])) >= 0;
    }

    // As readers of JSON, YAML and Terraform take escapes: \/ and \x2f and \u002f are a slash, and a line that ends with one goes on in the next.
    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> bytes)
    {
        var (plain, length) = (new byte[bytes.Length], 0);
        while (bytes.IndexOf((byte)'\\') is >= 0 and var at && at + 1 < bytes.Length)
        {
            bytes[..at].CopyTo(plain.AsSpan(length));
            length += at;
            var escape = bytes[at + 1];
            bytes = bytes[(at + 2)..];
            var digits = escape switch { (byte)'x' => 2, (byte)'u' => 4, (byte)'U' => 8, _ => 0 };
            if (digits > 0 && bytes.Length >= digits && uint.TryParse(bytes[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var character))
            {
                plain[length++] = character < 0x80 ? (byte)character : (byte)'?';
                bytes = bytes[digits..];
            }
            else if (escape is (byte)'\r' or (byte)'\n')
            {
                bytes = bytes.TrimStart(" \t\r\n"u8);
            }
            else
            {
                plain[length++] = char.IsAsciiLetter((char)escape) ? (byte)' ' : escape;
            }
        }

        bytes.CopyTo(plain.AsSpan(length));
        return plain.AsSpan(0, length + bytes.Length);
    }
}
