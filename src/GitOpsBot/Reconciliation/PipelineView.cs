using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Registry;

namespace GitOpsBot.Reconciliation;

/// <summary>One pipeline at one commit of the base branch, with the readers that a judgement needs: what the parts of the observer share.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Histories">By environment.</param>
/// <param name="Documents">The documents on that commit.</param>
/// <param name="State">The bot's book.</param>
/// <param name="PullRequests">Newest first.</param>
/// <param name="PullRequestReader">Reads the bot's own.</param>
/// <param name="Selection">What registries hold.</param>
/// <param name="Evidence">What is attached there.</param>
/// <param name="Folders">What folders say.</param>
/// <param name="Facts">What the outside says.</param>
/// <param name="History">The base branch's history.</param>
/// <param name="Forge">Where people review.</param>
/// <param name="Cap">The cap on promotions.</param>
/// <param name="RevertsId">The <c>Promotion-Id</c> of a commit, or null.</param>
/// <param name="Revision">The commit.</param>
/// <param name="Now">The time of the pass.</param>
internal sealed record PipelineView(
    Pipeline Pipeline,
    IReadOnlyDictionary<string, EnvironmentHistory> Histories,
    DocumentSet Documents,
    BotState State,
    IReadOnlyList<PullRequest> PullRequests,
    PullRequestReader PullRequestReader,
    RegistrySelection Selection,
    EvidenceReader Evidence,
    FolderReader Folders,
    FactsReader Facts,
    HistoryReader History,
    IForge Forge,
    PromotionCap Cap,
    Func<string, string?> RevertsId,
    string Revision,
    DateTimeOffset Now)
{
    /// <summary>What earlier passes read.</summary>
    public required RepositoryMemory Memory { get; init; }

    /// <summary>Id of the tree of documents; null when there are none.</summary>
    public required string? DocumentsTree { get; init; }

    /// <summary>
    /// What stands, stood or would stand somewhere, called by the tag it came by: the one beside it, else that of the commit's trailer, and where neither says it, or
    /// the one beside it says something else, the selected tag that means it now. Gates ask for that version wherever they are asked.
    /// </summary>
    /// <param name="what">What it is.</param>
    /// <param name="isTagKept">Whether the tag beside it does not move with the digest (<c>tag: keep</c>).</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>It, and why the registry does not say: then nobody knows what to call it, and what gates say of its version decides nothing.</returns>
    public async Task<(Standing What, IReadOnlyList<Objection> Silence)> NamedAsync(Standing what, bool isTagKept, CancellationToken cancellationToken)
    {
        if (!isTagKept && what.Artifacts.All(a => a.Tag is not null))
        {
            return (what, []);
        }

        try
        {
            return (what.With(await Selection.SelectedTagsAsync(Pipeline, what, cancellationToken)), []);
        }
        catch (RegistryException e)
        {
            return (what, [new Objection("artifact", new GateOutcome.Pending("unreachable", e.Message), StopsMerge: true)]);
        }
    }

    /// <summary>Each artifact of what stands or stood somewhere, as far as these gates ask, in the pipeline's order; null when one of them, or what it is called, cannot be read.</summary>
    public async Task<IReadOnlyList<Artifact>?> DescribeAsync(PromotionEnvironment environment, Standing what, Policy policy, CancellationToken cancellationToken)
    {
        var (named, silence) = await NamedAsync(what, environment.KeepsTag, cancellationToken);
        if (silence.Count > 0)
        {
            return null;
        }

        var described = new List<Artifact>();
        foreach (var artifact in Pipeline.Artifacts)
        {
            var member = named.Of(artifact.Name)!;
            if (await Evidence.DescribeAsync(artifact.Repository, member.Digest!, CandidateJudge.DetailOf(artifact, member.Tag, policy), cancellationToken) is not Fact<Artifact?>.Known { Value: { } seen })
            {
                return null;
            }

            described.Add(seen with { Tag = member.Tag });
        }

        return described;
    }

    /// <summary>The pull request that is open on a branch of the bot's, or null.</summary>
    public PullRequest? OpenOn(string branch) => PullRequests.FirstOrDefault(p => p.State == PullRequestState.Open && p.Head == branch);

    /// <summary>The pull request that became a commit of the base branch, with what it proposed, for the sake of the approvals and overrides it had; null when none did.</summary>
    public ObservedPullRequest? MergedAs(string commit, Promotion move) =>
        PullRequests.FirstOrDefault(p => p.State == PullRequestState.Merged && p.MergeSha == commit) is { } pull
            ? new ObservedPullRequest(pull.Number, pull.HeadSha, move, null, NeedsRenewal: false, [], new PullRequestFace(pull.Title, pull.Body, [], null))
            : null;
}
