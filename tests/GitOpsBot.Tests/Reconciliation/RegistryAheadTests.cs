using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;
using GitOpsBot.Testing;
using GitOpsBot.Tests.Registry;
using Moq;

namespace GitOpsBot.Tests.Reconciliation;

/// <summary>What is asked before it is needed: nobody waits for another's answers, and nothing is asked twice.</summary>
public sealed class RegistryAheadTests : IAsyncLifetime
{
    private static readonly Place Here = new("pipeline.yaml", 1, 1);
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RepositoryMemory memory = new();
    private readonly string cache = Directory.CreateTempSubdirectory("content-").FullName;
    private RegistryServer server = null!;
    private Registries registries = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RegistryServer.StartAsync();
        registries = new Registries(
            new RegistryOptions([new RegistryHost(server.Host, true, null)], new Dictionary<string, string>()) { CacheFolder = cache }, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        registries.Dispose();
        await server.DisposeAsync();
        Directory.Delete(cache, recursive: true);
    }

    [Fact]
    public async Task A_pipeline_has_its_answers_while_a_registry_leaves_another_waiting()
    {
        server.Store.Add("acme/quick", RegistryWorld.Image("1.0.0"), "1.0.0");
        server.Lie = RegistryLies.Silence("/acme/slow/");
        await using var ahead = Ahead();
        ahead.Ask(Pipeline("slow"), [Entrance("slow")]);
        ahead.Ask(Pipeline("quick"), [Entrance("quick")]);

        await ahead.AnswersAsync(Pipeline("quick")).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.False(ahead.AnswersAsync(Pipeline("slow")).IsCompleted);
        Assert.True(memory.Met.TryGet((Name("quick"), RegistryWorld.Image("1.0.0").Digest), _ => true, out _));
    }

    [Fact]
    public async Task Who_stops_judging_waits_for_no_registry()
    {
        server.Lie = RegistryLies.Silence("/acme/slow/");
        var ahead = Ahead();
        ahead.Ask(Pipeline("slow"), [Entrance("slow")]);
        var answers = ahead.AnswersAsync(Pipeline("slow"));
        SpinWait.SpinUntil(() => server.Requests.Count > 0, Patience);
        var begun = System.Diagnostics.Stopwatch.StartNew();

        await ahead.DisposeAsync();

        Assert.True(answers.IsCanceled);
        // A request is waited for a minute and a half, and made again.
        Assert.InRange(begun.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task More_than_can_be_asked_at_once_are_all_asked_and_each_once()
    {
        for (var i = 0; i < 40; i++)
        {
            server.Store.Add($"acme/service-{i}", RegistryWorld.Image($"1.0.0 {i}"), "1.0.0");
        }

        await using var ahead = Ahead();
        foreach (var name in Enumerable.Range(0, 40).Select(i => $"service-{i}"))
        {
            ahead.Ask(Pipeline(name), [Entrance(name)]);
        }

        foreach (var name in Enumerable.Range(0, 40).Select(i => $"service-{i}").Reverse())
        {
            await ahead.AnswersAsync(Pipeline(name));
        }

        Assert.Equal(
            Enumerable.Range(0, 40).SelectMany(i => new[] { $"GET /v2/acme/service-{i}/manifests/1.0.0", $"GET /v2/acme/service-{i}/tags/list?n=1000" }).Order(StringComparer.Ordinal),
            server.Requests.Select(r => r.ToString()).Order(StringComparer.Ordinal));
    }

    private RegistryAhead Ahead()
    {
        var answers = new RegistryAnswers(registries);
        var evidence = new EvidenceReader(new ArtifactReader(registries), answers.HasSeen, Mock.Of<IForge>(), [], Now);
        return new RegistryAhead(new RegistrySelection(answers, Now), evidence, memory, progress: null, TestContext.Current.CancellationToken);
    }

    private ImageName Name(string service) => RegistryWorld.Name(server.Host, $"acme/{service}");

    private PipelineArtifact Artifact(string service) => new("app", Name(service), new Selection.Semver("*"));

    private Entrance Entrance(string service) => new(Artifact(service), new Policy("free", Here, "", []), Stands: null);

    private Pipeline Pipeline(string service) => new(
        service, Here, [Artifact(service)], [new PromotionEnvironment("dev", $"environments/{service}", new Reference("free", Here), Here)]);
}
