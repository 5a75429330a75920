using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;
using GitOpsBot.Testing;
using GitOpsBot.Tests.Registry;
using Microsoft.Extensions.Time.Testing;

namespace GitOpsBot.Tests.Reconciliation;

/// <summary>What is newest, and what it costs to know.</summary>
public sealed class RegistrySelectionTests : IAsyncLifetime
{
    private const string Web = "acme/web";
    private const string Cart = "acme/cart";
    private static readonly Place Here = new("pipeline.yaml", 1, 1);
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Now);
    private readonly string cache = Directory.CreateTempSubdirectory("content-").FullName;
    private RegistryServer server = null!;
    private Registries registries = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RegistryServer.StartAsync();
        registries = new Registries(new RegistryOptions([new RegistryHost(server.Host, true, null)], new Dictionary<string, string>()) { CacheFolder = cache }, clock);
    }

    public async ValueTask DisposeAsync()
    {
        registries.Dispose();
        await server.DisposeAsync();
        Directory.Delete(cache, recursive: true);
    }

    [Fact]
    public async Task Semver_costs_two_requests_cold_and_one_warm_and_asks_the_tag_again_after_a_minute_and_a_half()
    {
        Push(Web, "1.0.0", "1.1.0", "1.2.0", "1.10.0");
        var pipeline = Pipeline(new Selection.Semver(">=1.0.0"));

        var newest = await NewestAsync(pipeline);
        Assert.Equal(("1.10.0", "1.10.0 is the highest of 4 versions within '>=1.0.0', before 1.2.0, 1.1.0 and 1.0.0"), (newest.What.Artifacts[0].Tag, newest.Choice));
        Assert.Equal(["GET /v2/acme/web/tags/list?n=1000", "HEAD /v2/acme/web/manifests/1.10.0"], Asked());

        await NewestAsync(pipeline);
        Assert.Equal(["GET /v2/acme/web/tags/list?n=1000"], Asked());

        clock.Advance(TimeSpan.FromSeconds(90));
        await NewestAsync(pipeline);
        Asked();
        clock.Advance(TimeSpan.FromSeconds(89));
        await NewestAsync(pipeline);
        Assert.Equal(["GET /v2/acme/web/tags/list?n=1000"], Asked());

        clock.Advance(TimeSpan.FromSeconds(1));
        await NewestAsync(pipeline);
        Assert.Equal(["GET /v2/acme/web/tags/list?n=1000", "HEAD /v2/acme/web/manifests/1.10.0"], Asked());
    }

    [Fact]
    public async Task What_a_start_asks_for_all_at_once_does_not_come_due_all_at_once()
    {
        var pipelines = Enumerable.Range(0, 60).Select(i =>
        {
            var digest = Push($"acme/web-{i}", ("1.0.0", RegistryWorld.Image($"web {i}")));
            return new Entrance(new PipelineArtifact("web", Name($"acme/web-{i}"), new Selection.Semver("*")), Free, new StandingArtifact("web", digest, "1.0.0"));
        }).ToList();
        var heads = new List<int>();
        for (var pass = 0; pass < 7; pass++)
        {
            var asking = Pass();
            await Task.WhenAll(pipelines.Select(p => asking.AskAsync(p, default)));
            heads.Add(Asked().Count(a => a.StartsWith("HEAD", StringComparison.Ordinal)));
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(60, heads[0]);
        Assert.All(heads[1..], count => Assert.InRange(count, 15, 45));
        // Each in every second pass.
        Assert.All(Enumerable.Range(1, 5), pass => Assert.Equal(60, heads[pass] + heads[pass + 1]));
    }

    [Fact]
    public async Task What_stands_and_is_not_the_newest_is_asked_for_once_in_an_hour()
    {
        Push(Web, "1.1.0");
        var stands = new Standing([new StandingArtifact("web", Push(Web, "1.0.0"), "1.0.0")]);
        var pipeline = Pipeline(new Selection.Semver("*"));
        await Pass().NameAsync(pipeline, stands, default);
        Asked();

        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("1.0.0", (await Pass().NameAsync(pipeline, stands, default)).Artifacts[0].Tag);
        Assert.Equal(["GET /v2/acme/web/tags/list?n=1000"], Asked());

        clock.Advance(TimeSpan.FromMinutes(1));
        await Pass().NameAsync(pipeline, stands, default);
        Assert.Contains("HEAD /v2/acme/web/manifests/1.0.0", Asked());
    }

    [Fact]
    public async Task A_tag_is_asked_for_once_in_a_pass_and_once_more_before_it_counts()
    {
        var first = Push(Web, "1.0.0");
        var pass = Pass();
        await pass.ResolveAsync(Name(Web), "1.0.0", default);
        var second = Push(Web, ("1.0.0", RegistryWorld.Image("moved")));

        Assert.Equal(first, await pass.ResolveAsync(Name(Web), "1.0.0", default));
        Assert.Equal(second, await pass.ResolveAnewAsync(Name(Web), "1.0.0", default));
        Assert.Equal(second, await pass.ResolveAsync(Name(Web), "1.0.0", default));
        Assert.Equal(2, Asked().Count);
    }

    [Fact]
    public async Task A_moving_tag_is_asked_for_in_every_pass()
    {
        var first = Push(Web, "main");
        var pipeline = Pipeline(new Selection.MovingTag("main"));
        Assert.Equal(first, (await NewestAsync(pipeline)).What.Artifacts[0].Digest);
        var second = Push(Web, ("main", RegistryWorld.Image("moved")));

        Assert.Equal(second, (await NewestAsync(pipeline)).What.Artifacts[0].Digest);
        Assert.Equal(["HEAD /v2/acme/web/manifests/main", "HEAD /v2/acme/web/manifests/main"], Asked());
    }

    [Fact]
    public async Task Two_tags_of_one_version_with_different_digests_are_in_doubt()
    {
        Push(Web, "1.0.0", "v1.0.0");

        var newest = await NewestAsync(Pipeline(new Selection.Semver(">=1.0.0")));

        Assert.Equal($"Of {Name(Web)}, 1.0.0 and v1.0.0 are the same version and mean different digests, so nobody can say which is meant.", newest.Doubt);
    }

    [Fact]
    public async Task Newest_goes_by_the_time_of_creation_and_asks_only_for_what_it_does_not_know()
    {
        Push(Web, Dated("main-9", 1), Dated("main-8", 3), Dated("main-7", 2), Dated("dev-1", 9));
        var pipeline = Pipeline(new Selection.Newest(TagPattern.TryParse("main-*")!));

        var tuples = await AllAsync(pipeline);
        Assert.Equal(["main-8", "main-7", "main-9"], tuples.Select(t => t.What.Artifacts[0].Tag));
        Assert.Equal("main-8 is the newest of 3 tags 'main-*', before main-7 and main-9", tuples[0].Choice);
        Assert.Equal(Now.AddDays(3 - 30), tuples[0].What.Artifacts[0].Created);
        // The list, and for each tag its manifest and configuration; the newest is asked for in every pass.
        Assert.Equal(1 + (3 * 2) + 1, Asked().Count);

        await NewestAsync(pipeline);
        Assert.Equal(["GET /v2/acme/web/tags/list?n=1000", "HEAD /v2/acme/web/manifests/main-8"], Asked());

        Push(Web, Dated("main-10", 4));
        Assert.Equal("main-10", (await NewestAsync(pipeline)).What.Artifacts[0].Tag);
        Assert.Equal(4, Asked().Count);
    }

    [Fact]
    public async Task Newest_notices_in_the_next_pass_that_the_newest_tag_moved_or_went()
    {
        Push(Web, Dated("main-1", 1), Dated("main-2", 2));
        var pipeline = Pipeline(new Selection.Newest(TagPattern.TryParse("main-*")!));
        await NewestAsync(pipeline);

        var older = Push(Web, ("main-2", RegistryWorld.Image("older", Now.AddDays(-60))));
        Assert.Equal("main-1", (await NewestAsync(pipeline)).What.Artifacts[0].Tag);

        server.Store.Delete(Web, "main-1");
        Assert.Equal(older, (await NewestAsync(pipeline)).What.Artifacts[0].Digest);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("not a time")]
    public async Task Newest_is_in_doubt_while_a_tag_has_no_time_that_can_be_right(string? created)
    {
        var odd = ImageBuilder.Image("odd", annotations: created is null ? null : new Dictionary<string, string> { ["org.opencontainers.image.created"] = created });
        Push(Web, Dated("main-1", 1), ("main-odd", odd));
        var select = new Selection.Newest(TagPattern.TryParse("main-*")!);

        var newest = await NewestAsync(Pipeline(select));
        Assert.Equal("main-odd", newest.What.Artifacts[0].Tag);
        Assert.StartsWith($"Of {Name(Web)}, main-odd says ", newest.Doubt, StringComparison.Ordinal);

        var ignoring = Pipeline(select);
        ignoring = ignoring with { Artifacts = [ignoring.Artifacts[0] with { Ignore = ["*-odd"] }] };
        Assert.Null((await NewestAsync(ignoring)).Doubt);
    }

    [Fact]
    public async Task Newest_is_in_doubt_while_a_tag_cannot_be_read()
    {
        Push(Web, Dated("main-1", 1));
        server.Store.PutManifest(Web, "main-2", Digest.Of("{}"u8).Value, MediaTypes.Manifest, "{}"u8.ToArray());

        var newest = await NewestAsync(Pipeline(new Selection.Newest(TagPattern.TryParse("main-*")!)));

        Assert.Equal($"Of {Name(Web)}, main-2 says nothing about when it was created, so nobody can say what is newest; ignore that tag, or name what is meant.", newest.Doubt);
    }

    [Fact]
    public async Task Newest_refuses_a_pattern_that_too_many_tags_match()
    {
        server.Store.Add(Web, RegistryWorld.Image("x"), [.. Enumerable.Range(0, 2_001).Select(i => $"main-{i}")]);
        server.PageSize = 10_000;

        var no = await Assert.ThrowsAsync<RegistryException>(() => NewestAsync(Pipeline(new Selection.Newest(TagPattern.TryParse("main-*")!))));

        Assert.Equal(
            (RejectionCode.Limit, $"{Name(Web)} has 2001 tags 'main-*': expected at most 2000 to ask for their time of creation; narrow the pattern or ignore some."), (no.Code, no.Message));
    }

    [Fact]
    public async Task Lexical_takes_the_last_and_tells_what_stands_by_its_tag()
    {
        var stands = Push(Web, "20260101");
        Push(Web, "20260102", "20251231");
        var pipeline = Pipeline(new Selection.Lexical(TagPattern.TryParse("2026*")!));

        var newest = await NewestAsync(pipeline);
        Assert.Equal(("20260102", "20260102 is the last of 2 tags '2026*', before 20260101"), (newest.What.Artifacts[0].Tag, newest.Choice));
        var named = await Pass().NameAsync(pipeline, new Standing([new StandingArtifact("web", stands, null)]), default);
        Assert.Equal("20260101", named.Artifacts[0].Tag);
    }

    [Fact]
    public async Task What_stands_is_told_by_its_time_of_creation_when_newest_is_wanted()
    {
        var stands = Push(Web, Dated("main-1", 1));
        server.Store.Delete(Web, "main-1");
        var pipeline = Pipeline(new Selection.Newest(TagPattern.TryParse("main-*")!));

        var named = await Pass().NameAsync(pipeline, new Standing([new StandingArtifact("web", stands, "main-1")]), default);

        Assert.Equal(Now.AddDays(1 - 30), named.Artifacts[0].Created);
    }

    [Fact]
    public async Task A_bundle_is_put_together_by_version_or_by_source_revision()
    {
        Push(Web, Built("1.0.0", "r1"), Built("1.1.0", "r2"), Built("1.2.0", "r3"));
        var cart = Push(Cart, Built("1.0.0", "r1"), Built("7.0.0", "r2"));

        var byVersion = await AllAsync(Bundle(MatchBy.Version));
        var byRevision = await AllAsync(Bundle(MatchBy.Revision));

        Assert.Equal(["web 1.0.0, cart 1.0.0"], byVersion.Select(t => t.What.ToString()));
        Assert.Equal(["web 1.1.0, cart 7.0.0", "web 1.0.0, cart 1.0.0"], byRevision.Select(t => t.What.ToString()));
        Assert.Equal(cart, byRevision[0].What.Of("cart")!.Digest);
        Assert.Equal(
            "web: 1.1.0 is number 2 of 3 versions within '>=1.0.0', after 1.2.0; cart: 7.0.0 is the highest of 2 versions within '>=1.0.0', before 1.0.0", byRevision[0].Choice);
    }

    [Fact]
    public async Task An_artifact_without_a_revision_belongs_to_no_tuple()
    {
        Push(Web, ("1.0.0", ImageBuilder.Image("web")));
        Push(Cart, ("1.0.0", ImageBuilder.Image("cart")));

        Assert.Empty(await AllAsync(Bundle(MatchBy.Revision)));
    }

    [Fact]
    public async Task What_failed_ahead_is_told_to_whoever_needs_it_and_not_asked_again()
    {
        Push(Web, "1.0.0");
        var pipeline = Pipeline(new Selection.Semver(">=1.0.0"));
        server.Lie = RegistryLies.Status("/tags/list", 403);
        var pass = Pass();

        Assert.Null(await pass.AskAsync(new Entrance(pipeline.Artifacts[0], Free, null), default));
        var no = await Assert.ThrowsAsync<RegistryException>(async () => await pass.NewestFirstAsync(pipeline, default).FirstAsync());

        Assert.Equal($"{server.Host} does not allow to read acme/web (403).", no.Message);
        Assert.Single(Asked());
    }

    [Fact]
    public async Task What_seems_new_is_read_at_once_and_what_stands_is_placed_beside_it()
    {
        var (old, @new) = (Push(Web, "1.0.0"), Push(Web, "1.1.0"));
        var artifact = new PipelineArtifact("web", Name(Web), new Selection.Semver("*"));
        var pass = Pass();

        Assert.Equal(("1.1.0", @new), await pass.AskAsync(new Entrance(artifact, Free, new StandingArtifact("web", old, "1.0.0")), default));
        Assert.Equal(["GET /v2/acme/web/tags/list?n=1000", "GET /v2/acme/web/manifests/1.1.0", "HEAD /v2/acme/web/manifests/1.0.0"], Asked());
        var pipeline = Of(MatchBy.Version, artifact);
        await pass.NameAsync(pipeline, new Standing([new StandingArtifact("web", old, "1.0.0")]), default);
        await pass.NewestFirstAsync(pipeline, default).FirstAsync();
        Assert.NotNull(await registries.For(Name(Web)).ReadManifestAsync(Name(Web), @new, default));
        Assert.Empty(Asked());
    }

    private RegistrySelection Pass() => new(new RegistryAnswers(registries), Now);

    private async Task<SelectedTuple> NewestAsync(Pipeline pipeline) => await Pass().NewestFirstAsync(pipeline, default).FirstAsync();

    private async Task<List<SelectedTuple>> AllAsync(Pipeline pipeline) => await Pass().NewestFirstAsync(pipeline, default).ToListAsync();

    private List<string> Asked()
    {
        var asked = server.Requests.Select(r => r.ToString()).ToList();
        server.ForgetRequests();
        return asked;
    }

    private ImageName Name(string repository) => RegistryWorld.Name(server.Host, repository);

    private void Push(string repository, params string[] tags) => Push(repository, [.. tags.Select(t => (t, RegistryWorld.Image(t)))]);

    private Digest Push(string repository, string tag) => Push(repository, (tag, RegistryWorld.Image(tag)));

    private Digest Push(string repository, params (string Tag, BuiltArtifact Artifact)[] artifacts)
    {
        foreach (var (tag, artifact) in artifacts)
        {
            server.Store.Add(repository, artifact, tag);
        }

        return artifacts[^1].Artifact.Digest;
    }

    private static Policy Free { get; } = new("free", Here, "", []);

    private static (string, BuiltArtifact) Dated(string tag, int day) => (tag, RegistryWorld.Image(tag, Now.AddDays(day - 30)));

    private static (string, BuiltArtifact) Built(string tag, string revision) => (tag, ImageBuilder.Image(tag, labels: new Dictionary<string, string> { ["org.opencontainers.image.revision"] = revision }));

    private Pipeline Pipeline(Selection select) => Of(MatchBy.Version, new PipelineArtifact("web", Name(Web), select));

    private Pipeline Bundle(MatchBy match) => Of(match,
        new PipelineArtifact("web", Name(Web), new Selection.Semver(">=1.0.0")), new PipelineArtifact("cart", Name(Cart), new Selection.Semver(">=1.0.0")));

    private static Pipeline Of(MatchBy match, params PipelineArtifact[] artifacts) =>
        new("shop", Here, artifacts, [new PromotionEnvironment("dev", "environments/dev", new Reference("free", Here), Here)]) { Match = match };
}
