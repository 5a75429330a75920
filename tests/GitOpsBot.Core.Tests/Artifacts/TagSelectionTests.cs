using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Tests.Artifacts;

public sealed class TagSelectionTests
{
    [Fact]
    public void Orders_whole_versions_within_the_range_newest_first() =>
        Assert.Equal(["1.10.0", "1.9.0", "1.2.0"], Select(">=1.0.0 <2.0.0", "1.2.0", "1.10.0", "1.9.0", "2.0.0", "0.9.0"));

    [Theory]
    [InlineData("1.4")]
    [InlineData("1")]
    [InlineData("latest")]
    [InlineData("01.4.0")]
    [InlineData("1.4.0.1")]
    [InlineData("V1.4.0")]
    [InlineData("vv1.4.0")]
    [InlineData("sha256-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.sig")]
    public void Never_takes_a_tag_that_is_not_one_whole_version(string tag) => Assert.Empty(Select(">=0.0.0", tag));

    [Fact]
    public void Takes_prereleases_only_where_the_range_names_one_of_the_same_version()
    {
        Assert.Empty(Select("^1.0.0", "1.4.0-rc.1"));
        Assert.Equal(["1.4.0", "1.4.0-rc.2", "1.4.0-rc.1"], Select(">=1.4.0-rc.1 <2.0.0", "1.4.0-rc.1", "1.4.0", "1.4.0-rc.2", "1.5.0-rc.1"));
    }

    [Fact]
    public void Says_which_tags_are_the_same_version_so_that_nobody_calls_one_newer()
    {
        var selected = TagSelection.Semver("^1.0.0").Select(["v1.0.0", "0.1.0", "1.0.0"]);

        Assert.Equal(["1.0.0", "v1.0.0"], selected.Select(s => s.Tag));
        Assert.Equal(["v1.0.0"], selected[0].Ties);
        Assert.Equal(["1.0.0"], selected[1].Ties);
    }

    [Fact]
    public void Leaves_out_what_is_to_be_ignored_by_the_whole_tag() =>
        Assert.Equal(["1.3.0", "1.1.0"], TagSelection.Semver("^1.0.0", ["1.2.*", "3.0"]).Select(["1.1.0", "1.2.0", "1.2.9", "1.3.0"]).Select(s => s.Tag));

    [Theory]
    [InlineData("*", true)]
    [InlineData("1.2.*", true)]
    [InlineData("1.2.3-*", true)]
    [InlineData("*a*1", true)]
    [InlineData("1.2.3-a.1", true)]
    [InlineData("1.2.3-a.1*", true)]
    [InlineData("2.3-a.1", false)]
    [InlineData("1.2.3", false)]
    [InlineData("*-a", false)]
    [InlineData("1?2*", false)]
    [InlineData("", false)]
    public void Ignores_a_tag_only_when_the_whole_of_it_matches(string pattern, bool ignored) =>
        Assert.Equal(ignored ? 0 : 1, TagSelection.Semver(">=1.2.3-a", [pattern]).Select(["1.2.3-a.1"]).Count);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("newest")]
    [InlineData(">=1.0.0 <")]
    public void Refuses_a_range_that_is_none(string range)
    {
        Assert.False(TagSelection.TryParseRange(range, out var error));
        Assert.Equal($"'{range}' is not a range of versions: expected npm's notation, such as '>=1.0.0 <2.0.0', '^1.4' or '1.x'.", error);
        Assert.Equal(error, Assert.Throws<FormatException>(() => TagSelection.Semver(range)).Message);
    }

    [Fact]
    public void Refuses_a_range_longer_than_the_bound() =>
        Assert.False(TagSelection.TryParseRange(string.Join(" || ", Enumerable.Repeat("1.0.0", 100)), out _));

    [Fact]
    public void Compares_versions_and_knows_when_it_cannot()
    {
        Assert.True(TagSelection.CompareVersions("v1.10.0", "1.9.0") > 0);
        Assert.Equal(0, TagSelection.CompareVersions("1.0.0+a", "v1.0.0+b"));
        Assert.Null(TagSelection.CompareVersions("main-17", "1.0.0"));
    }

    [Fact]
    public void Takes_what_matches_a_pattern_the_last_in_ordinal_order_first()
    {
        var selection = TagSelection.Matching(TagPattern.TryParse("2026*")!, ["*-rc"]);

        Assert.Equal(["2026b", "2026a", "20260102", "20260101"], selection.Select(["20260101", "2026a", "20251231", "20260102", "2026b", "20260103-rc", "latest"]).Select(s => s.Tag));
    }

    [Fact]
    public void Never_takes_the_tags_of_attachments_however_wide_the_pattern()
    {
        var attachment = "sha256-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

        Assert.Empty(TagSelection.Matching(TagPattern.TryParse("*")!).Select([attachment, attachment + ".sig", attachment + ".att"]));
    }

    [Fact]
    public void Law_the_outcome_does_not_depend_on_the_order_of_the_tags()
    {
        var random = new Random(20260101);
        for (var i = 0; i < 500; i++)
        {
            string[] tags = [.. Enumerable.Range(0, 12).Select(_ => $"{(random.Next(2) == 0 ? "v" : "")}1.{random.Next(4)}.{random.Next(3)}{(random.Next(4) == 0 ? "+b" : "")}")];

            Assert.Equal(Select("^1.0.0", tags), Select("^1.0.0", [.. tags.OrderBy(_ => random.Next())]));
        }
    }

    private static IEnumerable<string> Select(string range, params string[] tags) => TagSelection.Semver(range).Select(tags).Select(s => s.Tag);
}
