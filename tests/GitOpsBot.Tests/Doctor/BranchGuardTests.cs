using System.Text.Json;
using GitOpsBot.Doctor;
using GitOpsBot.Doctor.Checks;
using GitOpsBot.Doctor.GitHub;
using GitOpsBot.Forge.GitHub;

namespace GitOpsBot.Tests.Doctor;

/// <summary>What guards a branch, from what GitHub shows, and what is found of it.</summary>
public sealed class BranchGuardTests
{
    private const string Pinned = """{"required_status_checks":{"contexts":["gitopsbot/promotion"],"checks":[{"context":"gitopsbot/promotion","app_id":7}]},"enforce_admins":{"enabled":true},"required_pull_request_reviews":{"require_code_owner_reviews":true},"allow_force_pushes":{"enabled":false},"allow_deletions":{"enabled":false}}""";

    private static readonly BotAccount Bot = new(7, "gitopsbot", null);

    [Theory]
    [InlineData("""{"context":"gitopsbot/promotion","app_id":7}""", "ok main demands gitopsbot/promotion of the App alone.")]
    [InlineData("""{"context":"gitopsbot/promotion","app_id":null}""", "todo main demands gitopsbot/promotion from any source: everyone who may write can set a commit status of that name.")]
    [InlineData("""{"context":"gitopsbot/promotion","app_id":-1}""", "todo main demands gitopsbot/promotion from any source: everyone who may write can set a commit status of that name.")]
    [InlineData("""{"context":"gitopsbot/promotion","app_id":8}""", "todo main demands gitopsbot/promotion of the App 8, and the bot is the App 7: its check never counts.")]
    [InlineData("""{"context":"gitopsbot/promotion-evil","app_id":7}""", "todo main does not demand the check gitopsbot/promotion: a pull request can be merged before the bot has judged it.")]
    public void The_check_is_demanded_of_the_App_alone(string check, string line) =>
        Assert.Equal(line, Line(RequiredCheck.Find("shop", Guard("{\"required_status_checks\":{\"checks\":[" + check + "]}}"), 7)));

    [Theory]
    [InlineData("null", "ok main demands gitopsbot/promotion. It is a commit status: everyone who may write can set it, so it advises and does not guard.")]
    [InlineData("7", "todo main demands gitopsbot/promotion of an App, and the bot works with a token: its commit status never counts.")]
    public void A_token_cannot_set_what_is_demanded_of_an_App(string app, string line) =>
        Assert.Equal(line, Line(RequiredCheck.Find("shop", Guard("{\"required_status_checks\":{\"checks\":[{\"context\":\"gitopsbot/promotion\",\"app_id\":" + app + "}]}}"), null)));

    [Fact]
    public void A_rule_counts_as_much_as_a_protection()
    {
        var guard = Guard(null, """[{"type":"required_status_checks","ruleset_id":1,"parameters":{"required_status_checks":[{"context":"gitopsbot/promotion","integration_id":7}]}},{"type":"deletion","ruleset_id":1},{"type":"non_fast_forward","ruleset_id":1}]""",
            """[{"id":1,"name":"main","bypass_actors":[],"current_user_can_bypass":"never"}]""");

        Assert.Equal("ok main demands gitopsbot/promotion of the App alone.", Line(RequiredCheck.Find("shop", guard, 7)));
        Assert.Equal(["ok Nobody gets past the protection of main; it can be neither force pushed nor deleted."], BranchBypass.Find("shop", guard).Select(Line));
    }

    [Fact]
    public void What_is_hidden_is_never_counted_as_there()
    {
        var hidden = BranchGuard.Of("main", null, new GitHubAnswer<JsonProtection>.Refused(403, "Resource not accessible by integration"), Rules("[]"), [], Bot);

        Assert.Equal("unseen Whether main demands gitopsbot/promotion cannot be seen.", Line(RequiredCheck.Find("shop", hidden, 7)));
        Assert.Equal(["unseen Who gets past the protection of main, and whether it can be force pushed or deleted, cannot be seen."], BranchBypass.Find("shop", hidden).Select(Line));
        Assert.Equal(["unseen Who may write to main cannot be seen."], StateBranch.Find("shop", hidden).Select(Line));
    }

    [Theory]
    [InlineData(404, "Branch not protected", false)]
    [InlineData(404, "Branch not found", false)]
    [InlineData(404, "Not Found", true)]
    [InlineData(403, "Resource not accessible by integration", true)]
    public void That_there_is_no_protection_is_another_answer_than_that_it_is_not_shown(int status, string said, bool isHidden) =>
        Assert.Equal(isHidden, BranchGuard.Of("main", null, new GitHubAnswer<JsonProtection>.Refused(status, said), Rules("[]"), [], Bot).IsProtectionHidden);

    [Fact]
    public void Everybody_who_gets_past_is_named_and_the_bot_is_not()
    {
        var guard = Guard(
            """{"enforce_admins":{"enabled":false},"required_pull_request_reviews":{"bypass_pull_request_allowances":{"users":[{"login":"anna"}],"teams":[{"slug":"sre"}],"apps":[{"slug":"gitopsbot"},{"slug":"renovate"}]}},"allow_force_pushes":{"enabled":true},"allow_deletions":{"enabled":true}}""",
            """[{"type":"pull_request","ruleset_id":1}]""",
            """[{"id":1,"name":"org","bypass_actors":[{"actor_id":5,"actor_type":"RepositoryRole","bypass_mode":"pull_request"},{"actor_id":1,"actor_type":"OrganizationAdmin","bypass_mode":"always"},{"actor_id":7,"actor_type":"Integration","bypass_mode":"always"},{"actor_id":9,"actor_type":"Integration","bypass_mode":"always"}]}]""");

        Assert.Equal(
        [
            "todo Past the protection of main get: administrators of the repository, anna, the team sre, the App renovate, administrators of the repository by pull request (ruleset 'org'), owners of the organization (ruleset 'org'), the App 9 (ruleset 'org').",
            "todo main can be force pushed: history, which is the audit trail, can be rewritten.",
            "todo main can be deleted.",
        ], BranchBypass.Find("shop", guard).Select(Line));
    }

