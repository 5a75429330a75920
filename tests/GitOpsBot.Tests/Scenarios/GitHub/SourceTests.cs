using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing.GitHub;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>Source repositories that not everybody may read: an App reads them where it is installed on them, with a token for each alone.</summary>
public sealed class SourceTests
{
    private const string Name = "acme/checkout";
    private const string NotByAuthors = "approvals: { count: 1, notBy: [author, coauthor] }";
    private const string Advice = "If acme/checkout is private, GitHub App 7 must be installed on it, too, with 'contents: read'.";
    private static readonly string First = new('a', 40);
    private static readonly string Second = new('b', 40);

    [Fact]
    public async Task A_private_source_is_read_with_a_token_for_it_alone_that_may_only_read()
    {
        await using var scene = await StartAsync(isInstalled: true);
        var pull = await ProposeAnotherAsync(scene);

        Assert.Contains("- `bbbbbbbbbbbb` Go on (anna)\n", pull.Body, StringComparison.Ordinal);
        scene.World.Review(pull.Number, "anna");
        await scene.SettleAsync();
        Assert.Equal("people: Expected 1 approval, not by an author; found 0; not counted: anna is an author, bert is an author.", await AfterAsync(scene, pull, "bert"));
        Assert.Equal("Every gate has passed.", await AfterAsync(scene, pull, "dora", role: "write"));

        // One for the shop, one for the source; and the source is not asked in vain again.
        Assert.Equal(["""{"repositories":["shop"]}""", """{"repositories":["checkout"],"permissions":{"contents":"read"}}"""], Tokens(scene));
        Assert.Single(scene.Server.Requests, r => r.Path.StartsWith("repos/acme/checkout/compare/", StringComparison.Ordinal) && r.Status == 404);
    }

    [Fact]
    public async Task Where_the_App_is_not_installed_nothing_counts_and_what_to_do_is_said_until_it_is()
    {
        await using var scene = await StartAsync(isInstalled: false);
        var pull = await ProposeAnotherAsync(scene);
        var text = System.Net.WebUtility.HtmlDecode(pull.Body).Replace("\u200b", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal);
        Assert.Contains($" may not read the source, or it does not hold both commits (404). {Advice}\n", text, StringComparison.Ordinal);

        var check = await AfterAsync(scene, pull, "dora", role: "write");
        Assert.StartsWith("people: Expected 1 approval, not by an author; whether those of dora count is not known: repos/acme/checkout/compare/", check, StringComparison.Ordinal);
        Assert.Equal(
            ("pending", "authors-unknown", $"Expected 1 approval, not by an author; whether those of dora count is not known: repos/acme/checkout/compare/{First}...{Second} is not on GitHub, or GitHub App 7 on acme/shop may not see it (404). {Advice}"),
            Outcome(await scene.PassAsync()));
        Assert.Single(Tokens(scene));

        // Waiting for somebody to install it costs no quota.
        scene.Server.Forget();
        for (var passes = 0; passes < 3; passes++)
        {
            scene.Clock.Advance(TimeSpan.FromMinutes(8));
            await scene.PassAsync();
        }

        Assert.Empty(scene.Server.Requests.Where(r => r.IsCounted && r.Path.StartsWith("repos/acme/checkout/", StringComparison.Ordinal)).Select(r => $"{r.Method} {r.Path} {r.Status}"));
        Assert.InRange(scene.Server.Requests.Count(r => r.Path == "repos/acme/checkout/installation"), 1, 3);

        scene.World.Installations[0].Repositories.Add(Name);
        scene.Clock.Advance(TimeSpan.FromMinutes(15));
        await scene.SettleAsync();
        Assert.Equal(("success", "Every gate has passed."), scene.Check(pull.HeadSha));

        // And where it is taken away again, nobody is believed to be no author.
        scene.World.Installations[0].Repositories.Remove(Name);
        scene.World.Revoke();
        scene.Restart();
        await scene.SettleAsync();
        Assert.Equal(("pending", "authors-unknown"), Outcome(await scene.PassAsync()) is var (word, code, _) ? (word, code) : default);
    }

    [Fact]
    public async Task What_another_account_trusts_the_App_with_is_not_shown_to_this_one()
    {
        await using var scene = await StartAsync(isInstalled: false);
        scene.World.Sources["other/lib"] = scene.World.Sources[Name];
        scene.World.PrivateSources["other/lib"] = [];
        scene.World.Installations.Add(new StandInInstallation(71, "other", new() { ["metadata"] = "read", ["contents"] = "read" }, ["other/lib"]));
        using var github = new Asked(scene);

        var commits = await github.CommitsAsync("other/lib");

        Assert.Equal(
            "GitHub App 7 on acme/shop may not read the source, or it does not hold both commits (404). A private repository is only read in the account acme.",
            ((Fact<SourceCommits>.Unknown)commits).Reason);
        Assert.Equal(["app/installations/70/access_tokens"], scene.Server.Requests.Where(r => r.Method == "POST").Select(r => r.Path));
    }

