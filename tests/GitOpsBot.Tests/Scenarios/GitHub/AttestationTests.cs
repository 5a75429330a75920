using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Reconciliation;
using GitOpsBot.Testing;
using GitOpsBot.Testing.GitHub;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>Evidence that GitHub keeps with the source repository, and not the registry with the artifact.</summary>
public sealed class AttestationTests
{
    private const string Source = "https://github.com/acme/checkout";
    private const string Repository = "acme/checkout";
    private const string Built = $"    - {{ name: built, provenance: {{ by: [acme-ci], source: \"{Source}\" }} }}";
    private static readonly Digest Subject = Digest.Of("an image"u8);

    [Fact]
    public async Task What_only_GitHub_keeps_lets_a_promotion_through_once_it_is_there()
    {
        await using var scene = await Scene.StartAsync(apiPath: "/", more: Built);
        var digest = scene.Publish("1.0.0");
        var report = await scene.SettleAsync();
        Assert.Equal("predicate-type-mismatch", Outcome(report).Code);

        scene.World.Attestations[(Repository, digest.Value)] = [Inline(scene.Provenance(Digest.Of("another"u8), Source)), Inline("not a bundle"), Inline(scene.Provenance(digest, Source))];
        report = await scene.SettleAsync();

        var outcome = Outcome(report);
        Assert.True(outcome is GateOutcome.Passed, outcome.Reason);
        Assert.Equal("Expected an attestation of the type https://slsa.dev/provenance/v1 or https://slsa.dev/provenance/v0.2 by acme-ci; found it by acme-ci.", outcome.Reason);
        Assert.Contains("Promotion-Evidence: https://slsa.dev/provenance/v1 sha256:", scene.World.Bare.Git("log", "-1", "--format=%B", "promote/prod/checkout"), StringComparison.Ordinal);

        // Nobody has approved it yet, and waiting costs nothing.
        scene.Server.Forget();
        await scene.PassAsync();
        Assert.Empty(scene.Server.Requests.Where(r => r.IsCounted).Select(r => $"{r.Method} {r.Path} {r.Status}"));
    }

    [Fact]
    public async Task While_GitHub_does_not_answer_the_gate_says_so_and_nothing_moves()
    {
        await using var scene = await Scene.StartAsync(apiPath: "/", more: Built);
        scene.Server.Around = async (context, answer) =>
        {
            if (context.Request.Path.Value!.Contains("/attestations/", StringComparison.Ordinal))
            {
                context.Response.StatusCode = 502;
                return;
            }

            await answer();
        };
        scene.Publish("1.0.0");

        var report = await scene.SettleAsync(expectsProblems: true);

        var outcome = Outcome(report);
        Assert.Equal(("pending", "unreachable"), (outcome.Word, outcome.Code));
        Assert.StartsWith("Expected an attestation of the type https://slsa.dev/provenance/v1 or https://slsa.dev/provenance/v0.2 by acme-ci; what is attached could not be read: GitHub refuses repos/acme/checkout/attestations/sha256:", outcome.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.World.Pulls, p => p.Head == "promote/prod/checkout");
    }

