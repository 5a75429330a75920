using System.Text.Json;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>How old a statement is: by the verified time and its own time, whichever is older (SPEC section 3).</summary>
internal static class StatementTime
{
    // Where the predicates in use say when what they tell of happened: SLSA v1 and v0.2, scans, CycloneDX, SPDX, SLSA's verification summary, cosign's
    // custom predicate and plain ones. Of a beginning and an end in one place the end counts; it may be left out, and then the beginning does.
    private static readonly string[][] Paths =
    [
        ["runDetails", "metadata", "finishedOn|startedOn"], ["metadata", "buildFinishedOn|buildStartedOn"], ["metadata", "scanFinishedOn|scanStartedOn"],
        ["metadata", "timestamp"], ["creationInfo", "created"], ["timeVerified"], ["timestamp"], ["Timestamp"], ["time"], ["finishedOn"],
    ];

    /// <summary>Why it is not young enough; null when it is.</summary>
    public static Rejection? TooOld(EvidenceItem.Verified item, TimeSpan maxAge, DateTimeOffset now)
    {
        if (Own(item, out var own) is { } unreadable)
        {
            return unreadable;
        }

        // A key's signature may come without any other time: then the statement's own, signed by a believed authority, is enough.
        if (item.Time is null && (own.Count == 0 || !item.IsSignedByKey))
        {
            return new Rejection(RejectionCode.NoTrustedTime, $"Expected at most {Say(maxAge)} of age; found no time that can be trusted.");
        }

        List<DateTimeOffset> times = item.Time is { } verified ? [verified, .. own] : own;
        return times.Max() is var newest && newest > now ? new Rejection(RejectionCode.NoTrustedTime, $"Expected a time that has passed; found {newest:u}, which is in the future.")
            : times.Min() is var oldest && now - oldest > maxAge ? new Rejection(RejectionCode.TooOld, $"Expected at most {Say(maxAge)} of age; found one of {oldest:u}.")
            : null;
    }

    /// <summary>When it was made, by the older of its verified time and its own; null when nobody can say.</summary>
    public static DateTimeOffset? Of(EvidenceItem.Verified item) => Own(item, out var own) is null && own.Concat(item.Time is { } verified ? [verified] : []).ToList() is { Count: > 0 } times
        ? times.Min() : null;

    /// <summary>The oldest time that a statement says of itself; null when it says none, or one that cannot be read.</summary>
    public static DateTimeOffset? Stated(EvidenceItem.Verified item) => Own(item, out var own) is null && own.Count > 0 ? own.Min() : null;

    /// <summary>A duration as documents write it.</summary>
    public static string Say(TimeSpan span) =>
        span.Ticks % TimeSpan.TicksPerDay == 0 ? $"{span.TotalDays:0}d" : span.Ticks % TimeSpan.TicksPerHour == 0 ? $"{span.TotalHours:0}h"
        : span.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{span.TotalMinutes:0}m" : $"{Math.Floor(span.TotalSeconds):0}s";

    // What it says of its own time; a rejection when it says one that cannot be read.
    private static Rejection? Own(EvidenceItem.Verified item, out List<DateTimeOffset> times)
    {
        times = [];
        foreach (var value in Paths.Select(p => p.Aggregate(item.Statement?.Predicate ?? default, Step)))
        {
            if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            {
                continue;
            }

            if ((value.ValueKind == JsonValueKind.String ? Rfc3339.Read(value.GetString()!) : null) is not { } at)
            {
                // A time that one program reads and another does not is no time.
                return new Rejection(RejectionCode.NoTrustedTime, $"Expected a time with a zone such as 2026-12-31T00:00:00Z; the statement says {Documents.Shown.Quoted(value.GetRawText())}.");
            }

            times.Add(at);
        }

        return null;
    }

    private static JsonElement Step(JsonElement element, string keys) =>
        keys.Split('|').Select(key => element.At(key)).FirstOrDefault(value => value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null));
}
