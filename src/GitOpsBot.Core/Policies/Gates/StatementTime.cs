using System.Globalization;
using System.Text.Json;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>How old a statement is: by the verified time and its own time, whichever is older (SPEC section 3).</summary>
internal static class StatementTime
{
    // Where the predicates in use say when what they tell of happened.
    private static readonly string[][] Paths =
    [
        ["runDetails", "metadata", "finishedOn"], ["metadata", "buildFinishedOn"], ["metadata", "scanFinishedOn"], ["timestamp"], ["time"], ["finishedOn"],
    ];

    /// <summary>Why it is not young enough; null when it is.</summary>
    public static Rejection? TooOld(EvidenceItem.Verified item, TimeSpan maxAge, DateTimeOffset now)
    {
        var own = Own(item.Statement?.Predicate ?? default);
        var time = (item.Time, own) switch
        {
            ({ } a, { } b) => a < b ? a : b,
            var (a, b) => a ?? b,
        };
        return time is not { } at ? new Rejection(RejectionCode.NoTrustedTime, "Nothing says when this was stated, and its age is limited.")
            : at > now ? new Rejection(RejectionCode.NoTrustedTime, $"It says it was stated at {at:u}, which is in the future.")
            : at + maxAge < now ? new Rejection(RejectionCode.TooOld, $"It is of {at:u}; at most {Say(maxAge)} old is expected.")
            : null;
    }

    /// <summary>A duration as documents write it.</summary>
    public static string Say(TimeSpan span) =>
        span.Ticks % TimeSpan.TicksPerDay == 0 ? $"{span.TotalDays:0}d" : span.Ticks % TimeSpan.TicksPerHour == 0 ? $"{span.TotalHours:0}h"
        : span.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{span.TotalMinutes:0}m" : $"{span.TotalSeconds:0}s";

    private static DateTimeOffset? Own(JsonElement predicate)
    {
        foreach (var path in Paths)
        {
            var value = path.Aggregate(predicate, (element, key) => element.At(key));
            if (value.ValueKind == JsonValueKind.String
                && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            {
                return at;
            }
        }

        return null;
    }
}
