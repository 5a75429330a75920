using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// <c>reproducible</c>: every one of these authorities attests that its own builder made this very digest. Each must have a signer of its own and
/// name a builder of its own: two words of one builder are one build.
/// </summary>
internal sealed record ReproducibleGate(GateHeader Header, IReadOnlyList<Reference> By) : Gate(Header)
{
    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("reproducible", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("Who built the same digest.", keys =>
    {
        var by = keys.Required("by", Shapes.List(Shapes.Reference, 2), "The authorities of the builders; every one must have built it.");
        return fields =>
        {
            if (fields.Get(by).Select(b => b.Name).Distinct(StringComparer.Ordinal).Count() == fields.Get(by).Count)
            {
                return new Shaped<Func<GateHeader, Gate>>(true, header => new ReproducibleGate(header, fields.Get(by)));
            }

            fields.Says(by, "Expected different authorities, found one twice.");
            return default;
        };
    }));

    /// <inheritdoc/>
    public override bool IsAboutEvidence => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Reference> Authorities => By;

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        return new EvidenceQuestion([.. By.Select(b => b.Name)], By.Count, PredicateTypes.Provenance)
        {
            Called = "provenance",
            Content =
            [
                ReadPredicates.Unless<SlsaProvenance>,
                item => string.IsNullOrEmpty(ReadPredicates.As<SlsaProvenance>(item)?.Builder) ? new Rejection(RejectionCode.PredicateValue, "Expected provenance that names its builder; found none named.") : null,
            ],
            Weigh = (_, items) => Weigh(items),
        }.Ask(facts);
    }

    private GateOutcome Weigh(IReadOnlyList<EvidenceItem.Verified> items)
    {
        string Builder(EvidenceItem.Verified item) => ReadPredicates.As<SlsaProvenance>(item)!.Builder!;
        var apart = DistinctSigners.Of([.. items.Select(i => i with { Identity = Builder(i) })]);
        var builders = string.Join(", ", items.Select(i => $"{Shown.Quoted(Builder(i))} by {i.Authority}").Distinct());
        return apart.Count == By.Count
            ? new GateOutcome.Passed($"Expected the same digest from builders of {string.Join(" and ", By)}; found it from {builders}.") { Evidence = items }
            : new GateOutcome.Failed(Rejection.ToText(RejectionCode.ThresholdNotMet), $"Expected the same digest from builders of {string.Join(" and ", By)}, each its own; found {builders}.");
    }
}
