using System.Text;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Testing.Sigstore;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

/// <summary>Bundles of stand-in instances, and what is made of them. Keys are made once: nothing depends on which they are.</summary>
internal static class Minted
{
    public static readonly SigstoreInstance Own = new();
    public static readonly SigstoreInstance Stranger = new();
    public static readonly TrustedRoot Root = Own.Root;
    public static readonly byte[] Content = "checkout"u8.ToArray();
    public static readonly byte[] Statement = Encoding.UTF8.GetBytes(AttachedItems.Statement(AttachedItems.Subject));

    public static readonly Authority Keyless = new("acme-ci", new AuthorityTrust.Keyless(SigstoreInstance.Issuer, null, SigstoreInstance.Identity, null)) { TrustedRoot = Root };

    public static AttachedItem Item(byte[] bundle) => new(
        AttachedItems.Subject, AttachedForm.SigstoreBundle, "application/vnd.dev.sigstore.bundle.v0.3+json", Digest.Of(bundle), bundle, new Dictionary<string, string>());

    public static EvidenceItem Judge(BundleRecipe recipe, Authority? authority = null) => Judge(Own.Sign(Content, recipe), authority);

    public static EvidenceItem Judge(byte[] bundle, Authority? authority = null) => Assert.Single(AttachedItems.VerifyAll(Item(bundle), authority ?? Keyless));

    public static EvidenceItem.Verified AssertVerified(BundleRecipe recipe, Authority? authority = null)
    {
        var item = Judge(recipe, authority);
        Assert.True(item is EvidenceItem.Verified, (item as EvidenceItem.Rejected)?.Rejection.ToString());
        return (EvidenceItem.Verified)item;
    }

    public static EvidenceItem.Rejected AssertRefused(BundleRecipe recipe, RejectionCode code, string reason, Authority? authority = null) =>
        AssertBytesRefused(Own.Sign(Content, recipe), code, reason, authority);

    public static EvidenceItem.Rejected AssertBytesRefused(byte[] bundle, RejectionCode code, string reason, Authority? authority = null)
    {
        var rejected = Assert.IsType<EvidenceItem.Rejected>(Judge(bundle, authority));
        Assert.Equal((code, reason), (rejected.Rejection.Code, rejected.Rejection.Reason));
        return rejected;
    }

    public static JsonObject Entry(JsonObject bundle) => bundle["verificationMaterial"]!["tlogEntries"]![0]!.AsObject();

    public static JsonObject Proof(JsonObject bundle) => Entry(bundle)["inclusionProof"]!.AsObject();

    /// <summary>Flips one bit of the bytes that stand under a key.</summary>
    public static void Flip(JsonObject json, string key, int at = 0)
    {
        var bytes = Convert.FromBase64String(json[key]!.GetValue<string>());
        bytes[at] ^= 1;
        json[key] = Convert.ToBase64String(bytes);
    }
}
