using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using static GitOpsBot.Core.Tests.Audit.Promoted;

namespace GitOpsBot.Core.Tests.Audit;

public sealed class PullRequestTextTests
{
    private static readonly Objection Hold = new("hold", new GateOutcome.Pending("held", "Held by mona; /unhold lifts it."), true);

    [Fact]
    public void Says_what_moves_why_it_is_safe_what_it_waits_for_and_how_to_go_back()
    {
        var move = Move(from: Old);
        var face = PullRequestText.Show(Judged(move, [Signed, People]), Prod());

        Assert.Equal("Promote checkout 1.4.2 to prod", face.Title);
        Assert.Equal(
            $"""
            Approve it by a review, or by the comment /approve.

            | Artifact | From | To |
            |---|---|---|
            | checkout `ghcr.io/acme/checkout` | 1.4.1 `{Old}` | 1.4.2 `{New}` |

            | Gate | Outcome | Why |
            |---|---|---|
            | signed | ✅ passed | Expected a signature by ci; found it by ci. |
            | people (before the merge) | ⏳ pending | Expected 2 approvals of @&#8203;acme/release; found 0. |

            People merge this when every gate has passed. Comment `/status`, `/approve`, `/hold` or `/help`; to go back after the merge, comment `/rollback REASON` or revert the commit.

            Policy `production` at blob `{Production.Blob}`. Promotion `{move.Id}`.

            """,
            face.Body);
        Assert.Equal(["env/prod", "promotion"], face.Labels);
        Assert.Equal(("pending", "people: Expected 2 approvals of @acme/release; found 0."), face.Status);
    }

    [Fact]
    public void Says_that_nothing_stood_there_and_that_the_bot_merges()
    {
        var face = PullRequestText.Show(Judged(Move(), [Signed]), Prod(MergeMode.Auto));

        Assert.Contains("| nothing | 1.4.2 `", face.Body, StringComparison.Ordinal);
        Assert.Contains("\nThe bot merges this when every gate has passed.", face.Body, StringComparison.Ordinal);
        Assert.Equal(("success", "Every gate has passed."), face.Status);
    }

    [Fact]
    public void What_failed_is_told_before_what_waits()
    {
        var failed = new GateResult("tests", GateTiming.Open, new GateOutcome.Failed("predicate-value", "Expected PASSED; found FAILED."));

        Assert.Equal(("failure", "tests: Expected PASSED; found FAILED."), PullRequestText.Show(Judged(Move(), [People, failed]), Prod()).Status);
    }

    [Fact]
    public void A_policy_without_gates_is_no_success() => Assert.Equal(
        ("failure", "The policy has no gates."), PullRequestText.Show(Judged(Move(), []), Prod()).Status);

    [Fact]
    public void A_hold_has_its_label_and_stands_first()
    {
        var face = PullRequestText.Show(Judged(Move(), [Signed], Hold), Prod());

        Assert.Equal(["env/prod", "promotion", "promotion/hold"], face.Labels);
        Assert.Contains("|---|---|---|\n| hold | ⏳ pending | Held by mona; /unhold lifts it. |\n| signed", face.Body, StringComparison.Ordinal);
        Assert.Equal(("pending", "hold: Held by mona; /unhold lifts it."), face.Status);
    }

