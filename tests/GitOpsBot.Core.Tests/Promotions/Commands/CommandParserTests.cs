using FsCheck.Xunit;
using GitOpsBot.Core.Promotions.Commands;

namespace GitOpsBot.Core.Tests.Promotions.Commands;

public class CommandParserTests
{
    private static readonly string[] Environments = ["dev", "staging", "prod"];
    private static readonly string Digest = "sha256:" + new string('a', 64);

    public static TheoryData<string, SlashCommand> Understood => new()
    {
        { "/help", new SlashCommand.Help() },
        { "/status", new SlashCommand.Status() },
        { "/retry", new SlashCommand.Retry() },
        { "/hold", new SlashCommand.Hold(null) },
        { "/hold the load test runs", new SlashCommand.Hold("the load test runs") },
        { "/unhold", new SlashCommand.Unhold() },
        { "/approve", new SlashCommand.Approve() },
        { "/promote checkout to prod", new SlashCommand.Promote("checkout", null, "prod") },
        { "/promote checkout 1.4.2 to prod", new SlashCommand.Promote("checkout", "1.4.2", "prod") },
        { $"/promote checkout {Digest} TO prod", new SlashCommand.Promote("checkout", Digest, "prod") },
        { "/rollback it burns", new SlashCommand.Rollback(null, "it burns") },
        { "/rollback burning", new SlashCommand.Rollback(null, "burning") },
        { "/rollback prod it burns", new SlashCommand.Rollback("prod", "it burns") },
        { "/rollback Prod it burns", new SlashCommand.Rollback("prod", "it burns") },
        { "/rollback production burns", new SlashCommand.Rollback(null, "production burns") },
        { "/override signed the key is lost", new SlashCommand.Override("signed", "the key is lost") },
        { "/Override Floor/Soak it burns", new SlashCommand.Override("floor/soak", "it burns") },
        { "/freeze prod the database moves", new SlashCommand.Freeze("prod", null, "the database moves") },
        { "/Freeze ALL until 2026-12-31T12:00:00Z it burns", new SlashCommand.Freeze("all", new DateTimeOffset(2026, 12, 31, 12, 0, 0, TimeSpan.Zero), "it burns") },
        { "/freeze prod UNTIL 2027-01-06 holidays", new SlashCommand.Freeze("prod", new DateTimeOffset(2027, 1, 6, 0, 0, 0, TimeSpan.Zero), "holidays") },
        { "/unfreeze all", new SlashCommand.Unfreeze("all") },
        { "/ReTrY", new SlashCommand.Retry() },
        { "   /retry  ", new SlashCommand.Retry() },
        { "/hold\twith\t a tab ", new SlashCommand.Hold("with a tab") },
        { "/bot retry", new SlashCommand.Retry() },
        { "/BOT  Hold on", new SlashCommand.Hold("on") },
        { "/bot freeze all now", new SlashCommand.Freeze("all", null, "now") },
    };

