using GitOpsBot.Git;
using GitOpsBot.Testing;

namespace GitOpsBot.Tests.Git;

public sealed class RefStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CommitIdentity Bot = new("GitOpsBot", "bot@example.com");
    private readonly BareRepository bare = new();
    private readonly RefStore refs;
    private readonly string commit;

    public RefStoreTests()
    {
        commit = bare.Commit("first", Noon, ("a", "1"));
        refs = new RefStore(bare.Path) { LongestWait = TimeSpan.FromMilliseconds(50) };
    }

    public void Dispose() => bare.Dispose();

    [Fact]
    public async Task Our_writers_and_git_itself_lose_none_of_each_others_commits()
    {
        await Task.WhenAll([.. Enumerable.Range(0, 3).Select(w => Task.Run(() => Append(w))), .. Enumerable.Range(3, 2).Select(w => Task.Run(() => AppendByGit(w)))]);

        AssertNothingIsLost(writers: 5);
    }

    // Without writers of Git's own: while refs are being packed, `git update-ref` (2.39) may take an old packed-refs for the one that is there, if both
    // have the same size, inode and time of 4 ms, and then overwrites what came between. Two of Git's own writers lose each other's commits so.
    [Fact]
    public async Task Our_writers_lose_none_of_each_others_commits_while_git_packs_refs()
    {
        using var isDone = new CancellationTokenSource();
        var packing = Task.Run(() =>
        {
            var packed = 0;
            for (; !isDone.IsCancellationRequested; packed++)
            {
                bare.Git("pack-refs", "--all");
            }

            return packed;
        }, TestContext.Current.CancellationToken);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(w => Task.Run(() => Append(w))));
        await isDone.CancelAsync();

        Assert.InRange(await packing, 5, int.MaxValue);
        AssertNothingIsLost(writers: 5);
    }

    [Fact]
    public void All_refs_below_a_name_are_listed_loose_or_packed_and_nothing_else()
    {
        refs.Move("refs/heads/promote/prod/packed", null, commit);
        bare.Git("pack-refs", "--all");
        refs.Move("refs/heads/promote/prod/loose", null, commit);
        refs.Move("refs/heads/promoted", null, commit);
        File.WriteAllText(Path.Combine(bare.Path, "refs", "heads", "promote", "prod", "held.lock"), "");

        Assert.Equal(["refs/heads/promote/prod/loose", "refs/heads/promote/prod/packed"], refs.Below("refs/heads/promote").Order(StringComparer.Ordinal));
        Assert.Empty(refs.Below("refs/heads/rollback"));
    }

    [Fact]
    public void A_lock_that_stays_is_named_and_never_taken()
    {
        var held = Path.Combine(bare.Path, "refs", "heads", "main.lock");
        File.WriteAllText(held, "somebody's");

        var refused = Assert.Throws<GitException>(() => refs.Move("refs/heads/main", commit, null));

        Assert.True(refused.IsTransient);
        Assert.Equal($"The lock file {held} has been there for 0.1 s; when no Git program is at work there, remove it.", refused.Message);
        Assert.Equal("somebody's", File.ReadAllText(held));
        Assert.Equal(commit, refs.Read("refs/heads/main"));
    }

    [Fact]
    public void A_ref_is_not_deleted_while_refs_are_being_packed_which_would_bring_it_back()
    {
        File.WriteAllText(Path.Combine(bare.Path, "packed-refs.lock"), "");

        var refused = Assert.Throws<GitException>(() => refs.Move("refs/heads/main", commit, null));

        Assert.Contains("packed-refs.lock has been there", refused.Message, StringComparison.Ordinal);
        Assert.Equal(commit, refs.Read("refs/heads/main"));
        Assert.False(File.Exists(Path.Combine(bare.Path, "refs", "heads", "main.lock")));
    }

    [Fact]
    public void A_ref_that_is_packed_and_loose_is_deleted_in_both_places_and_what_a_tag_beside_it_peels_to_stays()
    {
        bare.Git("-c", "user.name=a", "-c", "user.email=a@b", "tag", "-a", "-m", "t", "v1", "main");
        bare.Git("branch", "next", "main");
        bare.Git("pack-refs", "--all");
        var second = bare.Commit("next", "second", Noon, ("a", "2"));

        Assert.IsType<PushResult.Moved>(refs.Move("refs/heads/next", second, null));

        Assert.Null(refs.Read("refs/heads/next"));
        Assert.DoesNotContain("next", bare.Git("show-ref"), StringComparison.Ordinal);
        Assert.Contains($"{commit} refs/tags/v1^{{}}", bare.Git("show-ref", "-d"), StringComparison.Ordinal);
        Assert.Contains($"\n^{commit}\n", File.ReadAllText(Path.Combine(bare.Path, "packed-refs")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_ref_above_or_below_another_is_refused_by_name(bool isPacked)
    {
        bare.Git("branch", "a/b", "main");
        if (isPacked)
        {
            bare.Git("pack-refs", "--all");
        }

        Assert.Equal("The ref refs/heads/a cannot be made while refs/heads/a/b exists.", Assert.Throws<GitException>(() => refs.Move("refs/heads/a", null, commit)).Message);
        Assert.Equal("The ref refs/heads/a/b/c/d cannot be made while refs/heads/a/b exists.", Assert.Throws<GitException>(() => refs.Move("refs/heads/a/b/c/d", null, commit)).Message);
        Assert.Equal(["refs/heads/a/b", "refs/heads/main"], bare.Git("for-each-ref", "--format=%(refname)").Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Folders_that_a_deleted_ref_left_behind_are_in_nobodys_way()
    {
        refs.Move("refs/heads/a/b/c", null, commit);
        refs.Move("refs/heads/a/b/c", commit, null);

        Assert.IsType<PushResult.Moved>(refs.Move("refs/heads/a", null, commit));
        Assert.Equal(commit, bare.Git("rev-parse", "refs/heads/a").Trim());
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("refs/heads")]
    [InlineData("refs/heads/")]
    [InlineData("refs//x")]
    [InlineData("refs/heads/../../config")]
    [InlineData("refs/heads/.x")]
    [InlineData("refs/heads/x.")]
    [InlineData("refs/heads/x.lock")]
    [InlineData("refs/heads/x.LOCK/y")]
    [InlineData("refs/heads/a b")]
    [InlineData("refs/heads/a~1")]
    [InlineData("refs/heads/@{u}")]
    [InlineData("refs/heads/a\\b")]
    [InlineData("/refs/heads/a")]
    public void Refuses_what_is_not_the_name_of_a_ref(string name)
    {
        Assert.Equal($"'{name}' is not the name of a ref.", Assert.Throws<GitException>(() => refs.Read(name)).Message);
        Assert.Equal($"'{name}' is not the name of a ref.", Assert.Throws<GitException>(() => refs.Move(name, null, commit)).Message);
    }

    [Fact]
    public void A_ref_that_names_another_one_or_nothing_is_an_error_and_not_absent()
    {
        bare.Git("symbolic-ref", "refs/heads/other", "refs/heads/main");
        File.WriteAllText(Path.Combine(bare.Path, "refs", "heads", "empty"), "");

        Assert.Equal("The ref refs/heads/other is not a commit's id but 'ref: refs/heads/main'.", Assert.Throws<GitException>(() => refs.Move("refs/heads/other", null, commit)).Message);
        Assert.Equal("The ref refs/heads/empty is not a commit's id but ''.", Assert.Throws<GitException>(() => refs.Read("refs/heads/empty")).Message);
    }

    private void AssertNothingIsLost(int writers)
    {
        var subjects = bare.Git("log", "--format=%s", "main").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(0, writers).SelectMany(w => Enumerable.Range(0, 20).Select(i => $"{w}.{i}")).Append("first").Order(), subjects.Order());
        Assert.Empty(Directory.EnumerateFiles(bare.Path, "*.lock", SearchOption.AllDirectories));
        bare.Git("fsck", "--strict");
    }

    private void Append(int writer)
    {
        using var git = ManifestRepository.Open(bare.Path);
        for (var i = 0; i < 20; i++)
        {
            string tip;
            string next;
            do
            {
                tip = git.Tip("main")!;
                next = git.WriteCommit([tip], tip, new Dictionary<string, ReadOnlyMemory<byte>?> { [$"w{writer}/{i}"] = "x"u8.ToArray() }, $"{writer}.{i}", Bot, Bot, Noon);
            }
            while (git.Push("refs/heads/main", tip, next) is not PushResult.Moved);
        }
    }

    private void AppendByGit(int writer)
    {
        for (var i = 0; i < 20;)
        {
            var tip = bare.Git("rev-parse", "refs/heads/main").Trim();
            var next = bare.Git("-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", $"{tip}^{{tree}}", "-p", tip, "-m", $"{writer}.{i}").Trim();
            try
            {
                bare.Git("update-ref", "refs/heads/main", next, tip);
                i++;
            }
            catch (InvalidOperationException)
            {
                // Lost the race, or the lock was held: git says so and changes nothing.
            }
        }
    }
}
