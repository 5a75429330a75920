using System.Text;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Testing.Sigstore;

namespace GitOpsBot.Core.Tests.Evidence.Sigstore;

/// <summary>What npm's signer makes with npm's stand-ins of Sigstore's services: neither knows anything of ours.</summary>
public sealed class IndependentSignerTests
{
    [Fact]
    public async Task Believes_what_another_signer_and_another_instance_made_and_nothing_that_was_changed_in_it()
    {
        if (SigstoreJs.Find() is not { } folder)
        {
            Assert.Skip(SigstoreJs.Absent);
            return;
        }

        var script = Path.Combine(AppContext.BaseDirectory, "Evidence", "Sigstore", "independent", "mint.cjs");
        var minted = JsonNode.Parse(await SigstoreJs.RunAsync(script, folder, Encoding.UTF8.GetString(Minted.Statement), Encoding.UTF8.GetString(Minted.Content)))!;
        var root = Assert.IsType<Checked<TrustedRoot>.Accepted>(TrustedRoot.Read(Encoding.UTF8.GetBytes(minted["root"]!.ToJsonString()))).Value;
        var authority = new Authority("npm", new AuthorityTrust.Keyless(minted["issuer"]!.GetValue<string>(), null, minted["identity"]!.GetValue<string>(), null)) { TrustedRoot = root };

        foreach (var (name, bundle) in minted["bundles"]!.AsObject())
        {
            var trust = authority with { RequiresTransparencyLog = !name.EndsWith("timestamp alone", StringComparison.Ordinal) };
            var item = Minted.Judge(Bytes(bundle!), trust);
            Assert.True(item is EvidenceItem.Verified, $"{name}: {(item as EvidenceItem.Rejected)?.Rejection}");
            Assert.Equal(name.StartsWith("statement", StringComparison.Ordinal) ? "attestation" : "signature", item.Kind);

            var changed = bundle!.DeepClone().AsObject();
            Minted.Flip(changed["messageSignature"]?.AsObject() ?? changed["dsseEnvelope"]!["signatures"]![0]!.AsObject(), changed["messageSignature"] is null ? "sig" : "signature", 40);
            Assert.Equal(RejectionCode.SignatureInvalid, Assert.IsType<EvidenceItem.Rejected>(Minted.Judge(Bytes(changed), trust)).Rejection.Code);
            Assert.Equal(
                RejectionCode.UntrustedRoot, Assert.IsType<EvidenceItem.Rejected>(Minted.Judge(Bytes(bundle), trust with { TrustedRoot = Minted.Root })).Rejection.Code);
        }

        Assert.Equal(5, minted["bundles"]!.AsObject().Count);
    }

    private static byte[] Bytes(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
