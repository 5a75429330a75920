using GitOpsBot.Commands;
using GitOpsBot.Doctor.GitHub;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Registry;

namespace GitOpsBot.Doctor;

/// <summary>
/// <c>gitopsbot doctor</c>: looks at a set-up as the bot itself would meet it, with its own credentials and connections. It only ever reads; what it writes are
/// the caches that any pass writes. This folder's map: <see cref="DoctorChecks"/> lists what is looked at, <see cref="DoctorRound"/> takes the looks,
/// <see cref="SetUp"/> is what they look at, <c>GitHub</c> holds what GitHub shows.
/// </summary>
/// <param name="mirrors">The repositories.</param>
/// <param name="github">GitHub.</param>
/// <param name="registries">The registries.</param>
/// <param name="clock">This machine's clock.</param>
internal sealed class DoctorDesk(Mirrors mirrors, GitHubClients github, Registries registries, TimeProvider clock)
{
    /// <summary>Looks at everything.</summary>
    public async Task<DoctorReport> LookAsync(DoctorRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<ExaminedRepository> repositories = [.. (request.Only is { } only ? [only] : request.Settings.Repositories).Select(r => Examined(request.Settings, r))];
        try
        {
            return await new DoctorRound(request.Logs.CreateLogger<DoctorRound>()).TakeAsync(new SetUp(request.Settings, repositories, registries, clock), DoctorChecks.All, cancellationToken);
        }
        finally
        {
            foreach (var repository in repositories)
            {
                repository.Facts?.Dispose();
            }
        }
    }

    private ExaminedRepository Examined(BotSettings settings, RepositorySettings repository) => new(
        repository,
        new Once<RepositoryContents>(async token =>
        {
            using var git = await mirrors.OpenAsync(settings.DataDirectory, repository, token);
            return await RepositoryContents.ReadAsync(git, repository, OpenRepository.Known(settings, repository), token);
        }),
        repository.Forge == ForgeKind.GitHub ? new GitHubFacts(github.Of(settings.GitHub!, repository), settings.GitHub!.App?.Id, repository.Branch, github.HandlerOf) : null);
}
