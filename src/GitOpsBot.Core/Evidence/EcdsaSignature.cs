using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// An ECDSA signature as DER, <c>SEQUENCE { r INTEGER, s INTEGER }</c> (RFC 3279 2.2.3), read to the letter: lenient readers accept the same
/// numbers in several spellings.
/// </summary>
internal static class EcdsaSignature
{
    /// <summary>Reads r and s into two fields of <paramref name="fieldBytes"/> bytes each, or answers false.</summary>
    public static bool TryRead(ReadOnlySpan<byte> der, int fieldBytes, [NotNullWhen(true)] out byte[]? fixedWidth)
    {
        fixedWidth = null;
        if (der.Length > (2 * (fieldBytes + 3)) + 4)
        {
            return false;
        }

        try
        {
            var reader = new AsnReader(der.ToArray(), AsnEncodingRules.DER);
            var numbers = reader.ReadSequence();
            var (r, s) = (numbers.ReadIntegerBytes(), numbers.ReadIntegerBytes());
            if (reader.HasData || numbers.HasData)
            {
                return false;
            }

            var result = new byte[2 * fieldBytes];
            if (!TryPlace(r.Span, result.AsSpan(0, fieldBytes)) || !TryPlace(s.Span, result.AsSpan(fieldBytes)))
            {
                return false;
            }

            fixedWidth = result;
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool TryPlace(ReadOnlySpan<byte> number, Span<byte> field)
    {
        // Two's complement: a set first bit is a negative number, which neither r nor s may be.
        if ((number[0] & 0x80) != 0)
        {
            return false;
        }

        var magnitude = number.TrimStart((byte)0);
        if (magnitude.IsEmpty || magnitude.Length > field.Length)
        {
            return false;
        }

        magnitude.CopyTo(field[^magnitude.Length..]);
        return true;
    }
}
