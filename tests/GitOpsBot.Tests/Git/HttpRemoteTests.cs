using GitOpsBot.Git;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using static GitOpsBot.Tests.Git.RemoteWorld;

namespace GitOpsBot.Tests.Git;

public class HttpRemoteTests
{
    private const string Secret = "s3cr3t-ghs_0123456789";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Credentials_are_asked_for_before_each_request_and_kept_nowhere()
    {
        await using var world = await StartAsync();
        world.Server.Login = $"x-access-token:{Secret}-1";
        var asked = 0;
        world.Credentials = () =>
        {
            asked++;
            return new GitCredentials("x-access-token", world.Server.Login.Split(':')[1]);
        };
        using var git = await world.OpenAsync();
        world.Server.Login = $"x-access-token:{Secret}-2";
        var first = git.Tip("main")!;

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", first, Write(git, first, "b.yaml", "c")));

        Assert.Equal(world.Server.Requests.Count, asked);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(world.Folder)!, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Secret, world.Log.Text + string.Join('\n', world.Server.Requests) + new GitCredentials("u", Secret), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_credentials_are_said_once_and_not_repeated()
    {
        await using var world = await StartAsync();
        world.Server.Login = "right:right";
        Assert.Equal($"{world.Url} asks for credentials, and the bot has none for it (status 401).", await MessageAsync(world));
        world.Credentials = () => new GitCredentials("x", Secret);

        var refused = await Assert.ThrowsAsync<GitException>(world.OpenAsync);

        Assert.Equal(($"{world.Url} does not accept the bot's credentials (status 401).", false), (refused.Message, refused.IsTransient));
        Assert.DoesNotContain(Secret, refused.ToString() + world.Log.Text, StringComparison.Ordinal);
        Assert.Equal(2, world.Server.Requests.Count);
    }

    [Theory]
    [InlineData(403, "forbids this to the bot (status 403).", false)]
    [InlineData(500, "answers with status 500.", true)]
    [InlineData(429, "answers with status 429.", true)]
    public async Task What_the_server_answers_says_whether_it_may_be_better_later(int status, string sentence, bool isTransient)
    {
        await using var world = await StartAsync();
        world.Server.Around = (context, _) =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };

        var refused = await Assert.ThrowsAsync<GitException>(world.OpenAsync);

        Assert.Equal(($"{world.Url} {sentence}", isTransient), (refused.Message, refused.IsTransient));
    }

    [Fact]
    public async Task A_repository_that_is_not_there_is_said_so()
    {
        await using var world = await StartAsync();

        var refused = await Assert.ThrowsAsync<GitException>(() => world.Mirror(world.Server.Url + "gitopsbot-none.git").OpenAsync(Token));

        Assert.Equal($"There is no repository {world.Server.Url}gitopsbot-none.git, or the bot may not know of it (status 404).", refused.Message);
    }

