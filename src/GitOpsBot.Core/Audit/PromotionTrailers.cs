using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Audit;

/// <summary>One <c>Promotion-Artifact</c>.</summary>
public sealed record TrailerArtifact(string Name, ImageName Repository, Digest To, Digest? From);

/// <summary>One <c>Promotion-Gate</c> that did not pass: its name, and the code of what it said instead.</summary>
public sealed record OverriddenGate(string Name, string Code);

/// <summary>One <c>Promotion-Override</c>: who overrode a gate, and why.</summary>
public sealed record TrailerOverride(string Gate, string Login, string Reason);

/// <summary>What the trailers of a promotion's commit say (SPEC section 5). They say why; what runs, the tree says.</summary>
public sealed record PromotionTrailers(string Id, string Version, string Pipeline, string Environment, IReadOnlyList<TrailerArtifact> Artifacts)
{
    /// <summary><c>NAME@BLOB</c>; null on a rollback.</summary>
    public string? Policy { get; init; }

    /// <summary>Names of the gates that passed.</summary>
    public IReadOnlyList<string> Gates { get; init; } = [];

    /// <summary>The gates that people overrode.</summary>
    public IReadOnlyList<OverriddenGate> Overridden { get; init; } = [];

    /// <summary>Who overrode them.</summary>
    public IReadOnlyList<TrailerOverride> Overrides { get; init; } = [];

    /// <summary><c>TYPE DIGEST</c> of each piece of evidence.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>What set it going.</summary>
    public string? Trigger { get; init; }

    /// <summary>Logins.</summary>
    public IReadOnlyList<string> ApprovedBy { get; init; } = [];

    /// <summary>Id of the promotion that this reverts.</summary>
    public string? Reverts { get; init; }
}