    [Theory]
    [MemberData(nameof(Understood))]
    public void Understands(string line, SlashCommand expected)
    {
        Assert.Equal([expected], Commands(line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("please /approve")]
    [InlineData("    /approve")]
    [InlineData("\t/approve")]
    [InlineData("   \t/approve")]
    [InlineData("> /approve")]
    [InlineData("  > /approve")]
    [InlineData(">/approve")]
    [InlineData("> > /approve")]
    [InlineData("- /approve")]
    [InlineData("/ approve")]
    [InlineData("//approve")]
    [InlineData("/approved")]
    [InlineData("/approve-all")]
    [InlineData("/approve\u00a0now")]
    [InlineData("/lgtm")]
    [InlineData("/usr/bin/approve")]
    [InlineData("/")]
    [InlineData("/botanic approve")]
    [InlineData("\uff0fapprove")]
    [InlineData("`/approve`")]
    [InlineData("said\u2028/approve")]
    [InlineData("said\u0085/approve")]
    [InlineData("said\u000b/approve")]
    [InlineData("said\f/approve")]
    [InlineData("<!-- x -->/approve")]
    [InlineData("<!-- x --> /approve")]
    [InlineData("<!--\n/approve\n-->")]
    [InlineData("<!--\n\n/approve\n\n-->")]
    [InlineData("<!-- a\nb -->/approve")]
    [InlineData("<!--\n> -->/approve")]
    [InlineData("<!-- never ended\n\n/approve")]
    [InlineData("text <!-- hidden\n/approve\n--> text")]
    [InlineData("text <!-- a --> <!-- hidden\n/approve\n-->")]
    [InlineData("- <!-- in a list\n\n  /approve\n  -->")]
    [InlineData("```\n/approve\n```")]
    [InlineData("~~~\n/approve\n~~~")]
    [InlineData("```text\r\n/approve\r\n```\r\n")]
    [InlineData("   ```\n/approve\n   ```")]
    [InlineData("````\n```\n/approve\n````")]
    [InlineData("```\n~~~\n/approve\n```")]
    [InlineData("```\n``` text\n/approve\n```")]
    [InlineData("```\n    ```\n/approve\n```")]
    [InlineData("```\n```\u00a0\n/approve\n```")]
    [InlineData("~~~ a ` b\n/approve\n~~~")]
    [InlineData("```\nnever ended\n\n/approve")]
    [InlineData("- ```\n  /approve\n  ```")]
    [InlineData("1. ```\n   /approve\n\n   /approve\n   ```")]
    [InlineData("- - ~~~\n\n    /approve\n   ~~~\n")]
    public void Ignores(string comment)
    {
        Assert.Empty(Commands(comment));
    }

    [Theory]
    [InlineData("words\r\n/hold\r\nwords", 2)]
    [InlineData("words\n\n/hold\n", 3)]
    [InlineData("words\r/hold", 2)]
    [InlineData("> quoted\n\n/hold", 3)]
    [InlineData("> quoted\n/hold", 2)]
    [InlineData("> <!--\n/hold", 2)]
    [InlineData("> ```\n/hold", 2)]
    [InlineData("```\n/approve\n```\n/hold", 4)]
    [InlineData("```\n/approve\n`````  \n/hold", 4)]
    [InlineData("``` <!--\n/approve\n```\n/hold", 4)]
    [InlineData("```a``` is code\n/hold", 2)]
    [InlineData("``\n/hold", 2)]
    [InlineData("    ```\n/hold", 2)]
    [InlineData("<!-- x -->\n/hold", 2)]
    [InlineData("<!-->\n/hold", 2)]
    [InlineData("<!-- x\n-->\n/hold", 3)]
    [InlineData("write `<!--` there\n\n/hold", 3)]
    [InlineData("text <!-- a --> text\n/hold", 2)]
    [InlineData("- ```\n/hold", 2)]
    [InlineData("- <!--\n/hold", 2)]
    [InlineData("1. one\n2. two\n/hold", 3)]
    public void Finds_the_command_that_stands_on_its_own_line(string comment, int line)
    {
        var found = Assert.IsType<ParsedComment.Commands>(CommandParser.Parse(comment, Environments));

        Assert.Equal([new WrittenCommand(line, new SlashCommand.Hold(null))], found.Written);
    }

    [Theory]
    [InlineData("/help me", "Line 1: /help was not understood; expected /help.")]
    [InlineData("/status now", "Line 1: /status was not understood; expected /status.")]
    [InlineData("/retry it", "Line 1: /retry was not understood; expected /retry.")]
    [InlineData("/unhold please", "Line 1: /unhold was not understood; expected /unhold.")]
    [InlineData("/approve 1.4.2", "Line 1: /approve was not understood; expected /approve.")]
    [InlineData("/promote", "Line 1: /promote was not understood; expected /promote PIPELINE [VERSION|DIGEST] to ENVIRONMENT.")]
    [InlineData("/promote checkout prod", "Line 1: /promote was not understood; expected /promote PIPELINE [VERSION|DIGEST] to ENVIRONMENT.")]
    [InlineData("/promote checkout 1 2 to prod", "Line 1: /promote was not understood; expected /promote PIPELINE [VERSION|DIGEST] to ENVIRONMENT.")]
    [InlineData("/promote checkout sha256:abc to prod", "Line 1: /promote was not understood; expected /promote PIPELINE [VERSION|DIGEST] to ENVIRONMENT.")]
    [InlineData("/promote ../x 1.0.0 to prod", "Line 1: /promote was not understood; expected /promote PIPELINE [VERSION|DIGEST] to ENVIRONMENT.")]
    [InlineData("/promote checkout to prod and staging", "Line 1: /promote was not understood; expected /promote PIPELINE [VERSION|DIGEST] to ENVIRONMENT.")]
    [InlineData("/promote checkout -f to prod", "Line 1: /promote was not understood; expected /promote PIPELINE [VERSION|DIGEST] to ENVIRONMENT.")]
    [InlineData("/rollback", "Line 1: /rollback was not understood; expected /rollback [ENVIRONMENT] REASON.")]
    [InlineData("/rollback prod", "Line 1: /rollback prod lacks a reason; expected /rollback [ENVIRONMENT] REASON.")]
    [InlineData("/rollback prod \u200b", "Line 1: the reason of /rollback must have 1 to 500 characters that can be seen.")]
    [InlineData("/bot", "Line 1: '/bot' alone asks for nothing; /bot help lists the commands.")]
    [InlineData("words\n/bot dance", "Line 2: 'dance' is not a command; /bot help lists them.")]
    public void Refuses(string comment, string sentence)
    {
        Assert.Equal(new ParsedComment.Refused(sentence), CommandParser.Parse(comment, Environments));
    }

    [Fact]
    public void Refuses_the_whole_comment_for_one_bad_line_wherever_it_stands()
    {
        Assert.Equal(
            new ParsedComment.Refused("Line 2: /retry was not understood; expected /retry."), CommandParser.Parse("/approve\n/retry later", Environments));
        Assert.Equal(
            new ParsedComment.Refused("Line 1: /retry was not understood; expected /retry."), CommandParser.Parse("/retry later\n/approve", Environments));
    }

    [Theory]
    [InlineData("/hold\n/unhold")]
    [InlineData("/unhold\n/hold")]
    [InlineData("/bot unhold\n/UNHOLD\n/hold")]
    public void A_hold_beats_an_unhold_in_the_same_comment(string comment)
    {
        Assert.Equal([new SlashCommand.Hold(null)], Commands(comment));
    }

    [Fact]
    public void Keeps_the_order_of_several_commands()
    {
        Assert.Equal([new SlashCommand.Approve(), new SlashCommand.Hold("wait"), new SlashCommand.Status()], Commands("/approve\ntext\n/hold wait\n/lgtm\n/status"));
    }

    [Fact]
    public void Takes_another_prefix_and_then_leaves_the_usual_one_alone()
    {
        Assert.Equal(new SlashCommand.Retry(), Assert.Single(Assert.IsType<ParsedComment.Commands>(CommandParser.Parse("/mover retry\n/bot dance", Environments, "mover")).All));
    }

    [Fact]
    public void Takes_twenty_commands_and_refuses_one_more()
    {
        var twenty = string.Concat(Enumerable.Repeat("/retry\n", CommandParser.MostCommands));
        Assert.Equal(20, Commands(twenty).Count);

        Assert.Equal(new ParsedComment.Refused("Line 21: a comment may hold at most 20 commands."), CommandParser.Parse(twenty + "/hold", Environments));
    }

    [Fact]
    public void Reads_a_comment_as_long_as_the_forge_takes_and_refuses_a_longer_one()
    {
        var filled = "/hold\n".PadRight(CommandParser.LongestComment, 'x');
        Assert.Equal([new SlashCommand.Hold(null)], Commands(filled));

        Assert.Equal(
            new ParsedComment.Refused("The comment has 65537 characters; at most 65536 are read."), CommandParser.Parse(filled + "x", Environments));
    }

    [Fact]
    public void Refuses_a_reason_too_long_for_a_line()
    {
        Assert.Equal([new SlashCommand.Hold(new string('x', 500))], Commands("/hold " + new string('x', 500)));

        Assert.Equal(
            new ParsedComment.Refused("Line 1: the reason of /hold must have 1 to 500 characters that can be seen."),
            CommandParser.Parse("/hold " + new string('x', 501), Environments));
    }

    [Fact]
    public void A_reason_is_one_line_that_hides_nothing()
    {
        Assert.Equal([new SlashCommand.Hold("a b c d e f")], Commands("/hold a\u2028b\u202ec\u0085d\u001be\ff"));
    }

    [Theory]
    [InlineData("<!--\n")]
    [InlineData("x <!--\n")]
    [InlineData("- ")]
    [InlineData("-->")]
    [InlineData("```\n")]
    public void Answers_quickly_whatever_is_repeated(string piece)
    {
        var comment = string.Concat(Enumerable.Repeat(piece, CommandParser.LongestComment / piece.Length));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.Empty(Commands(comment));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"It took {clock.Elapsed}.");
    }

    [Property]
    public bool Never_throws_and_every_reason_is_one_line(string? text)
    {
        return CommandParser.Parse($"/hold x{text}", Environments) switch
        {
            ParsedComment.Commands { All: var all } => all.OfType<SlashCommand.Hold>().All(h => h.Reason is null || !h.Reason.Any(char.IsControl)),
            ParsedComment.Refused refused => refused.Reason.EndsWith('.'),
            _ => false,
        };
    }

    [Property]
    public bool Whatever_is_fenced_quoted_or_hidden_asks_for_nothing(string? text)
    {
        var lines = (text ?? "").Split('\n', '\r').Select(l => l + "/approve").Append("/approve").ToList();
        var body = string.Join('\n', lines.Select(l => l.Replace("`", "", StringComparison.Ordinal).Replace("-->", "", StringComparison.Ordinal)));
        return Commands($"```\n{body}\n```").Count == 0
            && Commands($"<!--\n{body}\n-->").Count == 0
            && Commands("> " + body.Replace("\n", "\n> ", StringComparison.Ordinal)).Count == 0;
    }

    private static IReadOnlyList<SlashCommand> Commands(string comment) =>
        Assert.IsType<ParsedComment.Commands>(CommandParser.Parse(comment, Environments)).All;
}
