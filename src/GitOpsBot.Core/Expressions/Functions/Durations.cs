using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Expressions.Values;

namespace GitOpsBot.Core.Expressions.Functions;

/// <summary>Spans of time in whole nanoseconds, at most what 64 bits hold, about 290 years (cel-spec, "Overflow").</summary>
internal static partial class Durations
{
    // A number with more digits says nothing more, and costs time to read.
    private const int LongestText = 100;

    /// <summary>A duration, or an error when it is out of range.</summary>
    public static CelValue Made(Int128 nanoseconds) => nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue ? CelValue.Duration((long)nanoseconds) : Arithmetic.Overflow;

    /// <summary>Reads <c>1h30m</c>, <c>-1.5s</c>, <c>250ms</c>; the units are h, m, s, ms, us and ns.</summary>
    public static CelValue Parse(string text)
    {
        var match = text.Length <= LongestText ? Grammar().Match(text) : Match.Empty;
        if (!match.Success)
        {
            return CelValue.Error(Fault.BadValue, $"{Shown.Quoted(text)} is no duration such as 90s or 1h30m");
        }

        var sum = BigInteger.Zero;
        for (var i = 0; i < match.Groups["number"].Captures.Count; i++)
        {
            var number = match.Groups["number"].Captures[i].Value.Split('.');
            var fraction = number.Length > 1 ? number[1] : "";
            var digits = BigInteger.Parse("0" + number[0] + fraction, CultureInfo.InvariantCulture);
            sum += digits * Unit(match.Groups["unit"].Captures[i].Value) / BigInteger.Pow(10, fraction.Length);
        }

        sum = text[0] == '-' ? -sum : sum;
        return sum >= long.MinValue && sum <= long.MaxValue ? CelValue.Duration((long)sum) : Arithmetic.Overflow;
    }

    /// <summary>In seconds: <c>5400s</c>, <c>-0.25s</c>.</summary>
    public static string Print(CelValue duration)
    {
        var (seconds, nanos) = Int128.DivRem(Int128.Abs(duration.AsInt), Timestamps.NanosecondsASecond);
        return $"{(duration.AsInt < 0 ? "-" : "")}{seconds}{Timestamps.Fraction((int)nanos)}s";
    }

    private static long Unit(string unit) => unit switch
    {
        "h" => 3600 * Timestamps.NanosecondsASecond,
        "m" => 60 * Timestamps.NanosecondsASecond,
        "s" => Timestamps.NanosecondsASecond,
        "ms" => 1_000_000,
        "ns" => 1,
        _ => 1000,
    };

    [GeneratedRegex(@"\A[-+]?(?:0|(?:(?<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?<unit>h|ms|m|s|us|µs|μs|ns))+)\z")]
    private static partial Regex Grammar();
}
