using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Policies;

/// <summary>All kinds of gates. A new kind is one file in <c>Gates/</c> and one line here.</summary>
public static class GateKinds
{
    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<GateKind> All { get; } =
    [
        SignatureGate.Kind, ProvenanceGate.Kind, AttestationGate.Kind, SoakGate.Kind, ApprovalsGate.Kind, RollbackReadyGate.Kind,
        VulnerabilitiesGate.Kind, SbomGate.Kind, ReproducibleGate.Kind, ExpressionGate.Kind,
    ];
}
