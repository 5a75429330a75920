using GitOpsBot.Core.Evidence.Sigstore;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// The keys of all authorities, read once, and the answer to "who signed this?".
/// <para>
/// A signature that no key verifies is either another key's or was tampered with; mathematics cannot tell which. What we chose, so that people look in
/// the right place: <c>signature-invalid</c> when the key id names a key that we hold, when the bytes are no signature at all, or when what is
/// signed cannot be read as what it should be; <c>untrusted-key</c> otherwise, with a sentence that names both causes. Neither is ever believed.
/// </para>
/// </summary>
internal sealed class TrustedKeys
{
    private readonly List<(Authority Authority, AuthorityKey Entry, PublicKey Key)> _keys = [];
    private readonly bool _anyKeyless;

    /// <summary>Reads the keys. One that cannot be read proves nothing; checking that it can be is for whoever reads the document.</summary>
    public TrustedKeys(IReadOnlyList<Authority> authorities)
    {
        foreach (var authority in authorities)
        {
            _anyKeyless |= authority.Trust is AuthorityTrust.Keyless;
            foreach (var entry in authority.Trust is AuthorityTrust.Keys keys ? keys.Any : [])
            {
                if (PublicKey.Read(entry.SubjectPublicKeyInfo) is Checked<PublicKey>.Accepted(var key))
                {
                    _keys.Add((authority, entry, key));
                }
            }
        }
    }

    /// <summary>Each authority one of whose keys made the signature, once; <c>Flaw</c> says why it is nevertheless not believed.</summary>
    public IReadOnlyList<(Authority Authority, PublicKey Key, Rejection? Flaw)> Signers(SignedItem item, DateTimeOffset now)
    {
        if (item.Signature is not { } signature)
        {
            return [];
        }

        return
        [
            .. _keys.Where(k => k.Key.Verifies(item.SignedBytes.Span, signature.Span))
                .Select(k => (k.Authority, k.Key, Flaw: Flaw(k.Authority, k.Entry, item, now)))
                .OrderBy(k => k.Flaw is null ? 0 : 1)
                .DistinctBy(k => k.Authority.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Why nobody is believed to have signed it.</summary>
    public Rejection WhyNobody(SignedItem item)
    {
        if (item.Signature is not { } signature || !PublicKey.IsSignatureOfAnyKind(signature.Span))
        {
            return new(RejectionCode.SignatureInvalid, "Expected a base64 signature by ECDSA (DER), Ed25519 or RSA; found bytes that are none of these.");
        }

        if (item.KeyId is not null && _keys.Find(k => IsHintOf(item.KeyId, k.Key)) is { Key: { } claimed } known)
        {
            return new(RejectionCode.SignatureInvalid, $"The signature claims to be by key {claimed.Fingerprint} of authority '{known.Authority.Name}', but does not match the bytes.");
        }

        if (item.HasCertificate && _anyKeyless)
        {
            return AwaitsSigstore.Certificate();
        }

        if (item.KeyId is null && item.Claim is Checked<Claim>.Refused(var unreadable))
        {
            return new(RejectionCode.SignatureInvalid, $"The signature matches no key of any authority, and what it should have signed cannot be read: {unreadable.Reason}");
        }

        var names = string.Join(", ", _keys.Select(k => k.Authority.Name).Distinct(StringComparer.Ordinal));
        return new(RejectionCode.UntrustedKey, names.Length == 0
            ? "Expected a signature by a key of an authority, but no authority has a key."
            : $"Expected a signature by a key of {names}; found one that no such key verifies: another key's, or the bytes were changed.");
    }

    private static Rejection? Flaw(Authority authority, AuthorityKey entry, SignedItem item, DateTimeOffset now)
    {
        // A key's signature carries no time that anyone else signed, so the time of judging counts: an expired key proves nothing, old or new.
        if (entry.NotAfter is { } end && now > end)
        {
            return new(RejectionCode.KeyExpired, $"Key '{entry.File}' of authority '{authority.Name}' is believed until {end.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}, but it is {now.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}.");
        }

        if (entry.NotBefore is { } start && now < start)
        {
            return new(RejectionCode.UntrustedKey, $"Key '{entry.File}' of authority '{authority.Name}' is believed from {start.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}, but it is {now.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}.");
        }

        return authority.RequiresTransparencyLog ? AwaitsSigstore.LogEntry(authority.Name, item.HasLogEntry) : null;
    }

    // The spellings of a key's SHA-256 that signers use: ours, bare hexadecimal, and base64 as in the hint of a Sigstore bundle.
    private static bool IsHintOf(string keyId, PublicKey key)
    {
        var hex = key.Fingerprint["sha256:".Length..];
        return keyId.Equals(key.Fingerprint, StringComparison.OrdinalIgnoreCase)
            || keyId.Equals(hex, StringComparison.OrdinalIgnoreCase)
            || keyId == Convert.ToBase64String(Convert.FromHexString(hex));
    }
}
