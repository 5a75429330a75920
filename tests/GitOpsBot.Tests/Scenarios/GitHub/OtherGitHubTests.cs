using System.Text;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;
using GitOpsBot.Forge.GitHub;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>A GitHub that does what its documentation allows and the stand-in does not do by itself.</summary>
public sealed class OtherGitHubTests
{
    [Theory]
    [InlineData("<HOST/orgs/acme/teams/sre/members?page=2>; rel=\"next\", <HOST/orgs/acme/teams/sre/members?page=2>; rel=\"last\"")]
    [InlineData("<HOST/orgs/acme/teams/sre/members?page=0>; rel=\"prev\",<HOST/x>; rel=\"prev\", </orgs/acme/teams/sre/members?page=2>; title=\"more\"; rel=\"next\"")]
    [InlineData("<https://elsewhere.example/steal?page=2>; rel=next")]
    public async Task Pages_are_found_by_every_form_of_a_link_and_asked_where_they_are(string link)
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        scene.World.Teams["acme/sre"] = [.. Enumerable.Range(0, 100).Select(i => $"somebody{i}"), "bert"];
        scene.Server.Around = (context, serve) =>
        {
            context.Response.OnStarting(() =>
            {
                if (context.Response.Headers.ContainsKey("Link"))
                {
                    context.Response.Headers.Link = link.Replace("HOST", scene.Server.ApiUrl.TrimEnd('/'), StringComparison.Ordinal);
                }

                return Task.CompletedTask;
            });
            return serve();
        };
        using var github = new GitHubClients(scene.Clock);

        Assert.True(await github.Of(scene.Settings.GitHub!, scene.Settings.Repositories[0]).Forge.IsMemberAsync("@acme/sre", "bert", CancellationToken.None));
    }

    [Fact]
    public async Task Without_ETags_everything_is_read_again_and_nothing_is_done_again()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        scene.Server.Around = (context, serve) =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.Remove("ETag");
                return Task.CompletedTask;
            });
            return serve();
        };
        await scene.ProposeAsync("1.0.0");
        scene.Server.Forget();

        await scene.PassAsync();

        Assert.DoesNotContain(scene.Server.Requests, r => r.Method != "GET");
        Assert.DoesNotContain(scene.Server.Requests, r => r.Status == 304);
    }

    [Fact]
    public async Task A_merge_that_was_taken_and_not_done_yet_is_waited_for()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        scene.Server.Around = async (context, serve) =>
        {
            if (context.Request.Path.Value!.EndsWith("/merge", StringComparison.Ordinal))
            {
                context.Response.StatusCode = 202;
                await context.Response.WriteAsync("""{"message":"Merging is in progress."}""");
                return;
            }

            await serve();
        };
        var digest = scene.Publish("1.0.0");
        await scene.PassAsync();
        await scene.PassAsync();
        await scene.PassAsync();
        Assert.Null(scene.Stands("staging"));

        scene.Server.Around = null;
        scene.World.MergeAs(scene.OpenPull("promote/staging/checkout"), "gitopsbot[bot]");
        await scene.SettleAsync();

        Assert.Equal(digest.Value, scene.Stands("staging"));
        Assert.Single(scene.World.Pulls, p => p.Head == "promote/staging/checkout");
    }

    [Fact]
    public async Task While_GitHub_has_not_worked_out_whether_it_can_be_merged_it_is_tried_again()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        var refused = 0;
        scene.Server.Around = async (context, serve) =>
        {
            if (context.Request.Path.Value!.EndsWith("/merge", StringComparison.Ordinal) && refused++ < 2)
            {
                context.Response.StatusCode = 405;
                await context.Response.WriteAsync("""{"message":"Pull Request is not mergeable"}""");
                return;
            }

            await RewriteAsync(context, serve, text => refused is 1 or 2 ? text.Replace("\"mergeable_state\":\"clean\"", "\"mergeable\":null,\"mergeable_state\":\"unknown\"", StringComparison.Ordinal) : text);
        };
        var digest = scene.Publish("1.0.0");

        for (var passes = 0; passes < 6; passes++)
        {
            await scene.PassAsync();
        }

        Assert.Equal(digest.Value, scene.Stands("staging"));
        Assert.Equal(3, refused);
    }

    // GitHub's description shows comments with an address below /issues/ in its examples.
    [Fact]
    public async Task A_comment_whose_address_calls_the_pull_request_an_issue_commands()
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.Server.Around = (context, serve) => RewriteAsync(context, serve, text => text.Replace("/pull/", "/issues/", StringComparison.Ordinal));

        var anna = scene.World.Say(pull.Number, "anna", "/hold wait");
        await scene.SettleAsync();

        Assert.Equal(["eyes", "rocket"], anna.Reactions.Select(r => r.Content));
        Assert.Contains("promotion/hold", pull.Labels);
    }

    // GitHub waits for a new run, and leaves the old one as it is.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_check_that_somebody_asks_for_again_is_written_again_once(bool isOurs)
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        if (!isOurs)
        {
            scene.World.Bare.Git("branch", "docs", "main");
            scene.World.Bare.Commit("docs", "Word it better", scene.Clock.GetUtcNow(), ("README.md", "The best shop.\n"));
            pull = scene.World.Open("anna", "docs");
            await scene.SettleAsync();
        }

        var before = scene.World.CheckRuns.Count(r => r.Sha == pull.HeadSha);
        scene.Bot.Actions.LookAnew!(scene.Settings, scene.Settings.Repositories[0], pull.HeadSha);
        await scene.SettleAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(11));
        await scene.SettleAsync();

        Assert.Equal((1, before + 1), (before, scene.World.CheckRuns.Count(r => r.Sha == pull.HeadSha)));
        Assert.Equal(isOurs ? ("in_progress", "people: Expected 1 approval; found 0.") : ("success", "No managed reference and no document is changed."), scene.Check(pull.HeadSha));
    }

    [Theory]
    [InlineData("{}", "is empty")]
    [InlineData("""{"total_commits":1,"behind_by":0,"commits":null}""", "is not what it should be")]
    [InlineData("""{"total_commits":1,"behind_by":0,"commits":[{"sha":"aaaaaaaaaaaaaaaaaaaa"}]}""", "is not what it should be")]
    public async Task An_answer_without_what_it_must_hold_is_no_answer(string body, string why)
    {
        await using var scene = await Scene.StartAsync(isApp: true);
        scene.Server.Around = async (context, serve) =>
        {
            if (!context.Request.Path.Value!.Contains("/compare/", StringComparison.Ordinal))
            {
                await serve();
                return;
            }

            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(body);
        };
        using var github = new GitHubClients(scene.Clock);
        var forge = github.Of(scene.Settings.GitHub!, scene.Settings.Repositories[0]).Forge;

        var thrown = await Assert.ThrowsAsync<ForgeException>(() => forge.ListAuthorsAsync(new SourceRange(scene.Server.Url + "acme/checkout", new string('a', 40), new string('b', 40)), CancellationToken.None));

        Assert.Equal($"GitHub's answer for repos/acme/checkout/compare/{new string('a', 40)}...{new string('b', 40)} {why}.", thrown.Message);
    }

    private static async Task RewriteAsync(HttpContext context, Func<Task> serve, Func<string, string> change)
    {
        var (real, written) = (context.Response.Body, new MemoryStream());
        context.Response.Body = written;
        await serve();
        context.Response.Body = real;
        if (written.Length > 0)
        {
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(written.ToArray()))));
        }
    }
}
