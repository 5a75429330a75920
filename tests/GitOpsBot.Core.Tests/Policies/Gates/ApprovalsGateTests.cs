using GitOpsBot.Core.Policies;
using static GitOpsBot.Core.Tests.Policies.JudgedWorld;

namespace GitOpsBot.Core.Tests.Policies.Gates;

public sealed class ApprovalsGateTests
{
    private const string Two = "approvals: {count: 2, from: [\"@acme/release\", octocat]}";
    private const string Apart = "approvals: {count: 1, notBy: [requester, author]}";

    [Fact]
    public void Passes_when_as_many_of_those_named_approved() => AssertPassed(
        Judge(Two, [By("mona", "@acme/release"), By("octocat")]), "Expected 2 approvals of @acme/release, octocat; found 2 (mona, octocat).");

    [Fact]
    public void Logins_and_teams_are_the_same_in_any_case() => AssertPassed(
        Judge(Two, [By("mona", "@Acme/Release"), By("OctoCat")]), "Expected 2 approvals of @acme/release, octocat; found 2 (mona, OctoCat).");

    [Fact]
    public void Anybody_who_may_approve_counts_where_nobody_is_named() => AssertPassed(
        Judge("approvals: {}", [By("mona")]), "Expected 1 approval; found 1 (mona).");

    [Fact]
    public void Waits_for_people_and_for_nothing_that_time_could_bring()
    {
        var pending = AssertPending(Judge(Two, []), "approvals-missing", "Expected 2 approvals of @acme/release, octocat; found 0.");

        Assert.Null(pending.LookAgain);
    }

    [Fact]
    public void Waits_while_the_forge_cannot_be_asked() => AssertPending(
        Gate(Two).Evaluate(Facts(Judged())), "unreachable", "Approvals could not be read: the forge did not answer.");

    [Theory]
    [InlineData(1, "unreachable", "Expected 2 approvals of @acme/release, octocat; found 1 (mona). Others could not be read: it is gone.")]
    [InlineData(2, null, "Expected 2 approvals of @acme/release, octocat; found 2 (mona, octocat).")]
    public void What_could_not_be_read_is_missed_only_while_the_others_are_too_few(int count, string? code, string sentence)
    {
        Approval[] given = [By("mona", "@acme/release"), By("octocat")];
        var approvals = new ApprovalFacts([.. given.Take(count)], null, new Fact<IReadOnlyList<string>>.Unknown("nobody asked.")) { Unread = "it is gone." };

        var outcome = Gate(Two).Evaluate(Facts(Judged()) with { Approvals = new Fact<ApprovalFacts>.Known(approvals) });

        Assert.Equal((code, sentence), (outcome.Code, outcome.Reason));
    }

    [Fact]
    public void One_person_who_approves_twice_is_one_person() => AssertPending(
        Judge(Two, [By("octocat"), By("OCTOCAT"), By("octocat", "@acme/release")]), "approvals-missing",
        "Expected 2 approvals of @acme/release, octocat; found 1 (octocat).");

    [Theory]
    [InlineData("octocat2", "@acme/release-evil")]
    [InlineData("octo", "@acme/rel")]
    [InlineData("acme", "@evil/release")]
    [InlineData("release", "@acme/release2")]
    public void A_name_that_only_begins_alike_is_not_the_name(string login, string team) => AssertPending(
        Judge(Two, [By("octocat"), By(login, team)]), "approvals-missing",
        $"Expected 2 approvals of @acme/release, octocat; found 1 (octocat); not counted: {login} is not named.");

    [Fact]
    public void The_requester_does_not_approve_their_own_request() => AssertPending(
        Judge(Apart, [By("Mona")], requester: "mona", authors: []), "approvals-missing",
        "Expected 1 approval, not by the requester or an author; found 0; not counted: Mona is the requester.");

    [Fact]
    public void An_author_does_not_approve_what_they_wrote() => AssertPending(
        Judge(Apart, [By("mona"), By("Hubot")], requester: "mona", authors: ["hubot"]), "approvals-missing",
        "Expected 1 approval, not by the requester or an author; found 0; not counted: Hubot is an author, mona is the requester.");

    [Fact]
    public void Somebody_else_approves_for_both() => AssertPassed(
        Judge(Apart, [By("mona"), By("hubot"), By("octocat")], requester: "mona", authors: ["hubot"]),
        "Expected 1 approval, not by the requester or an author; found 1 (octocat); not counted: hubot is an author, mona is the requester.");

    [Fact]
    public void Waits_while_nobody_knows_who_the_authors_are() => AssertPending(
        Judge(Apart, [By("octocat")], requester: "mona"), "authors-unknown",
        "Expected 1 approval, not by the requester or an author; whether those of octocat count is not known: no provenance names the source.");

    [Fact]
    public void While_too_few_approved_the_authors_make_no_difference() => AssertPending(
        Judge("approvals: {count: 2, notBy: [author]}", [By("octocat")]), "approvals-missing", "Expected 2 approvals, not by an author; found 1 (octocat).");

    [Fact]
    public void A_co_author_is_an_author() => AssertPending(
        Judge("approvals: {notBy: [coauthor]}", [By("hubot")], authors: ["hubot"]), "approvals-missing",
        "Expected 1 approval, not by an author; found 0; not counted: hubot is an author.");

    [Fact]
    public void The_requester_may_approve_where_the_policy_does_not_forbid_it() => AssertPassed(
        Judge("approvals: {}", [By("mona")], requester: "mona"), "Expected 1 approval; found 1 (mona).");

    [Fact]
    public void Needs_a_pull_request_and_is_due_before_the_merge()
    {
        Assert.True(Gate(Two).NeedsPullRequest);
        Assert.Equal(GateTiming.Merge, Gate(Two).Header.Before);
        Assert.False(Gate(Two).IsAboutEvidence);
        Assert.False(Gate(Two).NeedsAuthors);
        Assert.True(Gate(Apart).NeedsAuthors);
    }

    [Theory]
    [InlineData("approvals: {from: []}", "Expected at least 1 item, found 0.")]
    [InlineData("approvals: {count: 0}", "Expected a whole number from 1 to 20, found '0'.")]
    [InlineData("approvals: {from: [\"@acme\"]}", "'@acme' is not a valid login or team: expected a login, or a team as @org/team.")]
    [InlineData("approvals: {from: [\"acme/release\"]}", "'acme/release' is not a valid login or team: expected a login, or a team as @org/team.")]
    [InlineData("approvals: {from: [\"*\"]}", "'*' is not a valid login or team: expected a login, or a team as @org/team.")]
    [InlineData("approvals: {count: 2, from: [octocat, OctoCat]}", "2 approvals are asked for, and only 1 person is named who could give one.")]
    public void Does_not_load_when_everybody_or_nobody_could_meet_it(string yaml, string problem) =>
        Assert.Equal([problem], Load(yaml).Problems.Select(p => p.Message));

    private static Approval By(string login, params string[] teams) => new(login, teams, Now.AddHours(-1));

    private static GateOutcome Judge(string gate, Approval[] given, string? requester = null, string[]? authors = null) => Gate(gate).Evaluate(Facts(Judged()) with
    {
        Approvals = new Fact<ApprovalFacts>.Known(new ApprovalFacts(given, requester, authors is null
            ? new Fact<IReadOnlyList<string>>.Unknown("no provenance names the source.") : new Fact<IReadOnlyList<string>>.Known(authors))),
    });
}
