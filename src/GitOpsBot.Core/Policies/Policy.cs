using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies;

/// <summary>The document <c>kind: Policy</c> with what it extends already joined: what an environment demands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where the document begins.</param>
/// <param name="Blob">Git's id of the file it stands in (40 hexadecimal digits).</param>
/// <param name="Gates">Its own gates after those of the policies it extends. A policy without gates refuses.</param>
public sealed record Policy(string Name, Place Place, string Blob, IReadOnlyList<Gate> Gates)
{
    /// <summary>What it says of emergencies; null for a policy that no environment can name for them.</summary>
    public EmergencyTerms? Terms { get; init; }

    /// <summary>What may be overridden in the environment it is asked for; null when nothing may.</summary>
    public Emergency? Emergency { get; init; }

    /// <summary>The gates that are asked: in an emergency, those of the emergency policy too.</summary>
    public IEnumerable<Gate> Asked(bool isEmergency) => isEmergency && Emergency is { } emergency ? Gates.Concat(emergency.Gates) : Gates;

    /// <summary>Whether a gate, in an emergency too, reads what only an artifact's configuration and annotations say.</summary>
    public bool NeedsConfiguration => Asked(isEmergency: true).Any(g => g.NeedsConfiguration);

    /// <summary>Addresses of the source repositories that its gates name, each once.</summary>
    public IReadOnlyList<string> SourceRepositories => [.. Gates.SelectMany(g => g.SourceRepositories).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

/// <summary>One gate's name, timing and answer.</summary>
public sealed record GateResult(string Name, GateTiming Before, GateOutcome Outcome);

/// <summary>All gates' answers together. Closed.</summary>
public abstract record Verdict
{
    private Verdict(IReadOnlyList<GateResult> gates) => Gates = gates;

    /// <summary>Every gate's answer, in the policy's order; never only the first bad one.</summary>
    public IReadOnlyList<GateResult> Gates { get; }

    /// <summary><c>promote</c>, <c>hold</c> or <c>refuse</c>.</summary>
    public string Word => this switch { Promote => "promote", Hold => "hold", _ => "refuse" };

    /// <summary>Whether every gate that is due before the promotion is proposed has passed.</summary>
    public bool MayOpen => this is not Refuse { Gates.Count: 0 } && Gates.Where(g => g.Before == GateTiming.Open).All(g => g.Outcome.IsMet);

    /// <summary>Whether a gate is overridden.</summary>
    public bool IsEmergency => Gates.Any(g => g.Outcome is GateOutcome.Overridden);

    /// <summary>Every gate passed, or was overridden by people who may.</summary>
    public sealed record Promote(IReadOnlyList<GateResult> All) : Verdict(All);

    /// <summary>None failed, some wait.</summary>
    public sealed record Hold(IReadOnlyList<GateResult> All) : Verdict(All);

    /// <summary>Some failed, or there are none.</summary>
    public sealed record Refuse(IReadOnlyList<GateResult> All) : Verdict(All);
}
