using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Core.Evidence.Sigstore.Certificates;

/// <summary>
/// A signer's certificate and the certificates of the trusted root above it (RFC 5280 section 6, with the anchor's own validity checked too, as
/// Sigstore's hybrid model demands). Intermediates that came with the signature take no part.
/// </summary>
internal sealed class CertificatePath
{
    private readonly IReadOnlyList<(CertificateAuthority Authority, IReadOnlyList<Certificate> Above)> ways;

    private CertificatePath(Certificate leaf, IReadOnlyList<(CertificateAuthority, IReadOnlyList<Certificate>)> ways) => (Leaf, this.ways) = (leaf, ways);

    /// <summary>The signer's certificate.</summary>
    public Certificate Leaf { get; }

    /// <summary>Who issued it.</summary>
    public Certificate Issuer => ways[0].Above[0];

    /// <summary>Finds the ways from a signer's certificate to anchors of a trusted root.</summary>
    /// <returns>The path; or <c>untrusted-root</c>, <c>certificate-usage</c>.</returns>
    public static Checked<CertificatePath> Find(Certificate leaf, TrustedRoot root)
    {
        var ways = Ways(leaf, root.Authorities).ToList();
        if (ways.Count == 0)
        {
            return new Rejection(RejectionCode.UntrustedRoot, "The certificate must be issued by an authority of the trusted root, but is not.");
        }

        if (leaf.Usage.WhyNotFor(CertificateUsage.CodeSigning, "code signing") is { } wrong)
        {
            return new Rejection(RejectionCode.CertificateUsage, $"The certificate must be a signer's, for code signing, but it {wrong}.");
        }

        ways = [.. ways.Where(w => IsAllowed(w.Above, CertificateUsage.CodeSigning))];
        return ways.Count > 0 ? new CertificatePath(leaf, ways)
            : new Rejection(RejectionCode.CertificateUsage, "The certificate must be issued by an authority that may issue for code signing, but its issuer may not.");
    }

    /// <summary>Why the path does not hold at one of these times (<c>time-outside-certificate</c>); null when one way holds at all of them.</summary>
    public Rejection? WhyNotAt(IReadOnlyList<DateTimeOffset> times)
    {
        if (times.FirstOrDefault(t => !Leaf.IsValidAt(t)) is var outside && outside != default)
        {
            return new Rejection(RejectionCode.TimeOutsideCertificate,
                $"The certificate is valid from {Validity.Say(Leaf.NotBefore)} to {Validity.Say(Leaf.NotAfter)}, but the signature was made at {Validity.Say(outside)}.");
        }

        var reasons = ways.Select(w => WhyNotAt(w, times)).ToList();
        return reasons.Contains(null) ? null : new Rejection(RejectionCode.TimeOutsideCertificate, reasons[0]!);
    }

    /// <summary>Whether certificates of a trusted root, anchor last, may stand above a leaf for a purpose: path lengths and purposes.</summary>
    public static bool IsAllowed(IReadOnlyList<Certificate> above, string purpose) =>
        above.Index().All(c => c.Item.Usage.AllowsBelow(purpose) && (c.Item.Usage.PathLength is not { } most || above.Take(c.Index).Count(a => !a.IsSelfIssued) <= most));

    private static IEnumerable<(CertificateAuthority Authority, IReadOnlyList<Certificate> Above)> Ways(Certificate leaf, IReadOnlyList<CertificateAuthority> authorities)
    {
        foreach (var authority in authorities)
        {
            for (var place = 0; place < authority.Chain.Count; place++)
            {
                if (authority.Chain[place].IsIssuerOf(leaf) && authority.From(place) is { } above)
                {
                    yield return (authority, above);
                }
            }
        }
    }

    private static string? WhyNotAt((CertificateAuthority Authority, IReadOnlyList<Certificate> Above) way, IReadOnlyList<DateTimeOffset> times)
    {
        foreach (var time in times)
        {
            if (way.Authority.Validity.WhyNot(time) is { } outside)
            {
                return $"The certificate's authority {outside}, when the signature was made.";
            }

            if (way.Above.FirstOrDefault(c => !c.IsValidAt(time)) is { } expired)
            {
                return $"A certificate above the signer's is valid from {Validity.Say(expired.NotBefore)} to {Validity.Say(expired.NotAfter)}, but the signature was made at {Validity.Say(time)}.";
            }
        }

        return null;
    }
}
