namespace GitOpsBot.Core.Evidence.Sigstore.Bundles;

/// <summary>What a bundle's signature is over: a DSSE envelope, or an artifact's bytes ("MessageSignature").</summary>
internal sealed class BundleContent(ProtoMessage bundle, SignedArtifact artifact)
{
    /// <summary>The names of hash algorithms (<c>sigstore_common.proto</c>, "HashAlgorithm") by number.</summary>
    public static readonly IReadOnlyDictionary<int, string> HashAlgorithms = new Dictionary<int, string>
    {
        [0] = "HASH_ALGORITHM_UNSPECIFIED", [1] = "SHA2_256", [2] = "SHA2_384", [3] = "SHA2_512", [4] = "SHA3_256", [5] = "SHA3_384",
    };

    /// <summary>Reads it; what is wrong with its form is told to the bundle's reader as well.</summary>
    /// <param name="hint">The unsigned hint which key signed.</param>
    public Checked<SignedItem> Read(string? hint)
    {
        var rejection = bundle.Has("messageSignature") == bundle.Has("dsseEnvelope")
            ? new Rejection(RejectionCode.Malformed, $"The bundle must have either a messageSignature or a dsseEnvelope, but has {(bundle.Has("dsseEnvelope") ? "both" : "neither")}.")
            : null;
        return rejection is not null ? rejection
            : bundle.Has("dsseEnvelope") ? ReadEnvelope(bundle.Message("dsseEnvelope", "payload", "payloadType", "signatures")!, hint)
            : ReadMessage(bundle.Message("messageSignature", "messageDigest", "signature")!, hint);
    }

    private static Checked<SignedItem> ReadEnvelope(ProtoMessage message, string? hint)
    {
        var payload = message.Bytes("payload");
        var signatures = message.Messages("signatures", int.MaxValue, "sig", "keyid");
        if (message.Text("payloadType") is not DsseEnvelope.InTotoPayloadType and var type)
        {
            return new Rejection(RejectionCode.PayloadType, $"The envelope's payload type must be '{DsseEnvelope.InTotoPayloadType}', but is {Quoted.Text(type)}.");
        }

        if (signatures is not [var only])
        {
            return DsseEnvelope.NotOneSignature(signatures.Count);
        }

        var signature = only.Bytes("sig");
        var keyId = only.Text("keyid") is { Length: > 0 } id ? id : hint;
        return signature.Length == 0
            ? new Rejection(RejectionCode.SignatureMissing, "The envelope must have exactly one signature, but its 'sig' is empty.")
            : SignedItem.OfEnvelope(new DsseEnvelope(payload, DsseEnvelope.InTotoPayloadType, keyId, signature));
    }

    private Checked<SignedItem> ReadMessage(ProtoMessage message, string? hint)
    {
        var signature = message.Bytes("signature");
        if (message.Message("messageDigest", "algorithm", "digest") is not { } digest)
        {
            return new Rejection(RejectionCode.Malformed, "The bundle's message signature must name the digest of what it is over, but does not.");
        }

        var claimed = digest.Bytes("digest");
        if (signature.Length == 0)
        {
            return new Rejection(RejectionCode.SignatureMissing, "The bundle must have a signature, but its 'signature' is empty.");
        }

        var algorithm = digest.Choice("algorithm", HashAlgorithms);
        if (algorithm is null or "HASH_ALGORITHM_UNSPECIFIED")
        {
            return new Rejection(RejectionCode.Malformed, "The bundle's message digest must name its algorithm, but does not.");
        }

        if (artifact.Hash(algorithm) is not { } actual)
        {
            return new Rejection(RejectionCode.Unsupported, $"The bundle's message digest must be by SHA-256, but is by {algorithm}, which cannot be compared with {artifact.Digest}.");
        }

        // Only a hint, and unsigned: that it is right proves nothing. That it is wrong says which artifact was meant (sigstore_common.proto, "MessageSignature").
        return claimed.AsSpan().SequenceEqual(actual)
            ? new SignedItem(SignedMessage.Of(artifact), signature, hint, new Claim([artifact.Digest], null))
            : new Rejection(RejectionCode.SubjectMismatch, $"Expected a signature over {artifact.Digest}; found one over {(claimed.Length == 32 ? "sha256:" + Convert.ToHexStringLower(claimed) : "something else")}.");
    }
}
