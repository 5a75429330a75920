using System.Globalization;
using System.Text;

namespace GitOpsBot.Git;

/// <summary>
/// Git's lines with their length before them (gitprotocol-common, "pkt-line Format"), read from the other end. What is not one is a
/// <see cref="GitException"/>.
/// </summary>
/// <param name="read">Reads some bytes; 0 at the end.</param>
internal sealed class PktLines(PktLines.Reading read)
{
    // Four digits of length and 65,516 bytes.
    private const int Largest = 65520;

    private readonly byte[] buffer = new byte[Largest];

    /// <summary>Reads some bytes; 0 at the end.</summary>
    public delegate int Reading(Span<byte> into);

    /// <summary>A flush packet: the end of a list.</summary>
    public static ReadOnlySpan<byte> Flush => "0000"u8;

    /// <summary>A text as one line.</summary>
    public static byte[] Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Encoding.ASCII.GetBytes((bytes.Length + 4).ToString("x4", CultureInfo.InvariantCulture)), .. bytes];
    }

    /// <summary>The next line, good until the next is read; false for a flush packet.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        Fill(buffer.AsSpan(0, 4));
        if (!int.TryParse(buffer.AsSpan(0, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length > Largest || length is > 0 and < 4)
        {
            throw new GitException("The remote does not speak as a Git server does.", isTransient: false);
        }

        line = buffer.AsSpan(0, Math.Max(0, length - 4));
        Fill(buffer.AsSpan(0, line.Length));
        return length > 0;
    }

    private void Fill(Span<byte> part)
    {
        while (part.Length > 0)
        {
            var got = read(part);
            part = got > 0 ? part[got..] : throw new GitException("The remote ended in the middle of what it said.", isTransient: true);
        }
    }
}