    [Fact]
    public void A_ruleset_whose_bypass_list_is_not_shown_says_so_and_wants_nothing_done()
    {
        var found = BranchBypass.Find("shop", Guard(Pinned, """[{"type":"pull_request","ruleset_id":1}]""", """[{"id":1,"name":"main","current_user_can_bypass":"never"}]"""));

        Assert.Equal(["unseen Who may bypass the ruleset 'main' GitHub shows only to those who may change it."], found.Select(Line));
        Assert.Equal(0, new DoctorReport([.. found.Select(f => new DoctorLine("bypass", f))]).ExitStatus);
    }

    [Theory]
    [InlineData("""{"required_pull_request_reviews":{}}""", "it demands a pull request")]
    [InlineData("""{"required_pull_request_reviews":{"bypass_pull_request_allowances":{"apps":[{"slug":"gitopsbot"}]}}}""", null)]
    [InlineData("""{"restrictions":{"users":[{"login":"gitopsbot"}],"apps":[{"slug":"gitopsbot-evil"}]}}""", "only others may push to it")]
    [InlineData("""{"restrictions":{"apps":[{"slug":"gitopsbot"}]}}""", null)]
    [InlineData("""{"required_status_checks":{"contexts":["ci"]}}""", "it demands checks, which a pushed commit does not have")]
    [InlineData("""{"required_status_checks":{"contexts":[],"checks":[]}}""", null)]
    [InlineData("""{"lock_branch":{"enabled":true}}""", "it is locked")]
    public void A_push_of_the_bot_is_refused_by(string protection, string? reason) => Assert.Equal(reason is null ? [] : [reason], Guard(protection).AgainstBot);

    [Theory]
    [InlineData("pull_request", "never", true)]
    [InlineData("pull_request", "pull_requests_only", true)]
    [InlineData("pull_request", "always", false)]
    [InlineData("update", "exempt", false)]
    [InlineData("merge_queue", "never", true)]
    [InlineData("required_linear_history", "never", false)]
    public void A_rule_refuses_a_push_unless_the_bot_may_bypass_it_always(string type, string bypass, bool refuses) => Assert.Equal(
        refuses, Guard(null, $$"""[{"type":"{{type}}","ruleset_id":1}]""", $$"""[{"id":1,"name":"main","current_user_can_bypass":"{{bypass}}"}]""").AgainstBot.Count > 0);

    [Fact]
    public void The_bots_own_branch_is_for_the_bot_alone()
    {
        const string Rules = """[{"type":"update","ruleset_id":2},{"type":"deletion","ruleset_id":2},{"type":"non_fast_forward","ruleset_id":2}]""";
        const string Set = """[{"id":2,"name":"state","bypass_actors":[{"actor_id":7,"actor_type":"Integration","bypass_mode":"always"}],"current_user_can_bypass":"always"}]""";

        Assert.Equal(["ok main is for the bot alone."], StateBranch.Find("shop", Guard(null, Rules, Set)).Select(Line));
        Assert.Equal(["todo Everyone who may write can change main, the bot's book of holds, freezes and records."], StateBranch.Find("shop", Guard(Pinned)).Select(Line));
        Assert.Equal(["todo The bot itself may not write to main: a rule 'update' of the ruleset 'state' holds for the bot."], StateBranch.Find("shop", Guard(null, Rules, Set.Replace("always\"}]", "never\"}]", StringComparison.Ordinal))).Select(Line));
        Assert.Equal(
            ["todo Beside the bot these may write to main: the App 9 (ruleset 'state').", "todo main can be force pushed and deleted: it is only ever to be appended to."],
            StateBranch.Find("shop", Guard(null, """[{"type":"update","ruleset_id":2}]""", Set.Replace("[{\"actor_id\":7", "[{\"actor_id\":9,\"actor_type\":\"Integration\",\"bypass_mode\":\"always\"},{\"actor_id\":7", StringComparison.Ordinal))).Select(Line));
    }

    [Fact]
    public void Protection_and_rules_allow_together_what_each_of_them_allows()
    {
        var guard = Guard(null,
            """[{"type":"pull_request","ruleset_id":1,"parameters":{"allowed_merge_methods":["squash","rebase"]}},{"type":"pull_request","ruleset_id":2,"parameters":{"allowed_merge_methods":["SQUASH","merge"]}}]""");

        Assert.Equal(["squash"], guard.Methods!);
        Assert.Null(Guard(Pinned).Methods);
    }

    private static BranchGuard Guard(string? protection, string rules = "[]", string sets = "[]") => BranchGuard.Of(
        "main", null, protection is null ? null : new GitHubAnswer<JsonProtection>.Told(Read<JsonProtection>(protection), null, null), Rules(rules), Read<List<JsonRuleset>>(sets), Bot);

    private static GitHubAnswer<List<JsonRule>> Rules(string json) => new GitHubAnswer<List<JsonRule>>.Told(Read<List<JsonRule>>(json), null, null);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, GitHubJson.Options)!;

    private static string Line(Finding finding) => $"{finding.Word} {finding.Sentence}";
}
