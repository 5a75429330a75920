using System.Text;
using GitOpsBot.Testing.GitHub;
using Microsoft.AspNetCore.Http;

namespace GitOpsBot.Tests.Scenarios.GitHub;

/// <summary>Requests against GitHub's published OpenAPI description. Every other scenario is held against it as well, where it is installed.</summary>
public class DescriptionTests
{
    private const string Absent = "@octokit/openapi is not installed (GITOPSBOT_OCTOKIT names its node_modules)";
    private const string Sha = "0123456789012345678901234567890123456789";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_request_of_a_promotion_with_people_and_commands_is_as_GitHub_describes_it(bool isApp)
    {
        Assert.SkipUnless(PublishedDescription.Instance is not null, Absent);
        await using var scene = await Scene.StartAsync(isApp);
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Say(pull.Number, "bert", "/status");
        scene.World.Review(pull.Number, "anna");
        await scene.SettleAsync();

        Assert.Empty(scene.Server.Violations);
        Assert.InRange(scene.Server.Checked, 40, int.MaxValue);
    }

    [Theory]
    [InlineData("GET", "repos/acme/shop/pulls?state=open&per_page=100", null, null)]
    [InlineData("GET", "repos/acme/shop/pulls?state=opened", null, "state is \"opened\", none of")]
    [InlineData("GET", "repos/acme/shop/pulls?per_page=many", null, "the parameter per_page is 'many'")]
    [InlineData("GET", "repos/acme/shop/pulls?page=1&colour=red", null, "the parameter colour is not described")]
    [InlineData("GET", "repos/acme/shop/git/matching-refs/heads/a/b/", null, null)]
    [InlineData("GET", "repos/acme/shop/git/matching-refs/heads/a?per_page=100", null, "the parameter per_page is not described")]
    [InlineData("GET", "repos/acme/shop/pulls/1/mergeable", null, "there is no such operation")]
    [InlineData("GET", "repos/acme/shop", "{}", "it has a body, and none is described")]
    [InlineData("POST", "repos/acme/shop/pulls", """{"head":"a","base":"main","title":"t"}""", null)]
    [InlineData("POST", "repos/acme/shop/pulls", """{"head":"a","title":"t"}""", "body.base is missing")]
    [InlineData("POST", "repos/acme/shop/pulls", """{"head":"a","base":"main","title":7}""", "body.title is Number, not string")]
    [InlineData("POST", "repos/acme/shop/pulls", """{"head":"a","base":"main","label":"x"}""", "body.label is not described")]
    [InlineData("POST", "repos/acme/shop/pulls", "", "the body is missing")]
    [InlineData("PUT", "repos/acme/shop/issues/1/labels", """{"labels":["a"]}""", null)]
    [InlineData("PUT", "repos/acme/shop/issues/1/labels", """{"labels":[]}""", "less than 1")]
    [InlineData("PUT", "repos/acme/shop/issues/1/labels", """["a"]""", "body fits 0 of 2 alternatives")]
    [InlineData("PATCH", "repos/acme/shop/check-runs/1", """{"status":"completed","conclusion":"success"}""", null)]
    [InlineData("PATCH", "repos/acme/shop/check-runs/1", """{"status":"completed"}""", "body.conclusion is missing")]
    [InlineData("POST", "repos/acme/shop/statuses/" + Sha, """{"state":"done"}""", "none of")]
    public void A_request_that_GitHub_does_not_describe_is_found(string method, string target, string? body, string? expected)
    {
        Assert.SkipUnless(PublishedDescription.Instance is not null, Absent);

        var found = PublishedDescription.Instance.Violations(Request(method, target, body), target.Split('?')[0], body ?? "");

        if (expected is null)
        {
            Assert.Empty(found);
        }
        else
        {
            Assert.Contains(expected, Assert.Single(found), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Headers_that_GitHub_asks_for_are_missed()
    {
        var request = Request("GET", "app", null);
        request.Headers.Clear();

        Assert.Equal(
            ["the header User-Agent is missing", "the header Accept is ''", "the header X-GitHub-Api-Version is ''"], PublishedDescription.Headers(request));
    }

    private static HttpRequest Request(string method, string target, string? body)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path, request.QueryString) = (method, "/" + target.Split('?')[0], new QueryString(target.Contains('?', StringComparison.Ordinal) ? "?" + target.Split('?')[1] : ""));
        (request.Headers.UserAgent, request.Headers.Accept, request.Headers["X-GitHub-Api-Version"]) = ("x", "application/vnd.github+json", "2022-11-28");
        if (body is not null)
        {
            request.ContentType = "application/json; charset=utf-8";
            request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        }

        return request;
    }
}
