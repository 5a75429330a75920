using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// Wall clocks of time zones (IANA names). Whether a time lies in a window is asked of the wall clock at an instant, which every instant has exactly
/// one of; only the way back, from the wall clock to an instant, meets hours that are skipped or come twice.
/// <para>The zones are those of the machine's tzdata, read through the base library when a document is loaded: a name that it does not know is a problem then.</para>
/// </summary>
internal static partial class ZoneClock
{
    // Beyond any zone's distance from UTC, on both sides.
    private static readonly TimeSpan Around = TimeSpan.FromHours(36);

    /// <summary>The zone of that name, or null.</summary>
    public static TimeZoneInfo? Find(string name) =>
        // The machine's own zone would mean another thing on another machine.
        ZoneName().IsMatch(name) && name is not "localtime" && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>What the wall clock shows.</summary>
    public static DateTime At(TimeZoneInfo zone, DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, zone).DateTime;

    /// <summary>
    /// The first instant, not before <paramref name="from"/>, of those at which the wall clock shows or skips <paramref name="wall"/> that
    /// <paramref name="holds"/>; null when there is none.
    /// </summary>
    public static DateTimeOffset? First(TimeZoneInfo zone, DateTime wall, DateTimeOffset from, Func<DateTimeOffset, bool> holds)
    {
        var asUtc = new DateTimeOffset(DateTime.SpecifyKind(wall, DateTimeKind.Unspecified), TimeSpan.Zero);
        var (before, after) = (zone.GetUtcOffset(asUtc - Around), zone.GetUtcOffset(asUtc + Around));
        List<DateTimeOffset> found = [asUtc - before, asUtc - after];
        if (before != after)
        {
            found.Add(Change(zone, asUtc - Around, asUtc + Around));
        }

        return found.Where(i => i >= from && holds(i)).Order().Select(i => (DateTimeOffset?)i).FirstOrDefault();
    }

    // The instant at which the clock was put forward or back, to the second.
    private static DateTimeOffset Change(TimeZoneInfo zone, DateTimeOffset low, DateTimeOffset high)
    {
        var before = zone.GetUtcOffset(low);
        while (high - low > TimeSpan.FromSeconds(1))
        {
            var middle = low + TimeSpan.FromSeconds(Math.Floor((high - low).TotalSeconds / 2));
            (low, high) = zone.GetUtcOffset(middle) == before ? (middle, high) : (low, middle);
        }

        return high;
    }

    [GeneratedRegex(@"\A[A-Z][A-Za-z0-9_+-]{1,30}(?:/[A-Za-z][A-Za-z0-9_+-]{1,30}){0,2}\z")]
    private static partial Regex ZoneName();
}
