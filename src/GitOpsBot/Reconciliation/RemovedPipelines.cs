using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Closes the bot's open pull requests of pipelines and environments that no document names any more (SPEC section 3). A document that is
/// merely broken closes nothing, and while a file cannot be read nobody can say that a document is gone.
/// </summary>
internal sealed class RemovedPipelines(RepositoryParts parts, Snapshot seen)
{
    private const string Reason = "The pipeline or environment that this belongs to was removed from the documents.";

    /// <summary>Fails their status, then closes them.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (seen.Documents.HasUnreadableFile)
        {
            return;
        }

        foreach (var open in seen.PullRequests.Where(p => p.State == PullRequestState.Open && p.Base == parts.Branch))
        {
            if (BranchNames.Read(open.Head) is not { } branch
                || seen.Documents.Broken.Contains(branch.Pipeline)
                || seen.Documents.Pipelines.Any(p => p.Name == branch.Pipeline && p.Environment(branch.Environment) is not null))
            {
                continue;
            }

            parts.Steps.Reach("set status");
            await parts.Forge.SetStatusAsync(open.HeadSha, new CommitStatus(CommitState.Failure, Reason), cancellationToken);
            parts.Steps.Reach("close pull request");
            await parts.Forge.CloseAsync(open.Number, cancellationToken);
            parts.Steps.Reach("pull request closed");
        }
    }
}
