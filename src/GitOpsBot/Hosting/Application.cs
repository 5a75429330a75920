using System.Collections.Concurrent;
using GitOpsBot.Commands;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Demo;
using GitOpsBot.Forge;
using GitOpsBot.Forge.GitHub;
using GitOpsBot.Hosting.Settings;
using GitOpsBot.Reconciliation;
using GitOpsBot.Registry;

namespace GitOpsBot.Hosting;

/// <summary>What the commands do: the parts of the world outside, brought together for one call each.</summary>
/// <param name="steps">Told of each step.</param>
/// <param name="clock">What time it is.</param>
/// <param name="longest">How long GitHub and Git remotes may be silent; null for thirty seconds.</param>
internal sealed class Application(StepProbe steps, TimeProvider clock, TimeSpan? longest = null) : IDisposable
{
    // Waiting is most of what a pass over an unchanged repository does, and what it holds meanwhile is some megabytes of folders it looked into.
    private const int RepositoriesAtOnce = 16;

    private readonly GitHubClients github = new(clock) { Longest = longest };
    private readonly KeptRegistries registries = new();
    private readonly ConcurrentDictionary<string, StandingMemory> standing = new(StringComparer.Ordinal);
    private Mirrors? mirrors;

    /// <summary>All of it, for the command line.</summary>
    public BotActions Actions => new()
    {
        Pass = PassAsync,
        LookAnew = (settings, repository) => github.Of(settings.GitHub!, repository).Forge.ForgetChecks(),
        Doctor = async (request, token) =>
            new Answer<Doctor.DoctorReport>.Done(await new Doctor.DoctorDesk(MirrorsOf(request.Settings, request.Logs), github, registries.For(request.Settings), clock).LookAsync(request, token)),
        Verify = VerifyAsync,
        Explain = ExplainAsync,
        ExplainText = (text, path) => FactsExplanation.Of(text, path, clock.GetUtcNow()),
        VerifyBundle = request => EvidenceVerifier.VerifyBundle(request.Bundle, request.Digest, request.Content, request.Authority, clock.GetUtcNow()),
        Ask = AskAsync,
        ListPullRequests = async (request, token) =>
        {
            using var open = await OpenAsync(request.Settings, request.Repository, request.Logs, token);
            return new Answer<IReadOnlyList<PullRequest>>.Done([.. (await open.Forge.ListAsync(token)).OrderBy(p => p.Number)]);
        },
        ShowPullRequest = ShowAsync,
        CommentPullRequest = async (request, number, text, token) =>
        {
            using var open = await OpenAsync(request.Settings, request.Repository, request.Logs, token);
            if (open.Local is not { } local)
            {
                return NotHere(request.Repository);
            }

            var comment = local.CommentAs(number, request.Login, text);
            return new Answer<string>.Done($"Comment {comment.Id} stands on pull request {number}; the next pass answers it.");
        },
        ApprovePullRequest = async (request, number, token) =>
        {
            using var open = await OpenAsync(request.Settings, request.Repository, request.Logs, token);
            if (open.Local is not { } local)
            {
                return NotHere(request.Repository);
            }

            await local.ApproveAs(number, request.Login);
            return new Answer<string>.Done($"{request.Login} approved pull request {number}.");
        },
        MergePullRequest = MergeAsync,
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
        await Parallel.ForEachAsync(
            wanted.Index(), new ParallelOptions { MaxDegreeOfParallelism = RepositoriesAtOnce, CancellationToken = cancellationToken },
            async (one, token) => reports[one.Index] = await PassAsync(request, one.Item, token));
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

    private async Task<Answer<VerifyReport>> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken) => (await GatherAsync(request, cancellationToken)).Then(
        seen => new Answer<VerifyReport>.Done(new VerifyReport(request.Reference.ToString(), seen.Digest, seen.Evidence, PolicyEvaluator.EvaluateEvidence(seen.Policy, seen.Facts))));

