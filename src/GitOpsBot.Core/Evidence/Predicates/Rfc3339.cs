using System.Globalization;
using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>Times as statements write them: RFC 3339 only. What .NET would guess from <c>12:00</c> is today, and so never old.</summary>
internal static partial class Rfc3339
{
    /// <summary>The time, fractions of a second left out; null when it is not one with a zone.</summary>
    public static DateTimeOffset? Read(string text) => Grammar().Match(text) is { Success: true } m
        && DateTimeOffset.TryParseExact(
            $"{m.Groups["date"].Value}T{m.Groups["time"].Value}{m.Groups["zone"].Value.ToUpperInvariant()}", "yyyy-MM-dd'T'HH:mm:ssK",
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    [GeneratedRegex(@"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?(?<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Grammar();
}
