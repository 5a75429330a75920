using GitOpsBot.Core.Promotions;
using GitOpsBot.Testing.GitHub;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>What GitHub refuses, and what becomes of it: a sentence, a later look, and recovery by itself.</summary>
public class RefusalTests
{
    [Fact]
    public async Task A_review_that_protection_demands_is_waited_for_with_a_sentence_and_without_hammering()
    {
        await using var scene = await Scene.StartAsync();
        scene.World.Protect(new Protection { Approvals = 1 });
        scene.Publish("1.0.0");
        await scene.SettleAsync();
        var pull = scene.OpenPull("promote/staging/checkout");

        Assert.Contains("GitHub does not merge it yet:&#8203; At least 1 approving review is required by reviewers with write access.", pull.Body, StringComparison.Ordinal);
        Assert.Equal("success", scene.Check(pull.HeadSha).State);
        Assert.Null(scene.Stands("staging"));
        scene.Server.Forget();
        await scene.PassAsync();
        Assert.DoesNotContain(scene.Server.Requests, r => r.Method != "GET");
        Assert.DoesNotContain(scene.Server.Requests, r => r.IsCounted);

        scene.World.Review(pull.Number, "anna");
        await scene.SettleAsync();
        Assert.NotNull(pull.MergedAt);
        Assert.NotNull(scene.Stands("staging"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_required_check_may_be_its_own(bool isApp)
    {
        await using var scene = await Scene.StartAsync(isApp);
        scene.World.Protect(new Protection { Checks = [("gitopsbot/promotion", isApp ? GitHubWorld.AppId : null)] });
        var digest = scene.Publish("1.0.0");

        await scene.SettleAsync();

        Assert.Equal(digest.Value, scene.Stands("staging"));
    }

    [Fact]
    public async Task A_check_of_others_that_is_required_is_waited_for()
    {
        await using var scene = await Scene.StartAsync();
        scene.World.Protect(new Protection { Checks = [("kubeconform", null)] });
        var digest = scene.Publish("1.0.0");
        await scene.SettleAsync();
        var pull = scene.OpenPull("promote/staging/checkout");
        Assert.Contains("Required status check \"kubeconform\" is expected.", pull.Body, StringComparison.Ordinal);

        scene.World.Statuses.Add(new StandInStatus(1, pull.HeadSha, "success", "kubeconform", null, "ci"));
        await scene.SettleAsync();

        Assert.Equal(digest.Value, scene.Stands("staging"));
    }

    [Fact]
    public async Task A_branch_is_brought_up_to_date_only_when_protection_demands_it()
    {
        await using var scene = await Scene.StartAsync();
        scene.World.Protect(new Protection { Approvals = 1 });
        var digest = scene.Publish("1.0.0");
        await scene.SettleAsync();
        var pull = scene.OpenPull("promote/staging/checkout");
        var head = pull.HeadSha;
        scene.World.Bare.Commit("Elsewhere", scene.Clock.GetUtcNow(), ("README.md", "More.\n"));
        await scene.SettleAsync();
        Assert.Equal(head, pull.HeadSha);

        scene.World.Protect(new Protection { MustBeUpToDate = true });
        scene.Clock.Advance(TimeSpan.FromMinutes(10));
        await scene.SettleAsync();

        Assert.NotEqual(head, pull.HeadSha);
        Assert.Equal(digest.Value, scene.Stands("staging"));
    }

    [Fact]
    public async Task A_merge_queue_gets_the_head_that_was_judged_and_the_bot_waits_for_it()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        scene.World.Protect(new Protection { HasMergeQueue = true });
        scene.Publish("1.0.0");
        await scene.SettleAsync();
        var pull = scene.OpenPull("promote/staging/checkout");

        Assert.True(pull.IsQueued);
        Assert.Contains("It is in GitHub's merge queue.", pull.Body, StringComparison.Ordinal);
        Assert.Single(scene.Server.Requests, r => r.Path == "graphql");

        scene.World.MergeAs(pull, "gitopsbot[bot]");
        await scene.SettleAsync();
        Assert.NotNull(scene.Stands("staging"));
    }

    [Fact]
    public async Task A_method_that_the_repository_does_not_allow_is_named()
    {
        await using var scene = await Scene.StartAsync(staging: "merge: auto, mergeMethod: rebase");
        scene.World.Protect(new Protection { Methods = ["squash"] });
        scene.Publish("1.0.0");

        await scene.SettleAsync();

        Assert.Contains("Rebase merges are not allowed on this repository.", scene.OpenPull("promote/staging/checkout").Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protected_branch_that_refuses_the_bots_push_is_a_named_problem_and_recovers()
    {
        await using var scene = await Scene.StartAsync();
        scene.World.Protect(new Protection { RefusesPushes = true });
        var digest = scene.Publish("1.0.0");

        var report = await scene.PassAsync(expectsProblems: true);

        Assert.Contains("checkout in dev: ", Assert.Single(report.Failures).Message, StringComparison.Ordinal);
        Assert.Contains("refs/heads/main", report.Failures[0].Message, StringComparison.Ordinal);
        scene.World.Protect(new Protection());
        await scene.SettleAsync();
        Assert.Equal(digest.Value, scene.Stands("dev"));
    }

    [Theory]
    [InlineData("revoked", false, "GitHub does not accept the token in ")]
    [InlineData("uninstalled", true, "GitHub App 7 is not installed on acme/shop")]
    [InlineData("suspended", true, "The installation of GitHub App 7 on acme/shop is suspended")]
    [InlineData("gone", false, "is not on GitHub, or the token in ")]
    [InlineData("archived", true, "Repository was archived so is read-only.")]
    [InlineData("permission", true, "Resource not accessible by integration")]
    [InlineData("renamed", false, "has moved: the repository was renamed or transferred")]
    public async Task A_condition_of_the_account_is_stated_and_recovers_when_its_cause_is_gone(string condition, bool isApp, string sentence)
    {
        await using var scene = await Scene.StartAsync(isApp, prod: "merge: auto", people: "approvals: { count: 1 }");
        scene.Publish("1.0.0");
        await scene.SettleAsync();
        scene.World.Review(scene.OpenPull("promote/prod/checkout").Number, "anna");
        Set(scene, condition, true);

        var report = await scene.PassAsync(expectsProblems: true);

        Assert.Contains(report.Failures, f => f.Message.Contains(sentence, StringComparison.Ordinal));
        Set(scene, condition, false);
        scene.Clock.Advance(TimeSpan.FromMinutes(10));
        await scene.SettleAsync();
        Assert.NotNull(scene.Stands("prod"));
    }

    [Theory]
    [InlineData("retry-after", 403, "GitHub's rate limit is reached")]
    [InlineData("retry-after", 429, "GitHub's rate limit is reached")]
    [InlineData("retry-after", 503, "GitHub is not available (503) and asks to wait")]
    [InlineData("reset", 403, "GitHub's rate limit is reached")]
    public async Task A_limit_is_obeyed_to_the_second_and_nothing_is_lost(string how, int status, string sentence)
    {
        await using var scene = await Scene.StartAsync();
        var digest = scene.Publish("1.0.0");
        scene.Server.Around = async (context, serve) =>
        {
            if (context.Request.Method == "POST" && context.Request.Path.Value!.EndsWith("/pulls", StringComparison.Ordinal))
            {
                context.Response.StatusCode = status;
                if (how == "retry-after")
                {
                    context.Response.Headers.RetryAfter = "600";
                }
                else
                {
                    context.Response.Headers["x-ratelimit-remaining"] = "0";
                    context.Response.Headers["x-ratelimit-reset"] = (scene.Clock.GetUtcNow().ToUnixTimeSeconds() + 600).ToString(System.Globalization.CultureInfo.InvariantCulture);
                }

                await context.Response.WriteAsync("""{"message":"You have exceeded a secondary rate limit."}""");
                return;
            }

            await serve();
        };
        while (scene.World.Bare.Tip("promote/staging/checkout") is null)
        {
            await scene.PassAsync(expectsProblems: true);
        }

        scene.Server.Around = null;
        scene.Server.Forget();
        // Two minutes each: the limit ends with the fifth.
        for (var passes = 0; passes < 4; passes++)
        {
            var report = await scene.PassAsync(expectsProblems: true);
            Assert.Contains($"{sentence}; nothing is sent before 2026-11-02 ", Assert.Single(report.Failures).Message, StringComparison.Ordinal);
        }

        Assert.Empty(scene.Server.Requests);
        await scene.SettleAsync();
        Assert.Equal(digest.Value, scene.Stands("staging"));
    }

    [Fact]
    public async Task An_exhausted_quota_stops_all_requests_until_it_begins_anew()
    {
        await using var scene = await Scene.StartAsync();
        await scene.PassAsync();
        scene.Server.Quota = scene.Server.Used + 1;
        scene.World.Say(OpenOther(scene).Number, "anna", "hello");
        await scene.PassAsync(expectsProblems: true);
        await scene.PassAsync(expectsProblems: true);
        scene.Server.Forget();

        await scene.PassAsync(expectsProblems: true);
        Assert.Empty(scene.Server.Requests);
        scene.Clock.Advance(TimeSpan.FromHours(1));
        scene.Server.Quota = 5000;
        await scene.PassAsync();
        Assert.NotEmpty(scene.Server.Requests);
    }

    [Fact]
    public async Task What_makes_content_keeps_to_the_pace_that_GitHub_names()
    {
        await using var scene = await Scene.StartAsync();
        scene.World.Bare.Git("branch", "other", "main");
        for (var i = 0; i < 100; i++)
        {
            scene.World.Bare.Git("branch", $"other-{i}", "main");
            scene.World.Bare.Commit($"other-{i}", "More", scene.Clock.GetUtcNow(), ("README.md", $"{i}\n"));
            scene.World.Open("anna", $"other-{i}");
        }

        var report = await scene.PassAsync(expectsProblems: true);
        Assert.Contains(report.Failures, f => f.Message.Contains("GitHub lets 80 things be made in a minute", StringComparison.Ordinal));
        Assert.DoesNotContain(scene.Server.Requests, r => r.Status is 403 or 429);
        await scene.PassAsync();

        Assert.All(scene.World.Pulls, p => Assert.Equal("success", scene.Check(p.HeadSha).State));
    }

    [Fact]
    public async Task A_conflict_a_deleted_branch_and_a_moved_base_end_well()
    {
        await using var scene = await Scene.StartAsync();
        var (first, pull) = await scene.ProposeAsync("1.0.0");

        // The folder changed under it: the branch is made anew on the tip.
        scene.World.Bare.Commit("Comment", scene.Clock.GetUtcNow(), ("environments/prod/app.yaml", "# ours\n" + Scene.Deployment));
        await scene.SettleAsync();
        Assert.StartsWith("# ours\n", scene.World.Bare.Read("environments/prod/app.yaml", pull.Head), StringComparison.Ordinal);
        Assert.Contains(first.Value, scene.World.Bare.Read("environments/prod/app.yaml", pull.Head), StringComparison.Ordinal);

        // Whoever deletes the branch closes the pull request; the next version is proposed again.
        scene.World.Bare.Git("branch", "-D", pull.Head);
        await scene.SettleAsync();
        scene.Publish("1.1.0");
        await scene.SettleAsync();
        Assert.Equal("Promote checkout 1.1.0 to prod", scene.OpenPull("promote/prod/checkout").Title);
    }

    [Fact]
    public async Task A_plan_sends_nothing_that_changes_anything()
    {
        await using var scene = await Scene.StartAsync();
        scene.Publish("1.0.0");

        var report = await scene.PassAsync(acts: false);

        Assert.Equal(PlanAction.Push, Scene.Line(report, "dev")!.Action);
        Assert.DoesNotContain(scene.Server.Requests, r => r.Method != "GET");
    }

    private static StandInPull OpenOther(Scene scene)
    {
        scene.World.Bare.Git("branch", "other", "main");
        scene.World.Bare.Commit("other", "More", scene.Clock.GetUtcNow(), ("README.md", "More.\n"));
        return scene.World.Open("anna", "other");
    }

    private static void Set(Scene scene, string condition, bool holds)
    {
        switch (condition)
        {
            case "revoked" when holds:
                scene.World.Revoke("ghp_machine");
                break;
            case "revoked":
                scene.World.Admit("ghp_new", "shop-machine");
                scene.WriteToken("ghp_new");
                break;
            case "uninstalled":
                scene.World.IsInstalled = !holds;
                scene.World.Revoke();
                break;
            case "suspended":
                scene.World.IsSuspended = holds;
                scene.World.Revoke();
                break;
            case "gone":
                scene.World.IsGone = holds;
                break;
            case "archived":
                scene.World.IsArchived = holds;
                break;
            case "permission":
                scene.World.AppPermissions["pull_requests"] = holds ? "read" : "write";
                scene.World.AppPermissions["contents"] = holds ? "read" : "write";
                scene.World.AppPermissions["checks"] = holds ? "read" : "write";
                break;
            case "renamed":
                scene.Server.Around = !holds ? null : (context, _) =>
                {
                    context.Response.StatusCode = 301;
                    context.Response.Headers.Location = scene.Server.ApiUrl + "repositories/1/pulls";
                    return Task.CompletedTask;
                };
                break;
        }
    }
}
