using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration;

/// <summary>A policy before what it extends was joined.</summary>
internal sealed record PolicyDraft(IReadOnlyList<Reference> Extends, IReadOnlyList<Gate> Gates);

/// <summary>The document <c>kind: Policy</c>.</summary>
internal static class PolicyDocument
{
    private static readonly string[] Later = ["vulnerabilities", "sbom", "deployed", "slo", "window", "expression"];

    /// <summary>The kind, with these kinds of gates.</summary>
    public static DocumentKind Kind(IReadOnlyList<GateKind> kinds) => DocumentKind.Of("Policy", "What an environment demands.", Shapes.Object<PolicyDraft>("The gates.", keys =>
    {
        var extends = keys.Optional("extends", Shapes.List(Shapes.Reference), [], "Policies whose gates come first.");
        var gates = keys.Optional("gates", Shapes.List(GateShape(kinds)), [], "Conditions, all of which must hold. A policy without any refuses.");
        keys.NotYet("emergency");
        return fields => new PolicyDraft(fields.Get(extends), fields.Get(gates));
    }));

    private static Shape<Gate> GateShape(IReadOnlyList<GateKind> kinds) => Shapes.Object<Gate>("One condition.", keys =>
    {
        var name = keys.Required("name", Shapes.Name, "Unique within the policy.");
        var before = keys.Optional("before", Shapes.Choice(("open", GateTiming.Open), ("merge", GateTiming.Merge)), GateTiming.Open, "When it must have passed.");
        var overridable = keys.Optional("overridable", Shapes.Flag, false, "Whether a named person may override it.");
        var declared = kinds.Select(kind => (Kind: kind, Key: keys.Optional(kind.Key, kind.Shape, null!, $"A gate of the kind {kind.Key}."))).ToList();
        keys.NotYet([.. Later.Except(kinds.Select(k => k.Key)), "on"]);
        return fields =>
        {
            var written = declared.Where(d => fields.Has(d.Key)).ToList();
            if (written is not [var (kind, key)])
            {
                fields.Says(name, $"A gate says exactly one of {string.Join(", ", kinds.Select(k => k.Key))}; this one says {(written.Count == 0 ? "none" : string.Join(" and ", written.Select(w => w.Kind.Key)))}.");
                return default;
            }

            return new Shaped<Gate>(true, fields.Get(key)(new GateHeader(
                fields.Get(name), fields.Place, fields.Has(before) ? fields.Get(before) : kind.DefaultTiming, fields.Get(overridable))));
        };
    });
}