    [Fact]
    public async Task A_web_page_is_not_taken_for_a_repository()
    {
        await using var world = await StartAsync();
        world.Server.Around = (context, _) => context.Response.WriteAsync("<html>log in</html>");

        Assert.Equal(
            $"{world.Url} does not answer as a Git server does: expected application/x-git-upload-pack-advertisement, found another type of content.", await MessageAsync(world));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_sends_nothing_is_not_waited_for_longer_than_the_limit(bool sendsSome)
    {
        await using var world = await StartAsync();
        world.Patience = TimeSpan.FromSeconds(0.3);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        world.Server.Around = async (context, _) =>
        {
            if (sendsSome)
            {
                context.Response.ContentType = "application/x-git-upload-pack-advertisement";
                await context.Response.WriteAsync("001e# service=git-upload-pack\n", end.Token);
                await context.Response.Body.FlushAsync(end.Token);
            }

            await Task.Delay(Timeout.Infinite, end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        };

        var refused = await Assert.ThrowsAsync<GitException>(world.OpenAsync);
        await end.CancelAsync();

        Assert.Equal(($"{world.Url} sent nothing for 0.3 s.", true), (refused.Message, refused.IsTransient));
    }

    [Fact]
    public async Task A_slow_server_that_keeps_sending_is_waited_for()
    {
        await using var world = await StartAsync();
        world.Patience = TimeSpan.FromSeconds(2);
        world.Server.Around = async (context, answer) =>
        {
            var whole = context.Response.Body;
            using var kept = new MemoryStream();
            context.Response.Body = kept;
            await answer();
            context.Response.Body = whole;
            foreach (var part in kept.ToArray().Chunk((int)(kept.Length / 4) + 1))
            {
                await Task.Delay(700, Token);
                await whole.WriteAsync(part, Token);
                await whole.FlushAsync(Token);
            }
        };

        using var git = await world.OpenAsync();

        Assert.Equal(world.Bare.Tip(), git.Tip("main"));
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_is_an_error_that_may_pass_and_the_next_fetch_goes_on()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var next = world.Bare.Commit("next", Noon, ("b.yaml", new string('x', 100_000) + Guid.NewGuid()));
        world.Server.Around = async (context, answer) =>
        {
            var whole = context.Response.Body;
            using var kept = new MemoryStream();
            context.Response.Body = kept;
            await answer();
            context.Response.Body = whole;
            context.Response.ContentLength = null;
            await whole.WriteAsync(kept.ToArray().AsMemory(0, (int)kept.Length / 2), Token);
            await whole.FlushAsync(Token);
            // What was sent shall arrive before the break does.
            await Task.Delay(200, Token);
            context.Abort();
        };

        var refused = await Assert.ThrowsAsync<GitException>(() => git.FetchAsync(Token));
        world.Server.Around = null;
        await git.FetchAsync(Token);

        Assert.Equal(($"The connection to {world.Url} broke.", true), (refused.Message, refused.IsTransient));
        Assert.Equal(next, git.Tip("main"));
        Assert.DoesNotContain("damaged", world.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_answer_to_a_push_is_lost_the_next_fetch_sees_what_became_of_it()
    {
        await using var world = await StartAsync();
        using var git = await world.OpenAsync();
        var first = git.Tip("main")!;
        var mine = Write(git, first, "b.yaml", "mine");
        world.Server.Around = async (context, answer) =>
        {
            if (context.Request.Method == "POST")
            {
                var whole = context.Response.Body;
                context.Response.Body = new MemoryStream();
                await answer();
                context.Response.Body = whole;
                context.Abort();
                return;
            }

            await answer();
        };

        Assert.True(Assert.Throws<GitException>(() => git.Push("refs/heads/main", first, mine)).IsTransient);
        Assert.Equal(first, git.Tip("main"));
        world.Server.Around = null;
        await git.FetchAsync(Token);
        Assert.Equal(mine, git.Tip("main"));
    }

    [Fact]
    public async Task A_renamed_repository_is_followed_on_its_own_host_with_credentials()
    {
        await using var world = await StartAsync();
        world.Server.Login = "bot:right";
        world.Credentials = () => new GitCredentials("bot", "right");
        var name = Path.GetFileName(world.Bare.Path);
        world.Server.Around = (context, answer) =>
        {
            if (context.Request.Path.Value!.StartsWith("/old.git/", StringComparison.Ordinal))
            {
                context.Response.Redirect(context.Request.Path.Value.Replace("/old.git/", $"/{name}/", StringComparison.Ordinal) + context.Request.QueryString);
                return Task.CompletedTask;
            }

            return answer();
        };

        using var git = await world.Mirror(world.Server.Url + "old.git").OpenAsync(Token);
        var first = git.Tip("main")!;

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", first, Write(git, first, "b.yaml", "c")));
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_not_followed_and_carries_nothing_there()
    {
        await using var world = await StartAsync();
        await using var stranger = await StartAsync();
        world.Credentials = () => new GitCredentials("bot", Secret);
        world.Server.Around = (context, _) =>
        {
            context.Response.Redirect(stranger.Url + "/info/refs?service=git-upload-pack");
            return Task.CompletedTask;
        };

        Assert.Equal(
            $"{world.Url} redirects to another host; that is not followed. When it has moved there, write the new address into the settings.", await MessageAsync(world));
        Assert.Empty(stranger.Server.Requests);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using var world = await StartAsync();
        world.Server.Around = (context, _) =>
        {
            context.Response.Redirect(context.Request.Path + context.Request.QueryString);
            return Task.CompletedTask;
        };

        Assert.Equal($"{world.Url} redirects more than 5 times.", await MessageAsync(world));
    }

    [Fact]
    public async Task Retry_After_is_obeyed_exactly()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var world = await StartAsync();
        world.Clock = clock;
        var mirror = world.Mirror();
        using var git = await mirror.OpenAsync(Token);
        world.Server.Around = (context, _) =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "60";
            return Task.CompletedTask;
        };
        var refused = await Assert.ThrowsAsync<GitException>(() => git.FetchAsync(Token));
        Assert.Equal($"{world.Url} answers with status 503 and asks not to be asked before 2026-11-01 12:01:00Z.", refused.Message);
        world.Server.Around = null;
        var before = world.Server.Requests.Count;

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal($"{world.Url} asked not to be asked before 2026-11-01 12:01:00Z.", (await Assert.ThrowsAsync<GitException>(() => git.FetchAsync(Token))).Message);
        Assert.Equal(before, world.Server.Requests.Count);
        clock.Advance(TimeSpan.FromSeconds(1));
        await git.FetchAsync(Token);
    }

    [Fact]
    public async Task A_server_that_is_not_there_may_be_there_later()
    {
        await using var world = await StartAsync();

        var refused = await Assert.ThrowsAsync<GitException>(() => world.Mirror("http://127.0.0.1:1/shop.git").OpenAsync(Token));

        Assert.Equal(("http://127.0.0.1:1/shop.git cannot be reached: ConnectionError.", true), (refused.Message, refused.IsTransient));
    }

    [Fact]
    public async Task A_fetch_that_is_cancelled_ends_as_cancelled()
    {
        await using var world = await StartAsync();
        using var cancel = new CancellationTokenSource();
        using var git = await world.OpenAsync();
        world.Server.Around = async (_, _) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(500, CancellationToken.None);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => git.FetchAsync(cancel.Token));
    }

    private static async Task<string> MessageAsync(RemoteWorld world) => (await Assert.ThrowsAsync<GitException>(world.OpenAsync)).Message;
}
