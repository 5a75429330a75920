using System.Diagnostics;
using System.Globalization;
using System.Text;
using GitOpsBot.Benchmarks.Worlds;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Git;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Benchmarks.Rows;

/// <summary>Every pin of a mirror in the next pass, after one file changed, against our own first pass in a new process.</summary>
internal sealed class OneFileChanged : Benchmark
{
    private static readonly Place Here = new("pipelines.yaml", 1, 1);

    /// <inheritdoc/>
    public override string Name => "one-file-changed";

    /// <inheritdoc/>
    public override string About => "every pin of 30, 300 and 3,000 services in three environments after one file changed, against our own cold process";

    /// <inheritdoc/>
    public override Task<IReadOnlyList<Figure>> MeasureAsync(Bench bench) =>
        Task.FromResult<IReadOnlyList<Figure>>([.. new[] { 30, 300, 3000 }.Select(services => Measure(bench, services, services == 3000 ? 50 : null))]);

    /// <inheritdoc/>
    public override Task WorkAsync(IReadOnlyList<string> arguments, Rounds rounds)
    {
        using var git = ManifestRepository.Open(arguments[0]);
        var pipelines = Enumerable.Range(0, int.Parse(arguments[1], CultureInfo.InvariantCulture)).Select(PipelineOf).ToList();
        var memory = new RepositoryMemory();
        var tip = git.Tip("main")!;
        Read(git, memory, pipelines, tip);
        var changes = 0;
        return rounds.RunAsync(_ =>
        {
            var text = Manifests.Deployment(ServicesWorld.NameOf(7), Manifests.Digest(1_000_000 + changes++));
            tip = git.WriteCommit(
                [tip], tip, new Dictionary<string, ReadOnlyMemory<byte>?> { [$"{ServicesWorld.FolderOf("dev", 7)}/deployment.yaml"] = Encoding.UTF8.GetBytes(text) },
                "Promote service-7\n", new CommitIdentity("Anna", "anna@example.com"), new CommitIdentity("Anna", "anna@example.com"), DateTimeOffset.UtcNow);
            var begin = Stopwatch.GetTimestamp();
            Read(git, memory, pipelines, tip);
            return Task.FromResult(Stopwatch.GetElapsedTime(begin));
        });
    }

    private Figure Measure(Bench bench, int services, double? reach)
    {
        var bare = Path.Combine(bench.Scratch(), "services.git");
        Tool.Git(null, "clone", "-q", "--bare", "--local", ServicesWorld.Bare(bench, services), bare);
        bench.Say($"{services} services");
        var (cold, warm) = (new Sample(), new Sample());
        var peak = 0L;
        for (var i = 0; i < bench.Runs; i++)
        {
            using var ours = bench.StartOurs(this, bare, services.ToString(CultureInfo.InvariantCulture));
            cold.Add(ours.Ready);
            Bench.InTurns(bench.Runs, (warm, () => ours.Round("change")));
            peak = Math.Max(peak, ours.PeakBytes);
        }

        return Figure.Faster($"every pin of {services} services x 3 after one file changed", warm, "our own cold process", cold, reach).With(peak);
    }

    // As a pass reads them: every environment of every pipeline, with what the last pass read remembered.
    private static void Read(ManifestRepository git, RepositoryMemory memory, IReadOnlyList<Pipeline> pipelines, string tip)
    {
        memory.Turn();
        var folders = new FolderReader(git, memory);
        foreach (var pipeline in pipelines)
        {
            foreach (var environment in pipeline.Environments)
            {
                if (folders.Read(tip, pipeline, environment).State is not FolderState.Stands)
                {
                    throw new InvalidOperationException($"{environment.Path} has no pin.");
                }
            }
        }
    }

    private static Pipeline PipelineOf(int service) => new(
        ServicesWorld.NameOf(service), Here,
        [new PipelineArtifact("app", ImageName.Parse(Manifests.Image(ServicesWorld.NameOf(service))), new Selection.MovingTag("main"))],
        [.. ServicesWorld.Environments.Select(e => new PromotionEnvironment(e, ServicesWorld.FolderOf(e, service), new Reference("baseline", Here), Here))]);
}
