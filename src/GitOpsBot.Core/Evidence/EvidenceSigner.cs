using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence;

/// <summary>Signs as cosign does with a key (ECDSA P-256, SHA-256): for demonstrations and tests, and whoever wants to sign without cosign.</summary>
public sealed class EvidenceSigner : IDisposable
{
    // Base64 as it is: the default would write every '+' as an escape. Nothing of this is ever put into HTML.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ECDsa key;

    private EvidenceSigner(ECDsa key) => this.key = key;

    /// <summary>The public key, PEM SubjectPublicKeyInfo.</summary>
    public string PublicKeyPem => key.ExportSubjectPublicKeyInfoPem() + "\n";

    /// <summary>The public key, DER SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => key.ExportSubjectPublicKeyInfo();

    /// <summary>The key's fingerprint, <c>sha256:</c> of its SubjectPublicKeyInfo.</summary>
    public string KeyId => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>A signer with a new key.</summary>
    public static EvidenceSigner Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A signer with the key of a PEM file (PKCS #8).</summary>
    /// <exception cref="ArgumentException">The text holds no such key.</exception>
    public static EvidenceSigner FromPem(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new EvidenceSigner(key);
    }

    /// <summary>The private key, PEM PKCS #8.</summary>
    public string ExportPrivateKeyPem() => key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>A simple signing payload about a digest, and its signature in Base64.</summary>
    public (byte[] Payload, string Signature) SignSimpleSigning(ImageName name, Digest digest)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["critical"] = new JsonObject
            {
                ["identity"] = new JsonObject { ["docker-reference"] = name.ToString() },
                ["image"] = new JsonObject { ["docker-manifest-digest"] = digest.Value },
                ["type"] = SimpleSigning.PayloadType,
            },
            ["optional"] = null,
        }, Plain);
        return (payload, Convert.ToBase64String(Sign(payload)));
    }

    /// <summary>A DSSE envelope around a statement v1 about a digest.</summary>
    public byte[] SignStatement(string name, Digest digest, string predicateType, JsonNode predicate) => SignPayload(JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["_type"] = StatementReader.TypeV1,
        ["subject"] = new JsonArray(new JsonObject { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = digest.Hex } }),
        ["predicateType"] = predicateType,
        ["predicate"] = predicate.DeepClone(),
    }, Plain));

    /// <summary>A DSSE envelope around a statement, whose bytes are signed as they are.</summary>
    public byte[] SignStatement(string statementJson) => SignPayload(Encoding.UTF8.GetBytes(statementJson));

    /// <summary>A DSSE envelope around these bytes.</summary>
    public byte[] SignPayload(byte[] payload) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["payloadType"] = DsseEnvelope.InTotoPayloadType,
        ["payload"] = Convert.ToBase64String(payload),
        ["signatures"] = new JsonArray(new JsonObject { ["keyid"] = KeyId, ["sig"] = Convert.ToBase64String(Sign(DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, payload))) }),
    }, Plain);

    /// <summary>The DER signature over bytes (SHA-256).</summary>
    public byte[] Sign(byte[] data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
