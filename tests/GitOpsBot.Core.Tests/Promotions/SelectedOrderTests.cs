using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Tests.Promotions;

/// <summary>Whether what the registry's selection found is newer than what stands.</summary>
public sealed class SelectedOrderTests
{
    private static readonly Place Here = new("pipeline.yaml", 1, 1);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EnvironmentHistory Nothing = EnvironmentHistory.Read([]);

    public static TheoryData<string, string?, string?, CandidateOrder> Tags => new()
    {
        { "semver", "1.1.0", "1.0.0", CandidateOrder.Newer },
        { "semver", "1.0.0", "1.1.0", CandidateOrder.Older },
        { "semver", "1.0.0", "v1.0.0", CandidateOrder.Unknown },
        { "semver", "1.0.0", null, CandidateOrder.Unknown },
        { "semver", "1.0.0", "stable", CandidateOrder.Unknown },
        { "lexical", "20260102", "20260101", CandidateOrder.Newer },
        { "lexical", "20260101", "20260102", CandidateOrder.Older },
        { "lexical", "20260101", "stable", CandidateOrder.Unknown },
        { "lexical", "20260101", null, CandidateOrder.Unknown },
        { "tag", "main", null, CandidateOrder.Newer },
    };

    [Theory]
    [MemberData(nameof(Tags))]
    public void Is_told_by_tags_where_the_selection_goes_by_them(string select, string? to, string? from, CandidateOrder order) =>
        Assert.Equal(order, Order(Select(select), Stands("b", to), Stands("a", from)));

    [Theory]
    [InlineData(2, 1, CandidateOrder.Newer)]
    [InlineData(1, 2, CandidateOrder.Older)]
    [InlineData(1, 1, CandidateOrder.Unknown)]
    [InlineData(2, null, CandidateOrder.Unknown)]
    [InlineData(null, 1, CandidateOrder.Unknown)]
    public void Is_told_by_the_time_of_creation_where_the_selection_goes_by_that(int? to, int? from, CandidateOrder order) =>
        Assert.Equal(order, Order(Select("newest"), Stands("b", "main-b", to), Stands("a", "main-a", from)));

    [Fact]
    public void One_older_member_makes_the_tuple_older_and_one_of_unknown_order_makes_it_unknown()
    {
        var pipeline = Pipeline(("web", Select("semver")), ("cart", Select("semver")));

        Assert.Equal(CandidateOrder.Older, Order(pipeline, Both("2.0.0", "1.0.0"), Both("1.0.0", "2.0.0", "old")));
        Assert.Equal(CandidateOrder.Unknown, Order(pipeline, Both("2.0.0", "1.0.0"), Both("1.0.0", null, "old")));
        Assert.Equal(CandidateOrder.Newer, Order(pipeline, Both("2.0.0", "2.0.0"), Both("1.0.0", "1.0.0", "old")));
    }

    [Fact]
    public void A_moving_tag_that_went_back_to_what_stood_here_is_older()
    {
        var was = Stands("a", "main");
        var here = EnvironmentHistory.Read([
            new HistoryCommit("c0", Start, new FolderState.Stands(was), true), new HistoryCommit("c1", Start.AddHours(1), new FolderState.Stands(Stands("b", "main")), true)]);

        Assert.Equal(CandidateOrder.Older, Candidates.FromRegistry(Pipeline(("web", Select("tag"))), here, [was], Stands("b", "main")).Single().Order);
    }

    private static CandidateOrder Order(Selection select, Standing to, Standing from) => Order(Pipeline(("web", select)), to, from);

    private static CandidateOrder Order(Pipeline pipeline, Standing to, Standing from) => Candidates.FromRegistry(pipeline, Nothing, [to], from).Single().Order;

    private static Selection Select(string kind) => kind switch
    {
        "semver" => new Selection.Semver(">=1.0.0"),
        "lexical" => new Selection.Lexical(TagPattern.TryParse("2026*")!),
        "newest" => new Selection.Newest(TagPattern.TryParse("main-*")!),
        _ => new Selection.MovingTag("main"),
    };

    private static Pipeline Pipeline(params (string Name, Selection Select)[] artifacts) =>
        new("shop", Here, [.. artifacts.Select(a => new PipelineArtifact(a.Name, ImageName.Parse($"ghcr.io/acme/{a.Name}"), a.Select))], []);

    private static Standing Stands(string content, string? tag, int? day = null) => new([Artifact("web", content, tag) with { Created = day is { } d ? Start.AddDays(d) : null }]);

    private static Standing Both(string? web, string? cart, string content = "new") => new([Artifact("web", content, web), Artifact("cart", content, cart)]);

    private static StandingArtifact Artifact(string name, string content, string? tag) => new(name, Digest.Of(System.Text.Encoding.UTF8.GetBytes(name + content)), tag);
}
