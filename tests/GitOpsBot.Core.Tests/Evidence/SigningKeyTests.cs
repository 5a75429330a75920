using System.Security.Cryptography;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Tests.Evidence;

public class SigningKeyTests
{
    [Fact]
    public void Signs_alike_twice_what_its_public_key_verifies()
    {
        foreach (var pem in new[] { P256(), "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----" })
        {
            var key = Assert.IsType<Checked<SigningKey>.Accepted>(SigningKey.ReadPem(pem)).Value;

            var signature = key.Sign("message"u8);

            Assert.Equal(signature, key.Sign("message"u8));
            Assert.True(key.PublicKey.Verifies("message"u8, signature));
            Assert.False(key.PublicKey.Verifies("another"u8, signature));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void What_is_no_single_private_key_is_malformed(string pem) =>
        Assert.Equal(RejectionCode.Malformed, Assert.IsType<Checked<SigningKey>.Refused>(SigningKey.ReadPem(pem)).Rejection.Code);

    [Fact]
    public void Keys_of_other_kinds_do_not_sign()
    {
        using var rsa = RSA.Create(2048);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var old = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var pem in new[] { rsa.ExportPkcs8PrivateKeyPem(), p384.ExportPkcs8PrivateKeyPem() })
        {
            var refused = Assert.IsType<Checked<SigningKey>.Refused>(SigningKey.ReadPem(pem)).Rejection;
            Assert.Equal((RejectionCode.Unsupported, "A signing key must be ECDSA on the named curve P-256 or Ed25519, but is of another kind."), (refused.Code, refused.Reason));
        }

        Assert.Equal(RejectionCode.Malformed, Assert.IsType<Checked<SigningKey>.Refused>(SigningKey.ReadPem(old.ExportECPrivateKeyPem())).Rejection.Code);
    }

    private static string P256()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
