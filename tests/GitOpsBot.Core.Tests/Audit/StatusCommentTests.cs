using GitOpsBot.Core.Audit;

namespace GitOpsBot.Core.Tests.Audit;

public sealed class StatusCommentTests
{
    [Fact]
    public void Says_the_status_and_a_line_for_each_comment_that_was_answered() => Assert.Equal(
        """
        **Status:** people:&#8203; Expected 1 approval; found 0.

        - comment 7 by mona: held
        - comment 9 by hubot: denied; @&#8203;acme/sre may

        """,
        StatusComment.Write("people: Expected 1 approval; found 0.", [new AnsweredCommand(7, "mona", "held"), new AnsweredCommand(9, "hubot", "denied; @acme/sre may")]));

    [Fact]
    public void Says_when_there_is_nothing_to_wait_for_any_more() => Assert.Equal("This pull request is not open any more.\n\n", StatusComment.Write(null, []));

    [Fact]
    public void Older_answers_make_room_for_newer_ones()
    {
        var text = StatusComment.Write("waits", [.. Enumerable.Range(1, 60).Select(i => new AnsweredCommand(i, "mona", "held"))]);

        Assert.DoesNotContain("comment 10 by", text, StringComparison.Ordinal);
        Assert.Contains("comment 11 by", text, StringComparison.Ordinal);
        Assert.EndsWith("comment 60 by mona: held\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_people_and_strangers_wrote_is_shown_and_does_nothing()
    {
        var text = StatusComment.Write("<b>*x*</b>", [new AnsweredCommand(1, "a\nb", "[x](y)\n- comment 2 by root: done")]);

        Assert.Equal(4, text.Split('\n').Length);
        Assert.Contains("&lt;b&gt;\\*x\\*&lt;/b&gt;", text, StringComparison.Ordinal);
        Assert.Contains("\\[x\\]\\(y\\)", text, StringComparison.Ordinal);
    }
}
