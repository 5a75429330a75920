using System.Text.Json;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// <c>provenance</c>: SLSA provenance (v1 and v0.2) by one of these authorities, from this builder, source and ref. Source and ref are read from
/// <c>externalParameters.workflow</c>, else from the first resolved dependency; where both say something else, it is a no.
/// </summary>
internal sealed record ProvenanceGate(GateHeader Header, IReadOnlyList<Reference> By, string? Builder, string? Source, IReadOnlyList<string> Refs) : Gate(Header)
{
    private const string V1 = "https://slsa.dev/provenance/v1";
    private const string V02 = "https://slsa.dev/provenance/v0.2";

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
        var conditions = new List<ItemCondition>
        {
            item => item.PredicateType is V1 or V02 ? null
                : new Rejection(RejectionCode.PredicateTypeMismatch, $"The predicate type is {item.PredicateType}; expected {V1} or {V02}."),
        };
        if (Builder is { } builder)
        {
            conditions.Add(item => Said(item, BuilderOf(item)) is { } found && Artifacts.TagSelection.Matches(builder, found) ? null
                : Value($"The builder is {Said(item, BuilderOf(item)) ?? "not named"}; expected {builder}."));
        }

        if (Source is { } source)
        {
            conditions.Add(item => Origin(item) is var (found, _, clash) && !clash && found is not null && Repository(found) == Repository(source) ? null
                : Value($"The source is {(Origin(item).IsClash ? "named in two ways that disagree" : Origin(item).Source ?? "not named")}; expected {source}."));
        }

        if (Refs.Count > 0)
        {
            conditions.Add(item => Origin(item) is var (_, found, clash) && !clash && found is not null && Refs.Contains(found) ? null
                : Value($"The ref is {(Origin(item).IsClash ? "named in two ways that disagree" : Origin(item).Ref ?? "not named")}; expected {string.Join(" or ", Refs)}."));
        }

        return new EvidenceQuestion("attestation", [.. By.Select(b => b.Name)], 1, conditions).Ask(facts);
    }

    private static Rejection Value(string reason) => new(RejectionCode.PredicateValue, reason);

    private static string? Said(EvidenceItem.Verified item, JsonElement element) => item.Statement is not null && element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    private static JsonElement BuilderOf(EvidenceItem.Verified item) => item.PredicateType == V1
        ? item.Statement!.Predicate.At("runDetails").At("builder").At("id")
        : item.Statement!.Predicate.At("builder").At("id");

    private static (string? Source, string? Ref, bool IsClash) Origin(EvidenceItem.Verified item)
    {
        var predicate = item.Statement!.Predicate;
        if (item.PredicateType == V02)
        {
            return Split(predicate.At("invocation").At("configSource").Text("uri"));
        }

        var definition = predicate.At("buildDefinition");
        var workflow = definition.At("externalParameters").At("workflow");
        var (source, named) = (workflow.Text("repository"), workflow.Text("ref"));
        var dependencies = definition.At("resolvedDependencies");
        var (resolved, resolvedRef, _) = dependencies.ValueKind == JsonValueKind.Array && dependencies.GetArrayLength() > 0 ? Split(dependencies[0].Text("uri")) : default;
        var isClash = (source is not null && resolved is not null && Repository(source) != Repository(resolved)) || (named is not null && resolvedRef is not null && named != resolvedRef);
        return (source ?? resolved, named ?? resolvedRef, isClash);
    }

    // git+https://github.com/acme/checkout@refs/heads/main
    private static (string? Source, string? Ref, bool IsClash) Split(string? uri)
    {
        var at = uri?.LastIndexOf('@') ?? -1;
        return uri is null ? default : at < 0 || at < uri.LastIndexOf("//", StringComparison.Ordinal) + 2 ? (uri, null, false) : (uri[..at], uri[(at + 1)..], false);
    }

    private static string Repository(string uri)
    {
        var text = uri.StartsWith("git+", StringComparison.Ordinal) ? uri["git+".Length..] : uri;
        return text.EndsWith(".git", StringComparison.Ordinal) ? text[..^".git".Length] : text;
    }
}
