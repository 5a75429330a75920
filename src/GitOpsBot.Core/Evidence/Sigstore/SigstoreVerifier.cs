using System.Diagnostics;
using GitOpsBot.Core.Evidence.Sigstore.Bundles;
using GitOpsBot.Core.Evidence.Sigstore.Certificates;
using GitOpsBot.Core.Evidence.Sigstore.Logs;
using GitOpsBot.Core.Evidence.Sigstore.Timestamps;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Core.Evidence.Sigstore;

/// <summary>
/// Proves who signed by what Sigstore's services signed about it. Map of this folder: <c>Bundles/</c> takes apart what came with a signature,
/// <c>Certificates/</c> proves certificates, <c>Logs/</c> entries of transparency logs, <c>Timestamps/</c> times, and <c>Trust/</c> says whose word counts.
/// <para>
/// The recipe (Sigstore client specification, "Verification"): an authority of the trusted root issued the certificate, for signing; its key made the
/// signature; each log entry is about that signature and its log vouches for it; each timestamp is over it; one of these told a time that somebody trusted
/// signed; at all such times certificates, authorities and logs were valid; a certificate log has seen the certificate. What policy wants (identity,
/// subject) is asked afterwards by whoever called. The order decides only which of several flaws is told: the cause before its consequences, so that a
/// changed signature is not told as a log entry that belongs to something else.
/// </para>
/// <para>Promises: a pure function of bytes, trust and <c>now</c>; no network, no machine trust; all of it must hold, and nothing that is present is passed over
/// because something else sufficed. Presumes: the trusted root is the reader's own.</para>
/// </summary>
internal static class SigstoreVerifier
{
    private static readonly VerificationMaterial Nothing = new(MaterialForm.Annotations, null, [], []);

    /// <summary>Proves an item that a certificate's key signed.</summary>
    /// <param name="item">The item; it has a certificate and a signature.</param>
    /// <param name="root">Whose word counts.</param>
    /// <param name="requiresLog">Whether an entry of a transparency log is demanded.</param>
    public static Checked<SigstoreProof> ProveKeyless(SignedItem item, TrustedRoot root, bool requiresLog)
    {
        var material = item.Material!;
        var leaf = material.Certificate!;
        if (Value(CertificatePath.Find(leaf, root), out var noPath) is not { } path)
        {
            return noPath!;
        }

        if (Value(leaf.Key, out var noKey) is not { } key)
        {
            return noKey!;
        }

        if (!item.Message.IsSignedBy(key, item.Signature!.Value.Span))
        {
            return new Rejection(RejectionCode.SignatureInvalid, "The signature must be by the key of the certificate over what is attached, but is not.");
        }

        if (Value(Times(item, key, leaf, root, requiresLog), out var noTimes) is not { } proof)
        {
            return noTimes!;
        }

        if (proof.Times.Count == 0)
        {
            return new Rejection(RejectionCode.NoTrustedTime, "Expected a time that a log or a timestamp authority signed, as a certificate is valid for minutes; found none.");
        }

        var flaw = path.WhyNotAt(proof.Times) ?? WhyNotClaimed(proof, leaf) ?? WhyNotLogged(proof, proof.Times) ?? WhyNotSeen(path, root, requiresLog);
        return flaw is not null ? flaw : proof;
    }

    /// <summary>Proves what logs and timestamp authorities say of an item that a key of an authority signed; nothing need be there unless a log is demanded.</summary>
    /// <param name="item">The item; the signature is the key's, which was checked.</param>
    /// <param name="key">The key.</param>
    /// <param name="root">Whose word counts.</param>
    /// <param name="requiresLog">Whether an entry of a transparency log is demanded.</param>
    /// <param name="now">Stands for the time of signing when nobody told one.</param>
    public static Checked<SigstoreProof> ProveKeyed(SignedItem item, PublicKey key, TrustedRoot root, bool requiresLog, DateTimeOffset now) =>
        Value(Times(item, key, null, root, requiresLog), out var rejection) is not { } proof ? rejection!
        : WhyNotLogged(proof, proof.Times.Count > 0 ? proof.Times : [now]) is { } outside ? outside
        : proof;

    private static Checked<SigstoreProof> Times(SignedItem item, PublicKey key, Certificate? leaf, TrustedRoot root, bool requiresLog)
    {
        var material = item.Material ?? Nothing;
        if (Value(LogEvidence.Prove(item, material.Entries, key, leaf, root, requiresLog), out var noEntry) is not { } entries)
        {
            return noEntry!;
        }

        if (Value(TimestampEvidence.Prove(material.Timestamps, item.Signature!.Value.Span, root), out var noTimestamp) is not { } stamped)
        {
            return noTimestamp!;
        }

        return new SigstoreProof([.. entries.Select(e => e.Time).OfType<DateTimeOffset>(), .. stamped], entries);
    }

    // An unsigned time proves nothing, but one at which the certificate was not valid says that something is wrong (sigstore-go rejects it, too).
    private static Rejection? WhyNotClaimed(SigstoreProof proof, Certificate leaf) =>
        proof.Entries.Select(e => e.ClaimedTime).OfType<DateTimeOffset>().Where(t => !leaf.IsValidAt(t)).Take(1).ToList() is [var outside]
            ? new Rejection(RejectionCode.TimeOutsideCertificate, $"The certificate is valid from {Validity.Say(leaf.NotBefore)} to {Validity.Say(leaf.NotAfter)}, but the log entry was added at {Validity.Say(outside)}.")
            : null;

    // An entry whose time its log did not sign was made about when the timestamps were; a log's key must have been valid then (CVE-2026-54787).
    private static Rejection? WhyNotLogged(SigstoreProof proof, IReadOnlyList<DateTimeOffset> times)
    {
        foreach (var entry in proof.Entries.Where(e => e.Time is null))
        {
            if (times.Select(entry.Log.Validity.WhyNot).FirstOrDefault(w => w is not null) is { } outside)
            {
                return new Rejection(RejectionCode.LogKeyNotValid, $"The key of the log {entry.Log.Said} {outside}, when the signature was made.");
            }
        }

        return null;
    }

    // An instance without certificate logs (GitHub's own) has none to ask; that is enough only where the authority asks for no log at all.
    private static Rejection? WhyNotSeen(CertificatePath path, TrustedRoot root, bool requiresLog) =>
        requiresLog || root.HasCertificateLogs ? CertificateTimestamps.WhyNot(path.Leaf, path.Issuer, root) : null;

    private static T? Value<T>(Checked<T> read, out Rejection? rejection)
        where T : class
    {
        rejection = (read as Checked<T>.Refused)?.Rejection;
        return read switch
        {
            Checked<T>.Accepted(var value) => value,
            Checked<T>.Refused => null,
            _ => throw new UnreachableException(),
        };
    }
}

/// <summary>What is proven about an item beyond its signature.</summary>
/// <param name="Times">When it was signed, as others signed; may be none.</param>
/// <param name="Entries">Its proven log entries.</param>
internal sealed record SigstoreProof(IReadOnlyList<DateTimeOffset> Times, IReadOnlyList<ProvenEntry> Entries)
{
    /// <summary>The earliest of the times: the signature existed then.</summary>
    public DateTimeOffset? Earliest => Times.Count > 0 ? Times.Min() : null;
}
