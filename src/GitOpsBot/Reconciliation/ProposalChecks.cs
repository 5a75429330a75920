using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Environments;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Answers every pull request to the base branch that is not the bot's own, and every head of a merge queue (SPEC section 6): success when merging it
/// would touch no managed reference and no document; documents are validated; a managed reference is judged by the base branch's policy, whoever
/// changes it. What is judged is the merge, not the branch. While anything is missing the answer is never a success.
/// </summary>
internal sealed class ProposalChecks(RepositoryParts parts, Snapshot seen)
{
    private const int MostProblems = 20;

    private sealed record Answer(CommitState State, string Sentence)
    {
        public string? Summary { get; init; }

        public IReadOnlyList<string> Labels { get; init; } = [];
    }

    /// <summary>Answers them.</summary>
    /// <param name="observed">Branches that the planner looks at.</param>
    /// <param name="guard">Keeps what goes wrong with one from the others.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task CheckAsync(IReadOnlySet<string> observed, Func<string, Func<Task>, Task> guard, CancellationToken cancellationToken)
    {
        var heads = seen.PullRequests
            .Where(p => p.State == PullRequestState.Open && p.Base == parts.Branch && !observed.Contains(p.Head))
            .Select(p => (Ref: parts.Forge.HeadRef(p.Number), Sha: p.HeadSha, Pull: (PullRequest?)p)).ToList();
        await guard("Merge queue: ", async () => heads.AddRange((await parts.Forge.ListQueueAsync(cancellationToken)).Select(q => (q.Ref, q.Sha, (PullRequest?)null))));
        var missing = heads.Where(h => !parts.Git.HasCommit(h.Sha)).Select(h => h.Ref).ToList();
        if (missing.Count > 0)
        {
            await guard("Heads of pull requests: ", () => parts.Git.FetchAsync(missing, cancellationToken));
        }

        foreach (var (name, sha, pull) in heads)
        {
            await guard($"{name}: ", () => CheckAsync(sha, pull, cancellationToken));
        }
    }

    private async Task CheckAsync(string sha, PullRequest? pull, CancellationToken cancellationToken)
    {
        var answer = parts.Git.HasCommit(sha) ? await AnswerAsync(sha, cancellationToken)
            : new Answer(CommitState.Pending, $"The head {sha[..12]} could not be fetched yet.");
        var said = await parts.Forge.GetStatusAsync(sha, cancellationToken);
        var status = new CommitStatus(answer.State, Faces.Fit(answer.Sentence)) { Summary = answer.Summary ?? answer.Sentence };
        if (said?.State != status.State || said.Description != status.Description)
        {
            parts.Steps.Reach("set status");
            await parts.Forge.SetStatusAsync(sha, status, cancellationToken);
            parts.Steps.Reach("status set");
        }

        if (pull is not null && answer.Labels.Except(pull.Labels).Any())
        {
            parts.Steps.Reach("set labels");
            await parts.Forge.SetLabelsAsync(pull.Number, [.. pull.Labels.Union(answer.Labels).Order(StringComparer.Ordinal)], cancellationToken);
            parts.Steps.Reach("labels set");
        }
    }

    private async Task<Answer> AnswerAsync(string head, CancellationToken cancellationToken)
    {
        var git = parts.Git;
        if (git.MergeTree(seen.Revision, head) is not { } tree)
        {
            return new Answer(CommitState.Failure, $"It conflicts with {parts.Branch}.");
        }

        // The commit that the merge would be; its time is the head's, so that looking again makes no new one.
        var merged = git.WriteCommitOfTree(tree, [seen.Revision], "Judged only\n", parts.Bot, parts.Bot, git.ReadCommit(head).CommitterTime);
        var answers = new List<Answer>();
        if (git.TreeId(merged, parts.Documents) != git.TreeId(seen.Revision, parts.Documents))
        {
            answers.Add(Validate(merged));
        }

        foreach (var pipeline in seen.Documents.Pipelines)
        {
            foreach (var environment in pipeline.Environments.Where(e => git.TreeId(merged, e.Path) != git.TreeId(seen.Revision, e.Path)))
            {
                if (await JudgeAsync(merged, pipeline, environment, cancellationToken) is { } answer)
                {
                    answers.Add(answer);
                }
            }
        }

        // While documents cannot be read, nobody can say which references are managed.
        if (seen.Documents.Broken.Count > 0 || seen.Documents.HasUnreadableFile)
        {
            if (git.ChangedPaths(seen.Revision, merged).Any(path => !path.StartsWith(parts.Documents + "/", StringComparison.Ordinal) && MayHoldReferences(path)))
            {
                answers.Add(new Answer(CommitState.Failure, $"Documents on {parts.Branch} have problems, so nobody can say which references are managed."));
            }
        }

        return answers.Count == 0 ? new Answer(CommitState.Success, "No managed reference and no document is changed.")
            : new Answer(answers.Max(a => Weight(a.State)) switch { 2 => CommitState.Failure, 1 => CommitState.Pending, _ => CommitState.Success }, answers.MaxBy(a => Weight(a.State))!.Sentence)
            {
                Summary = string.Join("\n", answers.Select(a => a.Summary ?? Inert.Markdown(a.Sentence) + "\n")),
                Labels = [.. answers.SelectMany(a => a.Labels).Distinct().Order(StringComparer.Ordinal)],
            };
    }

    private static bool MayHoldReferences(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static int Weight(CommitState state) => state switch { CommitState.Failure => 2, CommitState.Pending => 1, _ => 0 };

    private Answer Validate(string merged)
    {
        var problems = RepositoryDocuments.Read(parts.Git, merged, parts.Documents, parts.Known).Problems;
        return problems.Count == 0
            ? new Answer(CommitState.Success, "The documents are valid.")
            : new Answer(CommitState.Failure, Inert.Plain(problems[0].ToString()))
            {
                Summary = string.Concat(problems.Take(MostProblems).Select(p => $"- {Inert.Markdown(p.ToString())}\n")),
            };
    }

    // Null when what stands there stays what it is.
    private async Task<Answer?> JudgeAsync(string merged, Pipeline pipeline, PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var (before, after) = (seen.Folder(pipeline, environment).State, seen.FolderAt(merged, pipeline, environment));
        if (after.State is FolderState.Unclear unclear)
        {
            return before is FolderState.Unclear ? null : new Answer(CommitState.Failure, Inert.Plain(unclear.Reason));
        }

        if ((before, after.State) is (FolderState.Empty, FolderState.Empty) || (before is FolderState.Stands was && after.State is FolderState.Stands now && was.What.Equals(now.What)))
        {
            return null;
        }

        if (after.State is not FolderState.Stands { What: var what } || pipeline.Artifacts.Any(a => what.Of(a.Name)?.Digest is null))
        {
            return new Answer(CommitState.Failure, $"{pipeline.Name} in {environment.Name}: it would not say by digest what stands there.");
        }

        var (rows, mayMerge, isRollback) = await seen.JudgeByHandAsync(pipeline, environment, what, cancellationToken);
        var (state, sentence) = PullRequestText.Status(rows, mayMerge);
        string[] labels = ["env/" + environment.Name, "promotion", .. isRollback ? ["promotion/rollback"] : Array.Empty<string>()];
        return new Answer(
            state switch { "success" => CommitState.Success, "failure" => CommitState.Failure, _ => CommitState.Pending },
            $"{pipeline.Name} in {environment.Name}: {sentence}")
        {
            Summary = $"**{Inert.Markdown(pipeline.Name)} in {Inert.Markdown(environment.Name)}**\n\n{GateTable.Write(rows)}",
            Labels = labels,
        };
    }
}