    [Fact]
    public void What_strangers_wrote_is_shown_and_does_nothing()
    {
        var reason = new GateResult("tests", GateTiming.Open, new GateOutcome.Failed("predicate-value", "found '<script>x</script> | [y](z) @everyone closes #1\n\n# Big'"));
        var face = PullRequestText.Show(Judged(Move("1.0 <b>@everyone</b> | closes #1", Old, "`x` | y"), [reason]), Prod());

        Assert.All(["<script", "<b>", "@everyone", "#1", "\n# Big", "[y](z)", "`x`"], bad => Assert.DoesNotContain(bad, face.Body, StringComparison.Ordinal));
        Assert.All(face.Body.Split('\n').Where(l => l.StartsWith('|')), row => Assert.Equal(4, row.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')));
        Assert.DoesNotContain("closes #1", face.Title, StringComparison.Ordinal);
        Assert.DoesNotContain("@everyone", face.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void When_reasons_are_too_long_they_are_cut_and_no_gate_is()
    {
        var many = Enumerable.Range(0, 200).Select(i => new GateResult($"g{i}", GateTiming.Open, new GateOutcome.Failed("bad", $"#{new string('x', 1001).Replace("x", "🚀", StringComparison.Ordinal)}"))).ToArray();
        var face = PullRequestText.Show(Judged(Move(), many) with { Changes = Sections(1) }, Prod());

        Assert.InRange(face.Body.Length, 29_000, 37_000);
        Assert.All(many, gate => Assert.Contains($"\n| {gate.Name} | ❌ failed | &#35;&#8203;🚀", face.Body, StringComparison.Ordinal));
        Assert.Contains("### What changes\n\n", face.Body, StringComparison.Ordinal);
        Assert.EndsWith($"Promotion `{Move().Id}`.\n", face.Body, StringComparison.Ordinal);
        Assert.InRange(face.Summary.Length, 29_000, 30_000);
        Assert.InRange(face.Status!.Value.Description.Length, 139, 140);
        Assert.EndsWith("…", face.Status.Value.Description, StringComparison.Ordinal);
        Assert.All([face.Body, face.Status.Value.Description], text => Assert.Equal(text, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Of_thousands_of_gates_those_in_the_way_are_shown_and_the_rest_counted()
    {
        var many = Enumerable.Range(0, 5000).Select(i => i == 4999 ? new GateResult("late", GateTiming.Open, new GateOutcome.Failed("bad", "No.")) : Signed with { Name = $"g{i}" }).ToArray();
        var face = PullRequestText.Show(Judged(Move(), many), Prod());

        Assert.InRange(face.Body.Length, 29_000, 33_000);
        Assert.Contains("|---|---|---|\n| late | ❌ failed | No. |\n| g0 |", face.Body, StringComparison.Ordinal);
        Assert.Matches(@"\| and [0-9],[0-9]{3} more \| \| \|\n\nPeople merge this", face.Body);
    }

    [Fact]
    public void What_changes_stands_between_the_gates_and_how_to_go_back_and_gives_way_first()
    {
        var few = PullRequestText.Show(Judged(Move(), [Signed]) with { Changes = Sections(1) }, Prod()).Body;
        var many = PullRequestText.Show(Judged(Move(), [Signed]) with { Changes = Sections(60) }, Prod()).Body;
        var more = PullRequestText.Show(Judged(Move(), [Signed]) with { Changes = Sections(2000) }, Prod()).Body;

        Assert.Contains($"found it by ci. |\n\n### What changes\n\n**Packages:** many.\n\n- {Line}\n", few, StringComparison.Ordinal);
        Assert.Contains($"- {Line}\n- and 950 more\n\nPeople merge this", few, StringComparison.Ordinal);
        Assert.InRange(many.Length, 58_000, 60_000);
        Assert.InRange(more.Length, 30_000, 60_000);
        Assert.Equal(60, many.Split("**Packages:** many.").Length - 1);
        Assert.Contains("- and 1,000 more\n\nPeople merge this", many, StringComparison.Ordinal);
        Assert.Contains("- and 1,000 more\n\nMore would not fit into this text.\n\nPeople merge this", more, StringComparison.Ordinal);
        Assert.All([few, many, more], text => Assert.EndsWith($"Promotion `{Move().Id}`.\n", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_what_is_listed_packages_give_way_before_vulnerabilities()
    {
        var both = Sections(8).Concat(Sections(8).Select(s => s with { Kind = ChangeKind.Vulnerabilities, Head = "**Vulnerabilities:** many." })).ToList();
        var body = PullRequestText.Show(Judged(Move(), [Signed]) with { Changes = both }, Prod()).Body;

        var (packages, vulnerabilities) = (body.Split("**Vulnerabilities:**")[0], string.Concat(body.Split("**Vulnerabilities:**")[1..]));
        Assert.Equal(8 * 50, vulnerabilities.Split(Line).Length - 1);
        Assert.InRange(packages.Split(Line).Length - 1, 100, 399);
    }

    [Fact]
    public void A_bundle_of_hundreds_is_counted_where_it_does_not_fit()
    {
        var move = new Promotion("checkout", "prod", [.. Enumerable.Range(0, 300).Select(i => new PromotedArtifact($"a{i}", Checkout, Old, New, new string('#', 500), new string('#', 500), null))]);
        var face = PullRequestText.Show(Judged(move, [Signed, People]), Prod());

        Assert.InRange(face.Body.Length, 10_000, 60_000);
        Assert.Matches(@"\| and [0-9]+ more \| \| \|\n\n\| Gate", face.Body);
        Assert.EndsWith($"Promotion `{move.Id}`.\n", face.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_judgement_always_gives_the_same_text() => Assert.True(
        PullRequestText.Show(Judged(Move(), [Signed, People]), Prod()).Shows(PullRequestText.Show(Judged(Move(), [Signed, People]), Prod())));

    [Fact]
    public void A_rollback_says_who_why_what_and_what_follows()
    {
        var move = new Promotion("checkout", "prod", [new PromotedArtifact("checkout", Checkout, New, Old, "1.4.2", "1.4.1", null)]);
        var face = PullRequestText.ShowRollback(new JudgedRollback(move, new string('d', 40), "errors @ night", "mona", [new GateResult("pullable", GateTiming.Open, new GateOutcome.Passed("It is there."))]), Prod());

        Assert.Equal("Roll back checkout in prod to 1.4.1", face.Title);
        Assert.StartsWith("mona asked for this: errors @&#8203; night\n\n| Artifact |", face.Body, StringComparison.Ordinal);
        Assert.Contains($"\nIt reverts commit {new string('d', 40)}. What it takes out is refused in prod and in every environment after it", face.Body, StringComparison.Ordinal);
        Assert.Contains("| pullable | ✅ passed | It is there. |\n", face.Body, StringComparison.Ordinal);
        Assert.Equal(["env/prod", "promotion", "promotion/rollback"], face.Labels);
        Assert.Equal(("success", "Every gate has passed."), face.Status);
    }

    private static readonly string Line = "**added** npm/" + new string('p', 80);

    private static IReadOnlyList<ChangeSection> Sections(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new ChangeSection(ChangeKind.Packages, "**Packages:** many.", [.. Enumerable.Repeat(Line, 50)], 950))];
}
