using GitOpsBot.Commands;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;
using GitOpsBot.Forge;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Forge.Local;
using GitOpsBot.Git;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;
using GitOpsBot.Sources;

namespace GitOpsBot.Hosting;

/// <summary>One repository of the settings with everything it is worked with, open until disposed.</summary>
internal sealed class OpenRepository : IDisposable
{
    /// <summary>Works with a repository that is open already; it is closed with this.</summary>
    public OpenRepository(
        BotSettings settings, RepositorySettings repository, ManifestRepository git, Registries registries, StepProbe steps, TimeProvider clock, GitHubClient? client = null,
        StandingMemory? standing = null, RepositoryMemory? memory = null)
    {
        Git = git;
        Git.SignsWith = settings.SigningKey?.Read();
        Local = client is null ? new LocalForge(Git, repository.Branch, settings.Committer, clock, steps.Reach) : null;
        Forge = client?.Forge ?? (IForge)Local!;
        Parts = new RepositoryParts(
            repository.Name, repository.Branch, repository.Directory, Git, Forge, registries, Known(settings, repository),
            name => settings.MayPromote(repository, name), settings.Committer, steps, clock)
        {
            Comments = client?.Comments ?? new CommentCursor(),
            Pusher = client is not null && settings.GitHub!.Commits == CommitsBy.Api ? new GitHubCommits(Git, client.Connection, client.Address, steps.Reach) : new GitPusher(Git),
            Sources = new OutsideSources(settings.Sources),
            Interval = settings.Interval,
            Standing = standing ?? new StandingMemory(),
            Memory = memory ?? new RepositoryMemory(),
        };
    }

    /// <summary>Opens it; a remote one's mirror is made when it is not there.</summary>
    /// <exception cref="GitException">It cannot be opened.</exception>
    public static async Task<OpenRepository> OpenAsync(
        BotSettings settings, RepositorySettings repository, Mirrors mirrors, GitHubClients github, Registries registries, StandingMemory standing, StepProbe steps, TimeProvider clock,
        CancellationToken cancellationToken) =>
        new(settings, repository, await mirrors.OpenAsync(settings.DataDirectory, repository, cancellationToken), registries, steps, clock,
            repository.Forge == ForgeKind.GitHub ? github.Of(settings.GitHub!, repository) : null, standing, mirrors.MemoryOf(repository));

    /// <summary>The repository.</summary>
    public ManifestRepository Git { get; }

    /// <summary>Its pull requests.</summary>
    public IForge Forge { get; }

    /// <summary>The same where they are kept on this machine, so that anybody here may act as anyone; otherwise null.</summary>
    public LocalForge? Local { get; }

    /// <summary>All parts.</summary>
    public RepositoryParts Parts { get; }

    /// <summary>Documents that every repository knows, and the policies that the settings demand of this one.</summary>
    public static ConfigurationSources Known(BotSettings settings, RepositorySettings? repository)
    {
        var problems = new List<Problem>();
        return new ConfigurationSources([])
        {
            Shipped = DocumentFolder.Shipped(problems),
            Organization = [.. settings.PolicyFolders.SelectMany(folder => DocumentFolder.Read(folder, problems))],
            Require = repository?.Require ?? [],
            Outside = settings.Sources.Known,
            TrustedRoot = settings.TrustedRoot,
            ReadProblems = problems,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => Git.Dispose();
}
