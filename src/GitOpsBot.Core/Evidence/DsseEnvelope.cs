using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// A DSSE envelope (Dead Simple Signing Envelope, protocol v1) with exactly one signature. What is signed is <see cref="SignedBytes"/>, so the payload
/// type cannot be exchanged. The key id is not signed and proves nothing; unknown properties are ignored, as DSSE demands.
/// </summary>
/// <param name="Payload">The payload, decoded; not parsed.</param>
/// <param name="PayloadType">Always <see cref="InTotoPayloadType"/>.</param>
/// <param name="KeyId">The signer's hint, or null when absent or empty.</param>
/// <param name="Signature">The signature's bytes, or null when they are not base64: then nothing can verify it.</param>
public sealed record DsseEnvelope(ReadOnlyMemory<byte> Payload, string PayloadType, string? KeyId, ReadOnlyMemory<byte>? Signature)
{
    /// <summary>The only payload type that is read: another one is another protocol's message.</summary>
    public const string InTotoPayloadType = "application/vnd.in-toto+json";

    /// <summary>The bytes that were signed: DSSE's pre-authentication encoding, <c>DSSEv1 LEN(type) type LEN(payload) payload</c>.</summary>
    public ReadOnlyMemory<byte> SignedBytes => PreAuthenticationEncoding(PayloadType, Payload.Span);

    /// <summary>Encodes a payload type and a payload for signing (DSSE protocol v1, "PAE").</summary>
    public static byte[] PreAuthenticationEncoding(string payloadType, ReadOnlySpan<byte> payload)
    {
        var type = Encoding.UTF8.GetByteCount(payloadType).ToString(CultureInfo.InvariantCulture);
        var length = payload.Length.ToString(CultureInfo.InvariantCulture);
        return [.. Encoding.UTF8.GetBytes($"DSSEv1 {type} {payloadType} {length} "), .. payload];
    }

    /// <summary>Reads an envelope.</summary>
    /// <param name="content">The bytes, attacker-controlled.</param>
    /// <returns>The envelope; or <c>malformed</c>, <c>limit</c>, <c>payload-type</c>, <c>signature-missing</c>, <c>signature-count</c>.</returns>
    public static Checked<DsseEnvelope> Read(ReadOnlyMemory<byte> content) => StrictJson.ReadObject(content, "The envelope") switch
    {
        Checked<JsonElement>.Accepted(var envelope) => Read(envelope),
        Checked<JsonElement>.Refused(var rejection) => rejection,
        _ => throw new UnreachableException(),
    };

    /// <summary>Why an envelope with no signature, or with several, is refused.</summary>
    internal static Rejection NotOneSignature(int count) => count == 0
        ? new Rejection(RejectionCode.SignatureMissing, "The envelope must have exactly one signature, but has none.")
        : new Rejection(RejectionCode.SignatureCount, $"The envelope must have exactly one signature, but has {count}.");

    private static Checked<DsseEnvelope> Read(JsonElement envelope)
    {
        if (envelope.Text("payloadType") is not InTotoPayloadType and var type)
        {
            return new Rejection(RejectionCode.PayloadType, $"The envelope's payload type must be '{InTotoPayloadType}', but is {Quoted.Text(type)}.");
        }

        if (envelope.Text("payload") is not { } payload || !Base64Text.TryDecode(payload, out var bytes))
        {
            return new Rejection(RejectionCode.Malformed, "The envelope's payload must be a base64 string, but is not.");
        }

        if (!envelope.TryGetProperty("signatures", out var signatures) || signatures.ValueKind == JsonValueKind.Null)
        {
            return new Rejection(RejectionCode.SignatureMissing, "The envelope must have exactly one signature, but has no 'signatures'.");
        }

        if (signatures.ValueKind != JsonValueKind.Array)
        {
            return new Rejection(RejectionCode.Malformed, $"The envelope's 'signatures' must be an array, but is {Quoted.Kind(signatures)}.");
        }

        if (signatures.GetArrayLength() is not 1 and var count)
        {
            return NotOneSignature(count);
        }

        return signatures[0].Text("sig") switch
        {
            null => new Rejection(RejectionCode.Malformed, "The envelope's signature must have a string 'sig', but has none."),
            "" => new Rejection(RejectionCode.SignatureMissing, "The envelope must have exactly one signature, but its 'sig' is empty."),
            var sig => new DsseEnvelope(
                bytes,
                InTotoPayloadType,
                signatures[0].Text("keyid") is { Length: > 0 } keyId ? keyId : null,
                Base64Text.TryDecode(sig, out var signature) ? signature.AsMemory() : (ReadOnlyMemory<byte>?)null),
        };
    }
}
