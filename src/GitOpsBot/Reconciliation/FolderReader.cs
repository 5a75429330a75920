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

/// <summary>Reads folders; a tree that was read once is not read again while the reader lives.</summary>
internal sealed class FolderReader(ManifestRepository git)
{
    private readonly Dictionary<(string Tree, string Path, string Wanted), (PinScan Scan, IReadOnlyList<Problem> Problems)> scans = [];

    /// <summary>Reads an environment's folder at a commit.</summary>
    public FolderReading Read(string commit, Pipeline pipeline, PromotionEnvironment environment)
    {
        if (git.TreeId(commit, environment.Path) is not { } tree)
        {
            return new FolderReading(null, new FolderState.Empty(), new Dictionary<string, StandingDigest.Stands>(), []);
        }

        var (scan, unreadable) = Scan(commit, tree, environment.Path, [.. pipeline.Artifacts.Select(a => new WantedArtifact(a.Name, environment.PullsFrom(a)))]);
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

    private (PinScan Scan, IReadOnlyList<Problem> Problems) Scan(string commit, string tree, string path, IReadOnlyList<WantedArtifact> wanted)
    {
        // What a folder says depends on what is looked for in it: only files that mention that are read.
        var key = (tree, path, string.Join(' ', wanted.Select(w => $"{w.Name}={w.Image}")));
        if (!scans.TryGetValue(key, out var known))
        {
            var content = git.ReadFolder(commit, path);
            known = scans[key] = (PinScanner.Scan(content.Files, wanted), content.Problems);
        }

        return known;
    }
}
