using System.Diagnostics;
using System.Globalization;
using GitOpsBot.Core.Policies;
using GitOpsBot.Testing.Policies;

namespace GitOpsBot.Core.Tests.Policies;

/// <summary>Judging is linear in the candidates (SPEC section 10): evidence at hand, a policy of fifteen gates.</summary>
public sealed class PolicySpeedTests(ITestOutputHelper output)
{
    [Fact]
    public void Judges_candidates_by_fifteen_gates_in_linear_time()
    {
        var policy = FifteenGates.Policy();
        var candidates = Enumerable.Range(0, 200).Select(FifteenGates.Candidate).ToList();
        Assert.All(candidates.Take(3), c => Assert.Equal("promote", PolicyEvaluator.Evaluate(policy, c).Word));

        var first = Measure(policy, candidates);
        var few = Median(policy, candidates.Take(20).ToList());
        var many = Median(policy, candidates);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"fifteen gates; 200 candidates: {many:0} ms, 20: {few:0} ms; the first time, with everything still to be compiled and read: {first:0} ms"));
        // Unoptimised code on a busy machine says nothing of the number itself; what is not linear is far above this: a hundred times instead of ten.
        Assert.True(many < 50 * Math.Max(few, 1), $"{many} ms for 200, {few} ms for 20");
    }

    private static double Median(Policy policy, List<GateFacts> candidates) => Enumerable.Range(0, 3).Select(_ => Measure(policy, candidates)).Order().ElementAt(1);

    private static double Measure(Policy policy, IEnumerable<GateFacts> candidates)
    {
        var clock = Stopwatch.StartNew();
        foreach (var candidate in candidates)
        {
            PolicyEvaluator.Evaluate(policy, candidate);
        }

        return clock.Elapsed.TotalMilliseconds;
    }
}