    [Fact]
    public async Task Finds_all_pages_and_says_where_there_are_too_many()
    {
        await using var scene = await Scene.StartAsync(apiPath: "/");
        scene.World.Attestations[(Repository, Subject.Value)] = [.. Enumerable.Range(0, 65).Select(i => Inline(new JsonObject { ["n"] = i }))];
        scene.World.Attestations[("acme/many", Subject.Value)] = [.. Enumerable.Range(0, 101).Select(i => Inline(new JsonObject { ["n"] = i }))];
        using var github = new Asked(scene);

        var items = await github.ListAsync(Source);
        var many = await github.ListAsync("git+https://github.com/acme/many.git");
        Assert.Empty(many);
        many = await github.ListAsync("https://github.com/acme/many");

        Assert.Equal(Enumerable.Range(0, 65).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"n":{{i}}}""")), items.Select(i => Encoding.UTF8.GetString(i.Content.Span)));
        Assert.All(items, i => Assert.Equal((Subject, AttachedForm.SigstoreBundle, Digest.Of(i.Content.Span), (Rejection?)null), (i.Subject, i.Form, i.Digest, i.Fault)));
        Assert.Equal(101, many.Count);
        AssertFault(many[100], RejectionCode.Limit, $"acme/many keeps more about {Subject} than is looked at: expected at most 100 attestations.");
    }

    [Fact]
    public async Task Fetches_bundles_from_where_they_lie_without_credentials_and_once()
    {
        var bundle = Encoding.UTF8.GetBytes($$"""{"a":"{{new string('x', 5000)}}"}""");
        await using var storage = await AnsweringServer.StartAsync(async (context, _) => await context.Response.Body.WriteAsync(
            context.Request.Path.Value switch { "/packed" => StandInSnappy.Compress(bundle), "/plain" => bundle, "/torn" => [1, 2, 3], _ => StandInSnappy.Compress(new byte[AttestationBlobs.LargestBundle + 1]) }));
        await using var scene = await Scene.StartAsync(apiPath: "/");
        scene.World.Attestations[(Repository, Subject.Value)] =
        [
            At($"{storage.Url}packed?sig=1"), At($"{storage.Url}plain"), At($"{storage.Url}torn"), At($"{storage.Url}large"), At("file:///etc/passwd"), At("http://169.254.169.254/latest"), new JsonObject(), null,
        ];
        using var github = new Asked(scene);

        var items = await github.ListAsync(Source);
        scene.Clock.Advance(TimeSpan.FromHours(4));
        scene.World.Attestations[(Repository, Subject.Value)] = [At($"{storage.Url}packed?sig=2")];
        var again = await github.ListAsync(Source);

        Assert.Equal([Digest.Of(bundle), Digest.Of(bundle)], items.Take(2).Select(i => i.Digest));
        AssertFault(items[2], RejectionCode.Malformed, "A bundle that GitHub stores must be compressed by Snappy, but is not.");
        AssertFault(items[3], RejectionCode.Limit, $"A bundle may have at most {AttestationBlobs.LargestBundle} bytes, but has {AttestationBlobs.LargestBundle + 1}.");
        AssertFault(items[4], RejectionCode.Malformed, "GitHub must say by an https address where a bundle lies, but says something else.");
        AssertFault(items[5], RejectionCode.Malformed, "GitHub must keep bundles outside of the bot's own networks, but says that one lies at 169.254.169.254.");
        Assert.All(items.Skip(6), i => AssertFault(i, RejectionCode.Malformed, "An attestation that acme/checkout keeps must have a bundle, or say where it lies, but does neither."));
        Assert.Equal(Digest.Of(bundle), Assert.Single(again).Digest);
        Assert.Equal(4, storage.Asked.Count);
        Assert.All(storage.Asked, a => Assert.Null(a.Authorization));
    }

    [Theory]
    [InlineData(302, "A bundle that GitHub lists could not be fetched from HOST (302).")]
    [InlineData(403, "A bundle that GitHub lists could not be fetched from HOST (403).")]
    public async Task A_bundle_that_cannot_be_fetched_leaves_everything_unknown(int status, string sentence)
    {
        await using var storage = await AnsweringServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        await using var scene = await Scene.StartAsync(apiPath: "/");
        scene.World.Attestations[(Repository, Subject.Value)] = [At($"{storage.Url}a")];
        using var github = new Asked(scene);

        var thrown = await Assert.ThrowsAsync<ForgeException>(() => github.ListAsync(Source));

        Assert.Equal(sentence.Replace("HOST", storage.Url.Authority, StringComparison.Ordinal), thrown.Message);
        Assert.Single(storage.Asked);
    }

    [Fact]
    public async Task Where_the_bot_may_not_look_it_finds_nothing_and_says_so()
    {
        await using var scene = await Scene.StartAsync(apiPath: "/");
        scene.Server.Around = (context, _) => Refuse(context, 403, """{"message":"Resource not accessible by integration"}""");
        using var github = new Asked(scene);

        var item = Assert.Single(await github.ListAsync(Source));

        AssertFault(item, RejectionCode.NoEvidence, $"Expected to be shown the attestations that acme/checkout keeps; found that the token in {Path.Combine(Path.GetDirectoryName(scene.ConfigFile)!, "token")} may not read them (403).");
    }

    [Theory]
    [InlineData(500, "{}", "GitHub refuses repos/acme/checkout/attestations/")]
    [InlineData(200, "{}", "GitHub's answer for repos/acme/checkout/attestations/")]
    [InlineData(200, "{\"attestations\":7}", "GitHub's answer for repos/acme/checkout/attestations/")]
    [InlineData(200, "[", "GitHub's answer for repos/acme/checkout/attestations/")]
    [InlineData(429, "{\"message\":\"rate limit\"}", "GitHub's rate limit is reached")]
    [InlineData(403, "{\"message\":\"You have exceeded a secondary rate limit\"}", "GitHub's rate limit is reached")]
    public async Task What_is_no_answer_is_never_an_empty_one(int status, string body, string sentence)
    {
        await using var scene = await Scene.StartAsync(apiPath: "/");
        scene.Server.Around = (context, _) => Refuse(context, status, body);
        using var github = new Asked(scene);

        Assert.StartsWith(sentence, (await Assert.ThrowsAsync<ForgeException>(() => github.ListAsync(Source))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "https://github.com/acme/checkout", "repos/acme/checkout/attestations/")]
    [InlineData("/", "https://gitlab.com/acme/checkout", null)]
    [InlineData("/", "https://github.com/acme/checkout/../../user", null)]
    [InlineData("/", "https://github.com/acme/check%2Fout", null)]
    [InlineData("/", "https://github.com.evil/acme/checkout", null)]
    [InlineData("/", "acme/checkout", null)]
    [InlineData("/api/v3/", "https://github.com/acme/checkout", null)]
    [InlineData("/api/v3/", "https://HOST/acme/checkout", "repos/acme/checkout/attestations/")]
    public async Task Only_sources_that_lie_on_the_GitHub_of_the_settings_are_asked_for(string apiPath, string source, string? path)
    {
        await using var scene = await Scene.StartAsync(apiPath: apiPath);
        using var github = new Asked(scene);

        Assert.Empty(await github.ListAsync(source.Replace("HOST", new Uri(scene.Server.Url).Authority, StringComparison.Ordinal)));

        Assert.Equal(path is null ? [] : [$"{path}{Subject}?per_page=30"], scene.Server.Requests.Select(r => r.Path));
    }

    [Fact]
    public async Task What_stays_the_same_is_asked_for_less_and_less_often()
    {
        await using var scene = await Scene.StartAsync(apiPath: "/");
        using var github = new Asked(scene);
        Assert.Equal([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 496], await AskedAtAsync(600));

        // A list that says that it is empty costs nothing when it is asked for again.
        scene.Clock.Advance(TimeSpan.FromHours(4));
        scene.World.Attestations[(Repository, Subject.Value)] = [];
        await github.ListAsync(Source);
        scene.Server.Forget();
        await github.ListAsync(Source);
        Assert.Equal(304, Assert.Single(scene.Server.Requests).Status);

        // What is there is asked for even less often.
        scene.World.Attestations[(Repository, Subject.Value)] = [Inline(new JsonObject())];
        Assert.Equal([0, 5, 10, 20, 40], await AskedAtAsync(60));

        async Task<List<int>> AskedAtAsync(int minutes)
        {
            var asked = new List<int>();
            for (var minute = 0; minute < minutes; minute++)
            {
                scene.Server.Forget();
                await github.ListAsync(Source);
                if (scene.Server.Requests.Count > 0)
                {
                    asked.Add(minute);
                }

                scene.Clock.Advance(TimeSpan.FromMinutes(1));
            }

            return asked;
        }
    }

    private static JsonNode Inline(JsonNode bundle) => new JsonObject { ["bundle"] = bundle, ["repository_id"] = 1 };

    private static JsonNode At(string url) => new JsonObject { ["bundle"] = null, ["bundle_url"] = url, ["repository_id"] = 1 };

    private static GateOutcome Outcome(RepositoryReport report) => Scene.Line(report, "prod")!.Rows.First(r => r.Name == "built").Outcome;

    private static Task Refuse(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }

    private static void AssertFault(AttachedItem item, RejectionCode code, string reason) => Assert.Equal((code, reason), (item.Fault?.Code ?? default, item.Fault?.Reason));

    private sealed class Asked(Scene scene) : IDisposable
    {
        private readonly GitHubClients clients = new(scene.Clock);

        public Task<IReadOnlyList<AttachedItem>> ListAsync(string source) =>
            clients.Of(scene.Settings.GitHub!, scene.Settings.Repositories[0]).Forge.ListAttestationsAsync(source, Subject, CancellationToken.None);

        public void Dispose() => clients.Dispose();
    }
}
