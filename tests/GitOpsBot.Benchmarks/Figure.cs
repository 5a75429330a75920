using System.Globalization;

namespace GitOpsBot.Benchmarks;

/// <summary>One line of the table.</summary>
/// <param name="Work">What was done, with its size.</param>
/// <param name="Ours">What it cost us.</param>
/// <param name="Other">What it cost the other side, and who that is; or that it is absent, by name.</param>
/// <param name="Ratio">How many times as much; empty where there is nothing to compare.</param>
/// <param name="Reach">What SPEC section 10 asks for; empty for a size that it does not name.</param>
/// <param name="IsReached">Whether it was reached; null where nothing is asked for, or could not be compared.</param>
internal sealed record Figure(string Work, string Ours, string Other, string Ratio, string Reach, bool? IsReached)
{
    /// <summary>Our process's largest resident memory; empty where it was not measured.</summary>
    public string Memory { get; init; } = "";

    /// <summary>Times of the same work, the other side's against ours.</summary>
    /// <param name="work">What was done.</param>
    /// <param name="ours">Our times.</param>
    /// <param name="against">Who the other side is.</param>
    /// <param name="other">Its times.</param>
    /// <param name="reach">How many times faster we must be; null for a size that is not asked about.</param>
    public static Figure Faster(string work, Sample ours, string against, Sample other, double? reach)
    {
        var ratio = other.Median / ours.Median;
        return new Figure(work, ours.ToString(), $"{other} {against}", Times(ratio), reach is { } wanted ? $"{Times(wanted)} faster" : "", reach is null ? null : ratio >= reach);
    }

    /// <summary>Our times where the other side is not installed.</summary>
    public static Figure Alone(string work, Sample ours, string absent, double reach) =>
        new(work, ours.ToString(), absent, "", $"{Times(reach)} faster", null);

    /// <summary>A number that has only an upper bound.</summary>
    public static Figure AtMost(string work, double ours, string unit, double limit) =>
        new(work, $"{ours.ToString("0.##", CultureInfo.InvariantCulture)} {unit}", "", "", $"at most {limit.ToString("0.##", CultureInfo.InvariantCulture)} {unit}", ours <= limit);

    /// <summary>The same, with the memory of our side, which must stay below a bound where there is one.</summary>
    public Figure With(long peakBytes, long? limit = null)
    {
        var mebibytes = peakBytes / (1024.0 * 1024.0);
        return this with
        {
            Memory = string.Create(CultureInfo.InvariantCulture, $"{mebibytes:0} MiB"),
            Reach = limit is { } most ? string.Create(CultureInfo.InvariantCulture, $"{Reach}, under {most / (1024 * 1024)} MiB") : Reach,
            IsReached = limit is { } bound && peakBytes >= bound ? false : IsReached,
        };
    }

    private static string Times(double ratio) => ratio.ToString(ratio < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + "x";
}
