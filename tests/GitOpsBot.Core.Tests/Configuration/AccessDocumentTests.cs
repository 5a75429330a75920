using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Promotions.Commands;

namespace GitOpsBot.Core.Tests.Configuration;

/// <summary>The document <c>kind: Access</c> (SPEC section 3): what it may say, what is wrong, and in which order its rules are asked.</summary>
public sealed class AccessDocumentTests
{
    private static readonly string Shop = Written.Pipeline("shop", "name: dev, path: dev, policy: baseline", "name: prod, after: [dev], path: prod, policy: baseline")
        + "---\n" + Written.Policy("baseline", "name: way-back, rollbackReady: {}");

    public static TheoryData<string> WriteCommands => ["retry", "hold", "unhold", "approve", "promote", "rollback", "freeze", "unfreeze"];

    [Theory]
    [MemberData(nameof(WriteCommands))]
    public void Without_a_rule_what_changes_something_is_for_those_who_may_write(string command)
    {
        Assert.Equal("permission:write", Load().Access.Says(command, "prod"));
        Assert.Equal("permission:write", Load().Access.Says(command, null));
    }

    [Theory]
    [InlineData("help")]
    [InlineData("status")]
    public void Without_a_rule_whoever_may_read_may_ask_and_be_helped(string command) => Assert.Equal("permission:read", Load().Access.Says(command, "prod"));

    [Fact]
    public void Without_a_rule_nobody_may_override()
    {
        Assert.Empty(Load().Access.For("override", "prod"));
        Assert.Equal("nobody", Load().Access.Says("override", "prod"));
    }

    [Fact]
    public void A_word_that_is_no_command_is_not_open_to_everyone() => Assert.Equal("permission:write", Load().Access.Says("deploy", "prod"));

    [Fact]
    public void A_rule_may_name_every_command_of_the_format() => Assert.Equal([.. WriteCommands.Select(r => r.Data).Concat(["help", "status", "override"]).Order()], CommandTable.Words.Order());

    [Theory]
    [InlineData("octocat", "octocat")]
    [InlineData("OctoCat", "OctoCat")]
    [InlineData("octo_corp", "octo_corp")]
    [InlineData("\"@acme/sre\"", "@acme/sre")]
    [InlineData("\"@acme/sre.leads_2\"", "@acme/sre.leads_2")]
    [InlineData("permission:read", "permission:read")]
    [InlineData("permission:triage", "permission:triage")]
    [InlineData("permission:write", "permission:write")]
    [InlineData("permission:maintain", "permission:maintain")]
    [InlineData("permission:admin", "permission:admin")]
    public void A_rule_lets_in_a_person_a_team_or_a_level(string written, string said) =>
        Assert.Equal(said, Load($"{{ commands: [rollback], allow: [{written}] }}").Access.Says("rollback", "prod"));

    [Theory]
    [InlineData("\"@acme\"")]
    [InlineData("\"@acme/*\"")]
    [InlineData("\"@acme/sre/leads\"")]
    [InlineData("\"acme*\"")]
    [InlineData("\"*\"")]
    [InlineData("\"\"")]
    [InlineData("permission:owner")]
    [InlineData("permission:Write")]
    [InlineData("permission:0")]
    [InlineData("\"permission: write\"")]
    [InlineData("\"octocat\\nSigned-off-by\"")]
    public void Anything_else_lets_nobody_in_and_is_a_problem_with_its_place(string written)
    {
        var set = Load($"{{ commands: [rollback], allow: [{written}] }}");

        Assert.Contains("expected a login, a team as @org/team, or permission:read, :triage, :write, :maintain or :admin", Assert.Single(set.Problems).Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("f1.yaml", 6), (set.Problems[0].File, set.Problems[0].Line));
        Assert.Empty(set.Access.For("rollback", "prod"));
        Assert.Equal("nobody while the access document 'default' has problems", set.Access.Says("rollback", "prod"));
    }

