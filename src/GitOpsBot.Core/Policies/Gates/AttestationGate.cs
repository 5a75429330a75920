using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Expressions;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary><c>attestation</c>: a statement of this type by one of these authorities, of which the condition holds, young enough.</summary>
internal sealed record AttestationGate(GateHeader Header, IReadOnlyList<Reference> By, string PredicateType, Condition? Where, TimeSpan? MaxAge, int Threshold) : Gate(Header)
{
    private static readonly Shape<Condition> ConditionShape = new(
        Shapes.Text.Schema,
        (node, problems) =>
        {
            if (Shapes.Text.Read(node, problems) is not { IsRead: true, Value: { } text })
            {
                return default;
            }

            if (Condition.TryParse(text, out var condition, out var error))
            {
                return condition;
            }

            problems.Add(node.Place.Says($"This condition cannot be used: {error}."));
            return default;
        });

    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("attestation", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("Attested by whom, and what.", keys =>
    {
        var by = keys.Required("by", Shapes.List(Shapes.Reference, 1), "The authorities that may have attested.");
        var type = keys.Required("predicateType", Shapes.Text, "The type of the statement's predicate.");
        var where = keys.Optional("where", ConditionShape, null!, "A condition on the predicate, in CEL.");
        var maxAge = keys.Optional("maxAge", Shapes.Duration, default, "How old it may be.");
        var threshold = keys.Optional("threshold", Shapes.Number(1, 100), 1, "How many different authorities.");
        return fields => SignatureGate.IsReachable(fields, by, threshold)
            ? new Shaped<Func<GateHeader, Gate>>(true, header => new AttestationGate(
                header, fields.Get(by), fields.Get(type), fields.Has(where) ? fields.Get(where) : null, fields.Has(maxAge) ? fields.Get(maxAge) : null, fields.Get(threshold)))
            : default;
    }));

    /// <inheritdoc/>
    public override bool IsAboutEvidence => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Reference> Authorities => By;

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        IReadOnlyList<ItemCondition> content = Where is not { } where ? [] :
        [
            item => where.Objects(item.Statement!.Json, item.Statement.Predicate) is { } why
                ? new Rejection(RejectionCode.PredicateValue, $"Expected {where.Text}; found that {why}.") : null,
        ];
        return new EvidenceQuestion([.. By.Select(b => b.Name)], Threshold, [PredicateType]) { Content = content, MaxAge = MaxAge }.Ask(facts);
    }
}
