using System.Text;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;

namespace GitOpsBot.Core.Tests.Environments;

public sealed class EnvironmentHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_never_stood_there_before_lands_as_new_and_stands_until_it_is_replaced()
    {
        var history = Read("A", "A", "B");

        Assert.Equal(
            [(Of("A"), 0, (int?)2, LandingKind.New), (Of("B"), 2, null, LandingKind.New)],
            history.Landings.Select(l => (l.What, Minutes(l.Since), l.Until is { } u ? (int?)Minutes(u) : null, l.Kind)));
        Assert.Empty(history.Refused);
        Assert.Null(history.PausedBy);
    }

    [Fact]
    public void A_put_back_refuses_everything_that_stood_in_between_and_pauses()
    {
        var history = Read("A", "B", "C", "A");

        Assert.Equal(new[] { D("B"), D("C") }.Order(), history.Refused.Keys.Order());
        Assert.Equal("commit3", history.Refused[D("B")]);
        Assert.Equal("commit3", history.PausedBy?.Commit);
    }

    [Fact]
    public void A_put_back_leaves_what_stood_before_its_twin_alone()
    {
        var history = Read("Z", "A", "B", "A");

        Assert.Equal([D("B")], history.Refused.Keys);
    }

    [Fact]
    public void A_refused_digest_that_is_put_back_is_lifted_and_lifts_nothing_else()
    {
        var history = Read("A", "B", "C", "A", "B");

        Assert.Equal(new[] { D("A"), D("C") }.Order(), history.Refused.Keys.Order());
        Assert.Equal(("commit4", LandingKind.PutBack), (history.PausedBy?.Commit, history.Landings[^1].Kind));
    }

    [Theory]
    [InlineData("AB", "A")]
    [InlineData("ABC", "B")]
    // The first rollback took C out; the second goes further back.
    [InlineData("ABCB", "A")]
    // The rollback was undone: what it had put back is what stood before.
    [InlineData("XABAB", "A")]
    // A was taken out together with B, and only B came back.
    [InlineData("XABXB", "X")]
    // D came in place of the rolled back B; B is put back in place of D.
    [InlineData("ABADB", "A")]
    [InlineData("ABA", null)]
    [InlineData("A", null)]
    public void A_rollback_without_a_name_goes_to_what_stood_before_and_was_not_taken_out(string letters, string? before)
    {
        Assert.Equal(before, Read([.. letters.Select(l => l.ToString())]).Before is { } landing ? Name(landing.What) : null);
    }

    [Fact]
    public void Putting_back_before_the_document_existed_refuses_nothing_but_tells_since_when()
    {
        var history = EnvironmentHistory.Read([Commit(0, "A", false), Commit(1, "B", false), Commit(2, "A", false), Commit(3, "A", true)]);

        Assert.Empty(history.Refused);
        Assert.Null(history.PausedBy);
        Assert.Equal(2, Minutes(history.Current!.Since));
    }

    [Fact]
    public void A_commit_dated_before_its_ancestors_counts_from_its_ancestors_time()
    {
        var history = EnvironmentHistory.Read([
            new HistoryCommit("1", Start.AddHours(5), State("A"), true),
            new HistoryCommit("2", Start, State("B"), true)]);

        Assert.Equal(Start.AddHours(5), history.Current!.Since);
    }

    [Fact]
    public void A_folder_that_was_unclear_for_a_while_starts_its_time_anew_and_refuses_nothing()
    {
        var history = EnvironmentHistory.Read([
            Commit(0, "A", true), new HistoryCommit("x", Start.AddMinutes(1), new FolderState.Unclear("broken"), true), Commit(2, "A", true)]);

        Assert.Equal(2, Minutes(history.Current!.Since));
        Assert.Empty(history.Refused);
        Assert.Null(history.PausedBy);
    }

    [Fact]
    public void Nothing_stands_in_a_folder_that_is_unclear_now()
    {
        var history = EnvironmentHistory.Read([Commit(0, "A", true), new HistoryCommit("x", Start.AddMinutes(1), new FolderState.Unclear("broken"), true)]);

        Assert.Null(history.Current);
        Assert.Equal("broken", Assert.IsType<FolderState.Unclear>(history.Now).Reason);
    }

    [Fact]
    public void A_digest_refused_in_one_bundle_is_refused_in_every_other()
    {
        var history = EnvironmentHistory.Read([
            Commit(0, Pair("A1", "B1")), Commit(1, Pair("A2", "B1")), Commit(2, Pair("A1", "B1"))]);

        Assert.Equal([D("A2")], history.Refused.Keys);
    }

    [Fact]
    public void Law_whatever_the_history_what_stands_is_not_refused_and_every_refused_digest_stood_there_before()
    {
        foreach (var letters in Histories(4_000))
        {
            var history = Read(letters);

            Assert.DoesNotContain(D(letters[^1]), history.Refused.Keys);
            Assert.All(history.Refused.Keys, d => Assert.Contains(d, letters.Select(D)));
            Assert.Equal(D(letters[^1]), history.Current!.What.Digests.Single());
        }
    }

    [Fact]
    public void Law_a_revert_of_the_last_change_refuses_exactly_what_it_took_away()
    {
        foreach (var letters in Histories(2_000))
        {
            var before = Read(letters);
            if (before.Landings.Count < 2 || before.Landings[^1].Kind != LandingKind.New)
            {
                continue;
            }

            var after = Read([.. letters, Name(before.Landings[^2].What)]);

            var expected = before.Refused.Keys.Except(before.Landings[^2].What.Digests).Append(D(letters[^1]));
            Assert.Equal(expected.Order(), after.Refused.Keys.Order());
        }
    }

    [Fact]
    public void Law_commits_that_change_nothing_change_nothing()
    {
        foreach (var letters in Histories(1_000))
        {
            var doubled = EnvironmentHistory.Read(letters.SelectMany((l, i) => new[] { Commit(2 * i, l, true), Commit((2 * i) + 1, l, true) }));
            var single = EnvironmentHistory.Read(letters.Select((l, i) => Commit(2 * i, l, true)));

            Assert.Equal(single.Refused.Keys.Order(), doubled.Refused.Keys.Order());
            Assert.Equal(single.Landings, doubled.Landings);
        }
    }

    private static IEnumerable<string[]> Histories(int count)
    {
        var random = new Random(20260101);
        for (var i = 0; i < count; i++)
        {
            yield return [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => ((char)('A' + random.Next(5))).ToString())];
        }
    }

    private static EnvironmentHistory Read(params string[] letters) => EnvironmentHistory.Read(letters.Select((l, i) => Commit(i, l, true)));

    private static HistoryCommit Commit(int minute, string letter, bool exists) => new($"commit{minute}", Start.AddMinutes(minute), State(letter), exists);

    private static HistoryCommit Commit(int minute, Standing what) => new($"commit{minute}", Start.AddMinutes(minute), new FolderState.Stands(what), true);

    private static FolderState State(string letter) => new FolderState.Stands(Of(letter));

    private static Standing Of(string letter) => new([new StandingArtifact("app", D(letter), letter)]);

    private static Standing Pair(string a, string b) => new([new StandingArtifact("a", D(a), a), new StandingArtifact("b", D(b), b)]);

    private static string Name(Standing what) => what.Artifacts[0].Tag!;

    private static Digest D(string letter) => Digest.Of(Encoding.UTF8.GetBytes(letter));

    private static int Minutes(DateTimeOffset at) => (int)(at - Start).TotalMinutes;
}