    [Fact]
    public void A_command_that_is_not_there_is_a_problem_that_names_those_that_are()
    {
        var problem = Assert.Single(Load("{ commands: [deploy], allow: [octocat] }").Problems);

        Assert.Contains("expected one of help, status, retry, hold, unhold, approve, promote, rollback, override, freeze, unfreeze", problem.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void An_environment_that_is_not_there_is_a_problem_with_the_nearest_name_and_lets_nobody_in()
    {
        var set = Load("{ commands: [rollback], environments: [prd], allow: [octocat] }");

        Assert.Equal("f1.yaml:6:46: There is no environment 'prd'. Did you mean 'prod'?", Assert.Single(set.Problems.Lines()));
        Assert.Equal("nobody while an access document names an environment that is not there", set.Access.Says("rollback", "prod"));
    }

    [Theory]
    [InlineData("{ commands: [], allow: [octocat] }")]
    [InlineData("{ commands: [rollback], environments: [], allow: [octocat] }")]
    [InlineData("{ allow: [octocat] }")]
    [InlineData("{ commands: [rollback] }")]
    [InlineData("{ commands: [rollback], allow: [octocat], deny: [hubot] }")]
    public void A_rule_that_says_too_little_or_too_much_is_a_problem(string rule)
    {
        var set = Load(rule);

        Assert.Single(set.Problems);
        Assert.Empty(set.Access.For("promote", "dev"));
    }

    [Fact]
    public void An_empty_list_is_nobody_and_not_everybody()
    {
        var access = Load("{ commands: [rollback], allow: [] }").Access;

        Assert.Empty(access.For("rollback", "prod"));
        Assert.Equal("nobody", access.Says("rollback", "prod"));
    }

    [Fact]
    public void The_first_rule_that_names_command_and_environment_decides()
    {
        var access = Load(
            "{ commands: [rollback, freeze], environments: [prod], allow: [\"@acme/sre\", octocat] }",
            "{ commands: [rollback], environments: [prod], allow: [hubot] }",
            "{ commands: [rollback], allow: [permission:maintain] }").Access;

        Assert.Equal("@acme/sre, octocat", access.Says("rollback", "prod"));
        Assert.Equal("permission:maintain", access.Says("rollback", "dev"));
        Assert.Equal("@acme/sre, octocat", access.Says("freeze", "prod"));
        // Near misses: the same command elsewhere, another command here.
        Assert.Equal("permission:write", access.Says("freeze", "dev"));
        Assert.Equal("permission:write", access.Says("unfreeze", "prod"));
    }

    [Fact]
    public void A_rule_that_comes_first_closes_what_a_later_one_would_open()
    {
        var access = Load("{ commands: [override], allow: [] }", "{ commands: [override], environments: [prod], allow: [octocat] }").Access;

        Assert.Empty(access.For("override", "prod"));
    }

    [Fact]
    public void A_rule_about_an_environment_says_nothing_of_a_command_that_is_about_none()
    {
        var access = Load("{ commands: [freeze], environments: [prod, dev], allow: [octocat] }").Access;

        Assert.Equal("permission:write", access.Says("freeze", null));
        Assert.Equal("octocat", access.Says("freeze", "prod"));
    }

    [Fact]
    public void An_environment_is_named_whole_and_in_its_case()
    {
        var access = Load("{ commands: [rollback], environments: [prod], allow: [octocat] }").Access;

        Assert.Equal("permission:write", access.Says("rollback", "prod-eu"));
        Assert.Equal("permission:write", access.Says("rollback", "PROD"));
    }

    [Fact]
    public void Documents_are_asked_in_the_order_of_their_names_and_the_organization_first()
    {
        var set = DocumentSet.Load(
            new ConfigurationSources([Written.File("f0.yaml", Shop), Written.File("a.yaml", Access("aaa", "{ commands: [hold], allow: [late] }")), Written.File("b.yaml", Access("bbb", "{ commands: [hold], allow: [later] }"))])
            {
                Organization = [Written.File("org.yaml", Access("zzz", "{ commands: [rollback], allow: [\"@acme/sre\"] }"))],
            },
            Core.Policies.GateKinds.All);

        Assert.Empty(set.Problems.Lines());
        Assert.Equal("late", set.Access.Says("hold", "prod"));
        Assert.Equal("@acme/sre", set.Access.Says("rollback", "prod"));
    }

    [Fact]
    public void What_the_organization_decides_no_rule_of_a_repository_opens()
    {
        var set = DocumentSet.Load(
            new ConfigurationSources([Written.File("f0.yaml", Shop), Written.File("a.yaml", Access("aaa", "{ commands: [override], allow: [octocat] }"))])
            {
                Organization = [Written.File("org.yaml", Access("zzz", "{ commands: [override], allow: [] }"))],
            },
            Core.Policies.GateKinds.All);

        Assert.Equal("nobody", set.Access.Says("override", "prod"));
    }

    [Fact]
    public void A_rule_of_the_organization_may_name_an_environment_that_only_other_repositories_have()
    {
        var set = DocumentSet.Load(
            new ConfigurationSources([Written.File("f0.yaml", Shop)]) { Organization = [Written.File("org.yaml", Access("zzz", "{ commands: [rollback], environments: [canary], allow: [] }"))] },
            Core.Policies.GateKinds.All);

        Assert.Empty(set.Problems.Lines());
        Assert.Equal("permission:write", set.Access.Says("rollback", "prod"));
    }

    [Fact]
    public void While_any_document_cannot_be_read_only_reading_is_open()
    {
        var access = Written.Load(Shop, Access("default", "{ commands: [status], allow: [octocat] }"), "apiVersion: gitopsbot.dev/v1\nkind: [").Access;

        Assert.Equal(["permission:read"], access.For("status", "prod").Select(a => a.ToString()));
        Assert.Empty(access.For("promote", "prod"));
        Assert.Equal("nobody while a document cannot be read: it may hold rules about who may", access.Says("promote", "prod"));
    }

    private static string Access(string name, params string[] rules) => Written.Head("Access", name) + "spec:\n  rules:\n" + string.Concat(rules.Select(r => $"    - {r}\n"));

    private static DocumentSet Load(params string[] rules) => rules.Length == 0 ? Written.Load(Shop) : Written.Load(Shop, Access("default", rules));
}
