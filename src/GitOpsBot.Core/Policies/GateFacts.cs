using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies;

/// <summary>Something asked of the outside: known, or not known for a reason that a person can read.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
public abstract record Fact<T>
{
    private Fact() { }

    /// <summary>The answer.</summary>
    public sealed record Known(T Value) : Fact<T>;

    /// <summary>No answer; never counts as passed.</summary>
    public sealed record Unknown(string Reason) : Fact<T>;
}

/// <summary>One artifact of a candidate with all that was found attached to it.</summary>
/// <param name="Name">Its name in the pipeline.</param>
/// <param name="Artifact">What the registry showed.</param>
/// <param name="Evidence">Every item, verified or rejected.</param>
public sealed record JudgedArtifact(string Name, Artifact Artifact, Fact<IReadOnlyList<EvidenceItem>> Evidence)
{
    /// <summary>Verified evidence of the manifests of an index, by digest; only where a gate covers platforms.</summary>
    public IReadOnlyDictionary<Digest, Fact<IReadOnlyList<EvidenceItem>>> PlatformEvidence { get; init; } =
        new Dictionary<Digest, Fact<IReadOnlyList<EvidenceItem>>>();
}

/// <summary>How long a candidate stood in an environment, the last time it did.</summary>
/// <param name="Since">Effective time of the commit that put it there (may lie in the future: then whoever waits on it waits).</param>
/// <param name="Until">When it was replaced; null while it stands there.</param>
public sealed record Stay(DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>One approval that the forge holds for a promotion.</summary>
/// <param name="Login">Who approved.</param>
/// <param name="Teams">The teams (<c>@org/team</c>) of the policy that this person is in.</param>
/// <param name="At">When.</param>
public sealed record Approval(string Login, IReadOnlyList<string> Teams, DateTimeOffset At);

/// <summary>A person overrode a gate of a promotion.</summary>
/// <param name="Gate">The gate's name.</param>
/// <param name="Login">Who.</param>
/// <param name="Teams">The teams (<c>@org/team</c>) of the emergency policy that this person is in.</param>
/// <param name="Reason">Why, one line.</param>
/// <param name="Failure">The code that the gate had failed with then; null when it waited.</param>
/// <param name="At">When.</param>
public sealed record GivenOverride(string Gate, string Login, IReadOnlyList<string> Teams, string Reason, string? Failure, DateTimeOffset At);

/// <summary>What approvals are judged by; only approvals of this very promotion are in it.</summary>
/// <param name="Given">Approvals, of people; one person may stand here more than once.</param>
/// <param name="Requester">Who asked for the promotion, or null when the bot proposed it by itself.</param>
/// <param name="Authors">Logins of the authors and co-authors of the promoted source; unknown while nobody can map them.</param>
public sealed record ApprovalFacts(IReadOnlyList<Approval> Given, string? Requester, Fact<IReadOnlyList<string>> Authors)
{
    /// <summary>Why nobody can say whether more approvals were of this promotion, a sentence; null when all that were given could be looked at.</summary>
    public string? Unread { get; init; }
}

/// <summary>All that the gates of one candidate for one environment are judged on. A judgement can be replayed from it.</summary>
/// <param name="Now">The time of the pass.</param>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Environment">The environment's name.</param>
/// <param name="Artifacts">The candidate: one artifact, or a bundle's.</param>
/// <param name="Stays">By environment: how long this candidate stood there last; no entry where it never did.</param>
/// <param name="Approvals">Approvals of this promotion; empty while no pull request proposes it.</param>
/// <param name="WayBack">Whether what stands in the environment now can still be pulled, with the reason when not; nothing stands there is true.</param>
public sealed record GateFacts(
    DateTimeOffset Now,
    string Pipeline,
    string Environment,
    IReadOnlyList<JudgedArtifact> Artifacts,
    IReadOnlyDictionary<string, Stay> Stays,
    Fact<ApprovalFacts> Approvals,
    Fact<WayBack> WayBack)
{
    /// <summary>Overrides of gates of this very promotion, each by somebody who may and whose word stands; ended ones too.</summary>
    public IReadOnlyList<GivenOverride> Overrides { get; init; } = [];

    /// <summary>Why overrides could not be read, a sentence; null when they were. None of them counts then.</summary>
    public string? OverridesUnread { get; init; }

    /// <summary>What was asked of the outside for it.</summary>
    public OutsideFacts Outside { get; init; } = OutsideFacts.None;

    /// <summary>By name of an environment that is promoted in waves: its members.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Waves { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The environments that a name means: the members of one that is promoted in waves, otherwise itself.</summary>
    public IReadOnlyList<string> MembersOf(string environment) => Waves.GetValueOrDefault(environment, [environment]);
}

/// <summary>Whether what runs now can still be pulled.</summary>
/// <param name="IsReady">It can, or nothing runs.</param>
/// <param name="Reason">What was looked for and found.</param>
public sealed record WayBack(bool IsReady, string Reason);