    private async Task<Answer<ExpressionReport>> ExplainAsync(ExplainRequest request, CancellationToken cancellationToken) => (await GatherAsync(request.Of, cancellationToken)).Then<ExpressionReport>(
        seen => seen.Policy.Gates.FirstOrDefault(g => g.Name == request.Gate) is not { } gate
            ? new Answer<ExpressionReport>.Wrong($"There is no gate {Core.Documents.Shown.Quoted(request.Gate)} in the policy '{seen.Policy.Name}'.{Core.Documents.NearestName.Hint(request.Gate, seen.Policy.Gates.Select(g => g.Name))}")
            : gate.Condition is { } condition ? new Answer<ExpressionReport>.Done(ExpressionReport.Of(condition, seen.Facts))
            : new Answer<ExpressionReport>.Wrong($"The gate '{gate.Name}' has no condition in CEL."));

    // What verify and explain look at.
    private sealed record Gathered(Policy Policy, Core.Artifacts.Digest Digest, IReadOnlyList<EvidenceItem> Evidence, GateFacts Facts);

    private async Task<Answer<Gathered>> GatherAsync(VerifyRequest request, CancellationToken cancellationToken)
    {
        var known = OpenRepository.Known(request.Settings, request.Repository);
        DocumentSet documents;
        if (request.Folder is { } folder)
        {
            var problems = new List<Core.Documents.Problem>();
            documents = DocumentSet.Load(known with { Repository = DocumentFolder.Read(folder, problems), ReadProblems = [.. known.ReadProblems, .. problems] }, GateKinds.All);
        }
        else
        {
            using var git = await MirrorsOf(request.Settings, request.Logs).OpenAsync(request.Settings.DataDirectory, request.Repository!, cancellationToken);
            await git.FetchAsync(cancellationToken);
            var revision = git.Tip(request.Repository!.Branch) ?? throw new Git.GitException($"The repository {request.Repository.Name} has no branch {request.Repository.Branch}.", isTransient: false);
            documents = RepositoryDocuments.Read(git, revision, request.Repository.Directory, known);
        }

        if (!documents.Policies.TryGetValue(request.Policy, out var policy))
        {
            return new Answer<Gathered>.Wrong($"There is no policy '{request.Policy}' without problems.{Core.Documents.NearestName.Hint(request.Policy, documents.Policies.Keys)}");
        }

        if (documents.Unfilled(policy) is { Count: > 0 } roles)
        {
            return new Answer<Gathered>.Wrong($"The policy '{policy.Name}' is shipped with the bot and names authorities that nobody has defined here: {string.Join(", ", roles)}.");
        }

        var places = registries.For(request.Settings);
        var reader = new ArtifactReader(places);
        var name = request.Reference.Name;
        var digest = request.Reference.Digest ?? (await places.For(name).ResolveAsync(name, request.Reference.Tag ?? "latest", cancellationToken))?.Digest;
        if (digest is null || await reader.DescribeAsync(name, request.Reference.Tag, digest, cancellationToken) is not { } artifact)
        {
            return new Answer<Gathered>.No($"{request.Reference} is not there.");
        }

        var now = clock.GetUtcNow();
        async Task<IReadOnlyList<EvidenceItem>> EvidenceOf(Core.Artifacts.Digest of, IReadOnlyList<AttachedItem> elsewhere) =>
            EvidenceVerifier.VerifyAll([.. await reader.ListAttachedAsync(name, of, cancellationToken), .. elsewhere], of, documents.Authorities, now);
        var elsewhere = await AttestationsAsync(request, policy, digest, cancellationToken);
        var evidence = await EvidenceOf(digest, (elsewhere as Fact<IReadOnlyList<AttachedItem>>.Known)?.Value ?? []);
        Fact<IReadOnlyList<EvidenceItem>> all = elsewhere is Fact<IReadOnlyList<AttachedItem>>.Unknown(var silence)
            ? new Fact<IReadOnlyList<EvidenceItem>>.Unknown(silence) : new Fact<IReadOnlyList<EvidenceItem>>.Known(evidence);
        var platforms = new Dictionary<Core.Artifacts.Digest, Fact<IReadOnlyList<EvidenceItem>>>();
        foreach (var manifest in policy.Gates.Any(g => g.NeedsPlatformEvidence) ? artifact.Manifests : [])
        {
            platforms[manifest.Digest] = new Fact<IReadOnlyList<EvidenceItem>>.Known(await EvidenceOf(manifest.Digest, []));
        }

        var facts = new GateFacts(
            now, "", "", [new JudgedArtifact(name.ToString(), artifact, all) { PlatformEvidence = platforms }],
            new Dictionary<string, Stay>(), new Fact<ApprovalFacts>.Unknown("nothing is promoted here"), new Fact<WayBack>.Unknown("nothing is promoted here"));
        return new Answer<Gathered>.Done(new Gathered(policy, digest, evidence, facts));
    }

