using System.Text;
using GitOpsBot.Git;
using static GitOpsBot.Tests.Git.RemoteWorld;

namespace GitOpsBot.Tests.Git;

public class PushTalkTests
{
    private const string Flush = "!0000";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_the_first_push_each_is_one_request_and_its_race_is_lost_at_the_server()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        var second = Write(git, first, "b.yaml", "2");
        git.Push("refs/heads/main", first, second);
        var before = world.Server.Requests.Count;
        var third = Write(git, second, "b.yaml", "3");

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", second, third));

        Assert.Equal($"POST /{Path.GetFileName(world.Bare.Path)}/git-receive-pack", Assert.Single(world.Server.Requests.Skip(before)));
        var theirs = world.Bare.Commit("theirs", Noon, ("a/one.yaml", "theirs"));
        Assert.Equal(new PushResult.Lost(theirs), git.Push("refs/heads/main", third, Write(git, third, "b.yaml", "4")));
        Assert.Equal((theirs, theirs), (world.Bare.Tip(), git.Tip("main")));
        world.Bare.Git("fsck", "--strict");
    }

    [Fact]
    public async Task After_anything_went_wrong_the_server_is_asked_again_what_it_can_do()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        var second = Write(git, first, "b.yaml", "2");
        git.Push("refs/heads/main", first, second);
        var third = Write(git, second, "b.yaml", "3");
        world.Server.Around = (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        Assert.True(Assert.Throws<GitException>(() => git.Push("refs/heads/main", second, third)).IsTransient);
        world.Server.Around = null;
        var before = world.Server.Requests.Count;

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", second, third));

        Assert.Equal(2, world.Server.Requests.Skip(before).Count());
    }

    [Fact]
    public async Task Of_a_large_folder_in_which_one_file_changed_little_is_sent()
    {
        await using var world = await StartAsync();
        world.Bare.Commit("many", Noon, [.. Enumerable.Range(0, 3000).Select(i => ($"services/s{i}.yaml", (string?)$"{i}"))]);
        using var git = await world.OpenAsync();
        var tip = git.Tip("main")!;
        long sent = 0;
        world.Server.Around = (context, answer) =>
        {
            sent = context.Request.ContentLength ?? sent;
            return answer();
        };

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", tip, Write(git, tip, "services/s7.yaml", "changed")));

        Assert.InRange(sent, 100, 1000);
        Assert.Equal("changed", world.Bare.Read("services/s7.yaml"));
        world.Bare.Git("fsck", "--strict");
    }

    [Fact]
    public async Task Of_a_book_that_is_there_nothing_is_sent_for_a_branch_that_begins_where_it_ends()
    {
        await using var world = await StartAsync();
        for (var page = 0; page < 100; page++)
        {
            world.Bare.Commit("gitopsbot/state", "page", Noon, ($"pages/{page}.json", Guid.NewGuid().ToString()));
        }

        using var git = await world.OpenAsync();
        await git.FetchAsync(Token);
        var tip = git.Tip("gitopsbot/state")!;
        long sent = 0;
        world.Server.Around = (context, answer) =>
        {
            sent = context.Request.ContentLength ?? sent;
            return answer();
        };

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/gitopsbot/drafts/a", null, tip));

        Assert.InRange(sent, 100, 1000);
        Assert.Equal(tip, world.Bare.Tip("gitopsbot/drafts/a"));
    }

    [Fact]
    public async Task A_push_carries_several_commits_of_all_kinds_of_changes_and_one_that_is_there_already()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        var second = Write(git, first, "a/two/deep/er.yaml", "x");
        var third = git.WriteCommit([second], second, new Dictionary<string, ReadOnlyMemory<byte>?>
        {
            ["b.yaml"] = null, ["new/folder/file"] = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 50_000))),
        }, "third\n", Bot, Bot, Noon);
        var fourth = git.WriteCommit([third, first], third, new Dictionary<string, ReadOnlyMemory<byte>?>
        {
            ["new/folder/file"] = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 50_000).Select(i => i == 30_000 ? -1 : i))),
        }, "fourth\n", Bot, Bot, Noon);

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", first, fourth));
        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/promote/prod/checkout", null, third));
        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/gitopsbot/state", null, git.WriteCommit([], null, new Dictionary<string, ReadOnlyMemory<byte>?> { ["x"] = new byte[] { 1 } }, "book\n", Bot, Bot, Noon)));

        Assert.Equal((fourth, third), (world.Bare.Tip(), world.Bare.Tip("promote/prod/checkout")));
        world.Bare.Git("fsck", "--strict", "--full");
    }

    [Theory]
    [InlineData("ended in the middle", "# service=git-receive-pack\n", Flush)]
    [InlineData("does not speak as a Git server does", "!zzzz")]
    [InlineData("does not speak as a Git server does", "!0003")]
    [InlineData("does not speak as a Git server does", "!fff1")]
    [InlineData("The remote refuses: go away.", "# service=git-receive-pack\n", Flush, "ERR go away\n", Flush)]
    [InlineData("does not take pushes as this bot makes them", "# service=git-receive-pack\n", Flush, "cccccccccccccccccccccccccccccccccccccccc refs/heads/main\0delete-refs", Flush)]
    [InlineData("does not take pushes as this bot makes them", "cccccccccccccccccccccccccccccccccccccccc refs/heads/main\0report-status object-format=sha256", Flush)]
    public async Task A_server_that_lists_what_it_can_do_in_no_way_that_is_known_is_an_error(string sentence, params string[] list)
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        world.Server.Around = async (context, answer) =>
        {
            if (context.Request.QueryString.Value?.Contains("receive-pack", StringComparison.Ordinal) == true)
            {
                context.Response.ContentType = "application/x-git-receive-pack-advertisement";
                await context.Response.Body.WriteAsync(Lines(list), Token);
                return;
            }

            await answer();
        };

        var refused = Assert.Throws<GitException>(() => git.Push("refs/heads/main", first, Write(git, first, "b.yaml", "2")));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("does not say what became of a push", "unpack ok\n", Flush)]
    [InlineData("does not say what became of a push", "unpack ok\n", "ok refs/heads/maim\n", Flush)]
    [InlineData("ended in the middle", "unpack ok\n")]
    [InlineData("what was sent could not be unpacked there: disk full", "unpack disk full\n", "ok refs/heads/main\n", Flush)]
    public async Task A_report_that_does_not_say_that_the_ref_moved_moves_nothing(string sentence, params string[] report)
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        world.Server.Around = async (context, answer) =>
        {
            if (context.Request.Method == "POST" && context.Request.Path.Value!.EndsWith("receive-pack", StringComparison.Ordinal))
            {
                context.Response.ContentType = "application/x-git-receive-pack-result";
                await context.Response.Body.WriteAsync(Lines("\u0002a hook says something\n", "\u0001" + Encoding.UTF8.GetString(Lines(report)), Flush), Token);
                return;
            }

            await answer();
        };

        var refused = Assert.Throws<GitException>(() => git.Push("refs/heads/main", first, Write(git, first, "b.yaml", "2")));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Equal((first, first), (git.Tip("main"), world.Bare.Tip()));
    }

    // Law: what a difference makes of the first is the second.
    [Fact]
    public void A_difference_makes_the_second_of_the_first()
    {
        var random = new Random(11);
        for (var i = 0; i < 300; i++)
        {
            var from = new byte[random.Next(0, i % 3 == 0 ? 200_000 : 300)];
            random.NextBytes(from);
            var to = from.ToList();
            for (var edits = random.Next(0, 3); edits > 0 && to.Count > 0; edits--)
            {
                var at = random.Next(to.Count);
                to.RemoveRange(at, random.Next(0, Math.Min(200, to.Count - at)));
                to.InsertRange(at, Enumerable.Range(0, random.Next(0, 200)).Select(_ => (byte)random.Next(3)));
            }

            var delta = PackDelta.Make(from, to.ToArray());

            Assert.Equal(to.Count, PackDelta.ResultSize(delta));
            Assert.Equal(to, PackDelta.Apply(from, delta));
        }
    }

    // Texts as lines; one that begins with an exclamation mark goes as it is.
    private static byte[] Lines(params IEnumerable<string> texts) => [.. texts.SelectMany(t => t.StartsWith('!') ? Encoding.UTF8.GetBytes(t[1..]) : PktLines.Of(t))];
}
