using System.Diagnostics;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Tests.Artifacts;

public sealed class TagPatternTests
{
    [Theory]
    [InlineData("main-*", "main-17", true)]
    [InlineData("main-*", "main-", true)]
    [InlineData("main-*", "xmain-17", false)]
    [InlineData("main-*", "Main-17", false)]
    [InlineData("*-main", "17-main", true)]
    [InlineData("*-main", "17-main2", false)]
    [InlineData("2026*", "20260101", true)]
    [InlineData("2026*", "12026", false)]
    [InlineData("1.2", "1.2", true)]
    [InlineData("1.2", "1x2", false)]
    [InlineData("*", "anything", true)]
    [InlineData("a*b*c", "a--b--c", true)]
    [InlineData("a*b*c", "a--c--b", false)]
    public void Matches_the_whole_tag_and_reads_nothing_but_the_star_as_special(string pattern, string tag, bool matches) =>
        Assert.Equal(matches, TagPattern.TryParse(pattern)!.Matches(tag));

    [Theory]
    [InlineData("")]
    [InlineData("main-.+")]
    [InlineData("^main")]
    [InlineData("[ab]*")]
    [InlineData("a b")]
    [InlineData("-main")]
    [InlineData("main\n")]
    public void Refuses_what_no_tag_can_match(string pattern) => Assert.Null(TagPattern.TryParse(pattern));

    [Fact]
    public void Refuses_a_pattern_longer_than_a_tag()
    {
        Assert.NotNull(TagPattern.TryParse(new string('a', 128)));
        Assert.Null(TagPattern.TryParse(new string('a', 129)));
    }

    [Fact]
    public void Takes_no_more_time_for_a_pattern_made_to_take_long()
    {
        var pattern = TagPattern.TryParse(string.Concat(Enumerable.Repeat("a*", 60)) + "b")!;
        var tag = new string('a', 128);
        var began = Stopwatch.GetTimestamp();

        for (var i = 0; i < 1_000; i++)
        {
            Assert.False(pattern.Matches(tag));
        }

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
