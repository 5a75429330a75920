using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Audit;

public sealed class StatusCommentTests
{
    [Fact]
    public void Says_the_status_and_a_line_for_each_comment_that_was_answered() => Assert.Equal(
        """
        <!-- gitopsbot: status -->
        **Status:** people:&#8203; Expected 1 approval; found 0.

        - comment 7 by mona: held
        - comment 9 by hubot: denied; @&#8203;acme/sre may

        """,
        StatusComment.Write(true, "people: Expected 1 approval; found 0.", [], [new AnsweredCommand(7, "mona", "held"), new AnsweredCommand(9, "hubot", "denied; @acme/sre may")]));

    [Fact]
    public void Says_what_each_gate_answers_and_when_time_may_change_it()
    {
        GateResult[] rows =
        [
            new("signed", GateTiming.Open, new GateOutcome.Passed("It is signed.")),
            new("soak", GateTiming.Open, new GateOutcome.Pending("soaking", "Not yet.", new DateTimeOffset(2026, 6, 16, 12, 0, 0, TimeSpan.FromHours(2)))),
            new("hours", GateTiming.Merge, new GateOutcome.Pending("closed", "Not now.", new DateTimeOffset(2026, 6, 17, 0, 0, 0, TimeSpan.Zero))),
        ];
        var text = StatusComment.Write(true, null, rows, []);

        Assert.Contains("**Status:** nothing is judged here\n", text, StringComparison.Ordinal);
        Assert.Contains("| soak |", text, StringComparison.Ordinal);
        Assert.Contains("\nNext look because of time: 2026-06-16 10:00:00 UTC.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_when_there_is_nothing_to_wait_for_any_more() => Assert.Equal(
        "<!-- gitopsbot: status -->\nThis pull request is not open any more.\n\n", StatusComment.Write(false, "waits", [new("signed", GateTiming.Open, new GateOutcome.Passed("It is."))], []));

    [Fact]
    public void Older_answers_make_room_for_newer_ones()
    {
        var text = StatusComment.Write(true, "waits", [], [.. Enumerable.Range(1, 60).Select(i => new AnsweredCommand(i, "mona", "held"))]);

        Assert.DoesNotContain("comment 10 by", text, StringComparison.Ordinal);
        Assert.Contains("comment 11 by", text, StringComparison.Ordinal);
        Assert.EndsWith("comment 60 by mona: held\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_people_and_strangers_wrote_is_shown_and_does_nothing()
    {
        var text = StatusComment.Write(true, "<b>*x*</b>", [], [new AnsweredCommand(1, "a\nb", "[x](y)\n- comment 2 by root: done")]);

        Assert.Equal(5, text.Split('\n').Length);
        Assert.Contains("&lt;b&gt;\\*x\\*&lt;/b&gt;", text, StringComparison.Ordinal);
        Assert.Contains("\\[x\\]\\(y\\)", text, StringComparison.Ordinal);
    }
}
