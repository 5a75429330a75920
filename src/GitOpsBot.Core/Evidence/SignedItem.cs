using System.Diagnostics;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence.Sigstore;

namespace GitOpsBot.Core.Evidence;

/// <summary>An attached item taken apart, whatever its form: which bytes were signed, with what, and what they claim. Nothing in it is proven.</summary>
/// <param name="SignedBytes">What a key must have signed.</param>
/// <param name="Signature">The signature, or null when it is not base64.</param>
/// <param name="KeyId">The unsigned hint who signed, or null.</param>
/// <param name="Claim">What is claimed, or why that cannot be read. Believed only after the signature was.</param>
internal sealed record SignedItem(ReadOnlyMemory<byte> SignedBytes, ReadOnlyMemory<byte>? Signature, string? KeyId, Checked<Claim> Claim)
{
    // Base64 of an RSA signature of 8192 bits has 1,368 characters.
    private const int MostSignatureCharacters = 4096;

    /// <summary>Whether a certificate came with it.</summary>
    public bool HasCertificate { get; private init; }

    /// <summary>Whether an entry of a transparency log came with it.</summary>
    public bool HasLogEntry { get; private init; }

    /// <summary>Takes an item apart.</summary>
    public static Checked<SignedItem> Read(AttachedItem item) => item.Form switch
    {
        AttachedForm.SimpleSigning => ReadSimpleSigning(item),
        AttachedForm.Dsse => ReadDsse(item),
        AttachedForm.SigstoreBundle => AwaitsSigstore.Bundle(),
        _ => new Rejection(
            RejectionCode.Unsupported, $"Expected a cosign signature, a DSSE envelope or a Sigstore bundle; found media type {Quoted.Text(item.MediaType)}."),
    };

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
        return new SignedItem(item.Content, Decode(text), null, claim)
        {
            HasCertificate = item.Annotations.ContainsKey(AwaitsSigstore.CertificateAnnotation),
            HasLogEntry = item.Annotations.ContainsKey(AwaitsSigstore.LogEntryAnnotation),
        };
    }

    private static Checked<SignedItem> ReadDsse(AttachedItem item)
    {
        switch (DsseEnvelope.Read(item.Content))
        {
            case Checked<DsseEnvelope>.Refused(var rejection):
                return rejection;
            case Checked<DsseEnvelope>.Accepted(var envelope):
                Checked<Claim> claim = StatementReader.Read(envelope.Payload) switch
                {
                    Checked<InTotoStatement>.Accepted(var statement) => new Claim(statement.Subjects, statement),
                    Checked<InTotoStatement>.Refused(var rejection) => rejection,
                    _ => throw new UnreachableException(),
                };
                return new SignedItem(envelope.SignedBytes, envelope.Signature, envelope.KeyId, claim)
                {
                    HasCertificate = item.Annotations.ContainsKey(AwaitsSigstore.CertificateAnnotation),
                    HasLogEntry = item.Annotations.ContainsKey(AwaitsSigstore.LogEntryAnnotation),
                };
            default:
                throw new UnreachableException();
        }
    }

    private static ReadOnlyMemory<byte>? Decode(string base64) => Base64Text.TryDecode(base64, out var bytes) ? bytes.AsMemory() : (ReadOnlyMemory<byte>?)null;
}

/// <summary>What an item claims.</summary>
/// <param name="Subjects">The digests it says it is about.</param>
/// <param name="Statement">The statement, or null for a plain signature.</param>
internal sealed record Claim(IReadOnlyList<Digest> Subjects, InTotoStatement? Statement);
