using System.Globalization;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>Points in time from the year 1 to 9999, to the nanosecond (cel-spec, "Overflow" and "Timezones").</summary>
internal static partial class Timestamps
{
    /// <summary>Nanoseconds of a second.</summary>
    public const long NanosecondsASecond = 1_000_000_000;

    private const long First = -62_135_596_800;
    private const long Last = 253_402_300_799;

    private static readonly CelValue OutOfRange = CelValue.Error(Fault.BadValue, "the time is not between the years 1 and 9999");

    /// <summary>A timestamp of seconds since 1970, or an error when it is out of range.</summary>
    public static CelValue Made(long seconds, int nanos) => seconds is >= First and <= Last ? CelValue.Timestamp(seconds, nanos) : OutOfRange;

    /// <summary>Nanoseconds since 1970.</summary>
    public static Int128 Nanoseconds(CelValue timestamp) => ((Int128)timestamp.AsInt * NanosecondsASecond) + timestamp.Nanos;

    /// <summary>So much later, or earlier.</summary>
    public static CelValue Moved(CelValue timestamp, Int128 nanoseconds)
    {
        var sum = Nanoseconds(timestamp) + nanoseconds - (First * (Int128)NanosecondsASecond);
        return sum < 0 ? OutOfRange : Made((long)(sum / NanosecondsASecond) + First, (int)(sum % NanosecondsASecond));
    }

    /// <summary>Reads RFC 3339, with at most nine digits of a second's fraction.</summary>
    public static CelValue Parse(string text)
    {
        var match = Rfc3339().Match(text);
        if (!match.Success || !DateTime.TryParseExact(
            match.Groups["date"].Value + match.Groups["time"].Value, "yyyy-MM-ddHH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var local))
        {
            return CelValue.Error(Fault.BadValue, $"{Shown.Quoted(text)} is no time such as 2026-12-31T00:00:00Z");
        }

        var offset = Offset(match.Groups["zone"].Value);
        var nanos = match.Groups["fraction"] is { Success: true, Value: var fraction } ? int.Parse(fraction.PadRight(9, '0'), CultureInfo.InvariantCulture) : 0;
        return Made((local.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond - offset, nanos);
    }

    /// <summary>In RFC 3339 and UTC: <c>2026-12-31T00:00:00Z</c>.</summary>
    public static string Print(CelValue timestamp) =>
        DateTime.UnixEpoch.AddSeconds(timestamp.AsInt).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + Fraction(timestamp.Nanos) + "Z";

    /// <summary>The clock of a zone at that time; null when the zone is not known, or its clock is out of range. Fractions of a second are left out.</summary>
    /// <param name="timestamp">The time.</param>
    /// <param name="zone">A name of the IANA database, or an offset such as <c>+02:00</c>.</param>
    public static DateTime? Clock(CelValue timestamp, string zone)
    {
        var utc = DateTime.UnixEpoch.AddSeconds(timestamp.AsInt);
        long? offset = FixedZone().IsMatch(zone) ? Offset(zone)
            : NamedZone().IsMatch(zone) && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? (long)found.GetUtcOffset(utc).TotalSeconds
            : null;
        return offset is { } seconds && timestamp.AsInt + seconds is >= First and <= Last and var at ? DateTime.UnixEpoch.AddSeconds(at) : null;
    }

    /// <summary>A fraction of a second with its dot, without zeros at the end; empty when there is none.</summary>
    public static string Fraction(int nanos) => nanos == 0 ? "" : "." + nanos.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');

    // Seconds east of Greenwich.
    private static long Offset(string zone)
    {
        if (zone is "Z" or "z")
        {
            return 0;
        }

        var digits = zone.TrimStart('+', '-');
        var seconds = (int.Parse(digits.AsSpan(0, 2), CultureInfo.InvariantCulture) * 3600) + (int.Parse(digits.AsSpan(3, 2), CultureInfo.InvariantCulture) * 60);
        return zone[0] == '-' ? -seconds : seconds;
    }

    [GeneratedRegex(@"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?<fraction>[0-9]{1,9}))?(?<zone>[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])\z")]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"\A[+-]?(?:[01][0-9]|2[0-3]):[0-5][0-9]\z")]
    private static partial Regex FixedZone();

    // No dots: a name becomes the path of a file.
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*\z")]
    private static partial Regex NamedZone();
}
