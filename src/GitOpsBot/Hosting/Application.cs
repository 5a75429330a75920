using System.Collections.Concurrent;
using GitOpsBot.Commands;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Demo;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;

namespace GitOpsBot.Hosting;

/// <summary>What the commands do: the parts of the world outside, brought together for one call each.</summary>
/// <param name="steps">Told of each step.</param>
/// <param name="clock">What time it is.</param>
/// <param name="longest">How long GitHub and Git remotes may be silent; null for thirty seconds.</param>
internal sealed class Application(StepProbe steps, TimeProvider clock, TimeSpan? longest = null) : IDisposable
{
    // Waiting is most of what a pass over an unchanged repository does, and what it holds meanwhile is some megabytes of folders it looked into.
    private const int RepositoriesAtOnce = 16;

    // Longer than a pass that goes on. One that takes longer waits for a server, and leaves its place to others meanwhile: however many wait, the rest is done.
    private static readonly TimeSpan LongestInPlace = TimeSpan.FromSeconds(5);

    private readonly GitHubClients github = new(clock) { Longest = longest };
    private readonly KeptRegistries registries = new();
    private readonly ConcurrentDictionary<string, StandingMemory> standing = new(StringComparer.Ordinal);
    private Mirrors? mirrors;

    /// <summary>All of it, for the command line.</summary>
    public BotActions Actions => new()
    {
        Pass = PassAsync,
        LookAnew = (settings, repository, sha) => github.Of(settings.GitHub!, repository).Forge.ForgetChecks(sha),
        Doctor = async (request, token) =>
            new Answer<Doctor.DoctorReport>.Done(await new Doctor.DoctorDesk(MirrorsOf(request.Settings, request.Logs), github, registries.For(request.Settings), clock).LookAsync(request, token)),
        Verify = (request, token) => InspectionOf(request).VerifyAsync(request, token),
        Explain = (request, token) => InspectionOf(request.Of).ExplainAsync(request, token),
        ExplainText = (text, path) => FactsExplanation.Of(text, path, clock.GetUtcNow()),
        VerifyBundle = request => EvidenceVerifier.VerifyBundle(request.Bundle, request.Digest, request.Content, request.Authority, clock.GetUtcNow()),
        Ask = async (request, token) =>
        {
            using var open = await OpenAsync(request.Settings, request.Repository, request.Logs, token);
            return await new TerminalRequests(open, clock).DoAsync(request, token);
        },
        ListPullRequests = (request, token) => ReviewAsync(request, review => review.ListAsync(token), token),
        ShowPullRequest = (request, number, token) => ReviewAsync(request, review => review.ShowAsync(number, token), token),
        CommentPullRequest = (request, number, text, token) => ReviewAsync(request, review => Task.FromResult(review.Comment(number, request.Login, text)), token),
        ApprovePullRequest = (request, number, token) => ReviewAsync(request, review => review.ApproveAsync(number, request.Login), token),
        MergePullRequest = (request, number, token) => ReviewAsync(request, review => review.MergeAsync(number, token), token),
        Demo = async (request, token) => new Answer<int>.Done(await DemoStory.TellAsync(request, token)),
    };

    /// <summary>
    /// One pass over the repositories that were asked for, side by side and reported in the order of the settings; what goes wrong in one stays there, and
    /// one that has to wait holds up no other.
    /// </summary>
    public async Task<Answer<PassReport>> PassAsync(PassRequest request, CancellationToken cancellationToken)
    {
        github.Permissions.Logger ??= request.Logs.CreateLogger<PermissionNotice>();
        IReadOnlyList<RepositorySettings> wanted = request.Only is { } only ? [only] : request.Settings.Repositories;
        var reports = new RepositoryReport[wanted.Count];
        using var places = new SemaphoreSlim(RepositoriesAtOnce);
        await Task.WhenAll(wanted.Select((repository, index) => Task.Run(
            async () =>
            {
                await places.WaitAsync(cancellationToken);
                var pass = PassAsync(request, repository, cancellationToken);
                await Task.WhenAny(pass, Task.Delay(LongestInPlace, clock, cancellationToken));
                places.Release();
                reports[index] = await pass;
            },
            cancellationToken)));
        return new Answer<PassReport>.Done(new PassReport(reports));
    }

    private async Task<RepositoryReport> PassAsync(PassRequest request, RepositorySettings repository, CancellationToken cancellationToken)
    {
        try
        {
            using var open = await OpenAsync(request.Settings, repository, request.Logs, cancellationToken);
            var parts = open.Parts with { Progress = new PassProgress(repository.Name, request.Logs.CreateLogger<PassProgress>(), clock) };
            return await new PromotionReconciler(parts).PassAsync(request.Acts, cancellationToken);
        }
        catch (Git.GitException e)
        {
            return new RepositoryReport(repository.Name, null, [], []) { Failures = [new Core.Documents.Problem("", 0, 0, e.Message)] };
        }
    }

    private async Task<Answer<T>> ReviewAsync<T>(PullRequestRequest request, Func<TerminalReview, Task<Answer<T>>> act, CancellationToken cancellationToken)
    {
        using var open = await OpenAsync(request.Settings, request.Repository, request.Logs, cancellationToken);
        return await act(new TerminalReview(open, request.Repository));
    }

    private ArtifactInspection InspectionOf(VerifyRequest request) => new(MirrorsOf(request.Settings, request.Logs), github, registries.For(request.Settings), clock);

    private Task<OpenRepository> OpenAsync(BotSettings settings, RepositorySettings repository, ILoggerFactory logs, CancellationToken cancellationToken) =>
        OpenRepository.OpenAsync(settings, repository, MirrorsOf(settings, logs), github, registries.For(settings), standing.GetOrAdd(repository.Name, _ => new StandingMemory()), steps, clock, cancellationToken);

    // One for the life of the process; a process has one log.
    private Mirrors MirrorsOf(BotSettings settings, ILoggerFactory logs) =>
        LazyInitializer.EnsureInitialized(ref mirrors, () => new Mirrors((repository, token) => github.ForGitAsync(settings.GitHub, repository, token), logs, clock) { Patience = longest ?? TimeSpan.FromSeconds(30) });

    /// <inheritdoc/>
    public void Dispose()
    {
        github.Dispose();
        mirrors?.Dispose();
        registries.Dispose();
    }
}
