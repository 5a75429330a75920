using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GitOpsBot.Benchmarks.Worlds;
using GitOpsBot.Commands;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>
/// What is newest for so many images of Debian's docker-registry: <c>gitopsbot plan</c> as it is published, against Renovate's look-up in a checkout of
/// the same repository. Ours reads documents, history and policies beside, and judges what it finds. Cold, both begin with nothing on disk in a new
/// process; warm is the worker's next pass. Requests are those of the registry's own log.
/// </summary>
internal sealed class NewestImages : Benchmark
{
    // What Renovate 44 took when it could be measured, for those who have none.
    private const string MeasuredBefore = "Renovate 44 is not installed; measured before: 97 to 130 s, 9 requests an image";

    // The registry writes its log when a request has been answered.
    private static readonly TimeSpan LogIsBehind = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc/>
    public override string Name => "newest";

    /// <inheritdoc/>
    public override string About => "what is newest for 10, 100 and 1,000 images of docker-registry, four tags each, against Renovate --dry-run=lookup (RENOVATE names the program)";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench)
    {
        if (!DockerRegistry.IsInstalled)
        {
            throw new InvalidOperationException(DockerRegistry.NotInstalled);
        }

        var renovate = Environment.GetEnvironmentVariable("RENOVATE") is { Length: > 0 } named ? named : Tool.Find("renovate");
        var figures = new List<Figure>();
        foreach (var images in new[] { 10, 100, 1000 })
        {
            figures.AddRange(await MeasureAsync(bench, renovate, images, NewestWorld.Newest, "all newest already", isAsked: images == 1000));
        }

        figures.AddRange(await MeasureAsync(bench, renovate, 1000, NewestWorld.Newest - 1, "a newer one each, judged", isAsked: true));
        return figures;
    }

    /// <inheritdoc/>
    public override async Task WorkAsync(IReadOnlyList<string> arguments, Rounds rounds)
    {
        var settings = SettingsReader.Read(arguments[0], new Dictionary<string, string>()) is SettingsResult.Read read ? read.Settings : throw new InvalidOperationException("The settings are wrong.");
        using var bot = new Application(new StepProbe(null), TimeProvider.System);
        await rounds.RunAsync(async _ =>
        {
            var begin = Stopwatch.GetTimestamp();
            var report = ((Answer<PassReport>.Done)await bot.PassAsync(new PassRequest(settings, null, Acts: false, NullLoggerFactory.Instance), default)).Report;
            return report.ExitStatus == 0 ? Stopwatch.GetElapsedTime(begin) : throw new InvalidOperationException("Ours could not read everything.");
        });
    }

    private async Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench, string? renovate, int images, int stands, string what, bool isAsked)
    {
        var folder = bench.Scratch();
        await using var world = await NewestWorld.BuildAsync(folder, images, stands);
        var config = Path.Combine(folder, "gitopsbot.yaml");
        await File.WriteAllTextAsync(config, $$"""
            dataDir: {{folder}}/data
            repositories: [{ name: shop, url: {{world.Bare}}, forge: local }]
            registries: [{ host: "{{world.Registry.Host}}", plainHttp: true }]

            """);
        var program = bench.Program();
        bench.Say(string.Create(CultureInfo.InvariantCulture, $"{images} images, {what}"));
        var newer = stands == NewestWorld.Newest ? 0 : images;
        var (cold, warm, theirs) = (new Counted(world.Registry), new Counted(world.Registry), new Counted(world.Registry));
        ToolRun Plan()
        {
            // A folder that is new each time: where so many files were just deleted, the file system searches long for room for others.
            var run = Tool.Run(program, folder, ["plan", "--config", config, "--output", "json"], environment: new Dictionary<string, string> { ["GITOPSBOT__DATADIR"] = bench.Scratch() });
            var found = JsonDocument.Parse(run.Output).RootElement.GetProperty("repositories")[0].GetProperty("promotions").GetArrayLength();
            return found == newer ? run : throw new InvalidOperationException($"Ours found {found} newer images and not {newer}.");
        }

        for (var i = 0; i < bench.Runs; i++)
        {
            await cold.AddAsync(Plan);
            // Minutes each.
            if (renovate is not null && i < 2)
            {
                await theirs.AddAsync(() => LookUp(renovate, world, bench.Scratch(), newer));
            }
        }

        // What nobody who asks this registry two things an image can be faster than, where both share the processor.
        var bare = new Sample();
        var hasBare = newer == 0 && renovate is not null && Tool.Find("curl") is not null;
        for (var i = 0; i < bench.Runs && hasBare; i++)
        {
            bare.Add(Curl(world, images, folder));
        }

        using (var worker = bench.StartOurs(this, config))
        {
            worker.Round("first");
            for (var i = 0; i < bench.Runs; i++)
            {
                await warm.AddAsync(() => new ToolRun("", worker.Round("next"), worker.PeakBytes));
            }
        }

        var size = string.Create(CultureInfo.InvariantCulture, $"what is newest of {images} images x 4 tags, {what}");
        var against = string.Create(CultureInfo.InvariantCulture, $"Renovate, {theirs.Peak / (1024 * 1024)} MiB, {theirs.PerImage(images):0.##} requests an image");
        Figure Compared(string work, Counted ours) => (renovate is null
            ? Figure.Alone(work, ours.Times, MeasuredBefore, 20)
            : Figure.Faster(work, ours.Times, against, theirs.Times, isAsked ? 20 : null)).With(ours.Peak);
        return
        [
            Compared($"{size}, cold", cold), .. hasBare ? new[] { Figure.Faster("  curl, the same requests and nothing else", bare, against, theirs.Times, null) } : [], Figure.AtMost("  requests an image", cold.PerImage(images), "", 3),
            // Whether a newer one is still there, and still what its tag means, is asked in each pass in which it waits.
            Compared("  a worker's next pass", warm), Figure.AtMost("  requests an image", warm.PerImage(images), "", newer > 0 ? 2 : 1),
        ];
    }

    private static TimeSpan Curl(NewestWorld world, int images, string folder)
    {
        var requests = Path.Combine(folder, "curl.cfg");
        File.WriteAllText(requests, string.Join("next\n", Enumerable.Range(0, images).Select(i => $"""
            url = "http://{world.Registry.Host}/v2/acme/{ServicesWorld.NameOf(i)}/tags/list?n=1000"
            output = /dev/null
            next
            head
            url = "http://{world.Registry.Host}/v2/acme/{ServicesWorld.NameOf(i)}/manifests/{NewestWorld.TagOf(NewestWorld.Newest)}"
            header = "Accept: {MediaTypes.Manifest}"
            output = /dev/null

            """)));
        return Tool.Run("curl", folder, ["--silent", "--parallel", "--parallel-max", "8", "--config", requests]).Took;
    }

    private static ToolRun LookUp(string renovate, NewestWorld world, string scratch, int newer)
    {
        var report = Path.Combine(scratch, "report.json");
        var run = Tool.Run(renovate, world.Checkout, ["--platform=local", "--dry-run=lookup"], environment: new Dictionary<string, string>
        {
            ["RENOVATE_CONFIG"] = $$"""
                {"onboarding":false,"requireConfig":"optional","enabledManagers":["kubernetes"],"kubernetes":{"managerFilePatterns":["/environments/.+\\.yaml$/"]},
                 "hostRules":[{"matchHost":"{{world.Registry.Host}}","insecureRegistry":true}],"reportType":"file","reportPath":"{{report}}"}
                """,
            ["RENOVATE_BASE_DIR"] = scratch,
            ["LOG_LEVEL"] = "info",
        });
        using var read = JsonDocument.Parse(File.ReadAllBytes(report));
        var found = read.RootElement.GetProperty("repositories").GetProperty("local").GetProperty("packageFiles").GetProperty("kubernetes").EnumerateArray()
            .SelectMany(f => f.GetProperty("deps").EnumerateArray()).Count(d => d.TryGetProperty("updates", out var updates) && updates.GetArrayLength() > 0);
        return found == newer ? run : throw new InvalidOperationException($"Renovate found {found} newer images and not {newer}: {run.Output}");
    }

    // Runs of one side, with what each asked of the registry.
    private sealed class Counted(DockerRegistry registry)
    {
        private readonly List<int> requests = [];

        public Sample Times { get; } = new();

        public long Peak { get; private set; }

        public double PerImage(int images) => requests.Count == 0 ? 0 : (double)requests.Max() / images;

        public async Task AddAsync(Func<ToolRun> run)
        {
            await Task.Delay(LogIsBehind);
            var before = registry.Requests;
            var done = run();
            await Task.Delay(LogIsBehind);
            requests.Add(registry.Requests - before);
            Times.Add(done.Took);
            Peak = Math.Max(Peak, done.PeakBytes);
        }
    }
}
