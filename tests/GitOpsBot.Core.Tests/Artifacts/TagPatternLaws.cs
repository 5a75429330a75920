using System.Text.RegularExpressions;
using FsCheck.Xunit;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Tests.Artifacts;

public sealed class TagPatternLaws
{
    [Property(MaxTest = 3000, Replay = "20261126,1")]
    public void A_star_stands_for_any_characters_and_everything_else_for_itself(int seed)
    {
        var random = new Random(seed);
        var pattern = string.Concat(Enumerable.Range(0, random.Next(0, 8)).Select(_ => "ab.*"[random.Next(4)]));
        var text = string.Concat(Enumerable.Range(0, random.Next(0, 10)).Select(_ => "ab.\n"[random.Next(4)]));

        var expected = Regex.IsMatch(text, $@"\A{string.Join(".*", pattern.Split('*').Select(Regex.Escape))}\z", RegexOptions.Singleline);

        Assert.Equal(expected, TagPattern.Ignoring(pattern).Matches(text));
    }

    [Fact]
    public void A_pattern_of_many_stars_does_not_try_every_way() =>
        Assert.False(TagPattern.Ignoring(string.Concat(Enumerable.Repeat("*a", 60)) + "*b").Matches(new string('a', 4000)));
}
