using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary><c>attestation</c>: a statement of this type by one of these authorities, of which the condition holds, young enough.</summary>
internal sealed record AttestationGate(GateHeader Header, IReadOnlyList<Reference> By, string PredicateType, PolicyExpression? Where, TimeSpan? MaxAge, int Threshold) : Gate(Header)
{
    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("attestation", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("Attested by whom, and what.", keys =>
    {
        var by = keys.Required("by", Shapes.List(Shapes.Reference, 1), "The authorities that may have attested.");
        var type = keys.Required("predicateType", Shapes.Text, "The type of the statement's predicate.");
        var where = keys.Optional("where", PolicyExpression.Shape, null!, "A condition on the predicate, in CEL.");
        var maxAge = keys.Optional("maxAge", Shapes.Duration, default, "How old it may be.");
        var threshold = keys.Optional("threshold", Shapes.Number(1, 100), 1, "How many different authorities.");
        return fields => SignatureGate.IsReachable(fields, by, threshold)
            ? new Shaped<Func<GateHeader, Gate>>(true, header => new AttestationGate(
                header, fields.Get(by), fields.Get(type), fields.Has(where) ? fields.Get(where) : null, fields.Has(maxAge) ? fields.Get(maxAge) : null, fields.Get(threshold)))
            : default;
    }));

    /// <inheritdoc/>
    public override bool IsAboutEvidence => Where is not { IsAboutPlace: true };

    /// <inheritdoc/>
    public override IReadOnlyList<Reference> Authorities => By;

    /// <inheritdoc/>
    public override GateCondition? Condition => Where is { } where ? new GateCondition(where, PredicateType) : null;

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        Func<JudgedArtifact, EvidenceItem.Verified, Rejection?>? holds = Where is not { } where ? null
            : (judged, item) => where.Objects(facts, judged, item) is { } why ? new Rejection(RejectionCode.PredicateValue, why) : null;
        return new EvidenceQuestion([.. By.Select(b => b.Name)], Threshold, [PredicateType]) { Where = holds, MaxAge = MaxAge }.Ask(facts);
    }
}
