using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// <c>provenance</c>: SLSA provenance by one of these authorities, from this builder, source and ref, as <see cref="SlsaOrigin"/> reads them.
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
    public override GateOutcome Evaluate(GateFacts facts)
    {
        var content = new List<ItemCondition>();
        if (Builder is { } builder)
        {
            content.Add(item => SlsaOrigin.Of(item.Statement!).Builder is { } found && Artifacts.TagSelection.Matches(builder, found)
                ? null : Differs("builder", builder, SlsaOrigin.Of(item.Statement!).Builder));
        }

        if (Source is { } source)
        {
            content.Add(item => SlsaOrigin.Of(item.Statement!) is { Clash: null } found && found.Source is not null && found.Source == SlsaOrigin.Repository(source)
                ? null : Differs("source", source, SlsaOrigin.Of(item.Statement!) is var o && o.Clash is null ? o.Source : o.Clash));
        }

        if (Refs.Count > 0)
        {
            content.Add(item => SlsaOrigin.Of(item.Statement!) is { Clash: null } found && found.Ref is not null && Refs.Contains(found.Ref)
                ? null : Differs("ref", string.Join(" or ", Refs), SlsaOrigin.Of(item.Statement!) is var o && o.Clash is null ? o.Ref : o.Clash));
        }

        return new EvidenceQuestion([.. By.Select(b => b.Name)], 1, [SlsaOrigin.V1, SlsaOrigin.V02]) { Content = content }.Ask(facts);
    }

    private static Rejection Differs(string what, string expected, string? found) => new(
        RejectionCode.PredicateValue, $"Expected the {what} {expected}; found {(found is null ? "none named" : Shown.Quoted(found))}.");
}
