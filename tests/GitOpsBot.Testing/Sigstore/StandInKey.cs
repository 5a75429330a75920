using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace GitOpsBot.Testing.Sigstore;

/// <summary>A key of the stand-ins: ECDSA, or Ed25519 as Rekor v2 uses.</summary>
public abstract record StandInKey
{
    private StandInKey() { }

    public abstract byte[] Spki { get; }

    public static Ec P256() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);

    public static Ec P384() => new(ECDsa.Create(ECCurve.NamedCurves.nistP384), HashAlgorithmName.SHA384);

    public static Ed Ed25519()
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return new Ed(generator.GenerateKeyPair());
    }

    public abstract byte[] Sign(byte[] message);

    public sealed record Ec(ECDsa Key, HashAlgorithmName Hash) : StandInKey
    {
        public override byte[] Spki { get; } = Key.ExportSubjectPublicKeyInfo();

        public override byte[] Sign(byte[] message) => Key.SignData(message, Hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    public sealed record Ed(AsymmetricCipherKeyPair Pair) : StandInKey
    {
        public override byte[] Spki { get; } = SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(Pair.Public).GetDerEncoded();

        public override byte[] Sign(byte[] message)
        {
            var signer = new Ed25519Signer();
            signer.Init(true, Pair.Private);
            signer.BlockUpdate(message, 0, message.Length);
            return signer.GenerateSignature();
        }
    }
}
