using GitOpsBot.Git;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Git;

public sealed class BranchHistoryTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly BareRepository bare = new();
    private readonly BranchHistory history = new();

    public void Dispose() => bare.Dispose();

    [Fact]
    public void A_folder_changes_where_its_tree_does_and_nowhere_else()
    {
        var first = bare.Commit("first", Noon, ("env/dev/a", "1"), ("env/prod/a", "1"));
        bare.Commit("other", Noon.AddHours(1), ("env/dev/a", "2"), ("x", "y"));
        var second = bare.Commit("second", Noon.AddMinutes(30), ("env/prod/a", "2"));
        var third = bare.Commit("third", Noon.AddHours(2), ("env/prod/a", null), ("env/prod", null));
        var fourth = bare.Commit("fourth", Noon.AddHours(3), ("env/prod/a", "1"));

        var changes = Changes("env/prod", fourth);

        // A time that goes back counts as the latest before it.
        Assert.Equal(
            [(0, first, Noon), (2, second, Noon.AddHours(1)), (3, third, Noon.AddHours(2)), (4, fourth, Noon.AddHours(3))],
            changes.Select(c => (c.Position, c.Commit, c.Effective)));
        Assert.Null(changes[2].Tree);
        Assert.Equal(changes[0].Tree, changes[3].Tree);
        Assert.Equal(bare.Git("rev-parse", "main:env/prod").Trim(), changes[3].Tree);
        Assert.Equal(changes.Take(2), Changes("env/prod", second));
        Assert.Empty(Changes("never/there", fourth));
    }

    [Fact]
    public void Only_first_parents_count_and_what_came_by_a_merge_came_with_the_merge()
    {
        var first = bare.Commit("first", Noon, ("env/a", "1"));
        bare.Git("update-ref", "refs/heads/side", first);
        bare.Commit("side", "aside", Noon, ("env/a", "2"));
        var merge = bare.Git("-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", "side^{tree}", "-p", "main", "-p", "side", "-m", "merge").Trim();

        Assert.Equal([first, merge], Changes("env", merge).Select(c => c.Commit));
    }

    [Fact]
    public void What_was_read_is_not_read_again()
    {
        bare.Commit("first", Noon, ("env/a", "1"));
        var second = bare.Commit("second", Noon, ("env/a", "2"));
        Changes("env", second);
        var third = bare.Commit("third", Noon, ("env/a", "3"));
        // Nothing older can be read any more.
        var file = Path.Combine(bare.Path, "objects", bare.Git("rev-parse", "main~2").Trim()[..2], bare.Git("rev-parse", "main~2").Trim()[2..]);
        File.SetAttributes(file, FileAttributes.Normal);
        File.Delete(file);

        Assert.Equal(3, Changes("env", third).Count);
    }

    [Fact]
    public void A_branch_that_was_moved_elsewhere_is_read_from_where_the_two_part()
    {
        var first = bare.Commit("first", Noon, ("env/a", "1"));
        var lost = bare.Commit("lost", Noon.AddHours(5), ("env/a", "2"));
        Changes("env", lost);
        bare.Git("update-ref", "refs/heads/main", first);
        var kept = bare.Commit("kept", Noon.AddHours(1), ("env/a", "3"));

        Assert.Equal([(first, Noon), (kept, Noon.AddHours(1))], Changes("env", kept).Select(c => (c.Commit, c.Effective)));
        using var git = ManifestRepository.Open(bare.Path);
        Assert.Equal(
            $"The commit {lost} is no longer in the branch's history: it was rewritten meanwhile.", Assert.Throws<GitException>(() => history.Changes("env", lost)).Message);
        Assert.False(history.IsUnchanged(["env"], lost));
    }

    [Fact]
    public void A_folder_that_changed_to_and_fro_is_not_unchanged()
    {
        var first = bare.Commit("first", Noon, ("env/a", "1"), ("other/a", "1"));
        bare.Commit("to", Noon, ("env/a", "2"));
        var back = bare.Commit("fro", Noon, ("env/a", "1"));
        Changes("env", back);
        Changes("other", back);

        Assert.False(history.IsUnchanged(["env"], first));
        Assert.True(history.IsUnchanged(["other"], first));
        Assert.True(history.IsUnchanged(["env", "other"], back));
    }

    [Fact]
    public void What_was_read_by_halves_is_read_again()
    {
        bare.Commit("first", Noon, ("env/a", "1"));
        var second = bare.Commit("second", Noon, ("env/a", "2"));
        var third = bare.Commit("third", Noon, ("env/a", "3"));
        var tree = bare.Git("rev-parse", $"{second}^{{tree}}").Trim();
        var (file, aside) = (Path.Combine(bare.Path, "objects", tree[..2], tree[2..]), Path.Combine(bare.Path, "aside"));
        File.Move(file, aside);
        Assert.Throws<GitException>(() => Changes("env", third));

        File.Move(aside, file);

        Assert.Equal(3, Changes("env", third).Count);
    }

    // Law: what the history says of every folder is what a plain comparison of each commit's tree with its parent's says.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Says_of_generated_histories_what_comparing_every_commit_says(int seed)
    {
        var random = new Random(seed);
        string[] folders = ["a", "a/b", "a/b/c", "a/b-c", "a.b", "ab", "d"];
        var commits = new List<string>();
        using var git = ManifestRepository.Open(bare.Path);
        for (var i = 0; i < 40; i++)
        {
            var changed = Enumerable.Range(0, random.Next(1, 3)).Select(_ => $"{folders[random.Next(folders.Length)]}/f{random.Next(2)}").Distinct();
            commits.Add(bare.Commit($"{i}", Noon.AddMinutes(random.Next(100)), [.. changed.Select(f => (f, random.Next(4) == 0 && bare.Tip() is not null ? null : random.Next(3).ToString()))]));
            if (random.Next(5) == 0)
            {
                Changes("a", commits[^1]);
            }
        }

        foreach (var folder in folders)
        {
            var expected = commits.Select((c, i) => (Position: i, Commit: c, Tree: git.TreeId(c, folder), Before: i == 0 ? null : git.TreeId(commits[i - 1], folder)))
                .Where(c => c.Tree != c.Before).Select(c => (c.Position, c.Commit, c.Tree));
            Assert.Equal(expected, Changes(folder, commits[^1]).Select(c => (c.Position, c.Commit, c.Tree)));
        }
    }

    private IReadOnlyList<FolderChange> Changes(string folder, string tip)
    {
        using var git = ManifestRepository.Open(bare.Path);
        history.Follow(git, tip, [folder]);
        return history.Changes(folder, tip);
    }
}
