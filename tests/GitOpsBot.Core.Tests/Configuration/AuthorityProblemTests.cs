using System.Security.Cryptography;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Testing.Sigstore;

namespace GitOpsBot.Core.Tests.Configuration;

public sealed class AuthorityProblemTests
{
    private static readonly byte[] TrustedRootJson = new SigstoreInstance().RootJson(_ => { });

    [Theory]
    [InlineData("{}", "Expected exactly one of keys, keyless, found none.")]
    [InlineData("keys: []", "Expected at least 1 item, found 0.")]
    [InlineData("keyless: ", "The key 'keyless' has nothing behind it: write a value, or leave the key out.")]
    [InlineData("keyless: { issuer: i, subject: s }, keys: [{ file: ci.pub }]", "Expected exactly one of keys, keyless, found keys and keyless.")]
    [InlineData("keyless: { issuer: i }", "Expected exactly one of subject, subjectPattern, found none.")]
    [InlineData("keyless: { subject: s }", "Expected exactly one of issuer, issuerPattern, found none.")]
    [InlineData("keyless: { issuer: i, subject: \"\" }", "'' is not a valid identity: expected text without white space; an identity is never empty.")]
    [InlineData("keyless: { issuer: i, subject: \" \" }", "' ' is not a valid identity: expected text without white space; an identity is never empty.")]
    [InlineData("keyless: { issuer: i, subject: s, subjectPattern: s }", "Expected exactly one of subject, subjectPattern, found subject and subjectPattern.")]
    [InlineData("keyless: { issuer: i, subject: }", "The key 'subject' has nothing behind it: write a value, or leave the key out.")]
    [InlineData("trustedRootFile: private.json, keys: [{ file: ci.pub }]", "There is no file docs/private.json.")]
    [InlineData("trustedRootFile: ../private.json, keys: [{ file: ci.pub }]", "The file '../private.json' must lie beside this document or below it.")]
    [InlineData("allowBundleV01: maybe, keys: [{ file: ci.pub }]", "Expected true or false, found 'maybe'.")]
    [InlineData("keys: [{ file: ci.pub }], transparencyLog: maybe", "Expected one of required, none, found 'maybe'.")]
    [InlineData("keys: [{ file: ci.pub, notBefore: 2026-02-01, notAfter: 2026-01-01 }]", "notAfter must be later than notBefore: this key would never be believed.")]
    [InlineData("keys: [{ file: ci.pub, notAfter: tomorrow }]", "Expected a time such as 2026-12-31T00:00:00Z, found 'tomorrow'.")]
    [InlineData("keys: [{ file: ../ci.pub }]", "The file '../ci.pub' must lie beside this document or below it.")]
    [InlineData("keys: [{ file: /etc/ci.pub }]", "The file '/etc/ci.pub' must lie beside this document or below it.")]
    [InlineData("keys: [{ file: sub/../../ci.pub }]", "The file 'sub/../../ci.pub' must lie beside this document or below it.")]
    [InlineData("keys: [{ file: cj.pub }]", "There is no file docs/cj.pub.")]
    public void Says_what_is_wrong_with_an_authority(string trust, string message)
    {
        var text = trust == "{}" ? Written.Head("Authority", "ci") + "spec: {}\n" : Written.Authority("ci", trust);

        var set = Written.Load(Written.File("docs/a.yaml", text), Written.Key("docs/ci.pub"), Written.Key("ci.pub"));

        Assert.Contains(message, set.Problems.Select(p => p.Message));
        Assert.All(set.Problems, p => Assert.Equal(("docs/a.yaml", 4), (p.File, p.Line)));
        Assert.Empty(set.Authorities);
    }

    [Fact]
    public void Reads_a_sigstore_root_beside_the_document_and_says_what_is_wrong_with_it()
    {
        var root = new ConfigurationFile("docs/private.json", TrustedRootJson, "blob");
        var document = Written.File("docs/a.yaml", Written.Authority("ci", "keyless: { issuer: i, subject: s }, trustedRootFile: private.json, allowBundleV01: true, transparencyLog: none"));

        var authority = Assert.Single(Written.Load(document, root).Authorities);
        var wrong = Written.Load(document, root with { Content = "{}"u8.ToArray() });

        Assert.Equal((true, false, Core.Artifacts.Digest.Of(TrustedRootJson)), (authority.AllowsBundleV01, authority.RequiresTransparencyLog, authority.TrustedRoot.Digest));
        Assert.Equal(
            "The file 'private.json' is not a Sigstore trusted root. The trusted root must be of version 0.1 or 0.2, but its media type is ''.", Assert.Single(wrong.Problems).Message);
        Assert.Empty(wrong.Authorities);
    }

    [Fact]
    public void Believes_the_root_of_the_sources_where_none_is_named()
    {
        var root = Assert.IsType<Checked<TrustedRoot>.Accepted>(TrustedRoot.Read(TrustedRootJson)).Value;
        var sources = new ConfigurationSources([Written.File("a.yaml", Written.Authority("ci", "keyless: { issuer: i, subject: s }"))]);

        Assert.Same(TrustedRoot.PublicGood, Assert.Single(DocumentSet.Load(sources, []).Authorities).TrustedRoot);
        var own = Assert.Single(DocumentSet.Load(sources with { TrustedRoot = root }, []).Authorities);
        Assert.Same(root, own.TrustedRoot);
        Assert.Equal((true, false), (own.RequiresTransparencyLog, own.AllowsBundleV01));
    }

