using GitOpsBot.Core.Evidence.Sigstore;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

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
    private static readonly SigstoreProof Nothing = new([], []);
    private readonly List<(Authority Authority, AuthorityKey Entry, PublicKey Key)> _keys = [];

    /// <summary>Reads the keys. One that cannot be read proves nothing; checking that it can be is for whoever reads the document.</summary>
    public TrustedKeys(IReadOnlyList<Authority> authorities)
    {
        foreach (var authority in authorities)
        {
            foreach (var entry in authority.Trust is AuthorityTrust.Keys keys ? keys.Any : [])
            {
                if (PublicKey.Read(entry.SubjectPublicKeyInfo) is Checked<PublicKey>.Accepted(var key))
                {
                    _keys.Add((authority, entry, key));
                }
            }
        }
    }

    /// <summary>Each authority one of whose keys made the signature, once, with what else is proven; or why it is nevertheless not believed.</summary>
    public IReadOnlyList<(Authority Authority, PublicKey Key, Checked<SigstoreProof> Proof)> Signers(SignedItem item, DateTimeOffset now)
    {
        // In a bundle the certificate says who signed, and that is not a key.
        if (item.Signature is not { } signature || item.Material is { IsBundle: true, Certificate: not null })
        {
            return [];
        }

        return
        [
            .. _keys.Where(k => item.Message.IsSignedBy(k.Key, signature.Span))
                .Select(k => (k.Authority, k.Key, Proof: Prove(k.Authority, k.Entry, k.Key, item, now)))
                .OrderBy(k => k.Proof is Checked<SigstoreProof>.Accepted ? 0 : 1)
                .DistinctBy(k => k.Authority.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>Why nobody is believed to have signed it.</summary>
    public Rejection WhyNobody(SignedItem item)
    {
        var names = string.Join(", ", _keys.Select(k => k.Authority.Name).Distinct(StringComparer.Ordinal));
        if (item.Material is { IsBundle: true, Certificate: { } certificate })
        {
            return new(RejectionCode.UntrustedKey, $"Expected a signature by {(names.Length == 0 ? "an authority, but there is none" : "a key of " + names)}; found one by a certificate of {Quoted.Text(Sigstore.Certificates.SignerIdentity.NameOf(certificate))}.");
        }

        if (item.Signature is not { } signature || !PublicKey.IsSignatureOfAnyKind(signature.Span))
        {
            return new(RejectionCode.SignatureInvalid, "Expected a base64 signature by ECDSA (DER), Ed25519 or RSA; found bytes that are none of these.");
        }

        if (item.KeyId is not null && _keys.Find(k => IsHintOf(item.KeyId, k.Key)) is { Key: { } claimed } known)
        {
            return new(RejectionCode.SignatureInvalid, $"The signature claims to be by key {claimed.Fingerprint} of authority '{known.Authority.Name}', but does not match the bytes.");
        }

        if (item.KeyId is null && item.Claim is Checked<Claim>.Refused(var unreadable))
        {
            return new(RejectionCode.SignatureInvalid, $"The signature matches no key of any authority, and what it should have signed cannot be read: {unreadable.Reason}");
        }

        return new(RejectionCode.UntrustedKey, names.Length == 0
            ? "Expected a signature by a key of an authority, but no authority has a key."
            : $"Expected a signature by a key of {names}; found one that no such key verifies: another key's, or the bytes were changed.");
    }

    private static Checked<SigstoreProof> Prove(Authority authority, AuthorityKey entry, PublicKey key, SignedItem item, DateTimeOffset now)
    {
        if (item.Material is { } material && KeylessAuthorities.WhyNotAllowed(material, authority) is { } tooOld)
        {
            return tooOld;
        }

        var proof = item.Material is null && !authority.RequiresTransparencyLog
            ? (Checked<SigstoreProof>)Nothing
            : SigstoreVerifier.ProveKeyed(item, key, authority.TrustedRoot, authority.RequiresTransparencyLog, now);
        return proof is Checked<SigstoreProof>.Accepted(var proven) && Flaw(authority, entry, proven, now) is { } flaw ? flaw : proof;
    }

    // The times that others signed say when a key was used. Without one the time of judging counts: then an expired key proves nothing, old or new.
    private static Rejection? Flaw(Authority authority, AuthorityKey entry, SigstoreProof proof, DateTimeOffset now)
    {
        foreach (var time in proof.Times.Count > 0 ? proof.Times : [now])
        {
            var found = proof.Times.Count > 0 ? $"was used at {Validity.Say(time)}" : $"it is {Validity.Say(time)}";
            if (entry.NotAfter is { } end && time > end)
            {
                return new(RejectionCode.KeyExpired, $"Key '{entry.File}' of authority '{authority.Name}' is believed until {Validity.Say(end)}, but {found}.");
            }

            if (entry.NotBefore is { } start && time < start)
            {
                return new(RejectionCode.UntrustedKey, $"Key '{entry.File}' of authority '{authority.Name}' is believed from {Validity.Say(start)}, but {found}.");
            }
        }

        return null;
    }

    // The spellings of a key's SHA-256 that signers use: ours, bare hexadecimal, base64 as in the hint of a Sigstore bundle, and npm's.
    private static bool IsHintOf(string keyId, PublicKey key)
    {
        var hex = key.Fingerprint["sha256:".Length..];
        var base64 = Convert.ToBase64String(Convert.FromHexString(hex));
        return keyId.Equals(key.Fingerprint, StringComparison.OrdinalIgnoreCase)
            || keyId.Equals(hex, StringComparison.OrdinalIgnoreCase)
            || keyId == base64
            || keyId == "SHA256:" + base64.TrimEnd('=');
    }
}
