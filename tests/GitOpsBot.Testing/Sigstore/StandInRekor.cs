using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GitOpsBot.Testing.Sigstore;

/// <summary>What a log is told to keep.</summary>
/// <param name="Kind">Kind and version.</param>
/// <param name="Signature">The signature.</param>
/// <param name="Verifier">DER of certificate or key.</param>
/// <param name="IsCertificate">Which of the two.</param>
/// <param name="Hash">The SHA-256 that the kind names.</param>
public sealed record LogRequest(string Kind, byte[] Signature, byte[] Verifier, bool IsCertificate, byte[] Hash);

/// <summary>A transparency log: Rekor v1 with an ECDSA key, or Rekor v2 with an Ed25519 key. Each entry is put among others, so that proofs have hashes.</summary>
public sealed class StandInRekor(bool isV2)
{
    private const int TreeSize = 11;
    private const long TreeNumber = 1193050959916656506;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public StandInKey Key { get; } = isV2 ? StandInKey.Ed25519() : StandInKey.P256();

    public string Host => isV2 ? "log2026.rekor.stand-in.dev" : "rekor.stand-in.dev";

    public byte[] Id => isV2 ? SHA256.HashData([.. Encoding.UTF8.GetBytes(Host + "\n"), 1, .. Key.Spki[^32..]]) : SHA256.HashData(Key.Spki);

    /// <summary>Logs an entry and says so as a bundle does.</summary>
    public JsonObject Log(LogRequest request, DateTimeOffset at, int place = 6)
    {
        var body = Body(request);
        var parts = request.Kind.Split(' ');
        var index = isV2 ? place : 1_000_000 + place;
        var (root, hashes) = Prove(body, place);
        var entry = new JsonObject
        {
            ["logIndex"] = index.ToString(CultureInfo.InvariantCulture),
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(Id) },
            ["kindVersion"] = new JsonObject { ["kind"] = parts[0], ["version"] = parts[1] },
            ["canonicalizedBody"] = Convert.ToBase64String(body),
            ["inclusionProof"] = new JsonObject
            {
                ["logIndex"] = place.ToString(CultureInfo.InvariantCulture),
                ["treeSize"] = TreeSize.ToString(CultureInfo.InvariantCulture),
                ["rootHash"] = Convert.ToBase64String(root),
                ["hashes"] = new JsonArray([.. hashes.Select(h => (JsonNode)Convert.ToBase64String(h))]),
                ["checkpoint"] = new JsonObject { ["envelope"] = Checkpoint(root) },
            },
        };
        if (!isV2)
        {
            entry["integratedTime"] = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            entry["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = Convert.ToBase64String(Promise(body, at, index)) };
        }

        return entry;
    }

    /// <summary>The signed entry timestamp with what it is over, as cosign attached it in an annotation.</summary>
    public string Annotation(LogRequest request, DateTimeOffset at, int index = 1_000_006) => new JsonObject
    {
        ["SignedEntryTimestamp"] = Convert.ToBase64String(Promise(Body(request), at, index)),
        ["Payload"] = new JsonObject
        {
            ["body"] = Convert.ToBase64String(Body(request)), ["integratedTime"] = at.ToUnixTimeSeconds(), ["logIndex"] = index, ["logID"] = Convert.ToHexStringLower(Id),
        },
    }.ToJsonString(Plain);

    /// <summary>A checkpoint over a root.</summary>
    public string Checkpoint(byte[] root, string? origin = null, long size = TreeSize)
    {
        var text = $"{origin ?? (isV2 ? Host : $"{Host} - {TreeNumber}")}\n{size}\n{Convert.ToBase64String(root)}\n";
        return $"{text}\n{SignatureLine(text)}";
    }

    /// <summary>A signature line over a checkpoint's text.</summary>
    public string SignatureLine(string text, string? name = null, byte[]? id = null) =>
        $"\u2014 {name ?? Host} {Convert.ToBase64String([.. (id ?? Id)[..4], .. Key.Sign(Encoding.UTF8.GetBytes(text))])}\n";