    // What GitHub keeps with the source; for a folder of documents, which is nobody's, as the first repository of the settings that is there.
    private async Task<Fact<IReadOnlyList<AttachedItem>>> AttestationsAsync(VerifyRequest request, Policy policy, Core.Artifacts.Digest digest, CancellationToken cancellationToken)
    {
        var found = new List<AttachedItem>();
        if ((request.Repository ?? request.Settings.Repositories.FirstOrDefault(r => r.Forge == ForgeKind.GitHub)) is { Forge: ForgeKind.GitHub } repository)
        {
            try
            {
                foreach (var source in policy.SourceRepositories)
                {
                    found.AddRange(await github.Of(request.Settings.GitHub!, repository).Forge.ListAttestationsAsync(source, digest, cancellationToken));
                }
            }
            catch (ForgeException e)
            {
                return new Fact<IReadOnlyList<AttachedItem>>.Unknown(e.Message);
            }
        }

        return new Fact<IReadOnlyList<AttachedItem>>.Known(found);
    }

    private async Task<Answer<string>> AskAsync(AskRequest request, CancellationToken cancellationToken)
    {
        using var open = await OpenAsync(request.Settings, request.Repository, request.Logs, cancellationToken);
        if (request.Ask is Ask.Freeze or Ask.Unfreeze)
        {
            return FreezeAsk.Do(request, open, steps, clock.GetUtcNow());
        }

        var seen = await Snapshot.TakeAsync(open.Parts, cancellationToken);
        var (name, environmentName) = request.Ask switch
        {
            Ask.Promote ask => (ask.Pipeline, ask.Environment),
            Ask.Rollback ask => (ask.Pipeline, ask.Environment),
            Ask.Hold ask => (ask.Pipeline, ask.Environment),
            Ask.Unhold ask => (ask.Pipeline, ask.Environment),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var having = seen.Documents.Pipelines.Where(p => (name is null || p.Name == name || p.Aliases.Contains(name)) && p.Environment(environmentName) is not null).ToList();
        if (having is not [var pipeline])
        {
            return new Answer<string>.Wrong(having.Count > 1
                ? $"Several pipelines have an environment {environmentName}: choose one with --pipeline ({string.Join(", ", having.Select(p => p.Name))})."
                : $"There is no pipeline {name ?? "(any)"} with an environment {environmentName}.{Core.Documents.NearestName.Hint(name ?? environmentName, name is null ? seen.Documents.Pipelines.SelectMany(p => p.Environments).Select(e => e.Name).Distinct() : seen.Documents.Pipelines.Select(p => p.Name))}");
        }

        var environment = pipeline.Environment(environmentName)!;
        var requests = new Reconciliation.Requests(seen);
        var (login, at) = (request.Login, clock.GetUtcNow());
        var word = request.Ask.GetType().Name.ToLowerInvariant();
        if (!await seen.Access.MayAsync(login, word, environment.Name, cancellationToken))
        {
            return new Answer<string>.No($"{login} may not {word} in {environment.Name}: {seen.Access.Says(word, environment.Name)} may.");
        }

        var isRollbackOpen = seen.PullRequests.Any(p => p.State == PullRequestState.Open && p.Head == BranchNames.Rollback(environment.Name, pipeline.Name));
        var outcome = request.Ask switch
        {
            Ask.Promote ask => await requests.PromoteAsync(pipeline, environment, ask.What, login, at, cancellationToken),
            Ask.Rollback ask => await requests.RollbackAsync(pipeline, environment, ask.Reason, ask.To, login, at, cancellationToken),
            Ask.Hold ask => Reconciliation.Requests.Hold(pipeline, environment, ask.Reason, login, at),
            _ => await requests.UnholdAsync(pipeline, environment, isRollbackOpen, login, at, cancellationToken),
        };
        if (outcome.Reaction != Reaction.Done)
        {
            return new Answer<string>.No(outcome.Answer);
        }

        new StateBook(open.Git, open.Parts.Bot, steps).Change($"{request.Ask.GetType().Name} {pipeline.Name} {environment.Name} as {login}", at, _ => outcome.Pages);
        if (request.Ask is not (Ask.Promote or Ask.Rollback))
        {
            return new Answer<string>.Done(outcome.Answer);
        }

        var report = await new PromotionReconciler(open.Parts).PassAsync(acts: true, cancellationToken);
        var line = report.Promotions.FirstOrDefault(p => p.Promotion.Pipeline == pipeline.Name && p.Promotion.Environment == environment.Name);
        return new Answer<string>.Done($"{outcome.Answer} {(line is null ? "Nothing is to do." : $"Verdict {line.Verdict}, action {line.Action.ToString().ToLowerInvariant()}.")}");
    }

    private static Answer<string>.No NotHere(RepositorySettings repository) =>
        new($"The pull requests of {repository.Name} are on GitHub: comment and approve there, as yourself.");

    private async Task<Answer<PullRequestView>> ShowAsync(PullRequestRequest request, int number, CancellationToken cancellationToken)
    {
        using var open = await OpenAsync(request.Settings, request.Repository, request.Logs, cancellationToken);
        return (await open.Forge.ListAsync(cancellationToken)).FirstOrDefault(p => p.Number == number) is not { } found
            ? new Answer<PullRequestView>.No($"There is no pull request {number}.")
            : new Answer<PullRequestView>.Done(new PullRequestView(
                found, [.. (await open.Forge.ListCommentsAsync(null, cancellationToken)).Where(c => c.PullRequest == number)],
                await open.Forge.ListApprovalsAsync(number, cancellationToken), await open.Forge.GetStatusAsync(found.HeadSha, cancellationToken)));
    }

    private async Task<Answer<string>> MergeAsync(PullRequestRequest request, int number, CancellationToken cancellationToken)
    {
        using var open = await OpenAsync(request.Settings, request.Repository, request.Logs, cancellationToken);
        var seen = await Snapshot.TakeAsync(open.Parts, cancellationToken);
        if (seen.PullRequests.FirstOrDefault(p => p.Number == number) is not { State: PullRequestState.Open } pull)
        {
            return new Answer<string>.No($"There is no open pull request {number}.");
        }

        if (BranchNames.Read(pull.Head) is not { } branch || seen.Documents.Pipelines.FirstOrDefault(p => p.Name == branch.Pipeline) is not { } pipeline || pipeline.Environment(branch.Environment) is not { } environment)
        {
            return new Answer<string>.No($"Pull request {number} is not a promotion that the documents know.");
        }

        if (seen.Stranger(pipeline) is { } stranger)
        {
            return new Answer<string>.No(seen.SaysOf(stranger));
        }

        var observed = await seen.ObserveAsync(pipeline, environment, cancellationToken);
        var (judged, rows, isReady) = branch.IsRollback
            ? (observed.OpenRollback, observed.Rollback?.Rows ?? [], observed.Rollback is { MayMerge: true } r && observed.OpenRollback?.Proposes?.Id == r.Move.Id)
            : observed.Candidates.FirstOrDefault(c => c.Promotion.Id == observed.Open?.Proposes?.Id) is { } candidate
                ? (observed.Open, candidate.Rows, candidate.MayMerge)
                : (observed.Open, [], false);
        if (judged is not { Foreign: null, NeedsRenewal: false } || judged.HeadSha != pull.HeadSha || !isReady)
        {
            var missing = string.Join(' ', rows.Where(row => !row.Outcome.IsMet).Select(row => $"{row.Name}: {row.Outcome.Reason}"));
            return new Answer<string>.No($"Pull request {number} may not be merged. {judged?.Foreign ?? (missing.Length > 0 ? missing : "Look at it after the next pass.")}");
        }

        PlanStep step = branch.IsRollback
            ? new PlanStep.MergeRollback(judged, observed.Rollback!)
            : new PlanStep.Merge(judged, observed.Candidates.First(c => c.Promotion.Id == judged.Proposes!.Id));
        return await seen.Executor(pipeline, environment).DoAsync(step, cancellationToken) switch
        {
            StepResult.Done done => new Answer<string>.Done($"Pull request {number} is merged as {done.Commit}."),
            StepResult.Lost lost => new Answer<string>.No(lost.Reason),
            StepResult.Waiting waiting => new Answer<string>.No(waiting.Reason),
            StepResult.Refused refused => new Answer<string>.No(refused.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
