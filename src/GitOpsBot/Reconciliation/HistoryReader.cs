using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Environments;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>Reads the first-parent history of the base branch once, and from it the history of every environment that is asked for.</summary>
internal sealed class HistoryReader(ManifestRepository git, FolderReader folders, string revision, string documents)
{
    private readonly Lazy<IReadOnlyList<CommitInfo>> commits = new(() => [.. git.FirstParents(revision).Reverse()]);
    private readonly Dictionary<string, IReadOnlySet<string>> names = [];

    /// <summary>The history of one environment.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="environment">One of its environments.</param>
    /// <param name="resolve">What a tag means now, for references that have no digest; null when nobody knows.</param>
    public EnvironmentHistory Read(Pipeline pipeline, PromotionEnvironment environment, Func<string, string, Digest?> resolve)
    {
        var exists = false;
        var read = new List<HistoryCommit>(commits.Value.Count);
        string? tree = null;
        FolderState state = new FolderState.Empty();
        foreach (var commit in commits.Value)
        {
            exists = exists || Exists(commit.Sha, pipeline);
            var now = git.TreeId(commit.Sha, environment.Path);
            if (now != tree)
            {
                tree = now;
                state = Name(folders.Read(commit.Sha, pipeline, environment).State, commit, pipeline, environment, resolve);
            }

            read.Add(new HistoryCommit(commit.Sha, commit.CommitterTime, state, exists));
        }

        return EnvironmentHistory.Read(read);
    }

    /// <summary>Every tag that stands, or stood, in the environment without a digest beside it.</summary>
    public IReadOnlySet<(string Artifact, string Tag)> BareTags(Pipeline pipeline, PromotionEnvironment environment)
    {
        var found = new HashSet<(string, string)>();
        _ = Read(pipeline, environment, (artifact, tag) =>
        {
            found.Add((artifact, tag));
            return null;
        });
        return found;
    }

    /// <summary>A commit of the base branch and the later ones in which an environment's folder is the same as in it, newest first.</summary>
    public IReadOnlyList<string> SameFolder(PromotionEnvironment environment, string commit, int atMost)
    {
        var tree = git.TreeId(commit, environment.Path);
        return [.. commits.Value.Reverse().TakeWhile(c => c.Sha != commit).Where(c => git.TreeId(c.Sha, environment.Path) == tree).Select(c => c.Sha).Take(atMost - 1), commit];
    }

    private static FolderState Name(
        FolderState state, CommitInfo commit, Pipeline pipeline, PromotionEnvironment environment, Func<string, string, Digest?> resolve)
    {
        if (state is not FolderState.Stands { What: var what })
        {
            return state;
        }

        var trailers = new Lazy<string?>(() =>
            CommitTrailers.Read(commit.Message) is { } t && t.Pipeline == pipeline.Name && t.Environment == environment.Name ? t.Version : null);
        return new FolderState.Stands(new Standing([.. what.Artifacts.Select(a => a switch
        {
            { Digest: null, Tag: { } tag } => a with { Digest = resolve(a.Name, tag) },
            { Tag: null } when trailers.Value is { } version && ImageReference.IsTag(version) => a with { Tag = version },
            _ => a,
        })]));
    }

    private bool Exists(string commit, Pipeline pipeline)
    {
        if (git.TreeId(commit, documents) is not { } tree)
        {
            return false;
        }

        if (!names.TryGetValue(tree, out var found))
        {
            names[tree] = found = DocumentSet.PipelineNames(git.ReadFolder(commit, documents).Files);
        }

        return found.Contains(pipeline.Name) || pipeline.Aliases.Any(found.Contains);
    }
}