    private byte[] Promise(byte[] body, DateTimeOffset at, int index) => Key.Sign(Encoding.UTF8.GetBytes(
        $$"""{"body":"{{Convert.ToBase64String(body)}}","integratedTime":{{at.ToUnixTimeSeconds()}},"logID":"{{Convert.ToHexStringLower(Id)}}","logIndex":{{index}}}"""));

    private static byte[] Body(LogRequest r)
    {
        var (signature, hash) = (Convert.ToBase64String(r.Signature), Convert.ToHexStringLower(r.Hash));
        var pem = Convert.ToBase64String(Encoding.ASCII.GetBytes(PemEncoding.WriteString(r.IsCertificate ? "CERTIFICATE" : "PUBLIC KEY", r.Verifier) + "\n"));
        var named = new JsonObject { ["algorithm"] = "sha256", ["value"] = hash };
        var namedV2 = new JsonObject { ["algorithm"] = "SHA2_256", ["digest"] = Convert.ToBase64String(r.Hash) };
        var verifierV2 = new JsonObject
        {
            ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
            [r.IsCertificate ? "x509Certificate" : "publicKey"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(r.Verifier) },
        };
        var signatureV2 = new JsonObject { ["content"] = signature, ["verifier"] = verifierV2 };
        var spec = r.Kind switch
        {
            "hashedrekord 0.0.1" => new JsonObject
            {
                ["data"] = new JsonObject { ["hash"] = named },
                ["signature"] = new JsonObject { ["content"] = signature, ["publicKey"] = new JsonObject { ["content"] = pem } },
            },
            "dsse 0.0.1" => new JsonObject { ["payloadHash"] = named, ["signatures"] = new JsonArray(new JsonObject { ["signature"] = signature, ["verifier"] = pem }) },
            "intoto 0.0.1" => new JsonObject { ["content"] = new JsonObject { ["hash"] = named }, ["publicKey"] = pem },
            "intoto 0.0.2" => new JsonObject
            {
                ["content"] = new JsonObject
                {
                    ["envelope"] = new JsonObject
                    {
                        ["payloadType"] = "application/vnd.in-toto+json",
                        ["signatures"] = new JsonArray(new JsonObject { ["publicKey"] = pem, ["sig"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(signature)) }),
                    },
                    ["payloadHash"] = named,
                },
            },
            "hashedrekord 0.0.2" => new JsonObject { ["hashedRekordV002"] = new JsonObject { ["data"] = namedV2, ["signature"] = signatureV2 } },
            "dsse 0.0.2" => new JsonObject { ["dsseV002"] = new JsonObject { ["payloadHash"] = namedV2, ["signatures"] = new JsonArray(signatureV2) } },
            _ => new JsonObject(),
        };
        var kind = r.Kind.Split(' ');
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["apiVersion"] = kind[1], ["kind"] = kind[0], ["spec"] = spec }, Plain);
    }

    // A tree of eleven leaves, of which ours is one: written by RFC 6962 2.1's definition, which is not how the verifier goes about it.
    private static (byte[] Root, IReadOnlyList<byte[]> Path) Prove(byte[] body, int place)
    {
        var leaves = Enumerable.Range(0, TreeSize).Select(i => Hash(0, i == place ? body : [(byte)i])).ToList();
        return (Root(leaves), Path(leaves, place));
    }

    private static byte[] Root(List<byte[]> leaves) => leaves.Count == 1 ? leaves[0] : Hash(1, [.. Root(leaves[..Split(leaves.Count)]), .. Root(leaves[Split(leaves.Count)..])]);

    private static List<byte[]> Path(List<byte[]> leaves, int place)
    {
        if (leaves.Count == 1)
        {
            return [];
        }

        var k = Split(leaves.Count);
        return place < k ? [.. Path(leaves[..k], place), Root(leaves[k..])] : [.. Path(leaves[k..], place - k), Root(leaves[..k])];
    }

    private static int Split(int count)
    {
        var k = 1;
        while (2 * k < count)
        {
            k *= 2;
        }

        return k;
    }

    private static byte[] Hash(byte prefix, byte[] data) => SHA256.HashData([prefix, .. data]);
}
