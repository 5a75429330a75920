using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Manifests;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>What an environment's folder says at one commit.</summary>
/// <param name="Tree">Id of the folder's tree; null when there is no such folder.</param>
/// <param name="State">What stands there; a reference with neither tag nor digest stands for nothing yet.</param>
/// <param name="Pins">By artifact: the places to edit; only for artifacts that the folder refers to.</param>
/// <param name="Problems">What is wrong in it as far as this pipeline is concerned.</param>
internal sealed record FolderReading(
    string? Tree, FolderState State, IReadOnlyDictionary<string, StandingDigest.Stands> Pins, IReadOnlyList<Problem> Problems);

/// <summary>Reads folders; a tree that was read is not read again while it is remembered.</summary>
internal sealed class FolderReader(ManifestRepository git, RepositoryMemory memory)
{
    /// <summary>Reads an environment's folder at a commit.</summary>
    public FolderReading Read(string commit, Pipeline pipeline, PromotionEnvironment environment) => git.TreeId(commit, environment.Path) is { } tree
        ? ReadTree(tree, pipeline, environment)
        : None(commit, environment);

    /// <summary>Why an environment has nowhere for an artifact's digest to stand, a sentence.</summary>
    public string SaysNowhere(string commit, PromotionEnvironment environment, PipelineArtifact artifact) => git.TreeId(commit, environment.Path) is not null
        ? $"The folder {environment.Path} has no reference to {environment.PullsFrom(artifact)}; add one for the digest to stand in."
        : $"There is no folder {environment.Path}{(git.InOtherCase(commit, environment.Path) is { } other ? $" (there is {other}, and capitals count)" : "")}; "
            + $"expected one with a reference to {environment.PullsFrom(artifact)} for the digest to stand in.";

    /// <summary>Reads an environment's folder by the id of its tree.</summary>
    public FolderReading ReadTree(string tree, Pipeline pipeline, PromotionEnvironment environment) => memory.Folders.GetOrAdd(
        // What a folder says depends on what is looked for in it: only files that mention that are read.
        (tree, environment.Path, string.Join(' ', pipeline.Artifacts.Select(a => $"{a.Name}={environment.PullsFrom(a)}"))),
        () => Scan(tree, pipeline, environment));

    // A folder that is not there yet holds nothing; what stands in its place is a mistake of whoever wrote the path.
    private FolderReading None(string commit, PromotionEnvironment environment)
    {
        var pins = new Dictionary<string, StandingDigest.Stands>();
        if (git.Obstacle(commit, environment.Path) is not var (at, what))
        {
            return new FolderReading(null, new FolderState.Empty(), pins, []);
        }

        var problem = environment.Place.Says(
            $"The path '{environment.Path}' of the environment '{environment.Name}' leads to no folder: '{at}' is a {what}. Expected the folder that its manifests lie in.");
        return new FolderReading(null, new FolderState.Unclear(problem.ToString()), pins, [problem]);
    }

    private FolderReading Scan(string tree, Pipeline pipeline, PromotionEnvironment environment)
    {
        var content = git.ReadTree(tree, environment.Path);
        var (scan, unreadable) = (PinScanner.Scan(content.Files, [.. pipeline.Artifacts.Select(a => new WantedArtifact(a.Name, environment.PullsFrom(a)))]), content.Problems);
        var pins = new Dictionary<string, StandingDigest.Stands>(StringComparer.Ordinal);
        var problems = unreadable.Concat(scan.Problems).ToList();
        var standing = new List<StandingArtifact>();
        foreach (var artifact in pipeline.Artifacts)
        {
            switch (FolderPins.Of(scan, environment.PullsFrom(artifact)))
            {
                case StandingDigest.Ambiguous ambiguous:
                    problems.Add(ambiguous.Problem);
                    break;
                case StandingDigest.Stands stands:
                    pins.Add(artifact.Name, stands);
                    if (stands.Digest is not null || stands.Tag is not null)
                    {
                        standing.Add(new StandingArtifact(artifact.Name, stands.Digest, stands.Tag));
                    }

                    break;
            }
        }

        FolderState state = problems.Count > 0 ? new FolderState.Unclear(problems[0].ToString())
            : standing.Count == 0 ? new FolderState.Empty()
            : new FolderState.Stands(new Standing(standing));
        return new FolderReading(tree, state, pins, problems);
    }
}
