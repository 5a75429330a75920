using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Git;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// What one repository's passes need not read again, because it cannot change: everything here is known by ids of trees, blobs and commits, or
/// grows with the history. Lives as long as the process; losing it costs time and nothing else. Nothing of it is kept on disk: what a registry hands out
/// by digest can be checked whenever it is read again, but what was read of a folder cannot, and who forges it would forge how long something has soaked.
/// A new process reads the folders of three thousand services in less than a second.
/// </summary>
internal sealed class RepositoryMemory
{
    /// <summary>The history of the base branch.</summary>
    public BranchHistory History { get; } = new();

    /// <summary>Since when pipelines have had a document.</summary>
    public PipelineBirths Births { get; } = new();

    /// <summary>Folders by their trees, their paths and what was looked for.</summary>
    public Generations<(string Tree, string Path, string Wanted), FolderReading> Folders { get; } = new();

    /// <summary>Histories of environments, by pipeline and environment.</summary>
    public Generations<(string Pipeline, string Environment), KnownHistory> Histories { get; } = new();

    /// <summary>Landings that need no judging any more, by pipeline and environment.</summary>
    public Generations<(string Pipeline, string Environment), KnownLanding> Landings { get; } = new();

    /// <summary>What registries are asked about artifacts that wait: the next pass asks it side by side.</summary>
    public Generations<AskedArtifact, bool> Asked { get; } = new();

    /// <summary>Digests that a selection found.</summary>
    public Generations<(Core.Artifacts.ImageName, Core.Artifacts.Digest), bool> Met { get; } = new();

    /// <summary>What changes for reviewers, by what it was read from.</summary>
    public Generations<string, KnownChanges> Changes { get; } = new();

    /// <summary>The documents that were last read.</summary>
    public KnownDocuments? Documents { get; set; }

    /// <summary>A pass begins: what the last two did not use is forgotten.</summary>
    public void Turn()
    {
        Folders.Turn();
        Histories.Turn();
        Landings.Turn();
        Asked.Turn();
        Met.Turn();
        Changes.Turn();
    }
}

/// <summary>An environment's history in which nothing had to be asked of a registry.</summary>
/// <param name="Pipeline">The pipeline as one document says it.</param>
/// <param name="Last">The last commit that changed the folder; null when none ever did. It stands for all before it.</param>
/// <param name="Born">Since when the pipeline has had a document.</param>
/// <param name="History">The history.</param>
internal sealed record KnownHistory(Pipeline Pipeline, string? Last, int Born, EnvironmentHistory History);

/// <summary>What stands somewhere and need not be judged as it landed, or was.</summary>
/// <param name="Commit">The commit that put it there.</param>
/// <param name="Unproven">What it came to, when something would have stopped it.</param>
internal sealed record KnownLanding(string Commit, LandingJudgement? Unproven);

/// <summary>What changes for the reviewers of one promotion.</summary>
/// <param name="Sections">Ready to be shown.</param>
/// <param name="IsWhole">Whether everything could be read.</param>
/// <param name="From">Since when it is good.</param>
/// <param name="Until">Until when: an exception of the policy ends then, or something could not be read and is tried again.</param>
internal sealed record KnownChanges(IReadOnlyList<Core.Differences.ChangeSection> Sections, bool IsWhole, DateTimeOffset From, DateTimeOffset Until);

/// <summary>Documents as they were read from one tree.</summary>
/// <param name="Tree">Id of the folder's tree.</param>
/// <param name="Known">What was known to every repository then.</param>
/// <param name="Documents">The documents.</param>
internal sealed record KnownDocuments(string Tree, ConfigurationSources Known, DocumentSet Documents)
{
    /// <summary>Whether the same would be read again.</summary>
    public bool Holds(string? tree, ConfigurationSources known) => tree == Tree
        && AreSame(Known.Organization, known.Organization) && AreSame(Known.Shipped, known.Shipped)
        && Known.Require.SequenceEqual(known.Require) && Known.ReadProblems.SequenceEqual(known.ReadProblems)
        // Whatever else there is to know, compared as records are.
        && known with { Organization = Known.Organization, Shipped = Known.Shipped, Require = Known.Require, ReadProblems = Known.ReadProblems, Repository = Known.Repository } == Known;

    private static bool AreSame(IReadOnlyList<ConfigurationFile> left, IReadOnlyList<ConfigurationFile> right) =>
        left.Count == right.Count && left.Zip(right).All(p => p.First.Path == p.Second.Path && p.First.Blob == p.Second.Blob && p.First.Content.Span.SequenceEqual(p.Second.Content.Span));
}
