using GitOpsBot.Git;
using Microsoft.Extensions.Time.Testing;
using static GitOpsBot.Tests.Git.RemoteWorld;

namespace GitOpsBot.Tests.Git;

public class MirrorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_copy_has_the_base_branch_and_the_bots_own_branches_and_no_others()
    {
        await using var world = await StartAsync();
        foreach (var branch in new[] { "promote/prod/checkout", "rollback/prod/checkout", "gitopsbot/state", "feature" })
        {
            world.Bare.Commit(branch, branch, Noon, ("x", branch));
        }

        using var git = await world.OpenAsync();

        Assert.Equal(world.Bare.Tip(), git.Tip("main"));
        Assert.Equal(world.Bare.Tip("promote/prod/checkout"), git.Tip("promote/prod/checkout"));
        Assert.Equal(world.Bare.Tip("rollback/prod/checkout"), git.Tip("rollback/prod/checkout"));
        Assert.Equal(world.Bare.Tip("gitopsbot/state"), git.Tip("gitopsbot/state"));
        Assert.Null(git.Tip("feature"));
        Assert.Equal("1"u8, git.ReadFile(git.Tip("main")!, "a/one.yaml")!.Value.Span);
        Assert.Equal(["shop.git", "shop.git.lock"], Directory.GetFileSystemEntries(Path.GetDirectoryName(world.Folder)!).Select(Path.GetFileName).Order());
        Assert.Matches("shop: http.* is copied for the first time, or again\\.(.|\n)*shop: the copy was made in [0-9]+ ms\\.", world.Log.Text);
    }

    [Fact]
    public async Task A_fetch_brings_what_is_new_and_drops_what_is_gone_by_one_request_when_nothing_changed()
    {
        await using var world = await StartAsync();
        world.Bare.Commit("promote/prod/checkout", "x", Noon, ("x", "x"));
        using var git = await world.OpenAsync();
        var next = world.Bare.Commit("next", Noon, ("a/one.yaml", "2"));
        world.Bare.Git("update-ref", "-d", "refs/heads/promote/prod/checkout");
        world.Bare.Git("update-ref", "refs/pull/7/head", next);

        await git.FetchAsync(["refs/pull/7/head", "refs/pull/8/head"], Token);

        Assert.Equal((next, null), (git.Tip("main"), git.Tip("promote/prod/checkout")));
        Assert.Equal((next, null), (git.ReadRef("refs/pull/7/head"), git.ReadRef("refs/pull/8/head")));
        Assert.Equal("2"u8, git.ReadFile(next, "a/one.yaml")!.Value.Span);
        var before = world.Server.Requests.Count;
        await git.FetchAsync(Token);
        Assert.Single(world.Server.Requests.Skip(before));
    }

    [Fact]
    public async Task A_push_moves_the_remote_and_then_the_mirror()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        var second = Write(git, first, "a/one.yaml", "2");
        var third = Write(git, second, "b.yaml", "c");

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", first, second));
        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", second, third));
        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/promote/prod/checkout", null, second));

        Assert.Equal((third, second), (world.Bare.Tip(), world.Bare.Tip("promote/prod/checkout")));
        Assert.Equal((third, second), (git.Tip("main"), git.Tip("promote/prod/checkout")));
        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/promote/prod/checkout", second, null));
        Assert.Equal((null, null), (world.Bare.Tip("promote/prod/checkout"), git.Tip("promote/prod/checkout")));
        world.Bare.Git("fsck", "--strict");
    }

    [Fact]
    public async Task Whoever_lost_the_race_changes_nothing_and_has_what_is_there()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        var mine = Write(git, first, "b.yaml", "mine");
        var theirs = world.Bare.Commit("theirs", Noon, ("b.yaml", "theirs"));

        Assert.Equal(new PushResult.Lost(theirs), git.Push("refs/heads/main", first, mine));
        Assert.Equal(new PushResult.Lost(null), git.Push("refs/heads/promote/prod/checkout", first, mine));
        Assert.Equal(new PushResult.Lost(theirs), git.Push("refs/heads/main", null, mine));
        Assert.Equal((theirs, theirs), (world.Bare.Tip(), git.Tip("main")));
        Assert.Equal("theirs"u8, git.ReadFile(theirs, "b.yaml")!.Value.Span);
        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", theirs, Write(git, theirs, "b.yaml", "mine")));
    }

    [Fact]
    public async Task A_race_between_the_list_of_refs_and_the_push_itself_is_lost_as_well()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        var mine = Write(git, first, "b.yaml", "mine");
        var theirs = "";
        world.Server.Around = async (context, answer) =>
        {
            if (context.Request.Path.Value!.EndsWith("/git-receive-pack", StringComparison.Ordinal) && theirs.Length == 0)
            {
                theirs = world.Bare.Commit("theirs", Noon, ("a/one.yaml", "theirs"));
            }

            await answer();
        };

        var result = git.Push("refs/heads/main", first, mine);

        Assert.Equal(new PushResult.Lost(theirs), result);
        Assert.Equal((theirs, theirs), (world.Bare.Tip(), git.Tip("main")));
    }

    [Fact]
    public async Task The_bots_own_branch_may_be_renewed_on_another_commit_and_no_other_branch_may()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        var old = Write(git, first, "b.yaml", "old");
        var renewed = Write(git, first, "b.yaml", "renewed");
        git.Push("refs/heads/promote/prod/checkout", null, old);
        git.Push("refs/heads/main", first, old);

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/promote/prod/checkout", old, renewed));
        var refused = Assert.Throws<GitException>(() => git.Push("refs/heads/main", old, renewed));

        Assert.Equal($"{world.Url} does not move refs/heads/main: it would lose commits of others.", refused.Message);
        Assert.Equal((old, renewed), (world.Bare.Tip(), world.Bare.Tip("promote/prod/checkout")));
    }

    [Fact]
    public async Task What_the_remote_refuses_is_an_error_with_its_reason_and_moves_nothing()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        world.Bare.Git("config", "receive.denyDeletes", "true");
        world.Bare.Commit("promote/prod/checkout", "x", Noon, ("x", "x"));
        await git.FetchAsync(Token);

        var refused = Assert.Throws<GitException>(() => git.Push("refs/heads/promote/prod/checkout", git.Tip("promote/prod/checkout"), null));

        Assert.Equal($"{world.Url} does not move refs/heads/promote/prod/checkout: deletion prohibited.", refused.Message);
        Assert.False(refused.IsTransient);
        Assert.Equal(world.Bare.Tip("promote/prod/checkout"), git.Tip("promote/prod/checkout"));
        Assert.Equal(first, git.Tip("main"));
    }

    [Fact]
    public async Task Four_bots_with_one_data_directory_lose_none_of_their_commits()
    {
        await using var world = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            using var git = await world.OpenAsync();
            for (var i = 0; i < 5; i++)
            {
                string tip;
                do
                {
                    tip = git.Tip("main")!;
                }
                while (git.Push("refs/heads/main", tip, Write(git, tip, $"w{writer}/{i}", "x")) is not PushResult.Moved);
            }
        })));

        Assert.Equal("21", world.Bare.Git("rev-list", "--count", "main").Trim());
        Assert.Equal(22, world.Bare.Git("ls-tree", "-r", "--name-only", "main").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_first_copy_that_breaks_off_leaves_nothing_that_could_be_taken_for_one()
    {
        await using var world = await StartAsync();
        world.Server.Around = (context, answer) =>
        {
            if (context.Request.Method == "POST")
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return answer();
        };
        Assert.True((await Assert.ThrowsAsync<GitException>(world.OpenAsync)).IsTransient);
        Assert.False(Directory.Exists(world.Folder));
        Directory.CreateDirectory(world.Folder + ".new-killed");

        world.Server.Around = null;
        using var git = await world.OpenAsync();

        Assert.Equal(world.Bare.Tip(), git.Tip("main"));
        Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(world.Folder)!));
    }

    [Fact]
    public async Task A_deleted_mirror_is_made_again()
    {
        await using var world = await StartAsync();
        (await world.OpenAsync()).Dispose();
        Directory.Delete(world.Folder, recursive: true);

        using var git = await world.OpenAsync();

        Assert.Equal(world.Bare.Tip(), git.Tip("main"));
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("objects")]
    [InlineData("pack")]
    public async Task A_damaged_mirror_is_thrown_away_and_made_again(string damage)
    {
        await using var world = await StartAsync();
        (await world.OpenAsync()).Dispose();
        if (damage == "HEAD")
        {
            File.Delete(Path.Combine(world.Folder, "HEAD"));
        }
        else if (damage == "objects")
        {
            Directory.Delete(Path.Combine(world.Folder, "objects"), recursive: true);
        }
        else
        {
            var pack = Directory.GetFiles(Path.Combine(world.Folder, "objects", "pack"), "*.pack").Single();
            File.SetAttributes(pack, FileAttributes.Normal);
            File.WriteAllBytes(pack, new byte[new FileInfo(pack).Length]);
            using var broken = await world.OpenAsync();
            Assert.Throws<GitException>(() => broken.ReadFile(broken.Tip("main")!, "b.yaml"));
        }

        using var git = await world.OpenAsync();
        await git.FetchAsync(Token);

        Assert.Equal("b"u8, git.ReadFile(git.Tip("main")!, "b.yaml")!.Value.Span);
    }

    [Fact]
    public async Task A_mirror_that_breaks_while_it_is_open_is_replaced_by_the_next_fetch()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        Directory.Delete(Path.Combine(world.Folder, "objects"), recursive: true);
        var next = world.Bare.Commit("next", Noon, ("b.yaml", "next"));

        await git.FetchAsync(Token);

        Assert.Equal("next"u8, git.ReadFile(next, "b.yaml")!.Value.Span);
        Assert.Contains("the copy is damaged and is made again", world.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_in_which_small_packs_have_gathered_is_made_again_as_one_and_not_at_every_pass()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var world = await StartAsync();
        (world.Clock, world.PacksAtMost) = (clock, 2);
        int Packs() => Directory.GetFiles(Path.Combine(world.Folder, "objects", "pack"), "*.pack").Length;
        async Task FetchThreeTimesAsync()
        {
            using var git = await world.OpenAsync();
            for (var i = 0; i < 3; i++)
            {
                var next = world.Bare.Commit("next", Noon, ("b.yaml", $"{Guid.NewGuid()}"));
                await git.FetchAsync(Token);
                Assert.Equal(next, git.Tip("main"));
            }
        }

        await FetchThreeTimesAsync();
        Assert.Equal(4, Packs());
        await FetchThreeTimesAsync();
        Assert.Equal(4, Packs());
        await FetchThreeTimesAsync();
        Assert.Equal(7, Packs());
        clock.Advance(TimeSpan.FromMinutes(61));
        await FetchThreeTimesAsync();
        Assert.Equal(4, Packs());
        using var last = await world.OpenAsync();
        Assert.Equal(world.Bare.Tip(), last.Tip("main"));
    }

    [Fact]
    public async Task A_remote_that_is_itself_damaged_is_not_copied_again_at_every_pass()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var world = await StartAsync();
        world.Clock = clock;
        (await world.OpenAsync()).Dispose();
        var mirror = world.Mirror();
        async Task<int> CopiesAsync()
        {
            var before = world.Server.Requests.Count(r => r.StartsWith("POST", StringComparison.Ordinal));
            mirror.Suspect();
            (await world.OpenAsync()).Dispose();
            return world.Server.Requests.Count(r => r.StartsWith("POST", StringComparison.Ordinal)) - before;
        }

        Assert.Equal((1, 0, 0), (await CopiesAsync(), await CopiesAsync(), await CopiesAsync()));
        clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(1, await CopiesAsync());
    }
}
