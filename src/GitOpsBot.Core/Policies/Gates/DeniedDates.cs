using System.Globalization;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// Dates at which nothing moves, both ends included: <c>2026-12-20/2027-01-06</c>, one date alone, and perhaps a zone behind them. Without a zone of
/// their own they are dates of the zone in which the hours are written.
/// </summary>
internal sealed record DeniedDates(string Text, DateOnly First, DateOnly Last, TimeZoneInfo? Zone)
{
    // Far enough for anybody, and no date after it is beyond the calendar.
    private const int LastYear = 2999;

    /// <summary>Reads them; null when they are not understood, end before they begin, or the zone is not known.</summary>
    public static DeniedDates? Parse(string text)
    {
        var (dates, zone) = text.Split(' ') is [var d, var z] ? (d, ZoneClock.Find(z)) : (text, null);
        return dates != text && zone is null ? null
            : dates.Split('/') is { Length: 1 or 2 } ends && Date(ends[0]) is { } first && Date(ends[^1]) is { } last && first <= last
            ? new DeniedDates(text, first, last, zone) : null;
    }

    /// <summary>Whether an instant lies in them.</summary>
    public bool Hold(DateTimeOffset instant, TimeZoneInfo zone) => DateOnly.FromDateTime(ZoneClock.At(Zone ?? zone, instant)) is var date && date >= First && date <= Last;

    /// <summary>The first instant after them, for one that lies in them.</summary>
    public DateTimeOffset EndAfter(DateTimeOffset instant, TimeZoneInfo zone) =>
        ZoneClock.First(Zone ?? zone, Last.AddDays(1).ToDateTime(TimeOnly.MinValue), instant, i => !Hold(i, zone)) ?? instant.AddDays(1);

    private static DateOnly? Date(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year <= LastYear ? date : null;
}
