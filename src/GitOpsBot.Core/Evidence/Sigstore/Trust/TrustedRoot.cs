using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence.Sigstore.Trust;

/// <summary>
/// Whom Sigstore's verification believes: certificate authorities, transparency logs, certificate logs and timestamp authorities, each with the time it is
/// believed for (protobuf-specs, <c>sigstore_trustroot.proto</c>). Read once from its JSON and kept: keys are prepared and paths within it are proven
/// once. Immutable, safe to share.
/// </summary>
public sealed class TrustedRoot
{
    private readonly Dictionary<string, TransparencyLog> logs;
    private readonly Dictionary<string, TransparencyLog> certificateLogs;

    internal TrustedRoot(
        Digest digest, IReadOnlyList<CertificateAuthority> authorities, IReadOnlyList<CertificateAuthority> timestampAuthorities,
        Dictionary<string, TransparencyLog> logs, Dictionary<string, TransparencyLog> certificateLogs) =>
        (Digest, Authorities, TimestampAuthorities, this.logs, this.certificateLogs) = (digest, authorities, timestampAuthorities, logs, certificateLogs);

    /// <summary>The root of the public good instance, as it was shipped on <see cref="PublicGoodDate"/>. Used where nothing else is named.</summary>
    public static TrustedRoot PublicGood => Shipped.Value;

    /// <summary>The day the shipped root was taken from sigstore/root-signing. A root that the instance publishes later is named by <c>trust.sigstoreTrustedRootFile</c>.</summary>
    public static DateOnly PublicGoodDate { get; } = new(2026, 11, 26);

    /// <summary>Digest of the JSON it was read from.</summary>
    public Digest Digest { get; }

    /// <summary>Whether it knows a transparency log.</summary>
    public bool HasLogs => logs.Count > 0;

    /// <summary>Whether it knows a certificate transparency log.</summary>
    internal bool HasCertificateLogs => certificateLogs.Count > 0;

    /// <summary>Everything in it that is believed for a time, for people; who signs first.</summary>
    public IReadOnlyList<TrustedPart> Parts =>
    [
        .. Authorities.Select(a => TrustedPart.Of("certificate authority", a)), .. logs.Values.Select(l => TrustedPart.Of("transparency log", l)),
        .. certificateLogs.Values.Select(l => TrustedPart.Of("certificate transparency log", l)), .. TimestampAuthorities.Select(a => TrustedPart.Of("timestamp authority", a)),
    ];

    /// <summary>Who issues signing certificates.</summary>
    internal IReadOnlyList<CertificateAuthority> Authorities { get; }

    /// <summary>Who signs times; the first certificate of each is the signer's own.</summary>
    internal IReadOnlyList<CertificateAuthority> TimestampAuthorities { get; }

    private static Lazy<TrustedRoot> Shipped { get; } = new(TrustedRootReader.ReadShipped);

    /// <summary>Reads a TrustedRoot.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <returns>The root; or <c>malformed</c>, <c>limit</c>, <c>unsupported</c>, with a sentence that begins "The trusted root".</returns>
    public static Checked<TrustedRoot> Read(ReadOnlyMemory<byte> json) => TrustedRootReader.Read(json);

    /// <summary>The transparency log of this id, or null.</summary>
    internal TransparencyLog? Log(ReadOnlySpan<byte> id) => logs.GetValueOrDefault(Convert.ToHexStringLower(id));

    /// <summary>The certificate transparency log of this id, or null.</summary>
    internal TransparencyLog? CertificateLog(ReadOnlySpan<byte> id) => certificateLogs.GetValueOrDefault(Convert.ToHexStringLower(id));
}
