using System.Globalization;

namespace GitOpsBot.Benchmarks;

/// <summary>How long the same work took, several times.</summary>
internal sealed class Sample
{
    private readonly List<double> milliseconds = [];

    /// <summary>Adds one time.</summary>
    public void Add(TimeSpan took) => milliseconds.Add(took.TotalMilliseconds);

    /// <summary>Half of the times were shorter than this; milliseconds.</summary>
    public double Median
    {
        get
        {
            var sorted = milliseconds.Order().ToList();
            return sorted.Count == 0 ? throw new InvalidOperationException("Nothing was measured.")
                : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
        }
    }

    /// <summary>So many of a hundred times were not longer than this; milliseconds.</summary>
    public double Within(int ofHundred) => milliseconds.Order().ElementAt(((milliseconds.Count * ofHundred) + 99) / 100 - 1);

    /// <summary>The median, in a unit that people read.</summary>
    public override string ToString() => Median switch
    {
        >= 10_000 => (Median / 1000).ToString("0.0", CultureInfo.InvariantCulture) + " s",
        >= 1000 => (Median / 1000).ToString("0.00", CultureInfo.InvariantCulture) + " s",
        >= 10 => Median.ToString("0", CultureInfo.InvariantCulture) + " ms",
        _ => Median.ToString("0.00", CultureInfo.InvariantCulture) + " ms",
    };
}
