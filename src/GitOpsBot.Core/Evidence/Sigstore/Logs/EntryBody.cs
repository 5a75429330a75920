using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Sigstore.Logs;

/// <summary>
/// Reads the canonical body of an entry. Rekor v1: <c>hashedrekord 0.0.1</c>, <c>dsse 0.0.1</c>, <c>intoto 0.0.1</c> and <c>0.0.2</c> (sigstore/rekor,
/// <c>pkg/types</c>); Rekor v2: <c>hashedrekord 0.0.2</c>, <c>dsse 0.0.2</c> (protobuf-specs, <c>service-protos/rekor/v2</c>). One signature each.
/// </summary>
internal static class EntryBody
{
    private static readonly Dictionary<string, Func<string, JsonElement, LoggedSignature?>> Kinds = new(StringComparer.Ordinal)
    {
        ["hashedrekord 0.0.1"] = (kind, spec) => Of(
            kind, Bytes(spec.At("signature").Text("content")), spec.At("signature").At("publicKey").Text("content"), LoggedHash.Message, spec.At("data").At("hash")),
        ["dsse 0.0.1"] = (kind, spec) => Only(spec.At("signatures")) is var signature
            ? Of(kind, Bytes(signature.Text("signature")), signature.Text("verifier"), LoggedHash.Payload, spec.At("payloadHash")) : null,
        ["intoto 0.0.1"] = (kind, spec) => Of(kind, [], spec.Text("publicKey"), LoggedHash.Envelope, spec.At("content").At("hash")),
        // What this kind calls a signature is the base64 of the signature's base64; some writers left the second one out.
        ["intoto 0.0.2"] = (kind, spec) => Only(spec.At("content").At("envelope").At("signatures")) is var signature
            ? Of(kind, Inner(Bytes(signature.Text("sig"))), signature.Text("publicKey"), LoggedHash.Payload, spec.At("content").At("payloadHash")) : null,
        ["hashedrekord 0.0.2"] = (kind, spec) => spec.At("hashedRekordV002") is var entry
            ? OfV2(kind, entry.At("signature"), LoggedHash.MessageOrEncoding, entry.At("data")) : null,
        ["dsse 0.0.2"] = (kind, spec) => spec.At("dsseV002") is var entry ? OfV2(kind, Only(entry.At("signatures")), LoggedHash.Payload, entry.At("payloadHash")) : null,
    };

    /// <summary>Reads a body.</summary>
    /// <returns>What was logged; or <c>malformed</c>, <c>limit</c>, <c>unsupported</c> (another kind).</returns>
    public static Checked<LoggedSignature> Read(ReadOnlyMemory<byte> body) => StrictJson.ReadObject(body, "The log entry's body") switch
    {
        Checked<JsonElement>.Refused(var rejection) => rejection,
        Checked<JsonElement>.Accepted(var json) => Read(json),
        _ => throw new UnreachableException(),
    };

    private static Checked<LoggedSignature> Read(JsonElement json)
    {
        var kind = $"{json.Text("kind")} {json.Text("apiVersion")}";
        if (!Kinds.TryGetValue(kind, out var read))
        {
            return new Rejection(RejectionCode.Unsupported, $"a hashedrekord, dsse or intoto entry of a known version was expected, but it is {Quoted.Text(kind)}.");
        }

        return read(kind, json.At("spec")) is { } logged ? logged
            : new Rejection(RejectionCode.Malformed, $"a whole '{kind}' entry with one signature was expected, but it is not one.");
    }

    private static LoggedSignature? Of(string kind, byte[]? signature, string? verifier, LoggedHash hashed, JsonElement hash)
    {
        if (signature is null || verifier is null || Pem(verifier) is not { } pem
            || hash.Text("algorithm") is not { } algorithm || hash.Text("value") is not { } hex || hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        var logged = kind == "intoto 0.0.1" ? (ReadOnlyMemory<byte>?)null : signature;
        return new LoggedSignature(kind, logged, pem.Der, pem.IsCertificate, hashed, algorithm, Convert.FromHexString(hex));
    }

    private static LoggedSignature? OfV2(string kind, JsonElement signature, LoggedHash hashed, JsonElement hash)
    {
        var verifier = signature.At("verifier");
        var isCertificate = verifier.At("x509Certificate").ValueKind == JsonValueKind.Object;
        var raw = verifier.At(isCertificate ? "x509Certificate" : "publicKey").Text("rawBytes");
        return isCertificate == (verifier.At("publicKey").ValueKind == JsonValueKind.Undefined)
            && signature.Text("content") is { } content && Base64Text.TryDecode(content, out var signatureBytes) && signatureBytes.Length > 0
            && raw is not null && Base64Text.TryDecode(raw, out var der) && der.Length > 0
            && hash.Text("algorithm") is { } algorithm && hash.Text("digest") is { } digest && Base64Text.TryDecode(digest, out var hashBytes)
            ? new LoggedSignature(kind, signatureBytes, der, isCertificate, hashed, algorithm, hashBytes)
            : null;
    }

    private static JsonElement Only(JsonElement signatures) =>
        signatures.ValueKind == JsonValueKind.Array && signatures.GetArrayLength() == 1 ? signatures[0] : default;

    private static byte[]? Bytes(string? base64) => base64 is not null && Base64Text.TryDecode(base64, out var bytes) ? bytes : null;

    private static byte[]? Inner(byte[]? outer) => outer is null ? null : Bytes(Encoding.Latin1.GetString(outer)) ?? outer;

    private static (byte[] Der, bool IsCertificate)? Pem(string base64)
    {
        if (!Base64Text.TryDecode(base64, out var bytes))
        {
            return null;
        }

        var text = Encoding.Latin1.GetString(bytes);
        return PemEncoding.TryFind(text, out var fields) && text[fields.Label] is "CERTIFICATE" or "PUBLIC KEY" && !PemEncoding.TryFind(text.AsSpan(fields.Location.End), out _)
            ? (Convert.FromBase64String(text[fields.Base64Data]), text[fields.Label] == "CERTIFICATE")
            : null;
    }
}
