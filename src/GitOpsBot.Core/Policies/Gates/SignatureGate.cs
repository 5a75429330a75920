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
        return fields => IsReachable(fields, by, threshold)
            ? new Shaped<Func<GateHeader, Gate>>(true, header => new SignatureGate(header, fields.Get(by), fields.Get(threshold), fields.Get(covers)))
            : default;
    }));

    /// <inheritdoc/>
    public override bool IsAboutEvidence => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Reference> Authorities => By;

    /// <inheritdoc/>
    public override bool NeedsPlatformEvidence => CoversPlatforms;

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts) => new EvidenceQuestion([.. By.Select(b => b.Name)], Threshold, []).Ask(facts, CoversPlatforms);

    /// <summary>Whether as many authorities are named as the threshold asks for; reports a problem when not.</summary>
    internal static bool IsReachable(ObjectFields fields, ObjectKey<IReadOnlyList<Reference>> by, ObjectKey<int> threshold)
    {
        var named = fields.Get(by).Select(b => b.Name).Distinct(StringComparer.Ordinal).Count();
        if (fields.Get(threshold) <= named)
        {
            return true;
        }

        fields.Says(threshold, $"The threshold is {fields.Get(threshold)}; expected at most the number of different authorities in 'by', which is {named}.");
        return false;
    }
}
