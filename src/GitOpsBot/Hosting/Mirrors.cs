using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using GitOpsBot.Git;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Hosting;

/// <summary>Opens the repositories of the settings: those on this machine in place, remote ones as mirrors under the data directory. Lives as long as the process, since connections and what a server asked to wait for outlast a pass.</summary>
/// <param name="credentials">What a repository over HTTP is shown, asked before each request; null for nothing.</param>
/// <param name="logs">Where first copies tell how far they are.</param>
/// <param name="clock">For <c>Retry-After</c>.</param>
internal sealed class Mirrors(Func<RepositorySettings, CancellationToken, ValueTask<GitCredentials?>> credentials, ILoggerFactory logs, TimeProvider clock) : IDisposable
{
    private readonly HttpMessageInvoker http = HttpRemote.Client();
    private readonly ConcurrentDictionary<(string, RepositoryAddress, string), RepositoryMemory> memories = new();
    private readonly ConcurrentDictionary<string, Mirror> mirrors = new(StringComparer.Ordinal);

    /// <summary>How long a remote may go without any progress.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Opens one; a mirror's refs are as they were last fetched.</summary>
    /// <exception cref="GitException">It cannot be opened, or a mirror not be made.</exception>
    public async Task<ManifestRepository> OpenAsync(string dataDirectory, RepositorySettings repository, CancellationToken cancellationToken) =>
        repository.Address is RepositoryAddress.Folder here
            ? ManifestRepository.Open(here.Path)
            : await mirrors.GetOrAdd(FolderOf(dataDirectory, repository), folder => new Mirror(SourceOf(repository), folder, logs.CreateLogger<Mirror>(), clock, logs.CreateLogger<RemoteTalk>())).OpenAsync(cancellationToken);

    /// <summary>What earlier passes over a repository read.</summary>
    public RepositoryMemory MemoryOf(RepositorySettings repository) =>
        memories.GetOrAdd((repository.Name, repository.Address, repository.Branch), _ => new RepositoryMemory());

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    // The address is part of the name: when the settings name another one, the old copy is not it.
    private static string FolderOf(string dataDirectory, RepositorySettings repository) => Path.Combine(
        dataDirectory, "git", $"{repository.Name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{repository.Address} {repository.Branch}")))[..12]}.git");

    private MirrorSource SourceOf(RepositorySettings repository)
    {
        if (repository.Address is RepositoryAddress.Ssh ssh)
        {
            return new MirrorSource(repository.Name, ssh, repository.Branch, token => new SshWire(ssh, Patience, token));
        }

        var remote = new HttpRemote(((RepositoryAddress.Http)repository.Address).Url, http, token => credentials(repository, token), clock) { Patience = Patience };
        return new MirrorSource(repository.Name, repository.Address, repository.Branch, token => new HttpWire(remote, token));
    }
}
