using System.Diagnostics;
using GitOpsBot.Core.Evidence.Sigstore.Bundles;

namespace GitOpsBot.Core.Evidence.Sigstore.Logs;

/// <summary>Reads log entries of bundles and of cosign's annotation; what is wrong is told to the message's reader.</summary>
internal static class LogEntryReader
{
    /// <summary>The fields of an entry.</summary>
    public static readonly IReadOnlyList<string> Fields =
        ["logIndex", "logId", "kindVersion", "integratedTime", "inclusionPromise", "inclusionProof", "canonicalizedBody"];

    // A tree of 2^63 entries has 63 levels.
    private const int MostHashes = 63;
    private const int HashBytes = 32;

    // The year 9999: beyond it there is no DateTimeOffset.
    private const long LatestSecond = 253_402_300_799;

    /// <summary>The entries of a bundle of this version.</summary>
    public static IReadOnlyList<LogEntry> Read(IReadOnlyList<ProtoMessage> messages, MaterialForm form)
    {
        var entries = messages.Select(m => Read(m, form)).ToList();
        var twice = entries.Index().FirstOrDefault(e => entries.Take(e.Index).Any(o => o.Index == e.Item.Index && o.LogId.Span.SequenceEqual(e.Item.LogId.Span)));
        if (twice.Item is not null)
        {
            // Copies must not add up.
            messages[twice.Index].Fail("must be another entry than those before it, but is one of them again.");
        }

        return entries;
    }

    /// <summary>The entry of cosign's annotation: a promise and what it is over.</summary>
    public static LogEntry ReadAnnotation(ProtoMessage bundle)
    {
        var promise = bundle.Bytes("SignedEntryTimestamp");
        var payload = bundle.Message("Payload", "body", "integratedTime", "logIndex", "logID");
        if (payload is null || promise.Length == 0)
        {
            bundle.Fail("must have a SignedEntryTimestamp and a Payload, but lacks one.");
        }

        var id = payload?.Text("logID") ?? "";
        var logId = IsLowerHex(id) ? Convert.FromHexString(id) : [];
        if (logId.Length == 0)
        {
            bundle.Fail("must name a log by lower-case hexadecimal digits, but does not.");
        }

        var body = payload?.Bytes("body") ?? [];
        return new LogEntry(logId, payload?.Natural("logIndex") ?? 0, Time(payload), body, promise, null, Logged(bundle, body, null));
    }

    private static LogEntry Read(ProtoMessage message, MaterialForm form)
    {
        var index = message.Natural("logIndex");
        var time = Time(message);
        var logId = message.Message("logId", "keyId")?.Bytes("keyId") ?? [];
        var kindVersion = message.Message("kindVersion", "kind", "version");
        var body = message.Bytes("canonicalizedBody");
        if (logId.Length == 0 || kindVersion is null || body.Length == 0)
        {
            message.Fail("must have a logId, a kindVersion and a canonicalizedBody, but lacks one.");
        }

        var promise = message.Message("inclusionPromise", "signedEntryTimestamp")?.Bytes("signedEntryTimestamp") ?? [];
        var proof = message.Message("inclusionProof", "logIndex", "rootHash", "treeSize", "hashes", "checkpoint") is { } found ? ReadProof(found) : null;
        var logged = Logged(message, body, kindVersion is null ? null : $"{kindVersion.Text("kind")} {kindVersion.Text("version")}");
        if (form == MaterialForm.BundleV01 && promise.Length == 0)
        {
            message.Fail("must have a signed entry timestamp in version 0.1, but has none.", RejectionCode.NoTrustedTime);
        }

        if ((form != MaterialForm.BundleV01 || logged.IsRekorV2) && proof is null)
        {
            message.Fail("must have an inclusion proof, but has none.", RejectionCode.InclusionProofMissing);
        }

        return new LogEntry(logId, index, time, body, promise.Length > 0 ? promise : (ReadOnlyMemory<byte>?)null, proof, logged);
    }

    private static InclusionProof ReadProof(ProtoMessage proof)
    {
        var root = proof.Bytes("rootHash");
        var hashes = proof.ByteStrings("hashes", MostHashes);
        if (root.Length != HashBytes || hashes.Any(h => h.Length != HashBytes))
        {
            proof.Fail($"must have hashes of {HashBytes} bytes, but has others.");
        }

        // Without a checkpoint the proof proves nothing; that is told when it is checked, where a wrong proof is told first.
        var checkpoint = proof.Message("checkpoint", "envelope")?.Text("envelope") ?? "";
        return new InclusionProof(proof.Natural("logIndex"), proof.Natural("treeSize"), root, [.. hashes.Select(h => (ReadOnlyMemory<byte>)h)], checkpoint);
    }

    private static DateTimeOffset? Time(ProtoMessage? message)
    {
        var seconds = message?.Natural("integratedTime") ?? 0;
        if (seconds > LatestSecond)
        {
            message!.Fail("must have been added before the year 10000, but was later.");
            return null;
        }

        return seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds);
    }

    private static LoggedSignature Logged(ProtoMessage message, byte[] body, string? kind)
    {
        switch (EntryBody.Read(body))
        {
            case Checked<LoggedSignature>.Accepted(var logged):
                if (kind is not null && kind != logged.Kind)
                {
                    message.Fail($"must be of the kind its body says, '{logged.Kind}', but says {Quoted.Text(kind)}.");
                }

                return logged;
            case Checked<LoggedSignature>.Refused(var rejection):
                message.Fail($"must have a body that can be read, but has none: {rejection.Reason}", rejection.Code);
                return new LoggedSignature("", null, default, false, LoggedHash.Message, "", default);
            default:
                throw new UnreachableException();
        }
    }

    private static bool IsLowerHex(string text) => text.Length % 2 == 0 && text.All(char.IsAsciiHexDigitLower);
}
