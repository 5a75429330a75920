using GitOpsBot.Testing.GitHub;

namespace GitOpsBot.Tests.Scenarios.GitHub;

public class ReviewTests
{
    private static readonly string First = new('a', 40);
    private static readonly string Second = new('b', 40);

    [Fact]
    public async Task The_text_says_what_changes_and_stays_what_it_is_without_a_question()
    {
        await using var scene = await Scene.StartAsync();
        var pull = await ProposeAnotherAsync(scene);

        var text = pull.Body[pull.Body.IndexOf("### What changes", StringComparison.Ordinal)..];
        Assert.StartsWith(
            $"""
            ### What changes

            **Source:** `{new Uri(scene.Server.Url).Authority}/acme/checkout` `aaaaaaaaaaaa` → `bbbbbbbbbbbb` ([compare]({scene.Server.Url}acme/checkout/compare/{First}...{Second})), 2 commits.

            - `cccccccccccc` Count &#35;&#8203;1 again (anna)
            - `bbbbbbbbbbbb` Go on (Bert B)

            **Packages:** 1 added, 1 removed, 1 in another version.

            - **added** npm/new 1
            - **removed** npm/gone 1
            - **changed** npm/cart 1 → 2

            **Vulnerabilities:** 1 new, 1 fixed, 1 still there; new are 1 high.

            - **new** high CVE-3
            - **fixed** high CVE-1
            - **still there** high CVE-2

            **Size to pull:** for linux/amd64 0 B, unchanged.

            People merge this
            """, text, StringComparison.Ordinal);
        scene.Server.Forget();
        await scene.PassAsync();
        await scene.PassAsync();
        Assert.Empty(Counted(scene));
        Assert.DoesNotContain(scene.Server.Requests, r => r.Path.Contains("/compare/", StringComparison.Ordinal));

        // Another process reads all of it once, and has nothing to write.
        scene.Restart();
        scene.Server.Forget();
        await scene.PassAsync();
        Assert.DoesNotContain(scene.Server.Requests, r => r.Method != "GET");
        scene.Server.Forget();
        await scene.PassAsync();
        Assert.Empty(Counted(scene));
    }

    [Fact]
    public async Task A_source_that_may_not_be_read_is_a_sentence_with_the_link_and_no_quota_while_waiting()
    {
        await using var scene = await Scene.StartAsync();
        var pull = await ProposeAnotherAsync(scene, isReadable: false);

        Assert.Contains($"([compare]({scene.Server.Url}acme/checkout/compare/{First}...{Second})). The commits between are not listed: the token in ", pull.Body, StringComparison.Ordinal);
        Assert.Contains(" may not read the source, or it does not hold both commits \\(404\\).\n", pull.Body, StringComparison.Ordinal);
        scene.Server.Forget();
        await scene.PassAsync();
        await scene.PassAsync();
        Assert.Empty(Counted(scene));
    }

