using System.Diagnostics;
using System.Globalization;
using GitOpsBot.Core.Policies;
using GitOpsBot.Testing.Policies;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>
/// Candidates against a policy of fifteen gates, evidence at hand: the policy is read and each candidate judged once, in the first round of a process and
/// in later ones.
/// </summary>
internal sealed class Judging : Benchmark
{
    // The evidence of so many is made at a time, which is no part of what is measured: that of all would fill the memory.
    private const int Portion = 100;

    // Ten times as many may take a little more for each, and not ten times that.
    private const double Linear = 12;

    /// <inheritdoc/>
    public override string Name => "judging";

    /// <inheritdoc/>
    public override string About => "1,000 and 10,000 candidates against a policy of fifteen gates, evidence at hand, first in a process and later";

    /// <inheritdoc/>
    public override Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        var (cold, warm, many) = (new Sample(), new Sample(), new Sample());
        var peak = 0L;
        for (var i = 0; i < bench.Runs; i++)
        {
            using var ours = bench.StartPublished(this);
            cold.Add(ours.Round("1000"));
            many.Add(ours.Round("10000"));
            warm.Add(ours.Round("1000"));
            peak = Math.Max(peak, ours.PeakBytes);
        }

        return Task.FromResult<IReadOnlyList<Figure>>(
        [
            Figure.AtMost("1,000 candidates against fifteen gates, first in the process", cold.Median / 1000, "s", 1).With(peak),
            Figure.AtMost("the same, later", warm.Median / 1000, "s", 1),
            Figure.AtMost("10,000 candidates, in times of 1,000", many.Median / warm.Median, "times", Linear),
        ]);
    }

    /// <inheritdoc/>
    public override Task WorkAsync(IReadOnlyList<string> arguments, Rounds rounds) => rounds.RunAsync(word =>
    {
        var begin = Stopwatch.GetTimestamp();
        var policy = FifteenGates.Policy();
        var took = Stopwatch.GetElapsedTime(begin);
        for (var number = 0; number < int.Parse(word, CultureInfo.InvariantCulture); number += Portion)
        {
            var candidates = Enumerable.Range(number, Portion).Select(FifteenGates.Candidate).ToList();
            begin = Stopwatch.GetTimestamp();
            foreach (var candidate in candidates)
            {
                if (PolicyEvaluator.Evaluate(policy, candidate).Word != "promote")
                {
                    throw new InvalidOperationException("Every candidate of this world passes.");
                }
            }

            took += Stopwatch.GetElapsedTime(begin);
        }

        return Task.FromResult(took);
    });
}
