using System.Text.Json.Nodes;
using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Testing.GitHub;

namespace GitOpsBot.Tests.Scenarios.GitHub;

public class PromotionTests
{
    private const string Built = "    - { name: built, provenance: { by: [acme-ci], source: \"https://github.com/acme/checkout\" } }";

    [Theory]
    [InlineData(false, "/api/v3/")]
    [InlineData(true, "/")]
    public async Task One_digest_goes_the_whole_way_by_pull_requests(bool isApp, string apiPath)
    {
        await using var scene = await Scene.StartAsync(isApp, apiPath: apiPath);

        var (digest, pull) = await scene.ProposeAsync("1.0.0");

        Assert.Equal((digest.Value, digest.Value, null), (scene.Stands("dev"), scene.Stands("staging"), scene.Stands("prod")));
        Assert.Equal(("Promote checkout 1.0.0 to prod", isApp ? "gitopsbot[bot]" : "shop-machine"), (pull.Title, pull.Author));
        Assert.Equal(["env/prod", "promotion"], pull.Labels);
        Assert.Equal((isApp ? "in_progress" : "pending", "people: Expected 1 approval; found 0."), scene.Check(pull.HeadSha));
        // What the bot merged bears its trailers, and names the head that was judged.
        var merged = CommitTrailers.Read(scene.World.Bare.Git("log", "-1", "--format=%B", "main"))!;
        Assert.Equal(("1.0.0", "staging", digest), (merged.Version, merged.Environment, merged.Artifacts[0].To));

        scene.World.Review(pull.Number, "anna");
        await scene.SettleAsync();

        Assert.Equal(("success", "Every gate has passed."), scene.Check(pull.HeadSha));
        scene.World.MergeAs(pull, "anna");
        var report = await scene.SettleAsync();
        Assert.Equal(digest.Value, scene.Stands("prod"));
        Assert.Empty(report.Promotions);
        Assert.DoesNotContain("refs/heads/promote/", scene.World.Bare.Git("for-each-ref"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("squash", true)]
    [InlineData("merge", true)]
    [InlineData("rebase", true)]
    [InlineData("squash", false)]
    [InlineData("merge", false)]
    [InlineData("rebase", false)]
    public async Task What_a_person_merges_was_approved_before_that_or_is_unproven(string method, bool isInTime)
    {
        await using var scene = await Scene.StartAsync();
        var (digest, pull) = await scene.ProposeAsync("1.0.0");
        if (isInTime)
        {
            scene.World.Review(pull.Number, "anna");
        }

        scene.World.MergeAs(pull, "bert", method);
        scene.Clock.Advance(TimeSpan.FromSeconds(10));
        if (!isInTime)
        {
            scene.World.Review(pull.Number, "anna");
        }

        var report = await scene.PassAsync();

        Assert.Equal(digest.Value, scene.Stands("prod"));
        Assert.Equal(isInTime ? [] : ["people: approvals-missing"], report.NewlyUnproven.SelectMany(u => u.Stopped).Select(g => $"{g.Name}: {g.Outcome.Code}"));
    }

    // The head that was approved lies on a branch that is gone: only the forge's own ref of the pull request has it.
    [Theory]
    [InlineData("squash")]
    [InlineData("rebase")]
    public async Task What_a_person_merged_is_proven_with_a_copy_of_the_repository_that_was_made_anew(string method)
    {
        await using var scene = await Scene.StartAsync();
        var (digest, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Review(pull.Number, "anna");
        scene.World.MergeAs(pull, "bert", method);
        scene.World.Bare.Git("update-ref", "-d", $"refs/heads/{pull.Head}");
        scene.Restart();
        scene.DeleteCache();

        var report = await scene.PassAsync();

        Assert.Equal(digest.Value, scene.Stands("prod"));
        Assert.Empty(report.NewlyUnproven.SelectMany(u => u.Stopped).Select(g => $"{g.Name}: {g.Outcome.Code}"));
    }

    // A head that was made anew on a changed folder lies on no ref any more: what was said of it cannot be looked at, what was said of the last one can.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Approvals_of_a_head_that_was_replaced_and_is_lost_hide_no_others_and_are_not_missed(bool isApprovedAgain)
    {
        await using var scene = await Scene.StartAsync();
        var (digest, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Review(pull.Number, "anna");
        var first = pull.HeadSha;
        scene.World.Bare.Commit("Word it better", scene.Clock.GetUtcNow(), ("environments/prod/app.yaml", Scene.Deployment.Replace("# the one", "# the only one", StringComparison.Ordinal)));
        await scene.SettleAsync();
        Assert.NotEqual(first, pull.HeadSha);
        Assert.Equal("success", scene.Check(pull.HeadSha).State);
        if (isApprovedAgain)
        {
            scene.World.Review(pull.Number, "bert");
        }

        var merged = scene.World.MergeAs(pull, "carla");
        scene.World.Bare.Git("update-ref", "-d", $"refs/heads/{pull.Head}");
        scene.Restart();
        scene.DeleteCache();

        var report = await scene.PassAsync();

        Assert.Equal(digest.Value, scene.Stands("prod"));
        Assert.Empty(report.Unproven);
        Assert.Equal(isApprovedAgain, scene.World.Bare.Read("landed/prod/checkout.json", "gitopsbot/state")?.Contains(merged, StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("squash", 1)]
    [InlineData("merge", 2)]
    [InlineData("rebase", 1)]
    public async Task Every_merge_method_leaves_the_trailers_it_can(string method, int parents)
    {
        await using var scene = await Scene.StartAsync(staging: $"merge: auto, mergeMethod: {method}");
        scene.Publish("1.0.0");

        await scene.SettleAsync();

        var commit = scene.World.Bare.Git("log", "-1", "--format=%P%x00%B", "main").Split('\0');
        Assert.Equal(parents, commit[0].Trim().Split(' ').Length);
        Assert.Equal("staging", CommitTrailers.Read(commit[1])!.Environment);
        Assert.DoesNotContain("promote/staging", scene.World.Bare.Git("for-each-ref"), StringComparison.Ordinal);
        Assert.Equal("merged", scene.World.Pulls[0].MergedAt is null ? "open" : "merged");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_promotion_costs_at_most_eight_counted_requests_and_waiting_costs_none(bool isApp)
    {
        await using var scene = await Scene.StartAsync(isApp);
        var (first, second) = (new string('a', 40), new string('b', 40));
        scene.World.Sources["acme/checkout"] = [new StandInCommit(first, "Begin", "anna", "Anna"), new StandInCommit(second, "Go on", "anna", "Anna")];
        scene.Attest(scene.Publish("1.0.0"), first, ["pkg:npm/a@1"]);
        await scene.SettleAsync();
        scene.Server.Forget();

        // Nothing new: every request is conditional, and nothing has changed.
        await scene.PassAsync();
        await scene.PassAsync();
        Assert.Empty(scene.Server.Requests.Where(r => r.IsCounted).Select(r => $"{r.Method} {r.Path} {r.Status}"));
        Assert.NotEmpty(scene.Server.Requests);

        // The second promotion into an environment by merge request, with the one for prod superseded in the same passes, so only staging's are counted.
        var prod = scene.OpenPull("promote/prod/checkout");
        scene.World.Close(prod.Number, "anna");
        await scene.SettleAsync();
        scene.Server.Forget();
        scene.Attest(scene.Publish("1.1.0"), second, ["pkg:npm/a@2"]);
        await scene.PassAsync();
        await scene.PassAsync();
        await scene.PassAsync();

        Assert.Equal("MERGED", scene.World.Pulls.First(p => p.Head == "promote/staging/checkout" && p.Title.Contains("1.1.0", StringComparison.Ordinal)).MergedAt is null ? "open" : "MERGED");
        var counted = scene.Server.Requests.Where(r => r.IsCounted).Select(r => $"{r.Method} {r.Path} {r.Status}").ToList();
        Assert.Contains(counted, c => c.Contains("/compare/", StringComparison.Ordinal));
        TestContext.Current.SendDiagnosticMessage("counted: {0}\n{1}", counted.Count, string.Join('\n', counted));
        Assert.True(counted.Count <= 8, string.Join('\n', counted));
    }

    // Commits of the source, and provenance that only GitHub keeps. An approval costs five more: reviews before and after it, the list after it, and what is shown then.
    [Theory]
    [InlineData(true, "rollbackReady: {}", 8)]
    [InlineData(false, "rollbackReady: {}", 8)]
    [InlineData(true, "approvals: { count: 1 }", 13)]
    public async Task A_promotion_with_provenance_on_GitHub_costs_at_most_eight_counted_requests_and_an_approval_five_more(bool isApp, string people, int most)
    {
        await using var scene = await Scene.StartAsync(isApp, prod: "merge: auto", people: people, apiPath: "/", more: Built);
        var (first, second) = (new string('a', 40), new string('b', 40));
        scene.World.Sources["acme/checkout"] = [new StandInCommit(first, "Begin", "bert", "Bert"), new StandInCommit(second, "Go on", "bert", "Bert")];
        await PromoteAsync("1.0.0", first);
        var counted = await PromoteAsync("1.1.0", second);

        TestContext.Current.SendDiagnosticMessage("counted: {0}\n{1}", counted.Count, string.Join('\n', counted));
        Assert.Contains(counted, c => c.Contains("/compare/", StringComparison.Ordinal));
        Assert.True(counted.Count <= most, string.Join('\n', counted));

        // The way into prod alone: what dev and staging cost is theirs.
        async Task<List<string>> PromoteAsync(string version, string commit)
        {
            var digest = scene.Publish(version);
            await scene.SettleAsync();
            Assert.Equal(digest.Value, scene.Stands("staging"));
            scene.Server.Forget();
            scene.World.Attestations[("acme/checkout", digest.Value)] = [new JsonObject { ["bundle"] = scene.Provenance(digest, "https://github.com/acme/checkout", commit), ["repository_id"] = 1 }];
            await scene.SettleAsync();
            if (people.StartsWith("approvals", StringComparison.Ordinal))
            {
                scene.World.Review(scene.OpenPull("promote/prod/checkout").Number, "anna");
                await scene.SettleAsync();
            }

            Assert.Equal(digest.Value, scene.Stands("prod"));
            return [.. scene.Server.Requests.Where(r => r.IsCounted).Select(r => $"{r.Method} {r.Path} {r.Status}")];
        }
    }

    [Fact]
    public async Task A_pull_request_that_a_person_closed_is_a_no_for_that_digest()
    {
        await using var scene = await Scene.StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Close(pull.Number, "anna");

        var report = await scene.SettleAsync();

        var line = Scene.Line(report, "prod")!;
        Assert.Equal(("refuse", PlanAction.None), (line.Verdict, line.Action));
        Assert.Equal("anna closed pull request 2 that proposed it; promote it by name to ask again.", line.Rows.First(r => r.Name == "pull-request").Outcome.Reason);

        // The next one is proposed, and so it is after the cache was lost.
        scene.Publish("1.1.0");
        await scene.SettleAsync();
        Assert.Equal("Promote checkout 1.1.0 to prod", scene.OpenPull("promote/prod/checkout").Title);
        scene.World.Close(scene.OpenPull("promote/prod/checkout").Number, "anna");
        scene.DeleteCache();
        scene.Restart();
        report = await scene.SettleAsync();
        Assert.DoesNotContain(scene.World.Pulls, p => p.State == "open");
    }

    [Fact]
    public async Task Somebody_elses_commit_stops_the_pull_request_and_the_branch_stays()
    {
        await using var scene = await Scene.StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        var theirs = scene.World.Bare.Commit(pull.Head, "More", scene.Clock.GetUtcNow(), ("environments/prod/more.yaml", "a: 1\n"));

        await scene.SettleAsync();

        Assert.Equal("failure", scene.Check(theirs).State);
        Assert.StartsWith("The branch holds commits that the bot did not make", scene.Check(theirs).Text, StringComparison.Ordinal);
        Assert.Equal(theirs, scene.World.Bare.Tip(pull.Head));
    }
}
