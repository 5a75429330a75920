using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration;

/// <summary>A policy before what it extends was joined.</summary>
internal sealed record PolicyDraft(IReadOnlyList<Reference> Extends, IReadOnlyList<Gate> Gates, EmergencyTerms? Terms);

/// <summary>The document <c>kind: Policy</c>.</summary>
internal static class PolicyDocument
{
    /// <summary>The kind, with these kinds of gates.</summary>
    public static DocumentKind Kind(IReadOnlyList<GateKind> kinds) => DocumentKind.Of("Policy", "What an environment demands.", Shapes.Object<PolicyDraft>("The gates.", keys =>
    {
        var extends = keys.Optional("extends", Shapes.List(Shapes.Reference), [], "Policies whose gates come first.");
        var gates = keys.Optional("gates", Shapes.List(GateShape(kinds), 0, PolicyJoin.MostGates), [], "Conditions, all of which must hold. A policy without any refuses.");
        var emergency = keys.Optional("emergency", EmergencyShape.Shape, null!, "What it costs to override a gate, where an environment names this policy as its emergency.");
        return fields => new PolicyDraft(fields.Get(extends), fields.Get(gates), fields.Get(emergency));
    }));

    private static Shape<Gate> GateShape(IReadOnlyList<GateKind> kinds) => Shapes.Object<Gate>("One condition.", keys =>
    {
        var name = keys.Required("name", Shapes.Name, "Unique within the policy, what it extends included.");
        var before = keys.Optional(
            "before", Shapes.Choice(("open", GateTiming.Open), ("merge", GateTiming.Merge)), GateTiming.Open, "When it must have passed: before the promotion is proposed, or before it is merged.");
        var overridable = keys.Optional("overridable", Shapes.Flag, false, "Whether a named person may override it in an emergency, by a comment on the pull request; one that must pass before the promotion is proposed keeps it from being opened.");
        var declared = kinds.Select(kind => (Kind: kind, Key: keys.Optional(kind.Key, kind.Shape, null!, $"A gate of the kind {kind.Key}."))).ToList();
        var on = keys.Optional("on", Shapes.Choice(("rollback", true)), false, "rollback: rollbacks must pass it too.");
        return fields =>
        {
            if (!fields.HasOne([.. declared.Select(d => (d.Kind.Key, fields.Has(d.Key)))]))
            {
                return default;
            }

            var (kind, key) = declared.Find(d => fields.Has(d.Key));
            return fields.Get(key)(new GateHeader(
                fields.Get(name), fields.Place, fields.Has(before) ? fields.Get(before) : kind.DefaultTiming, fields.Get(overridable)) { IsOnRollback = fields.Get(on) });
        };
    }).WithOneOf(kinds.Select(k => k.Key));
}