    [Fact]
    public async Task What_does_not_answer_is_said_and_read_later()
    {
        await using var scene = await Scene.StartAsync();
        scene.Server.Around = async (context, next) =>
        {
            if (context.Request.Path.Value!.Contains("/compare/", StringComparison.Ordinal))
            {
                context.Response.StatusCode = 502;
                return;
            }

            await next();
        };
        var pull = await ProposeAnotherAsync(scene);
        Assert.Contains(")). The commits between are not listed: GitHub refuses", pull.Body, StringComparison.Ordinal);

        scene.Server.Around = null;
        scene.Clock.Advance(TimeSpan.FromMinutes(15));
        await scene.SettleAsync();

        Assert.Contains(")), 2 commits.\n", pull.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_evidence_about_the_new_one_changes_the_text()
    {
        await using var scene = await Scene.StartAsync();
        var pull = await ProposeAnotherAsync(scene);

        scene.Attest(scene.Digests[^1], "https://in-toto.io/attestation/vulns/v0.2", new System.Text.Json.Nodes.JsonObject
        {
            ["scanner"] = new System.Text.Json.Nodes.JsonObject { ["uri"] = "https://another.example", ["result"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject { ["id"] = "CVE-9" }) },
        });
        await scene.SettleAsync();

        Assert.Contains("- **new** of unknown severity CVE-9\n", pull.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approvers_that_the_policy_names_are_asked_once()
    {
        await using var scene = await Scene.StartAsync(people: "approvals: { count: 1, from: [anna, \"@acme/sre\"] }");
        var (_, pull) = await scene.ProposeAsync("1.0.0");

        Assert.Equal(["anna"], pull.Requested);
        Assert.Equal(["sre"], pull.RequestedTeams);
        Assert.Single(scene.Server.Requests, r => r.Path.EndsWith("/requested_reviewers", StringComparison.Ordinal));

        // Somebody knows better: nobody is asked again, by this process or the next, whatever is written anew.
        pull.Requested.Clear();
        scene.World.Say(pull.Number, "anna", "/hold not today");
        await scene.SettleAsync();
        scene.Restart();
        await scene.SettleAsync();
        Assert.Empty(pull.Requested);
        Assert.Contains("promotion/hold", pull.Labels);
    }

    [Fact]
    public async Task Who_asked_for_the_promotion_is_not_asked_to_review_it()
    {
        await using var scene = await Scene.StartAsync(people: "approvals: { count: 1, from: [anna, bert] }");
        var (_, pull) = await scene.ProposeAsync("1.0.0");
        scene.World.Close(pull.Number, "bert");
        await scene.SettleAsync();

        scene.World.Say(pull.Number, "anna", "/promote checkout 1.0.0 to prod");
        await scene.SettleAsync();

        Assert.Equal(["bert"], scene.OpenPull("promote/prod/checkout").Requested);
    }

    [Fact]
    public async Task Who_may_not_be_asked_is_a_sentence_and_the_others_are_asked()
    {
        await using var scene = await Scene.StartAsync(people: "approvals: { count: 1, from: [anna, stranger, \"@acme/sre\", \"@other/team\"] }");
        var (_, pull) = await scene.ProposeAsync("1.0.0");

        Assert.Equal(["anna"], pull.Requested);
        Assert.Equal(["sre"], pull.RequestedTeams);
        Assert.Contains(
            "\n⚠️ Not asked for a review:&#8203; stranger \\(Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the acme/shop repository\\), @&#8203;other/team \\(only teams of acme can be\\).\n",
            pull.Body, StringComparison.Ordinal);

        // For the next one GitHub is asked once, and not about those who were refused.
        scene.Server.Forget();
        scene.World.Close(pull.Number, "anna");
        var (_, next) = await scene.ProposeAsync("1.1.0");
        Assert.Single(scene.Server.Requests, r => r.Path.EndsWith("/requested_reviewers", StringComparison.Ordinal));
        Assert.Equal(["anna"], next.Requested);
        Assert.Equal(["sre"], next.RequestedTeams);
        Assert.Contains("Not asked for a review:&#8203; stranger", next.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_opening_that_was_cut_off_asks_in_the_next_pass()
    {
        await using var scene = await Scene.StartAsync(people: "approvals: { count: 1, from: [anna] }");
        scene.Publish("1.0.0");
        scene.Server.Around = async (context, next) =>
        {
            if (context.Request.Path.Value!.EndsWith("/requested_reviewers", StringComparison.Ordinal))
            {
                context.Abort();
                return;
            }

            await next();
        };
        await scene.SettleAsync(expectsProblems: true);
        Assert.Empty(scene.OpenPull("promote/prod/checkout").Labels);

        scene.Server.Around = null;
        scene.Restart();
        await scene.SettleAsync();

        Assert.Equal(["anna"], scene.OpenPull("promote/prod/checkout").Requested);
        Assert.Equal(["env/prod", "promotion"], scene.OpenPull("promote/prod/checkout").Labels);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Opening_with_commits_and_reviewers_stays_within_eight_counted_requests(bool isApp)
    {
        await using var scene = await Scene.StartAsync(isApp, people: "approvals: { count: 1, from: [anna] }");
        var pull = await ProposeAnotherAsync(scene);

        var counted = Counted(scene);
        Assert.Equal(["anna"], pull.Requested);
        Assert.Contains("**Source:**", pull.Body, StringComparison.Ordinal);
        Assert.Contains(counted, c => c.EndsWith("/requested_reviewers 201", StringComparison.Ordinal));
        TestContext.Current.SendDiagnosticMessage("counted: {0}\n{1}", counted.Count, string.Join('\n', counted));
        Assert.InRange(counted.Count, 5, 8);
    }

    [Fact]
    public async Task A_plan_says_how_long_the_forge_makes_it_take()
    {
        await using var scene = await Scene.StartAsync();
        var environments = Enumerable.Range(0, 27).Select(i => $"e{i}").ToList();
        scene.World.Bare.Commit("main", "More environments", scene.Clock.GetUtcNow(),
        [
            (".gitopsbot/pipeline.yaml", Scene.Pipeline("merge: auto", "merge: review").Split("  environments:")[0] + "  environments:\n"
                + string.Concat(environments.Select(e => $"    - {{ name: {e}, path: environments/{e}, policy: baseline, merge: review }}\n"))),
            .. environments.Select(e => ($"environments/{e}/app.yaml", Scene.Deployment)),
        ]);
        scene.Publish("1.0.0");

        var report = await scene.PassAsync(acts: false);

        Assert.Equal("27 pull requests to open: 81 requests, of which GitHub lets 80 through in a minute and 500 in an hour: about 1 min.", report.Pace);
        Assert.DoesNotContain(scene.Server.Requests, r => r.Method != "GET");
    }

    // What stands in prod is 1.0.0 from the first commit; 1.1.0 from the second is proposed there.
    private static async Task<StandInPull> ProposeAnotherAsync(Scene scene, bool isReadable = true)
    {
        if (isReadable)
        {
            scene.World.Sources["acme/checkout"] =
            [
                new StandInCommit(First, "Begin", "anna", "Anna"), new StandInCommit(new string('c', 40), "Count #1 again\n\nMore words.", "anna", "Anna"), new StandInCommit(Second, "Go on", null, "Bert B"),
            ];
        }

        var digest = scene.Publish("1.0.0");
        scene.Attest(digest, First, ["pkg:npm/cart@1", "pkg:npm/gone@1"], "CVE-1", "CVE-2");
        await scene.SettleAsync();
        var first = scene.OpenPull("promote/prod/checkout");
        scene.World.Review(first.Number, "anna");
        await scene.SettleAsync();
        scene.World.MergeAs(first, "anna");
        await scene.SettleAsync();
        scene.Attest(scene.Publish("1.1.0"), Second, ["pkg:npm/cart@2", "pkg:npm/new@1"], "CVE-2", "CVE-3");
        await scene.PassAsync();
        await scene.PassAsync();
        await scene.PassAsync();
        scene.Server.Forget();
        await scene.SettleAsync();
        return scene.OpenPull("promote/prod/checkout");
    }

    private static List<string> Counted(Scene scene) => [.. scene.Server.Requests.Where(r => r.IsCounted).Select(r => $"{r.Method} {r.Path} {r.Status}")];
}