    [Fact]
    public async Task Nothing_is_asked_for_that_the_installation_does_not_have()
    {
        await using var scene = await StartAsync(isInstalled: false);
        scene.World.Sources["acme/lib"] = scene.World.Sources[Name];
        scene.World.PrivateSources["acme/lib"] = [];
        scene.World.Installations.Add(new StandInInstallation(71, "acme", new() { ["metadata"] = "read" }, ["acme/lib"]));
        using var github = new Asked(scene);

        var commits = await github.CommitsAsync("acme/lib");

        Assert.Equal(
            "GitHub App 7 on acme/shop may not read the source, or it does not hold both commits (404). If acme/lib is private, GitHub App 7 must be installed on it, too, with 'contents: read'.",
            ((Fact<SourceCommits>.Unknown)commits).Reason);
        Assert.DoesNotContain(scene.Server.Requests, r => r.Status == 422);
    }

    [Fact]
    public async Task What_everybody_may_read_needs_no_token_of_its_own()
    {
        await using var scene = await StartAsync(isInstalled: true);
        scene.World.PrivateSources.Clear();

        await ProposeAnotherAsync(scene);

        Assert.Single(Tokens(scene));
        Assert.DoesNotContain(scene.Server.Requests, r => r.Path == "repos/acme/checkout/installation");
    }

    [Fact]
    public async Task Another_host_is_shown_nothing_at_all()
    {
        await using var scene = await StartAsync(isInstalled: true);
        using var github = new Asked(scene);

        var commits = await github.OfAsync("https://elsewhere.example/acme/checkout");
        var authors = await github.Forge.ListAuthorsAsync(new SourceRange("https://elsewhere.example/acme/checkout", First, Second), CancellationToken.None);

        Assert.Equal("the source is not on 127.0.0.1.", ((Fact<SourceCommits>.Unknown)commits).Reason);
        Assert.Equal("the source https://elsewhere.example/acme/checkout is not on 127.0.0.1.", ((Fact<IReadOnlyList<string>>.Unknown)authors).Reason);
        Assert.Empty(scene.Server.Requests);
    }

    [Fact]
    public async Task Tokens_for_sources_are_used_until_shortly_before_they_end()
    {
        await using var scene = await StartAsync(isInstalled: true);
        using var github = new Asked(scene);
        for (var minutes = 0; minutes < 120; minutes += 10)
        {
            Assert.IsType<Fact<SourceCommits>.Known>(await github.CommitsAsync(Name));
            scene.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.InRange(Tokens(scene).Count(t => t.Contains("checkout", StringComparison.Ordinal)), 2, 3);
        Assert.DoesNotContain(scene.Server.Requests, r => r.Status == 401);
    }

    [Fact]
    public async Task A_token_of_a_person_may_what_the_person_may()
    {
        await using var scene = await StartAsync(isInstalled: false, isApp: false);
        using var github = new Asked(scene);

        Assert.EndsWith("or it does not hold both commits (404).", ((Fact<SourceCommits>.Unknown)await github.CommitsAsync(Name)).Reason, StringComparison.Ordinal);
        scene.World.PrivateSources[Name].Add("shop-machine");
        scene.Clock.Advance(TimeSpan.FromHours(1));
        Assert.IsType<Fact<SourceCommits>.Known>(await github.CommitsAsync(Name));
    }

    [Theory]
    [InlineData(true, false, null)]
    [InlineData(true, true, "Expected to be shown the attestations that acme/checkout keeps; found that GitHub App 7 on acme/checkout may not read them (403).")]
    [InlineData(false, false, "")]
    public async Task Attestations_of_a_private_source_need_their_own_permission(bool isInstalled, bool lacksPermission, string? fault)
    {
        await using var scene = await StartAsync(isInstalled);
        if (!lacksPermission)
        {
            scene.World.AppPermissions["attestations"] = "read";
        }

        scene.World.Attestations[(Name, scene.Digests[0].Value)] = [new System.Text.Json.Nodes.JsonObject { ["bundle"] = new System.Text.Json.Nodes.JsonObject() }];
        using var github = new Asked(scene);

        var found = await github.AttestationsAsync();

        switch (fault)
        {
            case "":
                // As where there are none: nothing is shown, and nothing believed.
                Assert.Empty(found);
                scene.World.Installations[0].Repositories.Add(Name);
                scene.Clock.Advance(TimeSpan.FromMinutes(15));
                Assert.Null(Assert.Single(await github.AttestationsAsync()).Fault);
                break;
            case null:
                Assert.Null(Assert.Single(found).Fault);
                Assert.Equal("""{"repositories":["checkout"],"permissions":{"contents":"read","attestations":"read"}}""", Tokens(scene)[^1]);
                break;
            default:
                Assert.Equal((RejectionCode.NoEvidence, fault), (Assert.Single(found).Fault!.Code, found[0].Fault!.Reason));
                break;
        }

        // Known now: asked again only when that may have changed, and by who was let in.
        scene.Server.Forget();
        await github.AttestationsAsync();
        Assert.DoesNotContain(scene.Server.Requests, r => r.IsCounted);
    }

    // Whoever wrote the commits that a list leaves out must not be taken for nobody.
    [Fact]
    public async Task Authors_are_unknown_while_GitHub_lists_fewer_commits_than_there_are()
    {
        await using var scene = await StartAsync(isInstalled: true);
        scene.Server.Around = async (context, serve) =>
        {
            if (!context.Request.Path.Value!.Contains("/compare/", StringComparison.Ordinal))
            {
                await serve();
                return;
            }

            context.Response.ContentType = "application/json";
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, """{"total_commits":2,"behind_by":0,"commits":[]}""");
        };
        using var github = new Asked(scene);

        var authors = await github.Forge.ListAuthorsAsync(new SourceRange(scene.Server.Url + Name, First, Second), CancellationToken.None);

        Assert.Equal($"GitHub lists 0 of the 2 commits of {scene.Server.Url}{Name} that the promotion brings.", ((Fact<IReadOnlyList<string>>.Unknown)authors).Reason);
    }

