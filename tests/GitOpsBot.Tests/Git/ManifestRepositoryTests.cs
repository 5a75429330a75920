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
            for (var i = 0; i < 50; i++)
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

        Assert.Equal(401, bare.Git("ls-tree", "-r", "--name-only", "main").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal("401", bare.Git("rev-list", "--count", "main").Trim());
    }

    [Fact]
    public void Links_submodules_and_odd_names_are_problems_and_not_followed()
    {
        bare.Commit("first", Noon, ("env/fine.yaml", "x"));
        var blob = bare.Git("rev-parse", "main:env/fine.yaml").Trim();
        var inner = Tree($"100644 blob {blob}\tfine.yaml\n120000 blob {blob}\tlink.yaml\n160000 commit {bare.Tip()}\tsub\n100644 blob {blob}\tba\u202ed.yaml\n");
        var root = Tree($"040000 tree {inner}\tenv\n");
        var commit = CommitOf(root);
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

    [Theory]
    [InlineData("main")]
    [InlineData("HEAD")]
    [InlineData(":/first")]
    [InlineData("refs/heads/main")]
    [InlineData("0000000000000000000000000000000000000000")]
    public void Only_a_whole_id_names_a_commit_and_no_expression_does(string text)
    {
        var first = bare.Commit("first", Noon, ("a", "1"));
        using var git = ManifestRepository.Open(bare.Path);

        Assert.True(git.HasCommit(first));
        Assert.False(git.HasCommit(text));
        Assert.False(git.HasCommit(first[..12]));
        Assert.False(git.IsAncestor(text, first));
        Assert.EndsWith("is not in the repository; expected the whole id of an object.", Assert.Throws<GitException>(() => git.ReadCommit(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_is_never_moved_to_what_is_not_a_commit()
    {
        var first = bare.Commit("first", Noon, ("a", "1"));
        var blob = bare.Git("rev-parse", "main:a").Trim();
        using var git = ManifestRepository.Open(bare.Path);

        Assert.StartsWith(blob, Assert.Throws<GitException>(() => git.Push("refs/heads/main", first, blob)).Message, StringComparison.Ordinal);
        Assert.Throws<GitException>(() => git.Push("refs/heads/main", first, "garbage\nmore"));
        Assert.Equal(first, git.Tip("main"));
    }

    [Theory]
    [InlineData("link", "'link' cannot be written: it is a folder, link or submodule; expected a regular file.")]
    [InlineData("link/x", "'link/x' cannot be written: 'link' is not a folder.")]
    [InlineData("sub", "'sub' cannot be written: it is a folder, link or submodule; expected a regular file.")]
    [InlineData("folder", "'folder' cannot be written: it is a folder, link or submodule; expected a regular file.")]
    [InlineData("file/x", "'file/x' cannot be written: 'file' is not a folder.")]
    public void Nothing_is_written_through_a_link_or_in_place_of_a_folder(string path, string message)
    {
        bare.Commit("first", Noon, ("x", "x"));
        var blob = bare.Git("rev-parse", "main:x").Trim();
        var folder = Tree($"100644 blob {blob}\tinner\n");
        var commit = CommitOf(Tree($"120000 blob {blob}\tlink\n160000 commit {bare.Tip()}\tsub\n040000 tree {folder}\tfolder\n100644 blob {blob}\tfile\n"));
        using var git = ManifestRepository.Open(bare.Path);

        Assert.Equal(message, Assert.Throws<GitException>(() => git.WriteCommit([commit], commit, Change(path, "x"), "m", Bot, Bot, Noon)).Message);
        Assert.Equal(message, Assert.Throws<GitException>(() => git.WriteCommit([commit], commit, new Dictionary<string, ReadOnlyMemory<byte>?> { [path] = null }, "m", Bot, Bot, Noon)).Message);
    }

    [Fact]
    public void A_change_keeps_the_executable_bit_and_a_removed_file_is_gone()
    {
        bare.Commit("first", Noon, ("x", "x"), ("a/gone", "x"));
        var blob = bare.Git("rev-parse", "main:x").Trim();
        var commit = CommitOf(Tree($"100755 blob {blob}\trun\n100644 blob {blob}\tgone\n"));
        using var git = ManifestRepository.Open(bare.Path);

        var next = git.WriteCommit(
            [commit], commit, new Dictionary<string, ReadOnlyMemory<byte>?> { ["run"] = "new"u8.ToArray(), ["gone"] = null, ["never/was"] = null }, "m", Bot, Bot, Noon);

        Assert.Equal($"100755 blob {bare.Git("rev-parse", $"{next}:run").Trim()}\trun\n", bare.Git("ls-tree", "-r", next));
    }

    [Theory]
    [InlineData("two\nlines", "a@b")]
    [InlineData("fine", "a@b>\nparent x")]
    [InlineData(" ", "a@b")]
    public void A_name_that_would_forge_a_header_makes_no_commit(string name, string email)
    {
        var first = bare.Commit("first", Noon, ("a", "1"));
        using var git = ManifestRepository.Open(bare.Path);

        var refused = Assert.Throws<GitException>(() => git.WriteCommit([first], first, Change("a", "2"), "m", new CommitIdentity(name, email), Bot, Noon));

        Assert.EndsWith("expected a name and an address without brackets and control characters.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repository_with_a_work_tree_is_refused_since_a_push_would_leave_it_behind()
    {
        var folder = Directory.CreateTempSubdirectory("gitopsbot-").FullName;
        bare.Git("init", "-q", folder);

        Assert.Equal($"{folder} has a work tree; expected a bare repository.", Assert.Throws<GitException>(() => ManifestRepository.Open(folder)).Message);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_commit_of_a_time_beyond_all_calendars_is_an_error_that_names_it()
    {
        var first = bare.Commit("first", Noon, ("a", "1"));
        var odd = bare.GitWith(
            Encoding.UTF8.GetBytes($"tree {bare.Git("rev-parse", "main^{tree}").Trim()}\nparent {first}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 99999999999999 +0000\n\nodd\n"),
            "hash-object", "-t", "commit", "-w", "--stdin").Trim();
        using var git = ManifestRepository.Open(bare.Path);

        Assert.Equal($"The commit {odd} has a time that is on no calendar.", Assert.Throws<GitException>(() => git.ReadCommit(odd)).Message);
    }

    [Fact]
    public void A_damaged_object_is_an_error_of_the_repository()
    {
        var first = bare.Commit("first", Noon, ("a", "1"));
        var file = Path.Combine(bare.Path, "objects", first[..2], first[2..]);
        File.SetAttributes(file, FileAttributes.Normal);
        File.WriteAllBytes(file, [1, 2, 3]);
        using var git = ManifestRepository.Open(bare.Path);

        Assert.StartsWith("The Git repository cannot be read: ", Assert.Throws<GitException>(() => git.ReadCommit(first)).Message, StringComparison.Ordinal);
    }

    private string CommitOf(string tree) => bare.Git("-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", tree, "-m", "odd").Trim();

    private string Tree(string lines) => bare.GitWith(Encoding.UTF8.GetBytes(lines), "mktree").Trim();

    private static Dictionary<string, ReadOnlyMemory<byte>?> Change(string path, string text) => new() { [path] = Encoding.UTF8.GetBytes(text) };
}
