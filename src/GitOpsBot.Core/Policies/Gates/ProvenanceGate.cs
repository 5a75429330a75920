using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// <c>provenance</c>: SLSA provenance by one of these authorities, from this builder, source and ref, as <see cref="SlsaProvenance"/> reads them.
/// </summary>
internal sealed record ProvenanceGate(GateHeader Header, IReadOnlyList<Reference> By, string? Builder, string? Source, IReadOnlyList<string> Refs) : Gate(Header)
{
    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("provenance", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("How it was built.", keys =>
    {
        var by = keys.Required("by", Shapes.List(Shapes.Reference, 1), "The authorities that may have attested.");
        var builder = keys.Optional("builder", Shapes.Text, null!, "The builder's id; * stands for anything.");
        var source = keys.Optional("source", Shapes.Text, null!, "The source repository.");
        var refs = keys.Optional("refs", Shapes.List(Shapes.Text, 1), [], "The refs it may be built from.");
        return fields => new Shaped<Func<GateHeader, Gate>>(true, header => new ProvenanceGate(
            header, fields.Get(by), fields.Has(builder) ? fields.Get(builder) : null, fields.Has(source) ? fields.Get(source) : null, fields.Get(refs)));
    }));

    /// <inheritdoc/>
    public override bool IsAboutEvidence => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Reference> Authorities => By;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SourceRepositories => Source is null ? [] : [SlsaProvenance.Repository(Source)];

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        var content = new List<ItemCondition> { ReadPredicates.Unless<SlsaProvenance> };
        if (Builder is { } builder)
        {
            content.Add(item => Of(item) is { Builder: { } found } && Artifacts.TagSelection.Matches(builder, found) ? null : Differs("builder", builder, Of(item).Builder));
        }

        if (Source is { } source)
        {
            content.Add(item => Of(item) is { Clash: null, Source: { } found } && found == SlsaProvenance.Repository(source)
                ? null : Differs("source", source, Of(item).Clash ?? Of(item).Source));
        }

        if (Refs.Count > 0)
        {
            content.Add(item => Of(item) is { Clash: null, Ref: { } found } && Refs.Contains(found)
                ? null : Differs("ref", string.Join(" or ", Refs), Of(item).Clash ?? Of(item).Ref));
        }

        return new EvidenceQuestion([.. By.Select(b => b.Name)], 1, PredicateTypes.Provenance) { Content = content }.Ask(facts);

        // Unreadable says nothing, and so meets nothing.
        SlsaProvenance Of(EvidenceItem.Verified item) => ReadPredicates.As<SlsaProvenance>(item) ?? new SlsaProvenance(null, null, null, null);
    }

    private static Rejection Differs(string what, string expected, string? found) => new(
        RejectionCode.PredicateValue, $"Expected the {what} {expected}; found {(found is null ? "none named" : Shown.Quoted(found))}.");
}
