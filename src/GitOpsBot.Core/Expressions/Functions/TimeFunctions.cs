using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Expressions.Types;
using GitOpsBot.Core.Expressions.Values;
using static GitOpsBot.Core.Expressions.Types.CelType;
using static GitOpsBot.Core.Expressions.Types.Function;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>Parts of times and durations (cel-spec, "Date/Time Functions"). There is no function that reads a clock.</summary>
internal static class TimeFunctions
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Function> All { get; } =
    [
        Part("getFullYear", t => t.Year),
        Part("getMonth", t => t.Month - 1),
        Part("getDate", t => t.Day),
        Part("getDayOfMonth", t => t.Day - 1),
        Part("getDayOfWeek", t => (int)t.DayOfWeek),
        Part("getDayOfYear", t => t.DayOfYear - 1),
        Part("getHours", t => t.Hour, 3600 * Timestamps.NanosecondsASecond),
        Part("getMinutes", t => t.Minute, 60 * Timestamps.NanosecondsASecond),
        Part("getSeconds", t => t.Second, Timestamps.NanosecondsASecond),
        new("getMilliseconds",
            Member(Int, [Timestamp], (_, a) => CelValue.Int(a[0].Nanos / 1_000_000)),
            Member(Int, [Timestamp, Text], (_, a) => InZone(a[0], a[1].AsText, _ => a[0].Nanos / 1_000_000)),
            // The milliseconds within the second, as the specification wants it, and not the whole duration in them.
            Member(Int, [Duration], (_, a) => CelValue.Int(a[0].AsInt / 1_000_000 % 1000))),
    ];

    private static Function Part(string name, Func<DateTime, int> part, long? unit = null)
    {
        var overloads = new List<Overload>
        {
            Member(Int, [Timestamp], (_, a) => InZone(a[0], "+00:00", part)),
            Member(Int, [Timestamp, Text], (_, a) => InZone(a[0], a[1].AsText, part)),
        };
        if (unit is { } nanoseconds)
        {
            overloads.Add(Member(Int, [Duration], (_, a) => CelValue.Int(a[0].AsInt / nanoseconds)));
        }

        return new Function(name, overloads);
    }

    private static CelValue InZone(CelValue timestamp, string zone, Func<DateTime, int> part) => Timestamps.Clock(timestamp, zone) is { } clock
        ? CelValue.Int(part(clock)) : CelValue.Error(Fault.BadValue, $"{Shown.Quoted(zone)} is no time zone that is known");
}
