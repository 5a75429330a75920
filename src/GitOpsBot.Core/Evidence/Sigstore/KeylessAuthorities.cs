using System.Diagnostics;
using GitOpsBot.Core.Evidence.Sigstore.Bundles;
using GitOpsBot.Core.Evidence.Sigstore.Certificates;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Core.Evidence.Sigstore;

/// <summary>
/// The authorities that are believed by a certificate's identity, and the answer to "which of them signed this?". Those with the same trust share one
/// proof; identities are compared afterwards, so that nothing that is claimed decides before it is proven.
/// </summary>
internal sealed class KeylessAuthorities
{
    private readonly List<(Authority Authority, KeylessIdentity Identity)> all;

    /// <summary>Takes the keyless ones of all authorities.</summary>
    public KeylessAuthorities(IReadOnlyList<Authority> authorities) =>
        all = [.. authorities.Where(a => a.Trust is AuthorityTrust.Keyless).Select(a => (a, new KeylessIdentity((AuthorityTrust.Keyless)a.Trust)))];

    /// <summary>Their names.</summary>
    public IEnumerable<string> Names => all.Select(a => a.Authority.Name);

    /// <summary>
    /// What becomes of an item with a certificate: for each authority whose identity the certificate names, the proof or why there is none; when it names
    /// nobody's, one refusal for all.
    /// </summary>
    public IReadOnlyList<(Authority? Authority, Checked<SigstoreProof> Proof)> Judge(SignedItem item)
    {
        var leaf = item.Material!.Certificate!;
        var proofs = new Dictionary<(TrustedRoot, bool, bool), Checked<SigstoreProof>>();
        var judged = new List<(Authority?, Checked<SigstoreProof>)>();
        Checked<SigstoreProof>? any = null;
        foreach (var (authority, identity) in all)
        {
            var trust = (authority.TrustedRoot, authority.RequiresTransparencyLog, authority.AllowsBundleV01);
            if (!proofs.TryGetValue(trust, out var proof))
            {
                proofs[trust] = proof = Prove(item, authority);
            }

            any ??= proof;
            if (identity.IsSubject(leaf) && identity.IsIssuer(leaf))
            {
                judged.Add((authority, proof));
            }
        }

        return judged.Count > 0 ? judged
            : any is Checked<SigstoreProof>.Accepted ? [(all.Count == 1 ? all[0].Authority : null, WhyNobody(leaf))]
            : [(null, any ?? throw new UnreachableException())];
    }

    private static Checked<SigstoreProof> Prove(SignedItem item, Authority authority) =>
        WhyNotAllowed(item.Material!, authority) is { } rejection ? rejection : SigstoreVerifier.ProveKeyless(item, authority.TrustedRoot, authority.RequiresTransparencyLog);

    /// <summary>Why an authority does not take a bundle of this version; null when it does.</summary>
    public static Rejection? WhyNotAllowed(VerificationMaterial material, Authority authority) => material.Form == MaterialForm.BundleV01 && !authority.AllowsBundleV01
        ? new Rejection(RejectionCode.BundleVersionNotAllowed, $"Expected a bundle of version 0.2 or 0.3, as authority '{authority.Name}' allows no older ones; found one of version 0.1.")
        : null;

    private Rejection WhyNobody(Certificate leaf)
    {
        var name = Quoted.Text(SignerIdentity.NameOf(leaf));
        var nearly = all.Where(a => a.Identity.IsSubject(leaf)).Select(a => a.Identity.Issuer).Distinct(StringComparer.Ordinal).ToList();
        return nearly.Count > 0
            ? new(RejectionCode.IssuerMismatch, $"Expected the identity {name} vouched for by {string.Join(" or ", nearly)}; found it vouched for by {Quoted.Text(SignerIdentity.IssuerOf(leaf))}.")
            : new(RejectionCode.IdentityMismatch, $"Expected the identity {string.Join(" or ", all.Select(a => a.Identity.Subject).Distinct(StringComparer.Ordinal))}; found {name}.");
    }
}
