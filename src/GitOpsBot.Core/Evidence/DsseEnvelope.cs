using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GitOpsBot.Core.Evidence;

/// <summary>A DSSE envelope (DSSE v1.0.2) with exactly one signature; attacker-controlled until that signature was verified.</summary>
/// <param name="Payload">The signed bytes.</param>
/// <param name="KeyId">What the signer calls its key: a hint, never proof; null when it says nothing.</param>
/// <param name="Signature">The signature over <see cref="PreAuthentication()"/>.</param>
public sealed record DsseEnvelope(ReadOnlyMemory<byte> Payload, string? KeyId, ReadOnlyMemory<byte> Signature)
{
    /// <summary>The only payload type that is read.</summary>
    public const string InTotoPayload = "application/vnd.in-toto+json";

    /// <summary>Reads an envelope, or says why it is not believed.</summary>
    public static (DsseEnvelope? Envelope, Rejection? Rejection) Read(ReadOnlyMemory<byte> json)
    {
        if (!EvidenceJson.TryParse(json, "envelope", out var root, out var rejection))
        {
            return (null, rejection);
        }

        if (root.Text("payloadType") is not InTotoPayload)
        {
            return No(RejectionCode.PayloadType, $"The envelope's payload type is '{root.Text("payloadType")}'; expected {InTotoPayload}.");
        }

        if (EvidenceJson.FromBase64(root.Text("payload")) is not { } payload)
        {
            return No(RejectionCode.Malformed, "The envelope's payload is not Base64.");
        }

        var signatures = root.At("signatures");
        var count = signatures.ValueKind == JsonValueKind.Array ? signatures.GetArrayLength() : 0;
        if (count == 0)
        {
            return No(RejectionCode.SignatureMissing, "The envelope has no signature.");
        }

        if (count > 1)
        {
            return No(RejectionCode.SignatureCount, $"The envelope has {count} signatures; exactly one is expected.");
        }

        return EvidenceJson.FromBase64(signatures[0].Text("sig")) is { Length: > 0 } signature
            ? (new DsseEnvelope(payload, signatures[0].Text("keyid") is { Length: > 0 } id ? id : null, signature), null)
            : No(RejectionCode.SignatureInvalid, "The envelope's signature is not Base64.");
    }

    /// <summary>The bytes that are signed (DSSE protocol, "PAE").</summary>
    public byte[] PreAuthentication() => PreAuthentication(Payload.Span);

    internal static byte[] PreAuthentication(ReadOnlySpan<byte> payload) =>
    [
        .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {InTotoPayload.Length} {InTotoPayload} {payload.Length} ")),
        .. payload,
    ];

    private static (DsseEnvelope?, Rejection?) No(RejectionCode code, string reason) => (null, new Rejection(code, reason));
}
