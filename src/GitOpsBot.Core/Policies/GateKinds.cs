using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Policies;

/// <summary>All kinds of gates. A new kind is one file in <c>Gates/</c> and one line here.</summary>
public static class GateKinds
{
    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<GateKind> All { get; } =
    [
        SignatureGate.Kind, ProvenanceGate.Kind, AttestationGate.Kind, VulnerabilitiesGate.Kind, SbomGate.Kind, SoakGate.Kind, DeployedGate.Kind, SloGate.Kind,
        ApprovalsGate.Kind, WindowGate.Kind, RollbackReadyGate.Kind, ReproducibleGate.Kind, WebhookGate.Kind, ExpressionGate.Kind,
    ];
}
