using System.Diagnostics;
using System.Globalization;
using System.Net;
using GitOpsBot.Benchmarks.Worlds;
using GitOpsBot.Commands;
using GitOpsBot.Git;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;
using GitOpsBot.Testing.GitHub;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>A pass in which nothing changed, a minute after the last one: what it costs the processor, the registry and the memory.</summary>
internal sealed class IdlePass : Benchmark
{
    private const int Passes = 60;

    // Between two looks at the heap.
    private const int Stretch = 10;

    private const int PassesOnGitHub = 20;

    // Says that the repository is on GitHub.
    private const string OnGitHub = "github";

    // A round that makes no pass and answers with what lives on the heap, a microsecond for each byte.
    private const string Heap = "heap";

    /// <inheritdoc/>
    public override string Name => "idle-pass";

    /// <inheritdoc/>
    public override string About => "a pass in which nothing changed, 10, 100 and 1,000 pipelines in three environments: time of the processor, requests, memory; and on GitHub, its quota";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        var figures = new List<Figure>();
        foreach (var pipelines in new[] { 10, 100, 1000 })
        {
            bench.Say($"{pipelines} pipelines");
            figures.AddRange(await MeasureAsync(bench, pipelines));
        }

        bench.Say("1,000 pipelines on GitHub");
        figures.AddRange(await MeasureOnGitHubAsync(bench, 1000));
        return figures;
    }

    /// <inheritdoc/>
    public override async Task WorkAsync(IReadOnlyList<string> arguments, Rounds rounds)
    {
        var clock = new LaterClock();
        var pass = arguments is [OnGitHub, var config] ? PassesThere(config, clock) : PassesHere(arguments[0], arguments[1], arguments[2], clock);
        await rounds.RunAsync(async word =>
        {
            if (word == Heap)
            {
                return TimeSpan.FromMicroseconds(GC.GetTotalMemory(forceFullCollection: true));
            }

            clock.Advance(TimeSpan.FromMinutes(1));
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var report = await pass();
            return report.Failures.Concat(report.Problems).FirstOrDefault() is { } wrong ? throw new InvalidOperationException(wrong.ToString())
                : report.Promotions.Count > 0 ? throw new InvalidOperationException("There was something to do.")
                : Process.GetCurrentProcess().TotalProcessorTime - before;
        });
    }

    private static Func<Task<RepositoryReport>> PassesHere(string bare, string registry, string data, LaterClock clock)
    {
        var settings = new BotSettings(
            data, TimeSpan.FromMinutes(1), new IPEndPoint(IPAddress.Loopback, 0), [new RepositorySettings("shop", new RepositoryAddress.Folder(bare), "main", ".gitopsbot", null, [])],
            [], new Dictionary<string, string>(), [], new CommitIdentity("GitOpsBot", "bot@example.com"));
        var registries = new Registries(new RegistryOptions([new RegistryHost(registry, true, null)], new Dictionary<string, string>()) { CacheFolder = Path.Combine(data, "content") }, clock);
        var (memory, standing) = (new RepositoryMemory(), new StandingMemory());
        return async () =>
        {
            using var open = new OpenRepository(settings, settings.Repositories[0], ManifestRepository.Open(bare), registries, new StepProbe(null), clock, null, standing, memory);
            return await new PromotionReconciler(open.Parts).PassAsync(acts: true, default);
        };
    }

    private static Func<Task<RepositoryReport>> PassesThere(string config, LaterClock clock)
    {
        var settings = SettingsReader.Read(config, new Dictionary<string, string>()) is SettingsResult.Read read ? read.Settings : throw new InvalidOperationException("The settings are wrong.");
        var bot = new Application(new StepProbe(null), clock);
        return async () => ((Answer<PassReport>.Done)await bot.PassAsync(new PassRequest(settings, null, Acts: true, NullLoggerFactory.Instance), default)).Report.Repositories.Single();
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

        var (spent, total, most, lived) = (new Sample(), 0L, 0, new List<double> { ours.Round(Heap).TotalMicroseconds });
        for (var i = 1; i <= Passes; i++)
        {
            world.Registry.ForgetRequests();
            spent.Add(ours.Round("idle"));
            var count = world.Registry.Requests.Count;
            (total, most) = (total + count, Math.Max(most, count));
            if (i % Stretch == 0)
            {
                lived.Add(ours.Round(Heap).TotalMicroseconds);
            }
        }

        var size = $"{pipelines} pipelines x 3, nothing changed";
        return
        [
            Figure.AtMost($"{size}: CPU of a pass", spent.Median / 1000, "s", 1).With(ours.PeakBytes),
            Figure.AtMost($"{size}: requests an artifact, mean", (double)total / Passes / pipelines, "", 2),
            // Few artifacts come due together by chance.
            Figure.AtMost($"{size}: requests an artifact, busiest of {Passes} passes", (double)most / pipelines, "", pipelines == 1000 ? 2 : 4),
            Figure.AtMost($"{size}: what lives, slope", Slope(lived) * (100.0 / Stretch) / (1024 * 1024), "MiB a 100 passes", 1),
        ];
    }

    private async Task<IReadOnlyList<Figure>> MeasureOnGitHubAsync(Bench bench, int pipelines)
    {
        var folder = bench.Scratch();
        await using var world = await IdleWorld.BuildAsync(folder, pipelines);
        await using var github = await GitHubServer.StartAsync(TimeProvider.System);
        Tool.Git(world.Bare, "push", "-q", github.World.Bare.Path, "main");
        await File.WriteAllTextAsync(Path.Combine(folder, "token"), "ghp_machine\n");
        var config = Path.Combine(folder, "gitopsbot.yaml");
        await File.WriteAllTextAsync(config, $$"""
            dataDir: ./data
            repositories: [{ name: shop, url: "{{github.CloneUrl}}" }]
            registries: [{ host: "{{world.Registry.Host}}", plainHttp: true }]
            github: { apiUrl: "{{github.ApiUrl}}", tokenFile: token }

            """);
        using var ours = bench.StartOurs(this, OnGitHub, config);
        ours.Round("first");
        ours.Round("warm");
        var (spent, counted, asked) = (new Sample(), 0, 0);
        for (var i = 0; i < PassesOnGitHub; i++)
        {
            github.Forget();
            spent.Add(ours.Round("idle"));
            (counted, asked) = (counted + github.Used, asked + github.Requests.Count);
        }

        bench.Say(string.Create(CultureInfo.InvariantCulture, $"GitHub was asked {(double)asked / PassesOnGitHub:0.##} times in a pass"));
        var size = $"{pipelines} pipelines x 3 on GitHub, nothing changed";
        return
        [
            Figure.AtMost($"{size}: CPU of a pass", spent.Median / 1000, "s", 1).With(ours.PeakBytes),
            Figure.AtMost($"{size}: requests that cost quota, {PassesOnGitHub} passes", counted, "", 0),
        ];
    }

    // By the method of least squares: one number from the next.
    private static double Slope(List<double> values)
    {
        var middle = (values.Count - 1) / 2.0;
        return values.Select((v, i) => (i - middle) * v).Sum() / values.Select((_, i) => (i - middle) * (i - middle)).Sum();
    }

    // A minute later at each pass, and otherwise as time goes.
    private sealed class LaterClock : TimeProvider
    {
        private TimeSpan later;

        public void Advance(TimeSpan by) => later += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
