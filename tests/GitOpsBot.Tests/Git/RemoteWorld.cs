using System.Text;
using GitOpsBot.Git;
using GitOpsBot.Testing;
using Microsoft.Extensions.Logging;

namespace GitOpsBot.Tests.Git;

/// <summary>A bare repository served over HTTP, and mirrors of it in one data directory.</summary>
internal sealed class RemoteWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly CommitIdentity Bot = new("GitOpsBot", "bot@example.com");
    private readonly HttpMessageInvoker http = HttpRemote.Client();
    private readonly string data = Directory.CreateTempSubdirectory("gitopsbot-data-").FullName;

    private RemoteWorld(GitServer server, BareRepository bare) => (Server, Bare) = (server, bare);

    public static async Task<RemoteWorld> StartAsync()
    {
        var bare = new BareRepository();
        bare.Commit("first", Noon, ("a/one.yaml", "1"), ("b.yaml", "b"));
        return new RemoteWorld(await GitServer.StartAsync(Path.GetDirectoryName(bare.Path)!), bare);
    }

    public GitServer Server { get; }

    public BareRepository Bare { get; }

    public string Folder => Path.Combine(data, "shop.git");

    public string Url => Server.Url + Path.GetFileName(Bare.Path);

    public Func<GitCredentials?> Credentials { get; set; } = () => null;

    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(20);

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public int PacksAtMost { get; set; } = 500;

    public LogLines Log { get; } = new();

    /// <summary>A mirror as another process would have it.</summary>
    public Mirror Mirror(string? url = null)
    {
        var remote = new HttpRemote(new Uri(url ?? Url), http, _ => ValueTask.FromResult(Credentials()), Clock) { Patience = Patience };
        return new Mirror(new MirrorSource("shop", new RepositoryAddress.Http(remote.Url), "main", token => new HttpWire(remote, token)), Folder, Log, Clock) { PacksAtMost = PacksAtMost };
    }

    public Task<ManifestRepository> OpenAsync() => Mirror().OpenAsync(CancellationToken.None);

    public static string Write(ManifestRepository git, string parent, string path, string text) =>
        git.WriteCommit([parent], parent, new Dictionary<string, ReadOnlyMemory<byte>?> { [path] = Encoding.UTF8.GetBytes(text) }, $"{path}\n", Bot, Bot, Noon);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Bare.Dispose();
        http.Dispose();
        Directory.Delete(data, recursive: true);
    }

    internal sealed class LogLines : ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

        public string Text => string.Join('\n', lines);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
