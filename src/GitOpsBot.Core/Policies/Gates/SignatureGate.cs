using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary><c>signature</c>: as many different authorities as the threshold signed the digest, and each platform's manifest when it covers platforms.</summary>
internal sealed record SignatureGate(GateHeader Header, IReadOnlyList<Reference> By, int Threshold, bool CoversPlatforms) : Gate(Header)
{
    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("signature", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("Signed by whom.", keys =>
    {
        var by = keys.Required("by", Shapes.List(Shapes.Reference, 1), "The authorities that may have signed.");
        var threshold = keys.Optional("threshold", Shapes.Number(1, 100), 1, "How many different authorities.");
        var covers = keys.Optional("covers", Shapes.Choice(("index", false), ("platforms", true)), false, "platforms: each platform's manifest too.");
        return fields => fields.Get(threshold) > fields.Get(by).Select(b => b.Name).Distinct().Count()
            ? Impossible(fields, threshold)
            : new Shaped<Func<GateHeader, Gate>>(true, header => new SignatureGate(header, fields.Get(by), fields.Get(threshold), fields.Get(covers)));
    }));

    /// <inheritdoc/>
    public override bool IsAboutEvidence => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Reference> Authorities => By;

    /// <inheritdoc/>
    public override bool NeedsPlatformEvidence => CoversPlatforms;

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts) => new EvidenceQuestion("signature", [.. By.Select(b => b.Name)], Threshold, []).Ask(facts, CoversPlatforms);

    private static Shaped<Func<GateHeader, Gate>> Impossible(ObjectFields fields, ObjectKey<int> threshold)
    {
        fields.Says(threshold, "The threshold is more than the authorities that are named.");
        return default;
    }
}
