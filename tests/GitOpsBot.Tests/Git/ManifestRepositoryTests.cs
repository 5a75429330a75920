using System.Text;
using GitOpsBot.Git;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Git;

public sealed class ManifestRepositoryTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CommitIdentity Bot = new("GitOpsBot", "bot@example.com");
    private readonly BareRepository bare = new();

    public void Dispose() => bare.Dispose();

    [Fact]
    public void A_commit_changes_its_files_and_nothing_else_and_git_finds_the_repository_sound()
    {
        var first = bare.Commit("first", Noon, ("a/one.yaml", "1\r\n"), ("a/two.yaml", "2"), ("b.yaml", "b"));
        using var git = ManifestRepository.Open(bare.Path);

        var second = git.WriteCommit([first], first, Change("a/one.yaml", "changed\r\n"), "second\n", Bot, Bot, Noon.AddHours(1));

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", first, second));
        Assert.Equal(["a/one.yaml"], git.ChangedPaths(first, second));
        Assert.Equal("changed\r\n", bare.Git("show", "main:a/one.yaml"));
        Assert.Equal("GitOpsBot <bot@example.com>", git.ReadCommit(second).Committer);
        Assert.Equal([second, first], git.FirstParents(second).Select(c => c.Sha));
        bare.Git("fsck", "--strict");
    }

    [Fact]
    public void Whoever_lost_the_race_changes_nothing_and_learns_what_is_there()
    {
        var first = bare.Commit("first", Noon, ("a", "1"));
        using var git = ManifestRepository.Open(bare.Path);
        var mine = git.WriteCommit([first], first, Change("a", "mine"), "mine", Bot, Bot, Noon);
        var theirs = bare.Commit("theirs", Noon, ("a", "theirs"));

        Assert.Equal(new PushResult.Lost(theirs), git.Push("refs/heads/main", first, mine));
        Assert.Equal(new PushResult.Lost(null), git.Push("refs/heads/new", first, mine));
        Assert.Equal(theirs, git.Tip("main"));
    }

    [Fact]
    public void Packed_refs_are_read_moved_and_deleted()
    {
        var first = bare.Commit("first", Noon, ("a", "1"));
        bare.Commit("promote/prod/checkout", "other", Noon, ("a", "2"));
        bare.Git("pack-refs", "--all");
        using var git = ManifestRepository.Open(bare.Path);
        var other = git.Tip("promote/prod/checkout");

        Assert.Equal(first, git.Tip("main"));
        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/promote/prod/checkout", other, null));
        Assert.Null(git.Tip("promote/prod/checkout"));
        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", first, other));
        Assert.Equal(other, bare.Git("rev-parse", "main").Trim());
        Assert.DoesNotContain("checkout", bare.Git("for-each-ref"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eight_writers_lose_none_of_their_commits()
    {
        bare.Commit("first", Noon, ("a", "1"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
        {
            using var git = ManifestRepository.Open(bare.Path);
            for (var i = 0; i < 20; i++)
            {
                string tip;
                string commit;
                do
                {
                    tip = git.Tip("main")!;
                    commit = git.WriteCommit([tip], tip, Change($"w{writer}/{i}", "x"), $"{writer}.{i}", Bot, Bot, Noon);
                }
                while (git.Push("refs/heads/main", tip, commit) is not PushResult.Moved);
            }
        })));

        Assert.Equal(161, bare.Git("ls-tree", "-r", "--name-only", "main").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("161", bare.Git("rev-list", "--count", "main").Trim());
    }

    [Fact]
    public void Links_submodules_and_odd_names_are_problems_and_not_followed()
    {
        bare.Commit("first", Noon, ("env/fine.yaml", "x"));
        var blob = bare.Git("rev-parse", "main:env/fine.yaml").Trim();
        var inner = Tree($"100644 blob {blob}\tfine.yaml\n120000 blob {blob}\tlink.yaml\n160000 commit {bare.Tip()}\tsub\n100644 blob {blob}\tba\u202ed.yaml\n");
        var root = Tree($"040000 tree {inner}\tenv\n");
        var commit = bare.Git("-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", root, "-m", "odd").Trim();
        using var git = ManifestRepository.Open(bare.Path);

        var folder = git.ReadFolder(commit, "env");

        Assert.Equal(["env/fine.yaml"], folder.Files.Select(f => f.Path));
        Assert.Equal(
            [("env/ba\\u202ed.yaml", "'env/ba\\u202ed.yaml' is not a path that is read or written."), ("env/link.yaml", "Links are not followed."), ("env/sub", "Submodules are not followed.")],
            folder.Problems.Select(p => (p.File, p.Message)).OrderBy(p => p.File, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("../out.yaml")]
    [InlineData("a/.GIT/config")]
    [InlineData("a\\b")]
    [InlineData("")]
    public void Refuses_to_write_a_path_that_could_leave_the_repository(string path)
    {
        var first = bare.Commit("first", Noon, ("a", "1"));
        using var git = ManifestRepository.Open(bare.Path);

        var refused = Assert.Throws<GitException>(() => git.WriteCommit([first], first, Change(path, "x"), "m", Bot, Bot, Noon));

        Assert.Equal($"'{path}' is not a path that is read or written.", refused.Message);
    }

    [Fact]
    public void A_folder_that_is_no_repository_is_said_so()
    {
        var folder = Directory.CreateTempSubdirectory("gitopsbot-").FullName;

        Assert.Equal($"{folder} is not a Git repository that can be read.", Assert.Throws<GitException>(() => ManifestRepository.Open(folder)).Message);
        Directory.Delete(folder);
    }

    [Fact]
    public void A_merge_that_conflicts_has_no_tree()
    {
        var first = bare.Commit("first", Noon, ("a", "1\n"), ("b", "1\n"));
        bare.Git("update-ref", "refs/heads/side", first);
        var mine = bare.Commit("mine", Noon, ("a", "2\n"));
        var apart = bare.Commit("side", "apart", Noon, ("b", "2\n"));
        var clash = bare.Commit("side", "clash", Noon, ("a", "3\n"));
        using var git = ManifestRepository.Open(bare.Path);

        Assert.Null(git.MergeTree(mine, clash));
        Assert.Null(git.Replay(clash, mine));
        Assert.Equal(git.MergeTree(mine, apart), git.Replay(apart, mine));
    }

    private string Tree(string lines)
    {
        var start = new System.Diagnostics.ProcessStartInfo("git", ["-C", bare.Path, "mktree"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(lines));
        process.StandardInput.Close();
        return process.StandardOutput.ReadToEnd().Trim();
    }

    private static Dictionary<string, ReadOnlyMemory<byte>?> Change(string path, string text) => new() { [path] = Encoding.UTF8.GetBytes(text) };
}