    [Theory]
    [InlineData("(?=x)y")]
    [InlineData("(a)\\\\1")]
    [InlineData("a)|(b")]
    [InlineData("[")]
    [InlineData(".*")]
    [InlineData("https://x|")]
    [InlineData("(?x)a#")]
    [InlineData("((a{100}){100}){100}")]
    public void Refuses_a_pattern_that_is_none_or_that_believes_an_empty_identity(string pattern)
    {
        var set = Written.Load(Written.Authority("ci", $"keyless: {{ issuer: i, subjectPattern: \"{pattern}\" }}"));

        Assert.EndsWith(
            "is not a valid pattern: expected a regular expression of at most 1000 characters, without look-around and back references, that does not match the empty text.",
            Assert.Single(set.Problems).Message, StringComparison.Ordinal);
        Assert.Empty(set.Authorities);
    }

    [Theory]
    [InlineData("https://github.com/acme/.+@refs/heads/main", "https://github.com/acme/x@refs/heads/main", true)]
    [InlineData("https://github.com/acme/.+@refs/heads/main", "https://github.com/acme/x@refs/heads/main-evil", false)]
    [InlineData("https://github.com/acme/.+@refs/heads/main", "evil https://github.com/acme/x@refs/heads/main", false)]
    [InlineData("https://github.com/acme/.+@refs/heads/main", "https://github.com/acme/x@refs/heads/main\n", false)]
    [InlineData("good|https://github.com/acme", "https://github.com/acme-evil", false)]
    [InlineData("good|https://github.com/acme", "goodness", false)]
    public void A_pattern_is_anchored_at_both_ends(string pattern, string identity, bool matches)
    {
        Assert.Equal(matches, IdentityPattern.TryCompile(pattern)!.IsMatch(identity));
    }

    [Theory]
    [InlineData("P-256", null)]
    [InlineData("P-384", null)]
    [InlineData("P-521", "is an elliptic-curve key, but neither on P-256 nor on P-384")]
    [InlineData("secp256k1", "is an elliptic-curve key, but neither on P-256 nor on P-384")]
    [InlineData("Ed25519", null)]
    [InlineData("RSA 2048", null)]
    [InlineData("RSA 1024", "is an RSA key of 1024 bits: expected 2048 to 8192")]
    [InlineData("private", "is not a PEM file with a PUBLIC KEY")]
    [InlineData("certificate request", "is not a PEM file with a PUBLIC KEY")]
    [InlineData("two", "holds more than one key; name each in a file of its own")]
    [InlineData("trailing bytes", "holds more than a key")]
    [InlineData("torn", "does not hold a key that can be read")]
    [InlineData("off the curve", "does not hold a key that can be read")]
    [InlineData("X25519", "is a key of a kind that is not known (1.3.101.110): expected ECDSA on P-256 or P-384, Ed25519, or RSA")]
    [InlineData("empty", "is not a PEM file with a PUBLIC KEY")]
    [InlineData("endless", "is too large for a public key: expected at most 16384 bytes")]
    public void Takes_strong_public_keys_and_nothing_else(string kind, string? problem)
    {
        var set = Written.Load(Written.File("a.yaml", Written.Authority("ci", "keys: [{ file: ci.pub }]")), Written.File("ci.pub", Pem(kind)));

        Assert.Equal(problem is null ? [] : [$"a.yaml:4:24: The file ci.pub {problem}."], set.Problems.Lines());
        Assert.Equal(problem is null ? 1 : 0, set.Authorities.Count);
    }

    [Fact]
    public void One_bad_key_among_good_ones_makes_the_authority_unusable()
    {
        var set = Written.Load(Written.File("a.yaml", Written.Authority("ci", "keys: [{ file: ci.pub }, { file: gone.pub }]")), Written.Key("ci.pub"));

        Assert.Equal(["a.yaml:4:42: There is no file gone.pub."], set.Problems.Lines());
        Assert.Empty(set.Authorities);
    }

    [Fact]
    public void A_log_can_be_demanded_for_keys_and_waived_for_certificates()
    {
        var set = Written.Load(
            Written.File("a.yaml", Written.Authority("a", "keys: [{ file: ci.pub }], transparencyLog: required"), Written.Authority("b", "keyless: { issuer: i, subject: s }, transparencyLog: none")),
            Written.Key("ci.pub"));

        Assert.Equal([("a", true), ("b", false)], set.Authorities.Select(a => (a.Name, a.RequiresTransparencyLog)));
    }

    private static string Pem(string kind)
    {
        static string Ec(string name)
        {
            using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(name));
            return key.ExportSubjectPublicKeyInfoPem();
        }

        static string Rsa(int bits)
        {
            using var key = RSA.Create(bits);
            return key.ExportSubjectPublicKeyInfoPem();
        }

        static string Raw(byte[] der) => PemEncoding.WriteString("PUBLIC KEY", der);

        static byte[] P256()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return key.ExportSubjectPublicKeyInfo();
        }

        static byte[] Curve25519(byte last) => [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, last, 0x03, 0x21, 0x00, .. new byte[32]];

        switch (kind)
        {
            case "P-256": return Ec("nistP256");
            case "P-384": return Ec("nistP384");
            case "P-521": return Ec("nistP521");
            case "secp256k1": return Ec("secp256k1");
            case "Ed25519": return Raw(Curve25519(0x70));
            case "X25519": return Raw(Curve25519(0x6E));
            case "RSA 2048": return Rsa(2048);
            case "RSA 1024": return Rsa(1024);
            case "private":
                using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    return key.ExportPkcs8PrivateKeyPem();
                }

            case "certificate request": return PemEncoding.WriteString("CERTIFICATE REQUEST", P256());
            case "two": return Ec("nistP256") + "\n" + Ec("nistP256");
            case "trailing bytes": return Raw([.. P256(), 0]);
            case "torn": return Raw(P256()[..40]);
            case "off the curve":
                var der = P256();
                der[^1] ^= 1;
                return Raw(der);
            case "endless": return new string('x', 20_000);
            default: return "";
        }
    }
}
