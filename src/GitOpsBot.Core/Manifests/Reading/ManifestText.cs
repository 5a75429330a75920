using System.Text;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Manifests.Reading;

/// <summary>A manifest's characters; the byte order mark is kept aside, so that writing them again gives the same bytes.</summary>
internal sealed record ManifestText(string Text, bool HasMark)
{
    /// <summary>Bytes of one manifest; more is not written by people.</summary>
    public const int Largest = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes a file; null with the problem when it cannot be.</summary>
    public static ManifestText? Decode(ManifestFile file, out Problem? problem)
    {
        problem = null;
        if (file.Content.Length > Largest)
        {
            problem = new Problem(file.Path, 0, 0, $"The file has {file.Content.Length} bytes; at most {Largest} are read.");
            return null;
        }

        try
        {
            var hasMark = file.Content.Span.StartsWith(Encoding.UTF8.Preamble);
            return new ManifestText(Strict.GetString(hasMark ? file.Content.Span[Encoding.UTF8.Preamble.Length..] : file.Content.Span), hasMark);
        }
        catch (DecoderFallbackException)
        {
            problem = new Problem(file.Path, 0, 0, "The file is not UTF-8.");
            return null;
        }
    }

    /// <summary>The bytes of this text.</summary>
    public ReadOnlyMemory<byte> Encode() => HasMark ? [.. Encoding.UTF8.Preamble, .. Strict.GetBytes(Text)] : Strict.GetBytes(Text);
}
