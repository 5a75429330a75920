using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence.Sigstore.Trust;

/// <summary>
/// Whom Sigstore's verification believes: certificate authorities, transparency logs, certificate logs and timestamp authorities, each with the time it is
/// believed for (protobuf-specs, <c>sigstore_trustroot.proto</c>). Read once from its JSON and kept: keys are prepared and paths within it are proven
/// once. Immutable, safe to share.
/// </summary>
public sealed class TrustedRoot
{
    private readonly Lazy<TrustedRootContent> content;

    internal TrustedRoot(TrustedRootContent content) => this.content = new(content);

    private TrustedRoot(Func<TrustedRootContent> read) => content = new(read);

    /// <summary>
    /// The root of the public good instance, as it was shipped on <see cref="PublicGoodDate"/>. Used where nothing else is named; read when something is
    /// first proven by it, since most commands prove nothing and its keys take a tenth of a second.
    /// </summary>
    public static TrustedRoot PublicGood { get; } = new(TrustedRootReader.ReadShipped);

    /// <summary>The day the shipped root was taken from sigstore/root-signing. A root that the instance publishes later is named by <c>trust.sigstoreTrustedRootFile</c>.</summary>
    public static DateOnly PublicGoodDate { get; } = new(2026, 11, 26);

    /// <summary>Digest of the JSON it was read from.</summary>
    public Digest Digest => content.Value.Digest;

    /// <summary>Whether it knows a transparency log.</summary>
    public bool HasLogs => content.Value.Logs.Count > 0;

    /// <summary>Whether it knows a certificate transparency log.</summary>
    internal bool HasCertificateLogs => content.Value.CertificateLogs.Count > 0;

    /// <summary>Everything in it that is believed for a time, for people; who signs first.</summary>
    public IReadOnlyList<TrustedPart> Parts =>
    [
        .. Authorities.Select(a => TrustedPart.Of("certificate authority", a)), .. content.Value.Logs.Values.Select(l => TrustedPart.Of("transparency log", l)),
        .. content.Value.CertificateLogs.Values.Select(l => TrustedPart.Of("certificate transparency log", l)), .. TimestampAuthorities.Select(a => TrustedPart.Of("timestamp authority", a)),
    ];

    /// <summary>Who issues signing certificates.</summary>
    internal IReadOnlyList<CertificateAuthority> Authorities => content.Value.Authorities;

    /// <summary>Who signs times; the first certificate of each is the signer's own.</summary>
    internal IReadOnlyList<CertificateAuthority> TimestampAuthorities => content.Value.TimestampAuthorities;

    /// <summary>Reads a TrustedRoot.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <returns>The root; or <c>malformed</c>, <c>limit</c>, <c>unsupported</c>, with a sentence that begins "The trusted root".</returns>
    public static Checked<TrustedRoot> Read(ReadOnlyMemory<byte> json) => TrustedRootReader.Read(json) switch
    {
        Checked<TrustedRootContent>.Accepted(var read) => new TrustedRoot(read),
        Checked<TrustedRootContent>.Refused(var rejection) => rejection,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The transparency log of this id, or null.</summary>
    internal TransparencyLog? Log(ReadOnlySpan<byte> id) => content.Value.Logs.GetValueOrDefault(Convert.ToHexStringLower(id));

    /// <summary>The certificate transparency log of this id, or null.</summary>
    internal TransparencyLog? CertificateLog(ReadOnlySpan<byte> id) => content.Value.CertificateLogs.GetValueOrDefault(Convert.ToHexStringLower(id));
}

/// <summary>What a TrustedRoot says, read and prepared.</summary>
/// <param name="Digest">Of the JSON.</param>
/// <param name="Authorities">Who issues signing certificates.</param>
/// <param name="TimestampAuthorities">Who signs times.</param>
/// <param name="Logs">Transparency logs by id, in hex.</param>
/// <param name="CertificateLogs">Certificate transparency logs by id, in hex.</param>
internal sealed record TrustedRootContent(
    Digest Digest, IReadOnlyList<CertificateAuthority> Authorities, IReadOnlyList<CertificateAuthority> TimestampAuthorities,
    Dictionary<string, TransparencyLog> Logs, Dictionary<string, TransparencyLog> CertificateLogs);
