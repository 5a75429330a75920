using System.Globalization;
using System.Text.Json;
using GitOpsBot.Benchmarks.Worlds;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>Every pin of a checkout in a new process: <c>gitopsbot lint</c> as it is published, against Renovate's extraction from the same folder.</summary>
internal sealed class EveryPin : Benchmark
{
    // What Renovate 44 took when it could be measured, for those who have none.
    private const string MeasuredBefore = "Renovate 44 is not installed; measured before: 11.5 to 15.6 s, 611 MiB";

    /// <inheritdoc/>
    public override string Name => "every-pin";

    /// <inheritdoc/>
    public override string About => "every pin of 30, 300 and 3,000 services in three environments, cold process, against Renovate --dry-run=extract (RENOVATE names the program)";

    /// <inheritdoc/>
    public override Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        var renovate = Environment.GetEnvironmentVariable("RENOVATE") is { Length: > 0 } named ? named : Tool.Find("renovate");
        return Task.FromResult<IReadOnlyList<Figure>>([.. new[] { 30, 300, 3000 }.SelectMany(services => Measure(bench, renovate, services, isAsked: services == 3000))]);
    }

    private static IEnumerable<Figure> Measure(Bench bench, string? renovate, int services, bool isAsked)
    {
        var folder = ServicesWorld.Checkout(bench, services);
        var program = bench.Program();
        bench.Say($"{services} services");
        var (ours, theirs) = (new Sample(), new Sample());
        var (ourPeak, theirPeak) = (0L, 0L);
        TimeSpan Lint()
        {
            var run = Tool.Run(program, bench.Scratch(), ["lint", folder, "--output", "json"]);
            ourPeak = Math.Max(ourPeak, run.PeakBytes);
            return JsonDocument.Parse(run.Output).RootElement.GetProperty("references").GetArrayLength() == 0 ? run.Took : throw new InvalidOperationException("Every reference of this world is pinned.");
        }

        TimeSpan Extract()
        {
            var run = Tool.Run(renovate!, folder, ["--platform=local", "--dry-run=extract"], environment: new Dictionary<string, string>
            {
                ["RENOVATE_CONFIG"] = """{"onboarding":false,"requireConfig":"optional","enabledManagers":["kubernetes"],"kubernetes":{"managerFilePatterns":["/\\.yaml$/"]}}""",
                ["RENOVATE_BASE_DIR"] = bench.Scratch(),
                ["LOG_LEVEL"] = "info",
            });
            theirPeak = Math.Max(theirPeak, run.PeakBytes);
            var found = (services * 3).ToString(CultureInfo.InvariantCulture);
            return run.Output.Contains(found, StringComparison.Ordinal) ? run.Took : throw new InvalidOperationException($"Renovate did not find {found} references: {run.Output}");
        }

        var work = $"every pin of {services} services x 3, cold process";
        Bench.InTurns(bench.Runs, (ours, Lint));
        if (renovate is null)
        {
            return [isAsked ? Figure.Alone(work, ours, MeasuredBefore, 30).With(ourPeak) : Figure.Alone(work, ours, "", 30).With(ourPeak) with { Reach = "" }];
        }

        Bench.InTurns(Math.Min(3, bench.Runs), (theirs, Extract));
        return [Figure.Faster(work, ours, string.Create(CultureInfo.InvariantCulture, $"Renovate, {theirPeak / (1024 * 1024)} MiB"), theirs, isAsked ? 30 : null).With(ourPeak, isAsked ? theirPeak / 4 : null)];
    }
}
