using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Environments;

/// <summary>What moves, and through which environments: the document <c>kind: Pipeline</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where the document begins.</param>
/// <param name="Artifacts">At least one; several are a bundle that moves in one commit or not at all.</param>
/// <param name="Environments">At least one, in the document's order.</param>
public sealed record Pipeline(string Name, Place Place, IReadOnlyList<PipelineArtifact> Artifacts, IReadOnlyList<PromotionEnvironment> Environments)
{
    /// <summary>Names it had before.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>How a bundle's artifacts are put together when they come straight from the registry.</summary>
    public MatchBy Match { get; init; } = MatchBy.Version;

    /// <summary>The environment of that name, or null.</summary>
    public PromotionEnvironment? Environment(string name) => Environments.FirstOrDefault(e => e.Name == name);

    /// <summary>Every environment from which digests come to this one, near or far.</summary>
    public IReadOnlySet<string> Before(PromotionEnvironment environment)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<PromotionEnvironment>([environment]);
        while (open.TryPop(out var next))
        {
            foreach (var name in next.After.Select(r => r.Name))
            {
                if (found.Add(name) && Environment(name) is { } before)
                {
                    open.Push(before);
                }
            }
        }

        return found;
    }

    /// <summary>The environments in which a refusal counts for this one too: itself, those before it, and the others of its wave when that stops on failure.</summary>
    public IEnumerable<string> RefusingFor(PromotionEnvironment environment) =>
        Before(environment).Order(StringComparer.Ordinal).Prepend(environment.Name).Concat(environment.Wave is { StopsOnFailure: true } wave ? wave.Members : []).Distinct(StringComparer.Ordinal);

    /// <summary>What people can mean by the name of an environment of these pipelines: each environment, and a wave, which is named as a whole.</summary>
    public static IReadOnlySet<string> EnvironmentNames(IEnumerable<Pipeline> pipelines) =>
        pipelines.SelectMany(p => p.Environments).SelectMany(e => new[] { e.Name, e.Wave?.Of ?? e.Name }).ToHashSet(StringComparer.Ordinal);

    /// <summary>By name of an environment that is promoted in waves: its members.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Waves => Environments.Select(e => e.Wave).OfType<WaveMember>()
        .DistinctBy(w => w.Of, StringComparer.Ordinal).ToDictionary(w => w.Of, w => w.Members, StringComparer.Ordinal);
}

/// <summary>One artifact of a pipeline.</summary>
/// <param name="Name">Its name within the pipeline.</param>
/// <param name="Repository">Where it is published.</param>
/// <param name="Select">Which of its tags are candidates.</param>
public sealed record PipelineArtifact(string Name, ImageName Repository, Selection Select)
{
    /// <summary>Tags, with <c>*</c> as a wildcard, that are never candidates.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Platforms that an index must hold, all of them.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];
}

/// <summary>Which tags of a repository are candidates, and what is newest. Closed.</summary>
public abstract record Selection
{
    private Selection() { }

    /// <summary>Tags that are versions within a range; the highest is newest.</summary>
    public sealed record Semver(string Range) : Selection;

    /// <summary>Tags that match a pattern; what was created last is newest.</summary>
    public sealed record Newest(TagPattern Tags) : Selection;

    /// <summary>Tags that match a pattern; the last in ordinal order is newest.</summary>
    public sealed record Lexical(TagPattern Tags) : Selection;

    /// <summary>What one moving tag means now.</summary>
    public sealed record MovingTag(string Tag) : Selection;
}

/// <summary>How a bundle's artifacts belong together.</summary>
public enum MatchBy
{
    /// <summary>The same selected version (default).</summary>
    Version,
    /// <summary>The same label <c>org.opencontainers.image.revision</c>.</summary>
    Revision,
}

/// <summary>One manifest folder, its policy, and its place in the order.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">The folder, relative to the repository's root, forward slashes, none at either end.</param>
/// <param name="Policy">The policy that judges what goes in.</param>
/// <param name="Place">Where it is described.</param>
public sealed record PromotionEnvironment(string Name, string Path, Reference Policy, Place Place)
{
    /// <summary>The environments that come before; none: straight from the registry.</summary>
    public IReadOnlyList<Reference> After { get; init; } = [];

    /// <summary>Whether one of <see cref="After"/> is enough (<c>afterAny</c>); otherwise all of them count.</summary>
    public bool FollowsAny { get; init; }

    /// <summary>Which member of an environment promoted in waves this is; null for any other.</summary>
    public WaveMember? Wave { get; init; }

    /// <summary>How many promotions in how long; null for any number.</summary>
    public PromotionLimit? Limit { get; init; }

    /// <summary>What is done when something that landed here fails while it is watched; null: nothing.</summary>
    public OnFailure? OnFailure { get; init; }

    /// <summary>How long what landed here is watched.</summary>
    public TimeSpan Watch { get; init; }

    /// <summary>Who merges.</summary>
    public MergeMode Merge { get; init; } = MergeMode.Review;

    /// <summary>How the forge merges.</summary>
    public MergeMethod MergeMethod { get; init; } = MergeMethod.Squash;

    /// <summary>When a newer digest may take over the open pull request.</summary>
    public Supersede Supersede { get; init; } = Supersede.UntilApproved;

    /// <summary>While what stands here is younger than this, nothing newer is proposed by itself; zero for none.</summary>
    public TimeSpan Settle { get; init; }

    /// <summary>The policy that says what it costs to override a gate here; null: no gate can be overridden.</summary>
    public Reference? Emergency { get; init; }

    /// <summary>Whether a tag beside a digest stays as it is.</summary>
    public bool KeepsTag { get; init; }

    /// <summary>Where this environment pulls an artifact from, by the artifact's name, when it is not where it is published.</summary>
    public IReadOnlyDictionary<string, ImageName> Repositories { get; init; } = new Dictionary<string, ImageName>();

    /// <summary>Where this environment pulls an artifact from.</summary>
    public ImageName PullsFrom(PipelineArtifact artifact) => Repositories.GetValueOrDefault(artifact.Name, artifact.Repository);
}

/// <summary>A member of an environment that is promoted in waves.</summary>
/// <param name="Of">That environment's name.</param>
/// <param name="Members">All members, in order.</param>
/// <param name="StopsOnFailure">Whether what is refused in one is refused in all.</param>
public sealed record WaveMember(string Of, IReadOnlyList<string> Members, bool StopsOnFailure);

/// <summary>What is done when something that landed fails.</summary>
public enum OnFailure
{
    /// <summary>The bot asks for a rollback to what stood there before.</summary>
    Rollback,
    /// <summary>Nothing more moves there until a person lifts it.</summary>
    Hold,
}

/// <summary>At most so many promotions in so long.</summary>
public sealed record PromotionLimit(int Promotions, TimeSpan Per);

/// <summary>Who merges a promotion.</summary>
public enum MergeMode
{
    /// <summary>People (default).</summary>
    Review,
    /// <summary>The bot, by pull request.</summary>
    Auto,
    /// <summary>The bot, straight to the branch.</summary>
    Push,
}

/// <summary>How a pull request becomes commits of the base branch.</summary>
public enum MergeMethod
{
    /// <summary>One new commit (default).</summary>
    Squash,
    /// <summary>A merge commit.</summary>
    Merge,
    /// <summary>The commits again, on the tip.</summary>
    Rebase,
}

/// <summary>When a newer digest may take over an open pull request.</summary>
public enum Supersede
{
    /// <summary>Until the first approval that counts (default).</summary>
    UntilApproved,
    /// <summary>Always.</summary>
    Always,
    /// <summary>Never.</summary>
    Never,
}
