using System.Text.Json.Nodes;
using GitOpsBot.Core.Audit;
using GitOpsBot.Testing.GitHub;
using LibGit2Sharp;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary><c>commits: api</c>: GitHub makes and signs the bot's commits, and what it made is looked at before any branch moves to it.</summary>
public class ApiCommitTests
{
    private const string Everywhere = "refs/heads/";

    [Fact]
    public async Task Where_every_branch_demands_signatures_one_digest_goes_the_whole_way()
    {
        await using var scene = await StartAsync(signed: Everywhere);

        var (digest, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Say(pull.Number, "bert", "/status");
        scene.World.Review(pull.Number, "anna");
        await scene.SettleAsync();
        var trailers = CommitTrailers.Read(scene.World.Bare.Git("log", "-1", "--format=%B", "promote/prod/checkout"))!;
        scene.World.MergeAs(pull, "anna");
        await scene.SettleAsync();

        Assert.Equal((digest.Value, digest.Value, digest.Value), (scene.Stands("dev"), scene.Stands("staging"), scene.Stands("prod")));
        Assert.Equal(("1.0.0", "prod", digest), (trailers.Version, trailers.Environment, trailers.Artifacts[0].To));
        var made = Lines(scene, "rev-list", "--all");
        Assert.All(made.Except(Lines(scene, "rev-list", "--max-parents=0", "main")), commit => Assert.True(scene.World.IsVerified(commit), commit));
        Assert.Equal(["refs/heads/gitopsbot/state", "refs/heads/main"], Lines(scene, "for-each-ref", "--format=%(refname)", "refs/heads/"));
        // The book is one chain from a commit without parents, and ends with what landed.
        Assert.Single(Lines(scene, "rev-list", "--max-parents=0", "gitopsbot/state"));
        Assert.Empty(Lines(scene, "rev-list", "--min-parents=2", "gitopsbot/state"));
        Assert.Contains(scene.World.Bare.Tip()!, scene.World.Bare.Read("landed/prod/checkout.json", "gitopsbot/state"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "gitopsbot[bot]")]
    [InlineData(false, "shop-machine")]
    public async Task What_is_pushed_to_a_branch_that_demands_signatures_is_by_web_flow(bool isApp, string author)
    {
        await using var scene = await StartAsync(isApp, signed: "refs/heads/main");
        var digest = scene.Publish("1.0.0");

        await scene.PassAsync();

        Assert.Equal(digest.Value, scene.Stands("dev"));
        Assert.Equal($"{author}, GitHub <noreply@github.com>: Promote checkout 1.0.0 to dev\n", scene.World.Bare.Git("log", "-1", "--format=%an, %cn <%ce>: %s", "main"));
        Assert.Equal("environments/dev/app.yaml\n", scene.World.Bare.Git("diff", "--name-only", "main~1", "main"));
    }

    [Fact]
    public async Task What_is_pushed_by_git_is_refused_there_and_named()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        scene.World.Protect(new Protection { Signed = "refs/heads/main" });
        scene.Publish("1.0.0");

        var report = await scene.PassAsync(expectsProblems: true);

        Assert.Contains("does not move refs/heads/main: ", Assert.Single(report.Failures).Message, StringComparison.Ordinal);
        Assert.Null(scene.Stands("dev"));
    }

    [Fact]
    public async Task A_book_that_a_token_begins_is_signed_from_its_second_commit_on()
    {
        await using var scene = await StartAsync(isApp: false);
        scene.Publish("1.0.0");

        await scene.SettleAsync();

        var pages = Lines(scene, "rev-list", "gitopsbot/state");
        Assert.True(pages.Count > 1);
        Assert.All(pages.SkipLast(1), page => Assert.True(scene.World.IsVerified(page)));
        Assert.False(scene.World.IsVerified(pages[^1]));
    }

    [Fact]
    public async Task A_pull_request_is_renewed_and_superseded_without_ever_standing_at_its_base()
    {
        await using var scene = await StartAsync();
        var (first, pull) = await scene.ProposeAsync("1.0.0");
        var head = pull.HeadSha;
        scene.World.Bare.Commit("Comment", scene.Clock.GetUtcNow(), ("environments/prod/app.yaml", scene.World.Bare.Read("environments/prod/app.yaml")!.Replace("# the one", "# this one", StringComparison.Ordinal)));
        await scene.SettleAsync();
        var renewed = pull.HeadSha;
        var second = scene.Publish("1.1.0");
        await scene.SettleAsync();

        Assert.Equal(3, new[] { head, renewed, pull.HeadSha }.Distinct().Count());
        Assert.Equal(("open", "Promote checkout 1.1.0 to prod"), (pull.State, pull.Title));
        Assert.All([head, renewed, pull.HeadSha], commit => Assert.True(scene.World.IsVerified(commit)));
        Assert.Contains(first.Value, scene.World.Bare.Git("show", $"{renewed}:environments/prod/app.yaml"), StringComparison.Ordinal);
        Assert.Contains($"# this one\n      image: oci-layout:demo/checkout@{second.Value}", scene.World.Bare.Read("environments/prod/app.yaml", "promote/prod/checkout"), StringComparison.Ordinal);
        Assert.Equal(scene.World.Bare.Tip(), scene.World.Bare.Git("rev-parse", pull.HeadSha + "~1").Trim());
    }

    [Theory]
    [InlineData("dev", "push")]
    [InlineData("staging", "auto")]
    public async Task A_rollback_is_signed_too(string environment, string how)
    {
        await using var scene = await StartAsync(signed: Everywhere);
        var (first, pull) = await scene.ProposeAsync("1.0.0");
        scene.Publish("1.1.0");
        await scene.SettleAsync();

        scene.World.Say(pull.Number, "bert", $"/rollback {environment} it burns");
        await scene.SettleAsync();

        Assert.Equal(first.Value, scene.Stands(environment));
        var commit = scene.World.Bare.Tip()!;
        Assert.True(scene.World.IsVerified(commit), how);
        Assert.Contains("This reverts commit ", scene.World.Bare.Git("log", "-1", "--format=%b", commit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_race_that_is_lost_after_GitHub_made_the_commit_begins_again_on_the_new_tip()
    {
        await using var scene = await StartAsync();
        var digest = scene.Publish("1.0.0");
        string? theirs = null;
        scene.Server.Around = async (context, serve) =>
        {
            await serve();
            if (IsGraph(context))
            {
                theirs ??= scene.World.Bare.Commit("Elsewhere", scene.Clock.GetUtcNow(), ("README.md", "More.\n"));
            }
        };

        await scene.PassAsync();

        Assert.Equal(digest.Value, scene.Stands("dev"));
        Assert.Equal(theirs, scene.World.Bare.Git("rev-parse", "main~1").Trim());
        Assert.Equal("More.\n", scene.World.Bare.Read("README.md"));
        await scene.SettleAsync();
        Assert.Empty(Drafts(scene));
    }

    [Theory]
    [InlineData("draft pushed")]
    [InlineData("make commit")]
    [InlineData("commit made")]
    [InlineData("delete draft")]
    public async Task A_crash_on_the_way_is_gone_on_from_and_happens_once(string stop)
    {
        await using var scene = await StartAsync();
        var digest = scene.Publish("1.0.0");
        var killed = false;
        scene.Restart(step => _ = step == stop && !killed && (killed = true) ? throw new KilledException(step) : 0);
        await Assert.ThrowsAsync<KilledException>(() => scene.PassAsync(expectsProblems: true));
        Assert.NotEmpty(Drafts(scene));

        await scene.SettleAsync();

        Assert.Equal((digest.Value, digest.Value), (scene.Stands("dev"), scene.Stands("staging")));
        Assert.Single(Lines(scene, "log", "--format=%s", "main"), "Promote checkout 1.0.0 to dev");
        // No commit was asked for twice.
        Assert.Equal(Requested(scene).Count, Requested(scene).Distinct().Count());
        Assert.Empty(Drafts(scene));
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_found_and_used()
    {
        await using var scene = await StartAsync();
        var digest = scene.Publish("1.0.0");
        var lost = false;
        scene.Server.Around = async (context, serve) =>
        {
            if (!IsGraph(context) || lost)
            {
                await serve();
                return;
            }

            lost = true;
            var real = context.Response.Body;
            context.Response.Body = new MemoryStream();
            await serve();
            context.Response.Body = real;
            context.Abort();
        };
        await scene.PassAsync(expectsProblems: true);
        Assert.Null(scene.Stands("dev"));
        var made = scene.World.Bare.Tip(Assert.Single(Drafts(scene)));

        await scene.PassAsync();

        Assert.Equal(digest.Value, scene.Stands("dev"));
        Assert.Contains(made, Lines(scene, "rev-list", "main"));
        Assert.Equal(Requested(scene).Count, Requested(scene).Distinct().Count());
    }

    [Fact]
    public async Task A_commit_of_another_tree_is_refused_without_being_asked_for_again_until_the_draft_is_deleted()
    {
        await using var scene = await StartAsync();
        // What landed, and so the book, is there before.
        scene.Publish("1.0.0");
        await scene.SettleAsync();
        var before = (scene.World.Bare.Tip(), scene.Stands("dev"));
        scene.World.SlipsIn = ("environments/dev/evil.yaml", "kind: Evil\n");
        var digest = scene.Publish("1.1.0");

        var report = await scene.PassAsync(expectsProblems: true);

        var draft = Assert.Single(Drafts(scene));
        var said = Assert.Single(report.Failures).Message;
        Assert.StartsWith($"checkout in dev: The commit {scene.World.Bare.Tip(draft)}, made by GitHub on the branch {draft}, is not the one that was asked for and is not used: expected the tree ", said, StringComparison.Ordinal);
        Assert.EndsWith("Delete that branch, and it is asked for once more.", said, StringComparison.Ordinal);
        Assert.Equal(before, (scene.World.Bare.Tip(), scene.Stands("dev")));
        var asked = Requested(scene).Count;
        Assert.Equal(said, Assert.Single((await scene.PassAsync(expectsProblems: true)).Failures).Message);
        Assert.Equal(asked, Requested(scene).Count);

        scene.World.SlipsIn = null;
        scene.World.Bare.Git("update-ref", "-d", "refs/heads/" + draft);
        await scene.SettleAsync();
        Assert.Equal(digest.Value, scene.Stands("dev"));
        Assert.Null(scene.World.Bare.Read("environments/dev/evil.yaml"));
    }

    [Theory]
    [InlineData(false, "expected the parent ")]
    [InlineData(true, "expected the message that was asked for, found another")]
    public async Task What_somebody_put_onto_a_draft_is_not_taken_for_ours(bool hasParent, string difference)
    {
        await using var scene = await StartAsync();
        scene.Publish("1.0.0");
        var forged = "";
        scene.Restart(step =>
        {
            if (step == "draft pushed" && forged.Length == 0)
            {
                // Somebody who may write is quicker than the request, with the very tree that is wanted.
                using var repository = new Repository(scene.World.Bare.Path);
                var draft = repository.Branches.Single(b => b.FriendlyName.StartsWith("gitopsbot/drafts/", StringComparison.Ordinal));
                var tree = TreeDefinition.From(draft.Tip).Add(
                    "environments/dev/app.yaml", repository.ObjectDatabase.CreateBlob(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Scene.Deployment.Replace("checkout\n", $"checkout@{scene.Digests[0]}\n", StringComparison.Ordinal)))), Mode.NonExecutableFile);
                var made = scene.World.Sign(repository, "bert", "Promote checkout 1.0.0 to dev\n\nPromotion-Approved-By: anna\n", repository.ObjectDatabase.CreateTree(tree), hasParent ? [draft.Tip] : []);
                repository.Refs.UpdateTarget(draft.Reference, made.Id);
                forged = made.Sha;
            }
        });

        var report = await scene.PassAsync(expectsProblems: true);

        Assert.Contains($"The commit {forged}, made by GitHub on the branch ", Assert.Single(report.Failures).Message, StringComparison.Ordinal);
        Assert.Contains($"is not used: {difference}", report.Failures[0].Message, StringComparison.Ordinal);
        Assert.Null(scene.Stands("dev"));
    }

    [Fact]
    public async Task A_file_that_the_API_could_not_keep_as_it_is_is_named_and_nothing_is_written()
    {
        await using var scene = await StartAsync();
        scene.Publish("1.0.0");
        await scene.SettleAsync();
        using (var repository = new Repository(scene.World.Bare.Path))
        {
            var tip = repository.Branches["main"].Tip;
            var tree = TreeDefinition.From(tip).Add("environments/dev/app.yaml", (Blob)tip["environments/dev/app.yaml"].Target, Mode.ExecutableFile);
            var person = new Signature("Anna", "anna@example.com", scene.Clock.GetUtcNow());
            repository.Refs.UpdateTarget(repository.Refs["refs/heads/main"], repository.ObjectDatabase.CreateCommit(person, person, "Make it run", repository.ObjectDatabase.CreateTree(tree), [tip], false).Id);
        }

        await scene.SettleAsync();
        var asked = Requested(scene).Count;
        scene.Publish("1.1.0");
        var report = await scene.PassAsync(expectsProblems: true);

        Assert.Equal(
            "checkout in dev: The commit cannot be made through the forge's API ('commits: api'): 'environments/dev/app.yaml' is executable or no regular file, which a commit made there would not keep; expected mode 100644.",
            Assert.Single(report.Failures).Message);
        Assert.Equal(asked, Requested(scene).Count);
        Assert.Empty(Drafts(scene));
    }

    [Fact]
    public async Task What_a_crash_left_behind_is_swept_away_and_harms_nothing()
    {
        await using var scene = await StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        var head = pull.HeadSha;
        foreach (var (name, commit) in new[] { ("a", scene.World.Bare.Tip()!), ("b", head) })
        {
            scene.World.Bare.Git("update-ref", $"refs/heads/gitopsbot/drafts/{name}", commit);
        }

        await scene.PassAsync(acts: false);
        Assert.Equal(2, Drafts(scene).Count);
        await scene.PassAsync();

        Assert.Empty(Drafts(scene));
        Assert.Equal(("open", head), (pull.State, pull.HeadSha));
    }

    [Fact]
    public async Task A_head_that_GitHub_made_is_the_bots_own_also_for_who_remembers_nothing()
    {
        await using var scene = await StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        var head = pull.HeadSha;
        scene.DeleteCache();
        scene.Restart();

        scene.World.Review(pull.Number, "anna");
        await scene.SettleAsync();

        Assert.Equal((head, "success", "Every gate has passed."), (pull.HeadSha, scene.Check(head).State, scene.Check(head).Text));
    }

    [Fact]
    public async Task A_commit_of_a_persons_with_the_same_trailers_signed_by_GitHub_is_not_the_bots()
    {
        await using var scene = await StartAsync();
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        using (var repository = new Repository(scene.World.Bare.Path))
        {
            var own = repository.Lookup<Commit>(pull.HeadSha);
            var tree = TreeDefinition.From(own).Add("environments/prod/evil.yaml", repository.ObjectDatabase.CreateBlob(new MemoryStream("kind: Evil\n"u8.ToArray())), Mode.NonExecutableFile);
            var forged = scene.World.Sign(repository, "bert", own.Message, repository.ObjectDatabase.CreateTree(tree), [.. own.Parents]);
            repository.Refs.UpdateTarget(repository.Refs["refs/heads/promote/prod/checkout"], forged.Id);
        }

        scene.World.Sync();
        scene.World.Review(pull.Number, "anna");
        await scene.SettleAsync();

        Assert.Equal(("failure", $"The head {pull.HeadSha[..12]} changes more than the digests of this promotion; the bot leaves it alone."), scene.Check(pull.HeadSha));
        Assert.Null(scene.Stands("prod"));
    }

    [Fact]
    public async Task A_protected_branch_is_named_and_the_commit_that_waits_for_it_is_not_made_again()
    {
        await using var scene = await StartAsync();
        scene.World.Protect(new Protection { RefusesPushes = true });
        var digest = scene.Publish("1.0.0");
        for (var passes = 0; passes < 3; passes++)
        {
            Assert.Contains("does not move refs/heads/main: ", Assert.Single((await scene.PassAsync(expectsProblems: true)).Failures).Message, StringComparison.Ordinal);
        }

        Assert.Single(Requested(scene));
        scene.World.Protect(new Protection());
        await scene.PassAsync();

        Assert.Equal(digest.Value, scene.Stands("dev"));
        Assert.Single(Requested(scene), r => r.Contains("to dev", StringComparison.Ordinal));
    }

    public static TheoryData<string, string> Refusals { get; } = new()
    {
        { "rights", "GitHub refuses: Resource not accessible by integration" },
        { "not seen yet", "GitHub refuses: Expected branch to point to " },
        { "no commit", "GitHub's answer names no commit." },
        { "no JSON", "GitHub's answer for /api/graphql is not what it should be." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_GitHub_does_not_make_is_named_and_made_when_the_cause_is_gone(string how, string sentence)
    {
        await using var scene = await StartAsync();
        var digest = scene.Publish("1.0.0");
        scene.Server.Around = async (context, serve) =>
        {
            if (!IsGraph(context))
            {
                await serve();
                return;
            }

            var answer = how switch
            {
                "rights" => Refusal.Forbidden(Refusal.NotForIntegrations).Body().ToJsonString(),
                "not seen yet" => Refusal.StaleHead(scene.World.Bare.Tip()!).Body().ToJsonString(),
                "no commit" => """{"data":{"createCommitOnBranch":{"commit":null}}}""",
                _ => "<html>",
            };
            context.Response.ContentType = "application/json";
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, answer);
        };

        var report = await scene.PassAsync(expectsProblems: true);

        Assert.StartsWith("checkout in dev: " + sentence, Assert.Single(report.Failures).Message, StringComparison.Ordinal);
        Assert.Null(scene.Stands("dev"));
        scene.Server.Around = null;
        await scene.SettleAsync();
        Assert.Equal(digest.Value, scene.Stands("dev"));
        Assert.Empty(Drafts(scene));
    }

    [Fact]
    public async Task The_limit_of_GraphQL_is_waited_for_and_holds_up_nothing_else()
    {
        await using var scene = await StartAsync();
        var digest = scene.Publish("1.0.0");
        scene.Server.GraphQuota = 0;
        var report = await scene.PassAsync(expectsProblems: true);
        Assert.Equal("checkout in dev: GitHub's rate limit is reached (API rate limit exceeded for installation.); the next pass goes on when it is over.", Assert.Single(report.Failures).Message);
        var asked = Requested(scene).Count;

        report = await scene.PassAsync(expectsProblems: true);

        Assert.Equal("checkout in dev: GitHub's rate limit of GraphQL is reached; nothing is asked of it before 2026-11-02 13:00:00Z.", Assert.Single(report.Failures).Message);
        Assert.Equal((asked, 1), (Requested(scene).Count, Drafts(scene).Count));
        scene.Server.GraphQuota = 5000;
        scene.Clock.Advance(TimeSpan.FromHours(1));
        await scene.SettleAsync();
        Assert.Equal(digest.Value, scene.Stands("dev"));
    }

    private static async Task<Scene> StartAsync(bool isApp = true, string? signed = null)
    {
        var scene = await Scene.StartAsync(isApp, commits: "api");
        scene.World.Protect(new Protection { Signed = signed });
        return scene;
    }

    private static bool IsGraph(Microsoft.AspNetCore.Http.HttpContext context) => context.Request.Path.Value!.EndsWith("/graphql", StringComparison.Ordinal);

    // What commits GitHub was asked to make, each with the head that was expected.
    private static List<string> Requested(Scene scene) => [.. scene.Server.Requests.Where(r => r.Path == "graphql").Select(r => JsonNode.Parse(r.Body)!["variables"]!["input"]!)
        .Select(i => $"{i["expectedHeadOid"]} {i["message"]!["headline"]}")];

    private static IReadOnlyList<string> Drafts(Scene scene) => Lines(scene, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/gitopsbot/drafts/");

    private static List<string> Lines(Scene scene, params string[] git) => [.. scene.World.Bare.Git(git).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private sealed class KilledException(string step) : Exception(step);
}