    private static async Task<Scene> StartAsync(bool isInstalled, bool isApp = true)
    {
        var scene = await Scene.StartAsync(isApp, people: NotByAuthors);
        scene.World.Sources[Name] =
        [
            new StandInCommit(First, "Begin", "carla", "Carla"), new StandInCommit(Second, "Go on\n\nCo-authored-by: Bert <1+bert@users.noreply.github.com>", "anna", "Anna"),
        ];
        scene.World.PrivateSources[Name] = [];
        if (isInstalled)
        {
            scene.World.Installations[0].Repositories.Add(Name);
        }

        scene.Publish("1.0.0");
        return scene;
    }

    // What stands in prod is 1.0.0 from the first commit; 1.1.0 from the second, by anna and bert, is proposed there.
    private static async Task<StandInPull> ProposeAnotherAsync(Scene scene)
    {
        scene.Attest(scene.Digests[0], First, ["pkg:npm/cart@1"]);
        await scene.SettleAsync();
        var first = scene.OpenPull("promote/prod/checkout");
        scene.World.MergeAs(first, "anna");
        await scene.SettleAsync();
        scene.Attest(scene.Publish("1.1.0"), Second, ["pkg:npm/cart@2"]);
        await scene.SettleAsync();
        return scene.OpenPull("promote/prod/checkout");
    }

    private static async Task<string?> AfterAsync(Scene scene, StandInPull pull, string login, string? role = null)
    {
        if (role is not null)
        {
            scene.World.Roles[login] = role;
        }

        scene.World.Review(pull.Number, login);
        await scene.SettleAsync();
        return scene.Check(pull.HeadSha).Text;
    }

    private static (string, string?, string) Outcome(RepositoryReport report) =>
        Scene.Line(report, "prod")!.Rows.First(r => r.Name == "people").Outcome is var outcome ? (outcome.Word, outcome.Code, outcome.Reason) : default;

    private static List<string> Tokens(Scene scene) => [.. scene.Server.Requests.Where(r => r.Path.EndsWith("/access_tokens", StringComparison.Ordinal)).Select(r => r.Body)];

    private sealed class Asked(Scene scene) : IDisposable
    {
        private readonly GitHubClients clients = new(scene.Clock);

        public GitHubForge Forge => clients.Of(scene.Settings.GitHub!, scene.Settings.Repositories[0]).Forge;

        public Task<Fact<SourceCommits>> CommitsAsync(string name) => OfAsync(scene.Server.Url + name);

        public Task<Fact<SourceCommits>> OfAsync(string source) => Forge.ListCommitsAsync(new SourceRange(source, First, Second), CancellationToken.None);

        public Task<IReadOnlyList<AttachedItem>> AttestationsAsync() => Forge.ListAttestationsAsync(scene.Server.Url + Name, scene.Digests[0], CancellationToken.None);

        public void Dispose() => clients.Dispose();
    }
}
