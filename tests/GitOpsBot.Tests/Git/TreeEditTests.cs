using System.Text;
using GitOpsBot.Git;
using GitOpsBot.Testing;
using LibGit2Sharp;

namespace GitOpsBot.Tests.Git;

public sealed class TreeEditTests : IDisposable
{
    // Names that Git sorts in another order than text: a folder counts as if its name ended with a slash.
    private static readonly string[] Names = ["a", "a.b", "a-b", "a0", "ab", "A", "z", "über", "日本", "a b", "-", "0"];

    private readonly BareRepository bare = new();
    private readonly StoredTrees trees;
    private readonly Repository repository;

    public TreeEditTests()
    {
        trees = new StoredTrees(bare.Path, () => { });
        repository = new Repository(bare.Path);
    }

    public void Dispose()
    {
        trees.Dispose();
        repository.Dispose();
        bare.Dispose();
    }

    /// <summary>Law: whatever changes, the tree is the one that libgit2 makes of the same files, and Git finds nothing wrong with it.</summary>
    [Fact]
    public void Makes_the_very_tree_that_libgit2_makes()
    {
        var random = new Random(20261127);
        for (var round = 0; round < 40; round++)
        {
            var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
            ObjectName? tree = null;
            for (var step = 0; step < 5; step++)
            {
                var changes = new Dictionary<string, ReadOnlyMemory<byte>?>(StringComparer.Ordinal);
                for (var i = random.Next(1, 12); i > 0; i--)
                {
                    var path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Names[random.Next(Names.Length)]));
                    // What is a folder is no file and the other way round, before and after.
                    if (files.Keys.Concat(changes.Keys).Any(other => other.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(other + "/", StringComparison.Ordinal)))
                    {
                        continue;
                    }

                    changes[path] = Encoding.UTF8.GetBytes($"{random.Next(50)}");
                }

                foreach (var gone in files.Keys.Where(_ => random.Next(3) == 0).Append("not/there"))
                {
                    changes[gone] = null;
                }

                tree = new TreeEdit(trees, repository.ObjectDatabase).Make(tree, changes);
                foreach (var (path, content) in changes)
                {
                    if (content is { } bytes)
                    {
                        files[path] = Encoding.UTF8.GetString(bytes.Span);
                    }
                    else
                    {
                        files.Remove(path);
                    }
                }

                Assert.Equal(Libgit2(files), tree.ToString());
            }
        }

        Assert.Equal("", bare.Git("fsck", "--strict", "--no-dangling"));
    }

    [Fact]
    public void Leaves_what_it_would_never_write_as_it_is()
    {
        var blob = bare.GitWith("x"u8.ToArray(), "hash-object", "-w", "--stdin").Trim();
        byte[] lines =
        [
            .. Encoding.ASCII.GetBytes($"100755 blob {blob}\trun\0120000 blob {blob}\tlink\0160000 commit {new string('1', 40)}\tmodule\0100664 blob {blob}\tshared\0100644 blob {blob}\ta"), 0xff, 0,
        ];
        var before = ObjectName.Parse(bare.GitWith(lines, "mktree", "-z", "--missing").Trim());

        var after = new TreeEdit(trees, repository.ObjectDatabase).Make(before, new Dictionary<string, ReadOnlyMemory<byte>?> { ["b/c"] = "1"u8.ToArray(), ["run"] = "2"u8.ToArray(), ["shared"] = null });

        var expected = bare.Git("ls-tree", before.ToString()).Split('\n').Where(l => !l.EndsWith("\tshared", StringComparison.Ordinal) && !l.EndsWith("\trun", StringComparison.Ordinal));
        var entries = bare.Git("ls-tree", after.ToString()).Split('\n');
        Assert.Equal(expected, entries.Where(l => !l.EndsWith("\tb", StringComparison.Ordinal) && !l.EndsWith("\trun", StringComparison.Ordinal)));
        Assert.StartsWith("100755 blob", Assert.Single(entries, l => l.EndsWith("\trun", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("1", bare.Git("cat-file", "blob", $"{after}:b/c"));
    }

    private string Libgit2(SortedDictionary<string, string> files)
    {
        var definition = new TreeDefinition();
        foreach (var (path, text) in files)
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
            definition.Add(path, repository.ObjectDatabase.CreateBlob(stream), Mode.NonExecutableFile);
        }

        return repository.ObjectDatabase.CreateTree(definition).Sha;
    }
}
