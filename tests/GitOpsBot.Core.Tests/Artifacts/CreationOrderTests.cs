using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Tests.Artifacts;

public sealed class CreationOrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Puts_what_was_created_last_first_whatever_the_tags_say()
    {
        var order = CreationOrder.Of([Tag("main-9", -3), Tag("main-10", -1), Tag("main-1", -2)], Now);

        Assert.Equal(["main-10", "main-1", "main-9"], order.NewestFirst.Select(t => t.Tag));
        Assert.Null(order.Doubt);
    }

    [Fact]
    public void Two_of_one_time_are_in_doubt_only_when_they_are_the_newest()
    {
        var order = CreationOrder.Of([Tag("main-b", -1), Tag("main-a", -1), Tag("main-0", -2)], Now);
        Assert.Equal("main-a and main-b were both created at 2026-10-31 12:00:00Z and differ, so nobody can say which is newest; ignore one, or name what is meant", order.Doubt);

        Assert.Null(CreationOrder.Of([Tag("main-b", -1), Tag("main-a", -1), Tag("main-2", 0)], Now).Doubt);
    }

    [Fact]
    public void Two_tags_of_one_digest_are_no_tie()
    {
        var one = Tag("main-7", -1);

        var order = CreationOrder.Of([one, one with { Tag = "main-latest" }, Tag("main-6", -2)], Now);

        Assert.Equal(["main-7", "main-6"], order.NewestFirst.Select(t => t.Tag));
        Assert.Null(order.Doubt);
    }

    [Theory]
    [InlineData(null, "main-x says nothing about when it was created, so nobody can say what is newest; ignore that tag, or name what is meant")]
    [InlineData("1970-01-01T00:00:00Z", "main-x says that it was created at 1970-01-01 00:00:00Z, which cannot be right, so nobody can say what is newest; ignore that tag, or name what is meant")]
    [InlineData("0001-01-01T00:00:00Z", "main-x says that it was created at 0001-01-01 00:00:00Z, which cannot be right, so nobody can say what is newest; ignore that tag, or name what is meant")]
    [InlineData("2012-12-31T23:59:59Z", "main-x says that it was created at 2012-12-31 23:59:59Z, which cannot be right, so nobody can say what is newest; ignore that tag, or name what is meant")]
    [InlineData("2026-11-02T12:00:01Z", "main-x says that it was created at 2026-11-02 12:00:01Z, which cannot be right, so nobody can say what is newest; ignore that tag, or name what is meant")]
    public void A_time_that_cannot_be_right_may_be_the_newest_and_is_not_guessed_about(string? created, string doubt)
    {
        var order = CreationOrder.Of([Tag("main-1", -1), new DatedTag("main-x", Digest.Of("x"u8), ImageConfig.ReadTime(created))], Now);

        Assert.Equal("main-x", order.NewestFirst[0].Tag);
        Assert.Equal(doubt, order.Doubt);
    }

    [Theory]
    [InlineData("2013-01-01T00:00:00Z")]
    [InlineData("2026-11-02T12:00:00Z")]
    public void A_time_just_within_the_bounds_is_usable(string created) => Assert.True(CreationOrder.IsUsable(ImageConfig.ReadTime(created), Now));

    [Fact]
    public void Law_the_outcome_does_not_depend_on_the_order_they_come_in()
    {
        var random = new Random(20260301);
        for (var i = 0; i < 500; i++)
        {
            var tags = Enumerable.Range(0, 8).Select(n => new DatedTag($"t{n}", Digest.Of([(byte)random.Next(6)]), random.Next(5) == 0 ? null : Now.AddDays(-random.Next(4)))).ToList();
            // One digest has one time.
            tags = [.. tags.Select(t => t with { Created = tags.First(o => o.Digest == t.Digest).Created })];

            var (a, b) = (CreationOrder.Of(tags, Now), CreationOrder.Of([.. tags.OrderBy(_ => random.Next())], Now));

            Assert.Equal(a.NewestFirst, b.NewestFirst);
            Assert.Equal(a.Doubt, b.Doubt);
        }
    }

    private static DatedTag Tag(string tag, int days) => new(tag, Digest.Of(System.Text.Encoding.UTF8.GetBytes(tag)), Now.AddDays(days));
}
