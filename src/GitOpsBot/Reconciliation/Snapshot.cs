using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Git;
using GitOpsBot.Registry;
using GitOpsBot.Sources;

namespace GitOpsBot.Reconciliation;

/// <summary>The parts one repository is worked with.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="Branch">The only branch that configuration and manifests are read from.</param>
/// <param name="Documents">The folder of documents on it.</param>
/// <param name="Git">The repository.</param>
/// <param name="Forge">Where people review.</param>
/// <param name="Registries">Where artifacts lie.</param>
/// <param name="Known">Documents known to every repository, and the policies demanded everywhere.</param>
/// <param name="MayPromote">Whether this repository may promote what lies there.</param>
/// <param name="Bot">Who makes the commits.</param>
/// <param name="Steps">Every write to the outside is named to it.</param>
/// <param name="Clock">Read once in a pass.</param>
internal sealed record RepositoryParts(
    string Name, string Branch, string Documents, ManifestRepository Git, IForge Forge, Registries Registries, ConfigurationSources Known,
    Func<ImageName, bool> MayPromote, CommitIdentity Bot, StepProbe Steps, TimeProvider Clock)
{
    /// <summary>Puts the bot's commits onto branches.</summary>
    public ICommitPusher Pusher { get; init; } = new GitPusher(Git);

    /// <summary>The bot's book.</summary>
    public StateBook Book => new(Git, Pusher, Bot, Steps);

    /// <summary>How far comments were read.</summary>
    public CommentCursor Comments { get; init; } = new();

    /// <summary>What gates may ask beside registries and forge.</summary>
    public OutsideSources Sources { get; init; } = OutsideSources.None;

    /// <summary>What stands, as it was last judged again.</summary>
    public StandingMemory Standing { get; init; } = new();

    /// <summary>How often this repository is looked at.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What earlier passes of this process read and need not be read again.</summary>
    public RepositoryMemory Memory { get; init; } = new();

    /// <summary>Told how far a pass is.</summary>
    public PassProgress? Progress { get; init; }
}

/// <summary>
/// One commit of the base branch with everything that a pass judges on it: documents, folders, history, the bot's book, pull requests, and what
/// registries say, each asked at most once. Reading it writes nothing.
/// </summary>
internal sealed class Snapshot
{
    private readonly RepositoryParts parts;
    private readonly FolderReader folders;
    private readonly HistoryReader history;
    private readonly RegistrySelection selection;
    private readonly EvidenceReader evidence;
    private readonly FactsReader facts;
    private readonly Lazy<IReadOnlySet<string>> ownBranches;
    private readonly PromotionCap cap;
    private readonly Dictionary<string, IReadOnlyDictionary<string, EnvironmentHistory>> histories = [];

    private Snapshot(RepositoryParts parts, string revision, DocumentSet documents, BotState state, IReadOnlyList<PullRequest> pullRequests)
    {
        this.parts = parts;
        (Revision, Documents, State, PullRequests, Now) = (revision, documents, state, pullRequests, parts.Clock.GetUtcNow());
        folders = new FolderReader(parts.Git, parts.Memory);
        history = new HistoryReader(parts.Git, folders, parts.Memory, revision, parts.Documents, documents.Pipelines);
        var answers = new RegistryAnswers(parts.Registries);
        selection = new RegistrySelection(answers, Now);
        evidence = new EvidenceReader(new ArtifactReader(parts.Registries), answers.HasSeen, parts.Forge, documents.Authorities, Now, parts.Memory.Asked);
        facts = new FactsReader(parts.Sources, parts.Forge, Now);
        cap = new PromotionCap(parts, revision, documents.Pipelines, HistoriesAsync, Now);
        ownBranches = new(() => BranchNames.Folders.SelectMany(parts.Git.BranchesBelow).ToHashSet(StringComparer.Ordinal));
        Commits = new PromotionCommits(parts.Git, folders, parts.Bot);
        Access = new AccessDesk(documents.Access, parts.Forge);
        Drafts = DraftBranches.Read(parts.Git);
    }

    /// <summary>The commit of the base branch.</summary>
    public string Revision { get; }

    /// <summary>The documents on it.</summary>
    public DocumentSet Documents { get; }

    /// <summary>The bot's book.</summary>
    public BotState State { get; }

    /// <summary>Pull requests, newest first.</summary>
    public IReadOnlyList<PullRequest> PullRequests { get; }

    /// <summary>The time of the pass.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Makes and recognises the commits of promotions.</summary>
    public PromotionCommits Commits { get; }

    /// <summary>Who may command.</summary>
    public AccessDesk Access { get; }

    /// <summary>Drafts of commits that an earlier pass, or another bot, left there.</summary>
    public IReadOnlyDictionary<string, string> Drafts { get; }

    /// <summary>Why something at a registry could not be read, each reason once.</summary>
    public IReadOnlySet<string> Unreachable => evidence.Unreachable;

