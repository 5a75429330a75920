using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary><c>rollbackReady</c>: what runs now can still be pulled, so that there is a way back.</summary>
internal sealed record RollbackReadyGate(GateHeader Header) : Gate(Header)
{
    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("rollbackReady", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>(
        "What runs now can still be pulled.", _ => _ => new Shaped<Func<GateHeader, Gate>>(true, header => new RollbackReadyGate(header))));

    /// <inheritdoc/>
    public override bool NeedsWayBack => true;

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts) => facts.WayBack switch
    {
        Fact<WayBack>.Known { Value: { IsReady: true } ready } => new GateOutcome.Passed($"There is a way back: {ready.Reason}."),
        Fact<WayBack>.Known { Value: var none } => new GateOutcome.Failed("no-way-back", $"There is no way back: {none.Reason}."),
        var unknown => new GateOutcome.Pending("unreachable", $"Whether there is a way back is not known: {((Fact<WayBack>.Unknown)unknown).Reason}"),
    };
}
