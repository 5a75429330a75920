using System.Text;
using GitOpsBot.Git;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Git;

public sealed class FolderWalkTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly BareRepository bare = new();

    public void Dispose() => bare.Dispose();

    [Fact]
    public void A_few_trees_that_name_each_other_a_million_times_end_the_walk_with_one_problem()
    {
        var tree = Tree(10, i => $"120000 blob {Blob("x")}\tl{i}");
        for (var level = 0; level < 6; level++)
        {
            var below = tree;
            tree = Tree(10, i => $"040000 tree {below}\td{i}");
        }

        var folder = Read(tree);

        Assert.Empty(folder.Files);
        var last = folder.Problems[^1];
        Assert.Equal(("", "The folder holds more than 50000 entries."), (last.File, last.Message));
        Assert.Single(folder.Problems, p => p.Message == last.Message);
    }

    [Fact]
    public void A_blob_that_is_named_many_times_does_not_fill_the_memory()
    {
        var blob = Blob(new string('x', FolderWalk.LargestFile));

        var folder = Read(Tree(300, i => $"100644 blob {blob}\tf{i}"));

        Assert.Equal(256, folder.Files.Count);
        Assert.Equal($"The folder's files are larger than {FolderWalk.LargestFolder} bytes together.", Assert.Single(folder.Problems).Message);
    }

    [Fact]
    public void A_file_that_is_too_large_is_a_problem_and_the_others_are_read()
    {
        var large = Blob(new string('x', FolderWalk.LargestFile + 1));
        var tree = Tree(2, i => i == 0 ? $"100644 blob {large}\tlarge.yaml" : $"100644 blob {Blob("x")}\tsmall.yaml");

        var folder = Read(tree);

        Assert.Equal("small.yaml", Assert.Single(folder.Files).Path);
        Assert.Equal("large.yaml:0:0: The file is larger than 1048576 bytes.", Assert.Single(folder.Problems).ToString());
        using var git = ManifestRepository.Open(bare.Path);
        Assert.Equal("large.yaml is larger than 1048576 bytes.", Assert.Throws<GitException>(() => git.ReadFile(Commit(tree), "large.yaml")).Message);
    }

    [Fact]
    public void In_an_environment_a_larger_file_is_left_to_who_searches_it_for_names_up_to_a_bound()
    {
        var large = Blob(new string('x', FolderWalk.LargestFile + 1));
        var gigantic = Blob(new string('x', FolderWalk.LargestSearched + 1));
        var tree = Tree(3, i => i switch { 0 => $"100644 blob {large}\tlarge.json", 1 => $"100644 blob {gigantic}\tgigantic.png", _ => $"120000 blob {Blob("x")}\tlink" });
        using var git = ManifestRepository.Open(bare.Path);

        var folder = git.ReadTree(tree, "prod");

        Assert.Equal("prod/large.json", Assert.Single(folder.Files).Path);
        Assert.Equal(["prod/gigantic.png:0:0: The file is larger than 16777216 bytes.", "prod/link:0:0: Links are not followed."], folder.Problems.Select(p => p.ToString()));
    }

    [Fact]
    public void A_folder_with_too_many_files_says_so()
    {
        var blob = Blob("x");
        var inner = Tree(141, i => $"100644 blob {blob}\tf{i}");
        var tree = Tree(142, i => $"040000 tree {inner}\td{i}");

        var folder = Read(tree);

        Assert.Equal(FolderWalk.MostFiles, folder.Files.Count);
        Assert.Equal("The folder holds more than 20000 files.", Assert.Single(folder.Problems).Message);
    }

    [Theory]
    [InlineData("a\\b", "a\\b")]
    [InlineData("a\u200cb", "a\\u200cb")]
    [InlineData("a\u2028b", "a\\u2028b")]
    [InlineData("git~1", "git~1")]
    [InlineData(".Git ", ".Git ")]
    [InlineData(".git::$INDEX_ALLOCATION", ".git::$INDEX_ALLOCATION")]
    public void A_name_that_means_something_else_elsewhere_is_a_problem(string name, string shown)
    {
        var folder = Read(Tree(1, _ => $"100644 blob {Blob("x")}\t{name}"));

        Assert.Empty(folder.Files);
        Assert.Equal((shown, $"'{shown}' is not a path that is read or written."), folder.Problems.Select(p => (p.File, p.Message)).Single());
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_a_problem()
    {
        var blob = Blob("x");
        var tree = bare.GitWith([.. Encoding.ASCII.GetBytes($"100644 blob {blob}\ta"), 0xff, (byte)'\0'], "mktree", "-z").Trim();

        Assert.Equal("a\\ufffd", Assert.Single(Read(tree).Problems).File);
    }

    private FolderContent Read(string tree)
    {
        using var git = ManifestRepository.Open(bare.Path);
        return git.ReadFolder(Commit(tree), "");
    }

    private string Blob(string text) => bare.GitWith(Encoding.UTF8.GetBytes(text), "hash-object", "-w", "--stdin").Trim();

    private string Commit(string tree)
    {
        bare.Commit("any", Noon, ("a", "1"));
        return bare.Git("-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", tree, "-m", "odd").Trim();
    }

    private string Tree(int count, Func<int, string> line) =>
        bare.GitWith(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(line).Select(l => l + "\0"))), "mktree", "-z").Trim();
}
