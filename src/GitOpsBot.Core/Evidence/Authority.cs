namespace GitOpsBot.Core.Evidence;

/// <summary>Who is believed: the document <c>kind: Authority</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Trust">What proves that it signed.</param>
public sealed record Authority(string Name, AuthorityTrust Trust)
{
    /// <summary>Whether an entry in a transparency log is demanded; by default for keyless, not for keys.</summary>
    public bool RequiresTransparencyLog { get; init; }
}

/// <summary>What proves an authority. Closed: keys, or a certificate's identity.</summary>
public abstract record AuthorityTrust
{
    private AuthorityTrust() { }

    /// <summary>Any of these keys, so that keys can roll over. Never empty.</summary>
    public sealed record Keys(IReadOnlyList<AuthorityKey> Any) : AuthorityTrust;

    /// <summary>A certificate of a Sigstore instance. Its verifier is a later part; until then everything that needs it is rejected as unsupported.</summary>
    public sealed record Keyless(string? Issuer, string? IssuerPattern, string? Subject, string? SubjectPattern) : AuthorityTrust;
}

/// <summary>A public key that an authority signs with.</summary>
/// <param name="File">The file it was read from, for people.</param>
/// <param name="SubjectPublicKeyInfo">The key, DER SubjectPublicKeyInfo (RFC 5280 4.1.2.7).</param>
/// <param name="NotBefore">Not believed before this time, when given.</param>
/// <param name="NotAfter">Not believed after this time, when given.</param>
public sealed record AuthorityKey(string File, ReadOnlyMemory<byte> SubjectPublicKeyInfo, DateTimeOffset? NotBefore, DateTimeOffset? NotAfter);
