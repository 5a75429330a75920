using System.Diagnostics;
using System.Text.Json;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence;

/// <summary>
/// The payload of a plain cosign signature (cosign, <c>specs/SIGNATURE_SPEC.md</c>, "Simple signing"): it names a manifest's digest. The name of the
/// image in it (<c>docker-reference</c>) is not compared: an image keeps its signature when it is mirrored.
/// </summary>
public static class SimpleSigning
{
    /// <summary>The only <c>critical.type</c> that is believed; older formats ("atomic container signature") are signed with PGP and are not cosign's.</summary>
    public const string PayloadType = "cosign container image signature";

    /// <summary>The annotation of the layer in which the base64 signature of the payload stands.</summary>
    public const string SignatureAnnotation = "dev.cosignproject.cosign/signature";

    /// <summary>Reads the digest that a payload names.</summary>
    /// <param name="payload">The bytes: signed perhaps, hostile still.</param>
    /// <returns>The digest; or <c>malformed</c>, <c>limit</c>, <c>unsupported</c> (another payload type).</returns>
    public static Checked<Digest> Read(ReadOnlyMemory<byte> payload) => StrictJson.ReadObject(payload, "The signature's payload") switch
    {
        Checked<JsonElement>.Accepted(var root) => Read(root),
        Checked<JsonElement>.Refused(var rejection) => rejection,
        _ => throw new UnreachableException(),
    };

    private static Checked<Digest> Read(JsonElement root)
    {
        var critical = root.At("critical");
        if (critical.ValueKind != JsonValueKind.Object)
        {
            return new Rejection(RejectionCode.Malformed, $"The payload's 'critical' must be an object, but is {Quoted.Kind(critical)}.");
        }

        if (critical.Text("type") is not PayloadType and var type)
        {
            return new Rejection(RejectionCode.Unsupported, $"The payload's 'critical.type' must be '{PayloadType}', but is {Quoted.Text(type)}.");
        }

        return Digest.TryParse(critical.At("image").Text("docker-manifest-digest"), out var digest)
            ? digest
            : new Rejection(
                RejectionCode.Malformed,
                "The payload's 'critical.image.docker-manifest-digest' must be 'sha256:' and 64 lower-case hexadecimal digits, but is not.");
    }
}
