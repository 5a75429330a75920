using System.Text;
using GitOpsBot.Git;
using GitOpsBot.Testing;
using LibGit2Sharp;

namespace GitOpsBot.Tests.Git;

public sealed class CommitChangesTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly BareRepository bare = new();

    public void Dispose() => bare.Dispose();

    [Fact]
    public void Whole_files_are_written_and_paths_removed()
    {
        bare.Commit("first", Noon, ("a/one.yaml", "1"), ("a/two.yaml", "2"), ("gone.yaml", "3"));

        var changes = Of(bare.Commit("second", Noon, ("a/two.yaml", "zwei\r\n"), ("new.yaml", "ü"), ("gone.yaml", null)));

        Assert.Equal([("a/two.yaml", "zwei\r\n"), ("new.yaml", "ü")], changes.Written.Select(f => (f.Path, Encoding.UTF8.GetString(f.Content.Span))));
        Assert.Equal(["gone.yaml"], changes.Removed);
    }

    [Fact]
    public void Without_a_parent_everything_is_written()
    {
        var changes = Of(bare.Commit("first", Noon, ("a/one.yaml", "1"), ("two.yaml", "2")));

        Assert.Equal(["a/one.yaml", "two.yaml"], changes.Written.Select(f => f.Path));
        Assert.Empty(changes.Removed);
    }

    [Theory]
    [InlineData(Mode.ExecutableFile)]
    [InlineData(Mode.SymbolicLink)]
    public void What_is_no_ordinary_file_is_named_unless_it_is_removed(Mode mode)
    {
        bare.Commit("first", Noon, ("run.sh", "1"));

        var e = Assert.Throws<GitException>(() => Of(Change(mode)));

        Assert.Equal(
            "The commit cannot be made through the forge's API ('commits: api'): 'run.sh' is executable or no regular file, which a commit made there would not keep; expected mode 100644.", e.Message);
        Assert.False(e.IsTransient);
        Assert.Equal(["run.sh"], Of(bare.Commit("without", Noon, ("run.sh", null))).Removed);
    }

    [Fact]
    public void A_merge_is_named()
    {
        var first = bare.Commit("first", Noon, ("a", "1"));
        var second = bare.Commit("second", Noon, ("a", "2"));
        using var git = ManifestRepository.Open(bare.Path);
        var bot = new CommitIdentity("GitOpsBot", "bot@example.com");
        var merge = git.WriteCommitOfTree(git.ReadCommit(second).Tree, [second, first], "merge", bot, bot, Noon);

        Assert.Equal("The commit cannot be made through the forge's API ('commits: api'): it has several parents.", Assert.Throws<GitException>(() => Of(merge)).Message);
    }

    [Fact]
    public void More_bytes_than_the_bound_are_named_and_exactly_as_many_are_not()
    {
        var page = new string('x', 1024 * 1024);
        Assert.Equal(4, Of(bare.Commit("first", Noon, ("1", page), ("2", page), ("3", page), ("4", page))).Written.Count);

        var e = Assert.Throws<GitException>(() => Of(bare.Commit("more", Noon, ("1", page + "."), ("2", "."))) );
        Assert.Equal("1 is larger than 1048576 bytes.", e.Message);
        e = Assert.Throws<GitException>(() => Of(bare.Commit("other", "more", Noon, ("1", page), ("2", page), ("3", page), ("4", page), ("5", "."))));
        Assert.Equal("The commit cannot be made through the forge's API ('commits: api'): its files are larger than 4194304 bytes together.", e.Message);
    }

    private CommitChanges Of(string commit)
    {
        using var git = ManifestRepository.Open(bare.Path);
        return CommitChanges.Of(git, git.ReadCommit(commit));
    }

    private string Change(Mode mode)
    {
        using var repository = new Repository(bare.Path);
        var tip = repository.Branches["main"].Tip;
        var tree = TreeDefinition.From(tip).Add("run.sh", (Blob)tip["run.sh"].Target, mode);
        var person = new Signature("Anna", "anna@example.com", Noon);
        var commit = repository.ObjectDatabase.CreateCommit(person, person, "mode", repository.ObjectDatabase.CreateTree(tree), [tip], false);
        repository.Refs.UpdateTarget(repository.Refs["refs/heads/main"], commit.Id);
        return commit.Sha;
    }
}