    /// <summary>Reads the base branch, the documents, the book and the pull requests.</summary>
    /// <exception cref="GitException">The repository cannot be read, or has no such branch.</exception>
    /// <exception cref="ForgeException">The forge does not answer.</exception>
    public static async Task<Snapshot> TakeAsync(RepositoryParts parts, CancellationToken cancellationToken)
    {
        // The pull requests first: one that is merged after this is seen as merged in the tree, never the other way round.
        var pullRequests = await parts.Forge.ListAsync(cancellationToken);
        await parts.Git.FetchAsync(cancellationToken);
        var revision = parts.Git.Tip(parts.Branch)
            ?? throw new GitException($"The repository {parts.Name} has no branch {parts.Branch}.", isTransient: false);
        var documents = RepositoryDocuments.Read(parts.Git, revision, parts.Documents, parts.Known, parts.Memory);
        return new Snapshot(parts, revision, documents, parts.Book.Read(), pullRequests);
    }

    /// <summary>Asks registries ahead of those who judge.</summary>
    public RegistryAhead Ahead(CancellationToken cancellationToken) => new(selection, evidence, parts.Memory, parts.Progress, cancellationToken);

    /// <summary>The histories of all environments of a pipeline.</summary>
    /// <exception cref="RegistryException">What a reference without a digest stands for cannot be asked.</exception>
    public async Task<IReadOnlyDictionary<string, EnvironmentHistory>> HistoriesAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        if (!histories.TryGetValue(pipeline.Name, out var known))
        {
            var read = new Dictionary<string, EnvironmentHistory>(StringComparer.Ordinal);
            foreach (var environment in pipeline.Environments)
            {
                var meanings = new Dictionary<(string, string), Digest?>();
                foreach (var (artifact, tag) in history.BareTags(pipeline, environment))
                {
                    var name = environment.PullsFrom(pipeline.Artifacts.First(a => a.Name == artifact));
                    meanings[(artifact, tag)] = await selection.ResolveAsync(name, tag, cancellationToken);
                }

                read[environment.Name] = history.Read(pipeline, environment, (artifact, tag) => meanings[(artifact, tag)]);
            }

            histories[pipeline.Name] = known = read;
        }

