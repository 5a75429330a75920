using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies;

/// <summary>The document <c>kind: Policy</c> with what it extends already joined: what an environment demands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place">Where the document begins.</param>
/// <param name="Blob">Git's id of the file it stands in (40 hexadecimal digits).</param>
/// <param name="Gates">Its own gates after those of the policies it extends. A policy without gates refuses.</param>
public sealed record Policy(string Name, Place Place, string Blob, IReadOnlyList<Gate> Gates);

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
    public bool MayOpen => this is not Refuse { Gates.Count: 0 } && Gates.Where(g => g.Before == GateTiming.Open).All(g => g.Outcome is GateOutcome.Passed);

    /// <summary>Every gate passed.</summary>
    public sealed record Promote(IReadOnlyList<GateResult> All) : Verdict(All);

    /// <summary>None failed, some wait.</summary>
    public sealed record Hold(IReadOnlyList<GateResult> All) : Verdict(All);

    /// <summary>Some failed, or there are none.</summary>
    public sealed record Refuse(IReadOnlyList<GateResult> All) : Verdict(All);
}
