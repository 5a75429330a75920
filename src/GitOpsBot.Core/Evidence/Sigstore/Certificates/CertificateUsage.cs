using System.Formats.Asn1;

namespace GitOpsBot.Core.Evidence.Sigstore.Certificates;

/// <summary>What a certificate may be used for (RFC 5280 4.2.1.3, 4.2.1.9, 4.2.1.12).</summary>
/// <param name="IsAuthority">Whether it is a certificate authority's.</param>
/// <param name="PathLength">How many authorities may stand between it and a leaf; null for any number.</param>
/// <param name="KeyUsage">What its key may do; null when it does not say.</param>
/// <param name="Purposes">Object identifiers of its purposes; null when it does not say.</param>
/// <param name="ArePurposesCritical">Whether those must be known.</param>
/// <param name="HasUnknownCritical">Whether it has a critical extension that is not known here, so that it must be refused.</param>
internal sealed record CertificateUsage(
    bool IsAuthority, int? PathLength, KeyUsageBits? KeyUsage, IReadOnlyList<string>? Purposes, bool ArePurposesCritical, bool HasUnknownCritical)
{
    /// <summary>Code signing, which signers' certificates must be for.</summary>
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    /// <summary>Time stamping.</summary>
    public const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    private const string AnyPurpose = "2.5.29.37.0";
    private const string KeyUsageOid = "2.5.29.15";
    private const string BasicConstraintsOid = "2.5.29.19";
    private const string PurposesOid = "2.5.29.37";
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal) { KeyUsageOid, BasicConstraintsOid, PurposesOid, SignerIdentity.AlternativeNames };

    /// <summary>Whether it may issue certificates.</summary>
    public bool MayIssue => IsAuthority && !HasUnknownCritical && (KeyUsage is null || KeyUsage.Value.HasFlag(KeyUsageBits.KeyCertSign));

    /// <summary>Reads it; null when one of the extensions is malformed.</summary>
    public static CertificateUsage? Read(IReadOnlyDictionary<string, CertificateExtension> extensions)
    {
        var constraints = new Constraints(false, null);
        if (extensions.TryGetValue(BasicConstraintsOid, out var basic) && (constraints = basic.Read(ReadConstraints)) is null)
        {
            return null;
        }

        object? keyUsage = null;
        if (extensions.TryGetValue(KeyUsageOid, out var usage) && (keyUsage = usage.Read<object>(reader => reader.ReadNamedBitListValue<KeyUsageBits>())) is null)
        {
            return null;
        }

        IReadOnlyList<string>? purposes = null;
        return extensions.TryGetValue(PurposesOid, out var extended) && (purposes = extended.Read(ReadPurposes)) is null
            ? null
            : new CertificateUsage(
                constraints.IsAuthority, constraints.PathLength, (KeyUsageBits?)keyUsage, purposes, extended?.IsCritical == true,
                extensions.Any(e => e.Value.IsCritical && !Known.Contains(e.Key)));
    }

    /// <summary>Why a leaf is not for a purpose; null when it is.</summary>
    public string? WhyNotFor(string purpose, string said) =>
        HasUnknownCritical ? "has a critical extension that is not known here"
        : IsAuthority ? "is a certificate authority's"
        : KeyUsage is { } usage && !usage.HasFlag(KeyUsageBits.DigitalSignature) ? "is not for signing"
        : Purposes?.Contains(purpose) != true ? $"is not for {said}"
        : null;

    /// <summary>Whether an authority may issue certificates for a purpose: it says nothing about purposes, or names this one or any.</summary>
    public bool AllowsBelow(string purpose) => Purposes is null || Purposes.Contains(purpose) || Purposes.Contains(AnyPurpose);

    private static Constraints ReadConstraints(AsnReader reader)
    {
        var sequence = reader.ReadSequence();
        var isAuthority = sequence.HasData && sequence.PeekTag() == Asn1Tag.Boolean && sequence.ReadBoolean();
        int? length = null;
        if (sequence.HasData)
        {
            // Longer than any path, and so no limit, is what does not fit.
            length = sequence.TryReadInt32(out var number) ? number : throw new AsnContentException();
        }

        sequence.ThrowIfNotEmpty();
        return length is < 0 || (length is not null && !isAuthority) ? throw new AsnContentException() : new Constraints(isAuthority, length);
    }

    private static List<string> ReadPurposes(AsnReader reader)
    {
        var purposes = new List<string>();
        for (var sequence = reader.ReadSequence(); sequence.HasData;)
        {
            purposes.Add(sequence.ReadObjectIdentifier());
        }

        return purposes;
    }

    private sealed record Constraints(bool IsAuthority, int? PathLength);
}

/// <summary>Key usage, in the order of the certificate's bits; .NET's own flags count from the other end.</summary>
[Flags]
internal enum KeyUsageBits
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Signing what is not a certificate.</summary>
    DigitalSignature = 1 << 0,
    /// <summary>Content commitment.</summary>
    NonRepudiation = 1 << 1,
    /// <summary>Encrypting keys.</summary>
    KeyEncipherment = 1 << 2,
    /// <summary>Encrypting data.</summary>
    DataEncipherment = 1 << 3,
    /// <summary>Agreeing on keys.</summary>
    KeyAgreement = 1 << 4,
    /// <summary>Signing certificates.</summary>
    KeyCertSign = 1 << 5,
    /// <summary>Signing revocation lists.</summary>
    CrlSign = 1 << 6,
    /// <summary>Only enciphering.</summary>
    EncipherOnly = 1 << 7,
    /// <summary>Only deciphering.</summary>
    DecipherOnly = 1 << 8,
}
