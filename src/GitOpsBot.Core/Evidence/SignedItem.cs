using System.Diagnostics;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence.Sigstore.Bundles;

namespace GitOpsBot.Core.Evidence;

/// <summary>An attached item taken apart, whatever its form: what was signed, with what, and what it claims. Nothing in it is proven.</summary>
/// <param name="Message">What a key must have signed.</param>
/// <param name="Signature">The signature, or null when it is not base64.</param>
/// <param name="KeyId">The unsigned hint who signed, or null.</param>
/// <param name="Claim">What is claimed, or why that cannot be read. Believed only after the signature was.</param>
internal sealed record SignedItem(SignedMessage Message, ReadOnlyMemory<byte>? Signature, string? KeyId, Checked<Claim> Claim)
{
    // Base64 of an RSA signature of 8192 bits has 1,368 characters.
    private const int MostSignatureCharacters = 4096;

    /// <summary>Certificate, log entries and timestamps that came with it, or null.</summary>
    public VerificationMaterial? Material { get; init; }

    /// <summary>The payload of a DSSE envelope; null for other signatures. Log entries name its hash.</summary>
    public ReadOnlyMemory<byte>? Payload { get; private init; }

    /// <summary>The bytes of a DSSE envelope as they were attached, or null when it came inside a bundle. The oldest log entries name their hash.</summary>
    public ReadOnlyMemory<byte>? Envelope { get; private init; }

    /// <summary>Takes an item apart.</summary>
    public static Checked<SignedItem> Read(AttachedItem item, SignedArtifact artifact) => item.Form switch
    {
        AttachedForm.SimpleSigning => WithAnnotations(ReadSimpleSigning(item), item),
        AttachedForm.Dsse => WithAnnotations(ReadDsse(item), item),
        AttachedForm.SigstoreBundle => BundleReader.Read(item.Content, artifact),
        _ => new Rejection(
            RejectionCode.Unsupported, $"Expected a cosign signature, a DSSE envelope or a Sigstore bundle; found media type {Quoted.Text(item.MediaType)}."),
    };

    /// <summary>An envelope, with what its payload claims.</summary>
    public static SignedItem OfEnvelope(DsseEnvelope envelope)
    {
        Checked<Claim> claim = StatementReader.Read(envelope.Payload) switch
        {
            Checked<InTotoStatement>.Accepted(var statement) => new Claim(statement.Subjects, statement),
            Checked<InTotoStatement>.Refused(var rejection) => rejection,
            _ => throw new UnreachableException(),
        };
        return new SignedItem(SignedMessage.Of(envelope.SignedBytes), envelope.Signature, envelope.KeyId, claim) { Payload = envelope.Payload };
    }

    private static Checked<SignedItem> ReadSimpleSigning(AttachedItem item)
    {
        if (!item.Annotations.TryGetValue(SimpleSigning.SignatureAnnotation, out var text) || text.Length == 0)
        {
            return new Rejection(RejectionCode.SignatureMissing, $"The signature's layer must have an annotation '{SimpleSigning.SignatureAnnotation}', but has none.");
        }

        if (text.Length > MostSignatureCharacters)
        {
            return new Rejection(RejectionCode.Limit, $"A signature may have at most {MostSignatureCharacters} characters, but has {text.Length}.");
        }

        Checked<Claim> claim = SimpleSigning.Read(item.Content) switch
        {
            Checked<Digest>.Accepted(var digest) => new Claim([digest], null),
            Checked<Digest>.Refused(var rejection) => rejection,
            _ => throw new UnreachableException(),
        };
        return new SignedItem(SignedMessage.Of(item.Content), Decode(text), null, claim);
    }

    private static Checked<SignedItem> ReadDsse(AttachedItem item) => DsseEnvelope.Read(item.Content) switch
    {
        Checked<DsseEnvelope>.Refused(var rejection) => rejection,
        Checked<DsseEnvelope>.Accepted(var envelope) => OfEnvelope(envelope) with { Envelope = item.Content },
        _ => throw new UnreachableException(),
    };

    private static Checked<SignedItem> WithAnnotations(Checked<SignedItem> read, AttachedItem item) =>
        read is not Checked<SignedItem>.Accepted(var signed) ? read : MaterialAnnotations.Read(item.Annotations) switch
        {
            Checked<VerificationMaterial>.Refused(var rejection) => rejection,
            Checked<VerificationMaterial>.Accepted(var material) => signed with { Material = material },
            _ => throw new UnreachableException(),
        };

    private static ReadOnlyMemory<byte>? Decode(string base64) => Base64Text.TryDecode(base64, out var bytes) ? bytes.AsMemory() : (ReadOnlyMemory<byte>?)null;
}

/// <summary>What an item claims.</summary>
/// <param name="Subjects">The digests it says it is about.</param>
/// <param name="Statement">The statement, or null for a plain signature.</param>
internal sealed record Claim(IReadOnlyList<Digest> Subjects, InTotoStatement? Statement)
{
    // Since version 3 cosign signs a statement without content where it signed a simple signing payload before.
    private const string PlainSignature = "https://sigstore.dev/cosign/sign/v1";

    /// <summary>The statement when it states something; null for a plain signature, in whichever form.</summary>
    public InTotoStatement? SignedStatement => Statement?.PredicateType == PlainSignature ? null : Statement;
}
