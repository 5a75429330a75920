using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Core.Evidence;

/// <summary>Who is believed: the document <c>kind: Authority</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Trust">What proves that it signed.</param>
public sealed record Authority(string Name, AuthorityTrust Trust)
{
    /// <summary>Whether an entry in a transparency log is demanded; by default for keyless, not for keys.</summary>
    public bool RequiresTransparencyLog { get; init; } = Trust is AuthorityTrust.Keyless;

    /// <summary>Whether bundles of version 0.1 are taken, which need not prove that a log holds the signature. Cosign's older layout is not affected.</summary>
    public bool AllowsBundleV01 { get; init; }

    /// <summary>Whose certificates, logs and timestamps count: a Sigstore instance of its own, that of the settings, or the public good.</summary>
    public TrustedRoot TrustedRoot { get; init; } = TrustedRoot.PublicGood;
}

/// <summary>What proves an authority. Closed: keys, or a certificate's identity.</summary>
public abstract record AuthorityTrust
{
    private AuthorityTrust() { }

    /// <summary>Any of these keys, so that keys can roll over. Never empty.</summary>
    public sealed record Keys(IReadOnlyList<AuthorityKey> Any) : AuthorityTrust;

    /// <summary>A certificate of a Sigstore instance: for each of issuer and subject the exact text, or a pattern (<see cref="IdentityPattern"/>).</summary>
    public sealed record Keyless(string? Issuer, string? IssuerPattern, string? Subject, string? SubjectPattern) : AuthorityTrust;
}

/// <summary>A public key that an authority signs with.</summary>
/// <param name="File">The file it was read from, for people.</param>
/// <param name="SubjectPublicKeyInfo">The key, DER SubjectPublicKeyInfo (RFC 5280 4.1.2.7).</param>
/// <param name="NotBefore">Not believed before this time, when given.</param>
/// <param name="NotAfter">Not believed after this time, when given.</param>
public sealed record AuthorityKey(string File, ReadOnlyMemory<byte> SubjectPublicKeyInfo, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter);