        return known;
    }

    /// <summary>Where artifacts come into a pipeline. Where it cannot be said what stands nothing is promoted, and so nothing need be asked.</summary>
    public IEnumerable<Entrance> Entrances(Pipeline pipeline) =>
        from environment in pipeline.Environments
        where environment.After.Count == 0
        let state = StateOf(pipeline, environment)
        where state is not FolderState.Unclear
        from artifact in pipeline.Artifacts
        select new Entrance(artifact, Documents.PolicyFor(environment), (state as FolderState.Stands)?.What.Of(artifact.Name));

    private FolderState StateOf(Pipeline pipeline, PromotionEnvironment environment)
    {
        try
        {
            return Folder(pipeline, environment).State;
        }
        catch (GitException e)
        {
            // Told where the folder is needed: one that cannot be read must not end the pass for all others.
            return new FolderState.Unclear(e.Message);
        }
    }

    /// <summary>What the environment's folder says, with its problems.</summary>
    public FolderReading Folder(Pipeline pipeline, PromotionEnvironment environment) => folders.Read(Revision, pipeline, environment);

    /// <summary>What a tag means now; null when there is no such tag.</summary>
    public Task<Digest?> ResolveAsync(ImageName name, string tag, CancellationToken cancellationToken) => selection.ResolveAsync(name, tag, cancellationToken);

    /// <summary>Whether a digest is there; unknown when the registry does not say.</summary>
    public Task<Fact<bool>> ExistsAsync(ImageName name, Digest digest, CancellationToken cancellationToken) => evidence.ExistsAsync(name, digest, cancellationToken);

    /// <summary>Everything the planner needs of one environment.</summary>
    public async Task<ObservedEnvironment> ObserveAsync(Pipeline pipeline, PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var observer = new EnvironmentObserver(await ViewAsync(pipeline, cancellationToken));
        var seen = await observer.ObserveAsync(environment, cancellationToken);
        return seen with
        {
            StaleBranches = [.. new[] { (Branch: BranchNames.Promote(environment.Name, pipeline.Name), seen.Open), (Branch: BranchNames.Rollback(environment.Name, pipeline.Name), Open: seen.OpenRollback) }
                .Where(b => b.Open is null && ownBranches.Value.Contains(b.Branch) && parts.Git.Tip(b.Branch) is { } head && Commits.Foreign(head, Revision, pipeline, environment) is null)
                .Select(b => b.Branch)],
        };
    }

    /// <summary>What somebody's own change would bring to stand in an environment, judged.</summary>
    public async Task<(IReadOnlyList<GateResult> Rows, bool MayMerge, bool IsRollback)> JudgeByHandAsync(
        Pipeline pipeline, PromotionEnvironment environment, Standing what, CancellationToken cancellationToken) =>
        await new CandidateJudge(await ViewAsync(pipeline, cancellationToken)).JudgeByHandAsync(environment, what, cancellationToken);

    /// <summary>What the environment's folder says at another commit.</summary>
    public FolderReading FolderAt(string commit, Pipeline pipeline, PromotionEnvironment environment) => folders.Read(commit, pipeline, environment);

    /// <summary>What stands in an environment, judged again by its evidence; null where there is nothing to judge.</summary>
    public async Task<StandingJudgement?> StandingAsync(Pipeline pipeline, PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        // What is owed is looked at as soon as the time for it is over, and again when something of it is done.
        var owed = State.FollowUpIn(pipeline.Name, environment.Name) is { } page ? $" {string.Join(',', page.Gates)} {Now >= page.Until}" : "";
        var key = $"{(await HistoriesAsync(pipeline, cancellationToken))[environment.Name].Current?.Commit} {parts.Git.TreeId(Revision, parts.Documents)}{owed}";
        return await parts.Standing.OfAsync(
            pipeline.Name, environment.Name, key, Now, async () => await new StandingJudge(await ViewAsync(pipeline, cancellationToken)).JudgeAsync(environment, cancellationToken));
    }

    /// <summary>
    /// A place that a pipeline names and this repository may not promote from; null when there is none. Where an environment pulls from is only asked
    /// whether it holds a digest, but credentials are not lent for that either.
    /// </summary>
    public ImageName? Stranger(Pipeline pipeline) =>
        pipeline.Artifacts.Select(a => a.Repository).FirstOrDefault(name => !parts.MayPromote(name))
        ?? pipeline.Environments.SelectMany(e => e.Repositories.Values).FirstOrDefault(name => !parts.MayPromote(name) && parts.Registries.HasCredentials(name));

    /// <summary>The sentence about such a place.</summary>
    public string SaysOf(ImageName stranger) => $"The repository {parts.Name} may not promote {stranger}: its prefix is not among `artifacts` in the bot's settings.";

    /// <summary>What landed in an environment since it was last looked at, judged as it landed; null where nothing stands.</summary>
    public async Task<JudgedLandings?> LandingsAsync(Pipeline pipeline, PromotionEnvironment environment, CancellationToken cancellationToken) =>
        await new LandingJudge(await ViewAsync(pipeline, cancellationToken), parts).JudgeAsync(environment, cancellationToken);

    /// <summary>What landed in an environment and failed while it was watched; null where nothing did.</summary>
    public async Task<LandingFailure?> FailureAsync(Pipeline pipeline, PromotionEnvironment environment, LandingJudgement? unproven, CancellationToken cancellationToken) =>
        await new LandingWatch(await ViewAsync(pipeline, cancellationToken)).JudgeAsync(environment, unproven, cancellationToken);

    /// <summary>Names that a command can mean by an environment. A comment is read with the same ones each time.</summary>
    public IReadOnlySet<string> Named => field ??= Pipeline.EnvironmentNames(Documents.Pipelines);

    /// <summary>Remembers that this pass puts something into an environment, which the commit that was read does not show.</summary>
    public void Land(Pipeline pipeline, PromotionEnvironment environment) => cap.Plan(pipeline, environment);

    /// <summary>The step with what reviewers are shown of it: read only now, since of three thousand that could be opened few are opened in one pass.</summary>
    public async Task<PlanStep> WithChangesAsync(Pipeline pipeline, PromotionEnvironment environment, PlanStep step, CancellationToken cancellationToken)
    {
        async Task<IReadOnlyList<ChangeSection>> Changes(Promotion move) => await new ChangesReader(await ViewAsync(pipeline, cancellationToken)).ReadAsync(environment, move, isNew: true, cancellationToken);
        return step switch
        {
            PlanStep.Open open => new PlanStep.Open(open.What with { Changes = await Changes(open.What.Promotion) }),
            PlanStep.Supersede take => take with { What = take.What with { Changes = await Changes(take.What.Promotion) } },
            PlanStep.OpenRollback open => new PlanStep.OpenRollback(open.What with { Changes = await Changes(open.What.Move) }),
            _ => step,
        };
    }

    /// <summary>The base branch, for what goes straight to it.</summary>
    public BaseBranch Trunk => new(Commits, parts.Pusher, parts.Steps, parts.Branch, Now);

    /// <summary>Carries out steps of one environment.</summary>
    public StepExecutor Executor(Pipeline pipeline, PromotionEnvironment environment) => new(
        parts.Git, parts.Forge, Commits, parts.Pusher, Trunk, parts.Steps, parts.Branch,
        new JudgedKey(parts.Git, parts.Memory.History, parts.Branch, parts.Documents, Revision, State.Tip, pipeline, environment), cap, pipeline, environment, Now);

    private async Task<PipelineView> ViewAsync(Pipeline pipeline, CancellationToken cancellationToken) => new(
        pipeline, await HistoriesAsync(pipeline, cancellationToken), Documents, State, PullRequests,
        new PullRequestReader(parts.Git, parts.Forge, folders, Commits, State, Access, Named, Revision), selection, evidence, folders, facts, history, parts.Forge, cap,
        sha => Core.Audit.CommitTrailers.Read(parts.Git.ReadCommit(sha).Message)?.Id, Revision, Now)
    {
        Memory = parts.Memory,
        DocumentsTree = parts.Git.TreeId(Revision, parts.Documents),
    };
}
