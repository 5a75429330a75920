using GitOpsBot.Git;
using GitOpsBot.Testing;
using static GitOpsBot.Tests.Git.RemoteWorld;

namespace GitOpsBot.Tests.Git;

/// <summary>The program <c>ssh</c> is a script here that notes how it was called and runs Git's own server program on this machine.</summary>
public sealed class SshWireTests : IDisposable
{
    private readonly BareRepository bare = new();
    private readonly string folder = Directory.CreateTempSubdirectory("gitopsbot-ssh-").FullName;

    public SshWireTests() => bare.Commit("first", Noon, ("b.yaml", "b"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        bare.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Fetches_and_pushes_through_the_program_without_ever_letting_it_ask()
    {
        var mirror = Mirror($"shift $(($# - 1))\nexec sh -c \"$1\"", TimeSpan.FromSeconds(20));
        using var git = await mirror.OpenAsync(Token);
        var first = git.Tip("main")!;
        var second = Write(git, first, "b.yaml", "c");

        Assert.IsType<PushResult.Moved>(git.Push("refs/heads/main", first, second));
        var third = bare.Commit("third", Noon, ("b.yaml", "third"));
        Assert.Equal(new PushResult.Lost(third), git.Push("refs/heads/main", second, first));
        await git.FetchAsync(Token);

        Assert.Equal(third, git.Tip("main"));
        Assert.Equal(
            $"-o BatchMode=yes -o ConnectTimeout=20 -p 2222 -- git@example.com git-upload-pack '{bare.Path}'",
            (await File.ReadAllLinesAsync(Path.Combine(folder, "calls"), Token))[0]);
    }

    [Fact]
    public async Task What_the_program_complains_of_is_the_reason()
    {
        var mirror = Mirror("echo 'git@example.com: Permission denied (publickey).' >&2; exit 255", TimeSpan.FromSeconds(20));

        var refused = await Assert.ThrowsAsync<GitException>(() => mirror.OpenAsync(Token));

        Assert.Equal(
            ($"ssh://git@example.com:2222{bare.Path} cannot be reached through ssh: git@example.com: Permission denied (publickey).", true), (refused.Message, refused.IsTransient));
    }

    [Fact]
    public async Task A_program_that_makes_no_progress_is_ended()
    {
        var mirror = Mirror("exec sleep 60", TimeSpan.FromSeconds(0.3));

        var refused = await Assert.ThrowsAsync<GitException>(() => mirror.OpenAsync(Token));

        Assert.Equal(($"ssh://git@example.com:2222{bare.Path} sent nothing for 0.3 s.", true), (refused.Message, refused.IsTransient));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_said_so()
    {
        var mirror = Mirror(null, TimeSpan.FromSeconds(20));

        Assert.Equal(
            $"The program {Path.Combine(folder, "ssh")} cannot be started; it is needed for ssh://git@example.com:2222{bare.Path}.",
            (await Assert.ThrowsAsync<GitException>(() => mirror.OpenAsync(Token))).Message);
    }

    private Mirror Mirror(string? script, TimeSpan patience)
    {
        var program = Path.Combine(folder, "ssh");
        if (script is not null)
        {
            File.WriteAllText(program, $"#!/bin/sh\necho \"$@\" >> {folder}/calls\n{script}\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        var address = new RepositoryAddress.Ssh("git", "example.com", 2222, bare.Path);
        return new Mirror(
            new MirrorSource("shop", address, "main", token => new SshWire(address, patience, token, program)), Path.Combine(folder, "shop.git"), new LogLines(), TimeProvider.System);
    }
}
