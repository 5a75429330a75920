using System.Collections.Concurrent;
using System.Net;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Git;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Forge.GitHub;

/// <summary>One repository on GitHub, for the life of the process.</summary>
/// <param name="Address">Where.</param>
/// <param name="Credential">Who the bot is there.</param>
/// <param name="Connection">The connection.</param>
/// <param name="Forge">Its pull requests.</param>
/// <param name="Blobs">Where what it lists as attestations lies.</param>
/// <param name="Comments">How far its comments were read.</param>
internal sealed record GitHubClient(
    GitHubAddress Address, IGitHubCredential Credential, GitHubConnection Connection, GitHubForge Forge, AttestationBlobs Blobs, CommentCursor Comments);

/// <summary>What of GitHub outlives a pass: tokens until they end, limits, answers that may be used again. Shared by all repositories of one process.</summary>
internal sealed class GitHubClients(TimeProvider clock) : IDisposable
{
    private readonly SocketsHttpHandler network = new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private readonly ConcurrentDictionary<string, GitHubClient> clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<GitHubSettings, IGitHubCredential> shared = new();
    private readonly ConcurrentDictionary<(GitHubSettings, string Owner), SourceDoors> sources = new();
    private readonly ConcurrentDictionary<long, GitHubLimits> limits = new();

    /// <summary>How long one request of a repository's may last; null for thirty seconds.</summary>
    public TimeSpan? Longest { get; init; }

    /// <summary>Tells which permissions an installation lacks.</summary>
    public PermissionNotice Permissions { get; } = new();

    /// <summary>The client of a repository with <see cref="ForgeKind.GitHub"/>.</summary>
    public GitHubClient Of(GitHubSettings settings, RepositorySettings repository) => clients.GetOrAdd($"{settings.Api} {repository.Name} {repository.Address} {repository.Branch}", _ =>
    {
        var (owner, name) = GitHubAddress.Repository(repository.Address)!.Value;
        var address = new GitHubAddress(settings.Api, owner, name);
        var itself = shared.GetOrAdd(settings, s => s.App is { } app
            ? new AppCredential(app.Id, app.Key, s.Api, clock, network)
            : new TokenCredential(s.Token!, s.Api, clock, network));
        var doors = sources.GetOrAdd((settings, owner.ToUpperInvariant()), _ => new SourceDoors(itself as AppCredential, owner, settings.Api, limits, clock, network, Longest));
        var credential = itself is AppCredential asApp ? new InstallationCredential(asApp, address, limits, clock, network) { Granted = Permissions.Tell } : itself;
        var connection = new GitHubConnection(settings.Api, credential, network, Longest);
        var blobs = new AttestationBlobs(settings.Api);
        var forge = new GitHubForge(connection, address, repository.Branch, credential, doors, blobs, settings.App?.Id, clock)
        {
            Pace = new ForgePace("GitHub", GitHubLimits.PerMinute, GitHubLimits.PerHour) { PerCommit = settings.Commits == CommitsBy.Api ? 1 : 0 },
        };
        return new GitHubClient(address, credential, connection, forge, blobs, new CommentCursor());
    });

    /// <summary>What a repository is shown over HTTPS: for GitHub the token of the API, for any other nothing.</summary>
    /// <exception cref="GitException">No token can be had.</exception>
    public async ValueTask<GitCredentials?> ForGitAsync(GitHubSettings? settings, RepositorySettings repository, CancellationToken cancellationToken)
    {
        if (settings is null || repository.Forge != ForgeKind.GitHub)
        {
            return null;
        }

        try
        {
            return new GitCredentials("x-access-token", await Of(settings, repository).Credential.TokenAsync(cancellationToken));
        }
        catch (ForgeException e)
        {
            throw new GitException(e.Message, e.IsTransient, e);
        }
    }

    /// <summary>A handler that asks as these credentials, for who wants to see refusals as they are.</summary>
    public GitHubHandler HandlerOf(IGitHubCredential credential) => new(credential, network);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            client.Connection.Dispose();
            client.Blobs.Dispose();
            (client.Credential as IDisposable)?.Dispose();
        }

        foreach (var doors in sources.Values)
        {
            doors.Dispose();
        }

        network.Dispose();
    }
}
