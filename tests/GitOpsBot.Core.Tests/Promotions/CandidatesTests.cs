using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Tests.Promotions;

public sealed class CandidatesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Place Here = new("pipeline.yaml", 1, 1);

    [Fact]
    public void What_stood_in_the_predecessor_since_what_stands_here_comes_newest_landing_first()
    {
        var found = Follow(here: ["1.0.0"], before: [["1.0.0", "1.1.0", "1.2.0"]]);

        Assert.Equal([("1.2.0", CandidateOrder.Newer), ("1.1.0", CandidateOrder.Newer)], found);
    }

    [Fact]
    public void Nothing_stands_here_so_everything_that_ever_stood_before_is_a_candidate()
    {
        Assert.Equal([("1.1.0", CandidateOrder.Newer), ("1.0.0", CandidateOrder.Newer)], Follow(here: [], before: [["1.0.0", "1.1.0"]]));
    }

    [Fact]
    public void What_stands_here_is_no_candidate_even_when_it_came_back_to_the_predecessor()
    {
        Assert.Equal([], Follow(here: ["1.0.0"], before: [["1.0.0", "1.1.0", "1.0.0"]]));
    }

    [Fact]
    public void It_must_have_stood_in_all_predecessors()
    {
        var found = Follow(here: ["1.0.0"], before: [["1.0.0", "1.1.0", "1.2.0"], ["1.0.0", "1.1.0"]]);

        Assert.Equal([("1.1.0", CandidateOrder.Newer)], found);
    }

    [Fact]
    public void After_any_one_predecessor_is_enough_and_the_order_is_that_of_versions_all_the_same()
    {
        Assert.Equal([("1.2.0", CandidateOrder.Newer), ("1.1.0", CandidateOrder.Newer)], Follow(here: ["1.0.0"], before: [["1.0.0", "1.1.0", "1.2.0"], ["1.0.0", "1.1.0"]], isAny: true));
        // The second never had what stands here, so everything it ever had is looked at, and told to be older.
        Assert.Equal([("0.9.0", CandidateOrder.Older)], Follow(here: ["1.0.0"], before: [["1.0.0"], ["0.9.0"]], isAny: true));
        Assert.Equal([], Follow(here: ["1.0.0"], before: [["1.0.0"], ["1.0.0"]], isAny: true));
    }

    [Fact]
    public void What_is_missing_before_is_named_and_with_any_nothing_is_once_one_had_it()
    {
        var histories = new Dictionary<string, EnvironmentHistory> { ["eu"] = History(["1.0.0", "1.1.0"]), ["us"] = History(["1.0.0"]) };
        var both = new PromotionEnvironment("prod", "prod", new Reference("baseline", Here), Here) { After = [new Reference("eu", Here), new Reference("us", Here)] };

        Assert.Equal(["us"], Candidates.MissingBefore(both, Of("1.1.0"), histories));
        Assert.Empty(Candidates.MissingBefore(both, Of("1.0.0"), histories));
        Assert.Empty(Candidates.MissingBefore(both with { FollowsAny = true }, Of("1.1.0"), histories));
        Assert.Equal(["eu", "us"], Candidates.MissingBefore(both with { FollowsAny = true }, Of("2.0.0"), histories));
    }

    [Fact]
    public void The_landing_that_counts_is_the_last_of_the_predecessors()
    {
        // 1.1.0 landed last in the second predecessor, although 1.2.0 did in the first.
        var found = Follow(here: ["1.0.0"], before: [["1.0.0", "1.1.0", "1.2.0"], ["1.0.0", "1.2.0", "1.1.0"]]);

        Assert.Equal("1.1.0", found[0].Version);
    }

    [Fact]
    public void An_older_version_that_landed_later_is_older_and_one_without_versions_goes_by_its_landing()
    {
        Assert.Equal([("1.0.0", CandidateOrder.Older)], Follow(here: ["1.1.0"], before: [["1.1.0", "1.0.0"]]));
        Assert.Equal([("main-b", CandidateOrder.Newer)], Follow(here: ["main-a"], before: [["main-a", "main-b"]], select: new Selection.MovingTag("main")));
    }

    [Fact]
    public void What_never_met_in_a_predecessor_and_has_no_versions_has_no_order()
    {
        Assert.Equal([("main-b", CandidateOrder.Unknown)], Follow(here: ["main-x"], before: [["main-b"]], select: new Selection.MovingTag("main")));
    }

    [Fact]
    public void A_folder_that_is_unclear_has_no_candidates()
    {
        var pipeline = Pipeline(new Selection.Semver(">=1.0.0"), "dev", "prod");
        var histories = new Dictionary<string, EnvironmentHistory>
        {
            ["dev"] = History(["1.0.0", "1.1.0"]),
            ["prod"] = EnvironmentHistory.Read([new HistoryCommit("x", Start, new FolderState.Unclear("two digests"), true)]),
        };

        Assert.Empty(Candidates.FromPredecessors(pipeline, pipeline.Environments[1], histories));
        Assert.Empty(Candidates.FromRegistry(pipeline, histories["prod"], [Of("1.0.0")], null));
    }

    [Fact]
    public void A_bundle_moves_as_it_stood_together_and_one_older_member_makes_it_older()
    {
        var pipeline = Pipeline(new Selection.Semver(">=1.0.0"), "dev", "prod") is var single
            ? single with { Artifacts = [Artifact("a", new Selection.Semver("*")), Artifact("b", new Selection.Semver("*"))] } : null!;
        var histories = new Dictionary<string, EnvironmentHistory>
        {
            ["dev"] = Read([Pair("1.0.0", "1.0.0"), Pair("2.0.0", "1.0.0"), Pair("3.0.0", "0.9.0")]),
            ["prod"] = Read([Pair("1.0.0", "1.0.0")]),
        };

        var found = Candidates.FromPredecessors(pipeline, pipeline.Environments[1], histories);

        Assert.Equal(
            [("a 3.0.0, b 0.9.0", CandidateOrder.Older), ("a 2.0.0, b 1.0.0", CandidateOrder.Newer)],
            found.Select(c => (c.What.ToString(), c.Order)));
    }

    [Fact]
    public void A_bundle_that_lacks_a_member_or_its_digest_is_no_candidate()
    {
        var pipeline = Pipeline(new Selection.Semver("*"), "dev", "prod") with { Artifacts = [Artifact("a", new Selection.Semver("*")), Artifact("b", new Selection.Semver("*"))] };
        var whole = Pair("2.0.0", "2.0.0");
        var alone = new Standing([whole.Artifacts[0]]);
        var unresolved = new Standing([whole.Artifacts[0], whole.Artifacts[1] with { Digest = null }]);
        var histories = new Dictionary<string, EnvironmentHistory> { ["dev"] = Read([Pair("1.0.0", "1.0.0"), alone, unresolved]), ["prod"] = Read([Pair("1.0.0", "1.0.0")]) };

        Assert.Empty(Candidates.FromPredecessors(pipeline, pipeline.Environments[1], histories));
        Assert.Empty(Candidates.FromRegistry(pipeline, histories["dev"], [alone, unresolved], Pair("1.0.0", "1.0.0")));
        Assert.Equal([whole], Candidates.FromRegistry(pipeline, histories["prod"], [whole, alone], Pair("1.0.0", "1.0.0")).Select(c => c.What));
    }

    [Fact]
    public void While_one_of_the_predecessors_is_not_known_there_is_no_candidate()
    {
        var pipeline = Pipeline(new Selection.Semver("*"), "eu", "prod");
        var prod = pipeline.Environments[1] with { After = [new Reference("eu", Here), new Reference("us", Here)] };
        var histories = new Dictionary<string, EnvironmentHistory> { ["eu"] = History(["1.0.0", "1.1.0"]), ["prod"] = History(["1.0.0"]) };

        Assert.Empty(Candidates.FromPredecessors(pipeline, prod, histories));
    }

    [Fact]
    public void A_moved_version_tag_has_no_order_and_a_moving_tag_that_went_back_is_older()
    {
        var versions = Pipeline(new Selection.Semver("*"), "dev");
        var moved = new Standing([new StandingArtifact("app", Digest.Of("rebuilt"u8), "1.0.0")]);
        Assert.Equal(CandidateOrder.Unknown, Assert.Single(Candidates.FromRegistry(versions, History(["1.0.0"]), [moved], Of("1.0.0"))).Order);

        var moving = Pipeline(new Selection.MovingTag("main"), "dev");
        Assert.Equal(CandidateOrder.Older, Assert.Single(Candidates.FromRegistry(moving, History(["main-a", "main-b"]), [Of("main-a")], Of("main-b"))).Order);
        Assert.Equal(CandidateOrder.Newer, Assert.Single(Candidates.FromRegistry(moving, History(["main-a"]), [Of("main-b")], Of("main-a"))).Order);
    }

    // Law: whatever is published, promoted, reverted and lifted in whatever order, the bot by itself never puts back what was rolled back,
    // neither there nor in any environment after it. What counts as rolled back is kept by the law's own book, not by the history's.
    [Fact]
    public void Law_what_was_rolled_back_never_returns_by_itself_in_any_later_environment()
    {
        var returned = 0;
        for (var seed = 0; seed < 1_500; seed++)
        {
            var random = new Random(seed);
            var pipeline = Pipeline(new Selection.Semver("*"), "dev", "staging", "prod");
            var commits = pipeline.Environments.ToDictionary(e => e.Name, _ => new List<string>());
            var banned = pipeline.Environments.ToDictionary(e => e.Name, _ => new HashSet<string>());
            var published = 0;
            for (var step = 0; step < 40; step++)
            {
                var environment = pipeline.Environments[random.Next(3)];
                var stood = commits[environment.Name];
                switch (random.Next(4))
                {
                    case 0:
                        published++;
                        break;
                    case 1 when stood.Count > 1:
                        Revert(stood, banned[environment.Name], random);
                        break;
                    default:
                        if (Promote(pipeline, environment, commits, published) is { } next)
                        {
                            Assert.True(
                                pipeline.Before(environment).Append(environment.Name).All(e => !banned[e].Contains(next)),
                                $"seed {seed}, step {step}: {next} returned to {environment.Name}: {string.Join("; ", commits.Select(c => $"{c.Key} {string.Join(" ", c.Value)} refuses {string.Join(",", banned[c.Key])}"))}");
                            PutIn(stood, banned[environment.Name], next);
                        }

                        break;
                }

                returned += banned.Values.Sum(b => b.Count);
            }
        }

        Assert.True(returned > 10_000, "The law was hardly tried.");
    }

    // A person puts back something that stood there earlier.
    private static void Revert(List<string> stood, HashSet<string> banned, Random random)
    {
        var target = stood[random.Next(stood.Count - 1)];
        if (target != stood[^1])
        {
            PutIn(stood, banned, target);
        }
    }

    // Whoever puts back what stood earlier takes out what stood in between.
    private static void PutIn(List<string> stood, HashSet<string> banned, string next)
    {
        if (stood.Contains(next))
        {
            banned.UnionWith(stood.Skip(stood.LastIndexOf(next) + 1));
        }

        banned.Remove(next);
        stood.Add(next);
    }

    // What the bot would promote next: the newest candidate that is newer and not refused; pauses are lifted at once.
    private static string? Promote(Pipeline pipeline, PromotionEnvironment environment, Dictionary<string, List<string>> commits, int published)
    {
        var histories = commits.ToDictionary(c => c.Key, c => History([.. c.Value]));
        var here = histories[environment.Name];
        var found = environment.After.Count > 0
            ? Candidates.FromPredecessors(pipeline, environment, histories)
            : Candidates.FromRegistry(pipeline, here, Enumerable.Range(1, published).Reverse().Select(v => Of($"1.{v}.0")), here.Current?.What);
        return found
            .FirstOrDefault(c => c.Order == CandidateOrder.Newer && Refusal.Of(pipeline, environment, histories, c.What.Digests) is null)
            ?.What.Artifacts[0].Tag;
    }

    private static List<(string Version, CandidateOrder Order)> Follow(string[] here, string[][] before, Selection? select = null, bool isAny = false)
    {
        string[] names = [.. before.Select((_, i) => $"before{i}")];
        var pipeline = Pipeline(select ?? new Selection.Semver("*"), [.. names, "here"]);
        pipeline = pipeline with
        {
            Environments = [.. pipeline.Environments.Select(e => e with { FollowsAny = isAny, After = e.Name == "here" ? [.. names.Select(n => new Reference(n, Here))] : [] })],
        };
        var histories = before.Select((b, i) => (Name: names[i], History: History(b))).Append(("here", History(here))).ToDictionary(h => h.Item1, h => h.Item2);
        return [.. Candidates.FromPredecessors(pipeline, pipeline.Environment("here")!, histories).Select(c => (c.What.Artifacts[0].Tag!, c.Order))];
    }

    // Each environment after the one before it.
    private static Pipeline Pipeline(Selection select, params string[] environments) => new("app", Here, [Artifact("app", select)],
        [.. environments.Select((name, i) => new PromotionEnvironment(name, $"environments/{name}", new Reference("baseline", Here), Here)
        {
            After = i == 0 ? [] : [new Reference(environments[i - 1], Here)],
        })]);

    private static PipelineArtifact Artifact(string name, Selection select) => new(name, ImageName.Parse($"ghcr.io/acme/{name}"), select);

    private static EnvironmentHistory History(string[] tags) => Read([.. tags.Select(Of)]);

    private static EnvironmentHistory Read(IReadOnlyList<Standing> stood) => EnvironmentHistory.Read(
        stood.Select((s, i) => new HistoryCommit($"{i:d40}", Start.AddMinutes(i), new FolderState.Stands(s), true)));

    private static Standing Of(string tag) => new([new StandingArtifact("app", Digest.Of(Encoding.UTF8.GetBytes(tag)), tag)]);

    private static Standing Pair(string a, string b) => new([
        new StandingArtifact("a", Digest.Of(Encoding.UTF8.GetBytes("a" + a)), a), new StandingArtifact("b", Digest.Of(Encoding.UTF8.GetBytes("b" + b)), b)]);
}
