using GitOpsBot.Core.Evidence.Sigstore.Certificates;

namespace GitOpsBot.Core.Evidence.Sigstore.Logs;

/// <summary>
/// Whether a log entry is about this very signature. A true entry about something else once made verifiers believe anything (CVE-2022-36056,
/// CVE-2026-22703), so signature, certificate or key, and digest are each compared.
/// </summary>
internal static class EntryBinding
{
    /// <summary>Why the entry belongs to something else; null when it belongs to the item.</summary>
    /// <param name="logged">What the log keeps.</param>
    /// <param name="item">The item.</param>
    /// <param name="key">The key that made its signature.</param>
    /// <param name="leaf">The certificate of that key, or null when the key signed for itself.</param>
    public static Rejection? WhyNotOf(LoggedSignature logged, SignedItem item, PublicKey key, Certificate? leaf)
    {
        if (logged.Signature is { } signature && !signature.Span.SequenceEqual(item.Signature!.Value.Span))
        {
            return NotBound("signature", logged);
        }

        var verifier = leaf is null ? key.SubjectPublicKeyInfo : leaf.Raw;
        if (logged.IsCertificate != leaf is not null || !logged.Verifier.Span.SequenceEqual(verifier.Span))
        {
            return NotBound(leaf is null ? "key" : "certificate", logged);
        }

        return Hash(logged, item) is { } expected && logged.Hash.Span.SequenceEqual(expected) ? null : NotBound("digest", logged);
    }

    // Null where an entry of this kind cannot be about such an item.
    private static byte[]? Hash(LoggedSignature logged, SignedItem item)
    {
        var message = logged.Hashed switch
        {
            LoggedHash.Message => item.Payload is null ? item.Message : null,
            LoggedHash.MessageOrEncoding => item.Message,
            LoggedHash.Payload => item.Payload is { } payload ? SignedMessage.Of(payload) : null,
            LoggedHash.Envelope => item.Envelope is { } envelope ? SignedMessage.Of(envelope) : null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return message is not null && message.TryHash(logged.Algorithm, out var hash) ? hash : null;
    }

    private static Rejection NotBound(string what, LoggedSignature logged) => new(
        RejectionCode.LogEntryNotBound, $"The {logged.Kind} log entry must have the {what} of what is attached, but has another.");
}
