using System.Formats.Asn1;
using System.Text;

namespace GitOpsBot.Core.Evidence.Sigstore.Certificates;

/// <summary>
/// Who a certificate says its holder is: the one subject alternative name (RFC 5280 4.2.1.6) that Fulcio wrote there, an address, an e-mail address or
/// a user name, and who told Fulcio so (sigstore/fulcio, <c>docs/oid-info.md</c>).
/// </summary>
internal static class SignerIdentity
{
    /// <summary>The extension with the name.</summary>
    public const string AlternativeNames = "2.5.29.17";

    private const string FulcioArc = "1.3.6.1.4.1.57264.1.";
    private const string OtherName = FulcioArc + "7";
    private static readonly Asn1Tag Other = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Email = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    /// <summary>The one name; null when there is none, more than one, or one of another kind: a second name would let its holder be two people.</summary>
    public static string? NameOf(Certificate certificate) =>
        certificate.Extensions.TryGetValue(AlternativeNames, out var extension) ? Printable(extension.Read(ReadName)) : null;

    /// <summary>Who vouched for the name; null when nobody did, or two say different things.</summary>
    public static string? IssuerOf(Certificate certificate)
    {
        // The older extension holds the text as it is; the newer one a UTF8String. Where both are there, they are the same.
        var old = certificate.Extensions.TryGetValue(FulcioArc + "1", out var raw) ? Utf8(raw.Value.Span) : null;
        var issuer = Extension(certificate, 8);
        return raw is not null && certificate.Extensions.ContainsKey(FulcioArc + "8") && old != issuer ? null : Printable(issuer ?? old);
    }

    /// <summary>A text of Fulcio's newer extensions; null when it is not there, or is no text.</summary>
    public static string? Extension(Certificate certificate, int number) =>
        certificate.Extensions.TryGetValue(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{FulcioArc}{number}"), out var extension)
            ? extension.Read(reader => reader.ReadCharacterString(UniversalTagNumber.UTF8String))
            : null;

    private static string? ReadName(AsnReader reader)
    {
        var names = reader.ReadSequence();
        var tag = names.HasData ? names.PeekTag() : default;
        var name = tag.HasSameClassAndValue(Uri) ? names.ReadCharacterString(UniversalTagNumber.IA5String, Uri)
            : tag.HasSameClassAndValue(Email) ? names.ReadCharacterString(UniversalTagNumber.IA5String, Email)
            : tag.HasSameClassAndValue(Other) ? ReadOther(names.ReadSequence(Other))
            : null;
        return names.HasData ? null : name;
    }

    private static string? ReadOther(AsnReader other)
    {
        var oid = other.ReadObjectIdentifier();
        var value = other.ReadSequence(Other);
        var name = value.ReadCharacterString(UniversalTagNumber.UTF8String);
        value.ThrowIfNotEmpty();
        other.ThrowIfNotEmpty();
        return oid == OtherName ? name : null;
    }

    private static string? Utf8(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;

    // A name with control characters could show people something else than what was compared.
    private static string? Printable(string? text) => text is { Length: > 0 } && !text.Any(char.IsControl) ? text : null;
}
