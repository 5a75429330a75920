namespace GitOpsBot.Core.Evidence.Sigstore.Trust;

/// <summary>One part of a <see cref="TrustedRoot"/>, and when it is believed.</summary>
/// <param name="Kind">What it is, in words: <c>certificate authority</c>, <c>transparency log</c>, …</param>
/// <param name="From">From when on, inclusive; null for ever.</param>
/// <param name="Until">Until when, inclusive; null for ever. Of a chain of certificates, not longer than any of them is valid.</param>
public sealed record TrustedPart(string Kind, DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>Whether it issues the certificates that artifacts are signed with.</summary>
    public bool IsSigner => Kind == "certificate authority";

    /// <summary>Whether it is believed at a time.</summary>
    public bool IsValidAt(DateTimeOffset time) => (From is null || From <= time) && (Until is null || time <= Until);

    internal static TrustedPart Of(string kind, CertificateAuthority authority) => new(
        kind, Latest([authority.Validity.Start, .. authority.Chain.Select(c => (DateTimeOffset?)c.NotBefore)]), Earliest([authority.Validity.End, .. authority.Chain.Select(c => (DateTimeOffset?)c.NotAfter)]));

    internal static TrustedPart Of(string kind, TransparencyLog log) => new(kind, log.Validity.Start, log.Validity.End);

    private static DateTimeOffset? Latest(IEnumerable<DateTimeOffset?> times) => times.Max();

    private static DateTimeOffset? Earliest(IEnumerable<DateTimeOffset?> times) => times.Min();
}
