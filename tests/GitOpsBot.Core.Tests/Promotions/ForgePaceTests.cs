using GitOpsBot.Core.Promotions;
using static GitOpsBot.Core.Tests.Audit.Promoted;

namespace GitOpsBot.Core.Tests.Promotions;

public sealed class ForgePaceTests
{
    private static readonly ForgePace GitHub = new("GitHub", 80, 500);
    private static readonly PlanStep Open = new PlanStep.Open(Judged(Move(), [Signed]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(80, 0)]
    [InlineData(81, 1)]
    [InlineData(160, 1)]
    [InlineData(500, 6)]
    [InlineData(501, 60)]
    [InlineData(581, 61)]
    [InlineData(9000, 1026)]
    public void So_many_requests_take_so_many_minutes(int requests, int minutes) => Assert.Equal(TimeSpan.FromMinutes(minutes), GitHub.For(requests));

    [Fact]
    public void Says_how_long_it_takes_to_open_three_thousand() => Assert.Equal(
        "3,000 pull requests to open: 9,000 requests, of which GitHub lets 80 through in a minute and 500 in an hour: about 17.1 h.", GitHub.Says([.. Enumerable.Repeat(Open, 3000)]));

    [Fact]
    public void Says_nothing_of_what_takes_less_than_a_minute()
    {
        Assert.Null(GitHub.Says([]));
        Assert.Null(GitHub.Says([.. Enumerable.Repeat(Open, 26)]));
        Assert.Equal(
            "27 pull requests to open: 81 requests, of which GitHub lets 80 through in a minute and 500 in an hour: about 1 min.", GitHub.Says([.. Enumerable.Repeat(Open, 27)]));
    }

    [Fact]
    public void Counts_what_else_there_is_to_do_and_leaves_out_what_is_pushed()
    {
        PlanStep[] steps = [.. Enumerable.Repeat(Open, 30), .. Enumerable.Repeat(new PlanStep.Push(Judged(Move(), [Signed])), 500), .. Enumerable.Repeat(new PlanStep.OpenRollback(null!), 1), new PlanStep.Merge(null!, null!)];

        Assert.Equal("31 pull requests to open and 1 other act: 94 requests, of which GitHub lets 80 through in a minute and 500 in an hour: about 1 min.", GitHub.Says(steps));
        Assert.StartsWith("100 acts: 100 requests, ", GitHub.Says([.. Enumerable.Repeat(new PlanStep.Merge(null!, null!), 100)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_a_request_for_each_commit_where_the_forge_makes_them()
    {
        var api = GitHub with { PerCommit = 1 };
        var judged = Judged(Move(), [Signed]);

        Assert.StartsWith("21 pull requests to open: 84 requests, ", api.Says([.. Enumerable.Repeat(Open, 21)]), StringComparison.Ordinal);
        Assert.StartsWith("90 acts: 90 requests, ", api.Says([.. Enumerable.Repeat(new PlanStep.Push(judged), 90)]), StringComparison.Ordinal);
        Assert.StartsWith("30 acts: 90 requests, ", api.Says([.. Enumerable.Repeat(new PlanStep.Update(null!, judged, Renew: true), 30)]), StringComparison.Ordinal);
        Assert.StartsWith("45 acts: 90 requests, ", api.Says([.. Enumerable.Repeat(new PlanStep.Update(null!, judged, Renew: false), 45)]), StringComparison.Ordinal);
    }
}
