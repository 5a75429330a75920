using System.Diagnostics;
using System.Globalization;
using System.Text;
using GitOpsBot.Core.Evidence.Sigstore.Certificates;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Core.Evidence.Sigstore.Logs;

/// <summary>
/// Proves log entries: the log is one of the trusted root, the entry is about this signature, and all that the log signed about it holds, the promise
/// (Rekor v1's signed entry timestamp) and the inclusion proof with its checkpoint. Where both are there, both are checked.
/// </summary>
internal static class LogEvidence
{
    /// <summary>Proves the entries of an item.</summary>
    /// <param name="item">The item; its signature is by <paramref name="key"/>, which was checked.</param>
    /// <param name="entries">Its entries.</param>
    /// <param name="key">The key that signed.</param>
    /// <param name="leaf">Its certificate, or null.</param>
    /// <param name="root">Whose logs are believed.</param>
    /// <param name="isRequired">Whether one entry must be proven. Otherwise entries of unknown logs are passed over; those of known logs must be right all the same.</param>
    /// <returns>The proven entries with the times that their logs signed; or one of <c>log-entry-missing</c>, <c>untrusted-log</c>, <c>log-key-not-valid</c>,
    /// <c>log-entry-not-bound</c>, <c>timestamp-invalid</c>, <c>inclusion-proof-invalid</c>, <c>checkpoint-invalid</c>.</returns>
    public static Checked<IReadOnlyList<ProvenEntry>> Prove(
        SignedItem item, IReadOnlyList<LogEntry> entries, PublicKey key, Certificate? leaf, TrustedRoot root, bool isRequired)
    {
        var proven = new List<ProvenEntry>();
        foreach (var entry in entries)
        {
            if (root.Log(entry.LogId.Span) is not { } log)
            {
                continue;
            }

            var flaw = EntryBinding.WhyNotOf(entry.Logged, item, key, leaf) ?? WhyNotPromised(entry, log) ?? WhyNotIncluded(entry, log);
            if (flaw is { } rejection)
            {
                return rejection;
            }

            proven.Add(new ProvenEntry(log, entry.Index, entry.Promise is null ? null : entry.IntegratedTime, entry.IntegratedTime));
        }

        return proven.Count > 0 || !isRequired ? proven
            : entries.Count == 0 ? new Rejection(RejectionCode.LogEntryMissing, "Expected an entry of a transparency log; found none attached.")
            : new Rejection(RejectionCode.UntrustedLog, $"Expected an entry of a log of the trusted root; found one of {(entries[0].LogId.Length <= 64 ? Shown(entries[0].LogId) : "another")}.");
    }

    // The signed entry timestamp is over this JSON in canonical form (RFC 8785; sigstore/rekor, "SignedEntryTimestamp").
    private static Rejection? WhyNotPromised(LogEntry entry, TransparencyLog log)
    {
        if (entry.Promise is not { } promise)
        {
            return null;
        }

        if (entry.Logged.IsRekorV2 || entry.IntegratedTime is not { } time)
        {
            return new Rejection(RejectionCode.TimestampInvalid, $"Expected a signed entry timestamp with its time only where the log makes one; found one for a {entry.Logged.Kind} entry without.");
        }

        if (log.Validity.WhyNot(time) is { } outside)
        {
            return new Rejection(RejectionCode.LogKeyNotValid, $"The key of the log {log.Said} {outside}, the time of the log entry.");
        }

        var payload = string.Create(CultureInfo.InvariantCulture,
            $"{{\"body\":\"{Convert.ToBase64String(entry.Body.Span)}\",\"integratedTime\":{time.ToUnixTimeSeconds()},\"logID\":\"{Shown(entry.LogId)}\",\"logIndex\":{entry.Index}}}");
        return log.Key.Verifies(Encoding.ASCII.GetBytes(payload), promise.Span) ? null
            : new Rejection(RejectionCode.TimestampInvalid, $"The signed entry timestamp must be by the log {log.Said} over this entry, but is not.");
    }

    private static Rejection? WhyNotIncluded(LogEntry entry, TransparencyLog log)
    {
        if (entry.Proof is not { } proof)
        {
            return null;
        }

        var root = MerkleTree.Root(entry.Body.Span, proof);
        if (root is null || !proof.RootHash.Span.SequenceEqual(root))
        {
            return new Rejection(RejectionCode.InclusionProofInvalid, "The inclusion proof must lead from the log entry to its root hash, but does not.");
        }

        // Rekor v2 has one tree for each log, so both numbers are the same; in Rekor v1 a log is a row of trees.
        if (entry.Logged.IsRekorV2 && proof.Index != entry.Index)
        {
            return new Rejection(RejectionCode.InclusionProofInvalid, $"The inclusion proof must be for entry {entry.Index}, but is for {proof.Index}.");
        }

        switch (Checkpoint.Read(proof.Checkpoint))
        {
            case Checked<Checkpoint>.Refused(var rejection):
                return rejection;
            case Checked<Checkpoint>.Accepted(var checkpoint):
                return checkpoint.WhyNotBy(log)
                    ?? (checkpoint.TreeSize == proof.TreeSize && checkpoint.RootHash.Span.SequenceEqual(proof.RootHash.Span) ? null
                        : new Rejection(RejectionCode.CheckpointInvalid, "The checkpoint must be of the tree of the inclusion proof, but is of another."));
            default:
                throw new UnreachableException();
        }
    }

    private static string Shown(ReadOnlyMemory<byte> id) => Convert.ToHexStringLower(id.Span);
}

/// <summary>An entry that is proven.</summary>
/// <param name="Log">Whose it is.</param>
/// <param name="Index">Its number in the log.</param>
/// <param name="Time">When it was added, if the log signed that.</param>
/// <param name="ClaimedTime">When it was added, signed or not.</param>
internal sealed record ProvenEntry(TransparencyLog Log, long Index, DateTimeOffset? Time, DateTimeOffset? ClaimedTime);
