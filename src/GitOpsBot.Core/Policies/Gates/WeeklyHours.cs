using System.Globalization;
using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// Hours of days of the week in a time zone, <c>Mon-Thu 09:00-16:00 Europe/Berlin</c>; the end is not part of them. An end that is not after the
/// beginning lies on the next day, and the days are then those of the beginning. Without days, every day.
/// </summary>
internal sealed partial record WeeklyHours(string Text, IReadOnlyList<DayOfWeek> Days, TimeSpan From, TimeSpan To, TimeZoneInfo Zone)
{
    private static readonly string[] Names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    // A week, and one more for a day whose hours the change of clocks leaves out.
    private const int DaysAhead = 15;

    /// <summary>Every hour there is, by UTC.</summary>
    public static WeeklyHours Always { get; } = new("any time", [.. Enum.GetValues<DayOfWeek>()], TimeSpan.Zero, TimeSpan.FromDays(1), TimeZoneInfo.Utc);

    /// <summary>Reads them; null when they are not understood or the zone is not known.</summary>
    public static WeeklyHours? Parse(string text)
    {
        if (Grammar().Match(text) is not { Success: true } match || ZoneClock.Find(match.Groups["zone"].Value) is not { } zone)
        {
            return null;
        }

        var (from, to) = (Time(match.Groups["from"].Value), Time(match.Groups["to"].Value));
        var days = match.Groups["days"].Success ? ReadDays(match.Groups["days"].Value) : [.. Enum.GetValues<DayOfWeek>()];
        return days is null || from is not { TotalDays: < 1 } start || to is not { } end || start == end ? null : new WeeklyHours(text, days, start, end, zone);
    }

    /// <summary>Whether an instant lies in them.</summary>
    public bool Hold(DateTimeOffset instant)
    {
        var wall = ZoneClock.At(Zone, instant);
        var time = wall.TimeOfDay;
        return From < To
            ? Days.Contains(wall.DayOfWeek) && time >= From && time < To
            : (Days.Contains(wall.DayOfWeek) && time >= From) || (Days.Contains(wall.AddDays(-1).DayOfWeek) && time < To);
    }

    /// <summary>The first instant from <paramref name="from"/> on that lies in them and in none of the denied dates; null when there is none to be found.</summary>
    public DateTimeOffset? Next(DateTimeOffset from, IReadOnlyList<DeniedDates> denied)
    {
        var at = from;
        // Every round leaves one stretch of denied dates or enters the next hours.
        for (var rounds = 0; rounds <= (2 * denied.Count) + 2; rounds++)
        {
            if (denied.FirstOrDefault(d => d.Hold(at, Zone)) is { } stretch)
            {
                at = stretch.EndAfter(at, Zone);
            }
            else if (Hold(at))
            {
                return at;
            }
            else if (NextHours(at) is { } begins)
            {
                at = begins;
            }
            else
            {
                return null;
            }
        }

        return null;
    }

    private DateTimeOffset? NextHours(DateTimeOffset from)
    {
        var today = ZoneClock.At(Zone, from).Date;
        return Enumerable.Range(0, DaysAhead)
            .Select(ahead => ZoneClock.First(Zone, today.AddDays(ahead) + From, from, Hold))
            .FirstOrDefault(begins => begins is not null);
    }

    private static List<DayOfWeek>? ReadDays(string text)
    {
        var days = new List<DayOfWeek>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-').Select(d => Array.IndexOf(Names, d)).ToList();
            for (var day = ends[0]; ; day = (day + 1) % Names.Length)
            {
                days.Add((DayOfWeek)day);
                if (day == ends[^1])
                {
                    break;
                }
            }
        }

        return days.Count <= Names.Length && days.Distinct().Count() == days.Count ? days : null;
    }

    private static TimeSpan? Time(string text) =>
        int.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture) is var h && int.Parse(text.AsSpan(3), CultureInfo.InvariantCulture) is var m && (h < 24 || (h == 24 && m == 0)) && m < 60
            ? new TimeSpan(h, m, 0) : null;

    [GeneratedRegex(@"\A(?:(?<days>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[-](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun))?(?:,(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[-](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun))?){0,6}) )?(?<from>[0-9]{2}:[0-9]{2})-(?<to>[0-9]{2}:[0-9]{2}) (?<zone>[A-Za-z0-9_+/-]{1,95})\z")]
    private static partial Regex Grammar();
}
