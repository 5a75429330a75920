using System.Diagnostics;
using System.Globalization;
using System.Net;
using GitOpsBot.Benchmarks.Worlds;
using GitOpsBot.Git;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>A pass in which nothing changed, a minute after the last one: what it costs the processor, the registry and the memory.</summary>
internal sealed class IdlePass : Benchmark
{
    private const int Passes = 50;

    // A round that makes no pass and answers with what lives on the heap, a microsecond for each byte.
    private const string Heap = "heap";

    /// <inheritdoc/>
    public override string Name => "idle-pass";

    /// <inheritdoc/>
    public override string About => "a pass in which nothing changed, 10, 100 and 1,000 pipelines in three environments: time of the processor, requests, memory";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        var figures = new List<Figure>();
        foreach (var pipelines in new[] { 10, 100, 1000 })
        {
            bench.Say($"{pipelines} pipelines");
            figures.AddRange(await MeasureAsync(bench, pipelines));
        }

        return figures;
    }

    /// <inheritdoc/>
    public override async Task WorkAsync(IReadOnlyList<string> arguments, Rounds rounds)
    {
        var clock = new LaterClock();
        var settings = new BotSettings(
            arguments[2], TimeSpan.FromMinutes(1), new IPEndPoint(IPAddress.Loopback, 0), [new RepositorySettings("shop", new RepositoryAddress.Folder(arguments[0]), "main", ".gitopsbot", null, [])],
            [], new Dictionary<string, string>(), [], new CommitIdentity("GitOpsBot", "bot@example.com"));
        using var registries = new Registries(new RegistryOptions([new RegistryHost(arguments[1], true, null)], new Dictionary<string, string>()) { CacheFolder = Path.Combine(arguments[2], "content") }, clock);
        var (memory, standing) = (new RepositoryMemory(), new StandingMemory());
        await rounds.RunAsync(async word =>
        {
            if (word == Heap)
            {
                return TimeSpan.FromMicroseconds(GC.GetTotalMemory(forceFullCollection: true));
            }

            clock.Advance(TimeSpan.FromMinutes(1));
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            using var open = new OpenRepository(settings, settings.Repositories[0], ManifestRepository.Open(arguments[0]), registries, new StepProbe(null), clock, null, standing, memory);
            var report = await new PromotionReconciler(open.Parts).PassAsync(acts: true, default);
            return report.Failures.Concat(report.Problems).FirstOrDefault() is { } wrong ? throw new InvalidOperationException(wrong.ToString())
                : report.Promotions.Count > 0 ? throw new InvalidOperationException("There was something to do.")
                : Process.GetCurrentProcess().TotalProcessorTime - before;
        });
    }

    private async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench, int pipelines)
    {
        var folder = bench.Scratch();
        await using var world = await IdleWorld.BuildAsync(folder, pipelines);
        using var ours = bench.StartOurs(this, world.Bare, world.Registry.Host, Path.Combine(folder, "data"));
        var first = ours.Round("first");
        var asked = world.Registry.Requests.Count;
        bench.Say(string.Create(CultureInfo.InvariantCulture, $"first pass: {first.TotalSeconds:0.00} s of CPU, {asked} requests"));
        // What stands is judged again every quarter of an hour: the first time is over before memory is compared.
        for (var i = 0; i < 16; i++)
        {
            ours.Round("warm");
        }

        var (spent, total, most, lived) = (new Sample(), 0L, 0, ours.Round(Heap).TotalMicroseconds);
        for (var i = 0; i < Passes; i++)
        {
            world.Registry.ForgetRequests();
            spent.Add(ours.Round("idle"));
            var count = world.Registry.Requests.Count;
            (total, most) = (total + count, Math.Max(most, count));
        }

        bench.Say(string.Create(CultureInfo.InvariantCulture, $"the most requests in one pass: {most}"));
        var size = $"{pipelines} pipelines x 3, nothing changed";
        var grown = (ours.Round(Heap).TotalMicroseconds - lived) / (1024.0 * 1024.0);
        return
        [
            Figure.AtMost($"{size}: CPU of a pass", spent.Median / 1000, "s", 1).With(ours.PeakBytes),
            Figure.AtMost($"{size}: requests an artifact", (double)total / Passes / pipelines, "", 2),
            Figure.AtMost($"{size}: what lives after {Passes} more passes", grown, "MiB more", 1),
        ];
    }

    // A minute later at each pass, and otherwise as time goes.
    private sealed class LaterClock : TimeProvider
    {
        private TimeSpan later;

        public void Advance(TimeSpan by) => later += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
