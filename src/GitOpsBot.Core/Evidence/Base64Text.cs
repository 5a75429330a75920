using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// Base64 in one spelling for each value: the standard or the URL-safe alphabet (RFC 4648 sections 4 and 5) but not both in one text, padding whole or
/// absent, no white space, no stray bits in the last letter. Otherwise a changed byte could leave the value as it was.
/// </summary>
internal static class Base64Text
{
    /// <summary>Decodes, or answers false.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var letters = text.AsSpan().TrimEnd('=');
        var padding = text.Length - letters.Length;
        if (letters.Length % 4 == 1 || (padding != 0 && padding != (4 - (letters.Length % 4)) % 4))
        {
            return false;
        }

        var urlSafe = letters.IndexOfAny('-', '_') >= 0;
        foreach (var c in letters)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !(urlSafe ? c is '-' or '_' : c is '+' or '/'))
            {
                return false;
            }
        }

        var whole = urlSafe ? letters.ToString() : letters.ToString().Replace('+', '-').Replace('/', '_');
        var decoded = new byte[Base64Url.GetMaxDecodedLength(whole.Length)];
        // Not TryDecodeFromChars: that one throws for stray bits.
        if (Base64Url.DecodeFromChars(whole, decoded, out _, out var written) != OperationStatus.Done)
        {
            return false;
        }

        decoded = decoded[..written];
        if (Base64Url.EncodeToString(decoded) != whole)
        {
            return false;
        }

        bytes = decoded;
        return true;
    }
}
