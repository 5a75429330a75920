using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies;

/// <summary>When a gate must have passed.</summary>
public enum GateTiming
{
    /// <summary>Before the promotion is proposed.</summary>
    Open,
    /// <summary>Before it is merged.</summary>
    Merge,
}

/// <summary>What every gate has: the name, when it must pass, whether an emergency may skip it.</summary>
/// <param name="Name">Unique within the policy, <c>extends</c> included.</param>
/// <param name="Place">Where it is written.</param>
/// <param name="Before">When it must have passed.</param>
/// <param name="IsOverridable">Whether a named person may override it.</param>
public sealed record GateHeader(string Name, Place Place, GateTiming Before, bool IsOverridable)
{
    /// <summary>Whether rollbacks must pass it too (<c>on: rollback</c>); promotions always must.</summary>
    public bool IsOnRollback { get; init; }
}

/// <summary>One named condition of a policy. Pure: it reads <see cref="GateFacts"/> and nothing else. A kind of gate is one file in <c>Gates/</c>.</summary>
public abstract record Gate(GateHeader Header)
{
    /// <summary>The gate's name.</summary>
    public string Name => Header.Name;

    /// <summary>Whether it is about evidence alone, so that <c>verify</c> can answer it.</summary>
    public virtual bool IsAboutEvidence => false;

    /// <summary>The authorities it names; each must be defined.</summary>
    public virtual IReadOnlyList<Reference> Authorities => [];

    /// <summary>The environments of the pipeline it names; each must be there.</summary>
    public virtual IReadOnlyList<Reference> Environments => [];

    /// <summary>Whether it reads what is attached to artifacts: that is asked for only where a gate of the policy does.</summary>
    public virtual bool NeedsEvidence => IsAboutEvidence;

    /// <summary>Whether it asks if what runs now can still be pulled.</summary>
    public virtual bool NeedsWayBack => false;

    /// <summary>Whether it asks for the evidence of each platform's manifest.</summary>
    public virtual bool NeedsPlatformEvidence => false;

    /// <summary>The condition in CEL that it asks, to be explained; null when it has none.</summary>
    public virtual GateCondition? Condition => null;

    /// <summary>Whether it reads labels or the time of creation: an artifact's configuration is asked for only where a gate of the policy does.</summary>
    public bool NeedsConfiguration => Condition is { Expression.IsAboutConfiguration: true };

    /// <summary>Whether it can only be met on a pull request.</summary>
    public virtual bool NeedsPullRequest => false;

    /// <summary>The teams, <c>@org/team</c>, whose members it asks for.</summary>
    public virtual IReadOnlyList<string> Teams => [];

    /// <summary>The logins and teams whose approval it asks for; they are asked for a review.</summary>
    public virtual IReadOnlyList<string> Approvers => [];

    /// <summary>Whether it can turn bad after something landed, and says something of it then: evidence and measurements, not hours or people.</summary>
    public virtual bool IsWatched => IsAboutEvidence;

    /// <summary>Whether it asks who wrote the promoted source.</summary>
    public virtual bool NeedsAuthors => false;

    /// <summary>The sources of the bot's settings it names; each must be defined there.</summary>
    public virtual IReadOnlyList<SourceReference> Sources => [];

    /// <summary>Addresses of source repositories it names: their forge may keep evidence too.</summary>
    public virtual IReadOnlyList<string> SourceRepositories => [];

    /// <summary>The facts of the outside it needs to judge a candidate; everything else of the candidate is known by then.</summary>
    public virtual IEnumerable<FactNeed> Needs(GateFacts facts) => [];

    /// <summary>Answers for one candidate.</summary>
    public abstract GateOutcome Evaluate(GateFacts facts);
}

/// <summary>A kind of gate: the key it is written with, its shape, and when it must pass unless it says otherwise.</summary>
/// <param name="Key">The key in the policy, <c>signature</c>.</param>
/// <param name="DefaultTiming">Open for all but approvals and window.</param>
/// <param name="Shape">Reads what stands under the key.</param>
public sealed record GateKind(string Key, GateTiming DefaultTiming, Shape<Func<GateHeader, Gate>> Shape);
