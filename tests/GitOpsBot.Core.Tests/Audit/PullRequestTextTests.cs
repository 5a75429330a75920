using GitOpsBot.Core.Audit;
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
    public void A_text_that_is_too_long_is_cut_and_says_so()
    {
        var many = Enumerable.Range(0, 200).Select(i => new GateResult($"g{i}", GateTiming.Open, new GateOutcome.Failed("bad", new string('x', 1001).Replace("x", "🚀", StringComparison.Ordinal)))).ToArray();
        var face = PullRequestText.Show(Judged(Move(), many), Prod());

        Assert.InRange(face.Body.Length, 59_000, 60_000);
        Assert.EndsWith("\n\n(cut here: the text was too long)\n", face.Body, StringComparison.Ordinal);
        Assert.InRange(face.Status!.Value.Description.Length, 139, 140);
        Assert.EndsWith("…", face.Status.Value.Description, StringComparison.Ordinal);
        Assert.All([face.Body, face.Status.Value.Description], text => Assert.Equal(text, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text))));
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
}
