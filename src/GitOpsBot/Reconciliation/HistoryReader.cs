using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Environments;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Reads the histories of environments from the first-parent history of the base branch: what changed since the last pass is read, the rest is
/// remembered.
/// </summary>
internal sealed class HistoryReader(
    ManifestRepository git, FolderReader folders, RepositoryMemory memory, string revision, string documents, IReadOnlyList<Pipeline> pipelines)
{
    // All folders in one go: each commit is then looked at once.
    private readonly Lazy<BranchHistory> branch = new(() =>
    {
        memory.History.Follow(git, revision, pipelines.SelectMany(p => p.Environments).Select(e => e.Path).Prepend(documents));
        return memory.History;
    });

    /// <summary>The history of one environment.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="environment">One of its environments.</param>
    /// <param name="resolve">What a tag means now, for references that have no digest; null when nobody knows.</param>
    public EnvironmentHistory Read(Pipeline pipeline, PromotionEnvironment environment, Func<string, string, Digest?> resolve)
    {
        var changes = branch.Value.Changes(environment.Path, revision);
        var born = memory.Births.Of(git, branch.Value.Changes(documents, revision), documents, pipeline.Aliases.Prepend(pipeline.Name));
        var last = changes.Count > 0 ? changes[^1].Commit : null;
        var key = (pipeline.Name, environment.Name);
        if (memory.Histories.TryGet(key, k => ReferenceEquals(k.Pipeline, pipeline) && k.Last == last && k.Born == born, out var known))
        {
            return known.History;
        }

        var isAsked = false;
        Digest? Resolve(string artifact, string tag)
        {
            isAsked = true;
            return resolve(artifact, tag);
        }

        var history = EnvironmentHistory.Read(changes.Select(c => new HistoryCommit(
            c.Commit, c.Effective,
            c.Tree is null ? new FolderState.Empty() : Name(folders.ReadTree(c.Tree, pipeline, environment).State, c.Commit, pipeline, environment, Resolve),
            c.Position >= born)));
        return isAsked ? history : memory.Histories.Set(key, new KnownHistory(pipeline, last, born, history)).History;
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
    public IReadOnlyList<string> SameFolder(PromotionEnvironment environment, string commit, int atMost) => branch.Value.SameFolder(environment.Path, commit, revision, atMost);

    private FolderState Name(
        FolderState state, string commit, Pipeline pipeline, PromotionEnvironment environment, Func<string, string, Digest?> resolve)
    {
        if (state is not FolderState.Stands { What: var what })
        {
            return state;
        }

        var trailers = new Lazy<string?>(() =>
            CommitTrailers.Read(git.ReadCommit(commit).Message) is { } t && t.Pipeline == pipeline.Name && t.Environment == environment.Name ? t.Version : null);
        return new FolderState.Stands(new Standing([.. what.Artifacts.Select(a => a switch
        {
            { Digest: null, Tag: { } tag } => a with { Digest = resolve(a.Name, tag) },
            // A tag that is kept says nothing of the digest.
            _ when (a.Tag is null || environment.KeepsTag) && trailers.Value is { } version && ImageReference.IsTag(version) => a with { Tag = version },
            _ => a,
        })]));
    }
}
