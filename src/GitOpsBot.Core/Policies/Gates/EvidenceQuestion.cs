using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>One condition on one verified item: why it is not met, or null.</summary>
internal delegate Rejection? ItemCondition(EvidenceItem.Verified item);

/// <summary>What evidence is looked for on: an artifact, or one platform's manifest of it.</summary>
/// <param name="Name">How it is called in sentences.</param>
/// <param name="Judged">The artifact it belongs to.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Evidence">What is attached to it.</param>
internal sealed record EvidenceTarget(string Name, JudgedArtifact Judged, Digest Digest, Fact<IReadOnlyList<EvidenceItem>> Evidence)
{
    /// <summary>What was verified about this very digest.</summary>
    public IEnumerable<EvidenceItem.Verified> Proven => Evidence is Fact<IReadOnlyList<EvidenceItem>>.Known { Value: var items }
        ? items.OfType<EvidenceItem.Verified>().Where(v => v.Subject == Digest) : [];
}

/// <summary>
/// How gates look for evidence: type, authority, content and age must all be met by one and the same verified item about the very digest, and
/// a threshold counts different authorities. What is rejected counts for nothing, but says why nothing was found.
/// </summary>
/// <param name="By">The authorities that are believed here.</param>
/// <param name="Threshold">How many of them.</param>
/// <param name="PredicateTypes">The types of statement asked for; none: plain signatures.</param>
internal sealed record EvidenceQuestion(IReadOnlyList<string> By, int Threshold, IReadOnlyList<string> PredicateTypes)
{
    /// <summary>What the statement must say.</summary>
    public IReadOnlyList<ItemCondition> Content { get; init; } = [];

    /// <summary>What must hold of the item together with the artifact it is about, or null.</summary>
    public Func<JudgedArtifact, EvidenceItem.Verified, Rejection?>? Where { get; init; }

    /// <summary>How old it may be; null for any age.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>What is asked for, in short, where the list of types would be long: <c>a vulnerability scan</c>.</summary>
    public string? Called { get; init; }

    /// <summary>Answers from all items that meet the conditions; without it, it is enough that there are as many as the threshold.</summary>
    public Func<EvidenceTarget, IReadOnlyList<EvidenceItem.Verified>, GateOutcome>? Weigh { get; init; }

    /// <summary>Whether plain signatures are asked for.</summary>
    public bool IsAboutSignatures => PredicateTypes.Count == 0;

    /// <summary>What is asked for, for people.</summary>
    public string Wanted => (Called ?? (IsAboutSignatures ? "a signature" : $"an attestation of the type {string.Join(" or ", PredicateTypes)}"))
        + $" by {(Threshold > 1 ? $"{Threshold} of " : "")}{string.Join(" or ", By)}";

    /// <summary>Asks it of every artifact of a candidate; of each platform's manifest too when they are covered.</summary>
    public GateOutcome Ask(GateFacts facts, bool coversPlatforms = false)
    {
        var asked = facts.Artifacts.SelectMany(a => Targets(a, coversPlatforms)).ToList();
        var answers = asked.ConvertAll(t => (t.Name, Outcome: AskOne(t, facts.Now)));
        // Nothing to cover is not everything covered.
        answers.AddRange(facts.Artifacts.Where(a => coversPlatforms && a.Artifact.Manifests.Count == 0 && IsIndex(a.Artifact.Descriptor)).Select(a => (a.Name, (GateOutcome)No(
            RejectionCode.NoEvidence, $"Expected {Wanted} on the manifest of each platform; found an index without platforms."))));
        if (answers.Count == 0)
        {
            return No(RejectionCode.NoEvidence, $"Expected {Wanted}; found no artifact to judge.");
        }

        string Said((string Name, GateOutcome Outcome) a) => answers.Count > 1 ? $"{a.Name}: {a.Outcome.Reason}" : a.Outcome.Reason;
        return answers.Find(a => a.Outcome is GateOutcome.Failed) is { Outcome: { } failed } no ? new GateOutcome.Failed(failed.Code!, Said(no))
            : answers.Find(a => a.Outcome is GateOutcome.Pending) is { Outcome: { } pending } wait ? new GateOutcome.Pending(pending.Code!, Said(wait))
            : new GateOutcome.Passed(string.Join(' ', answers.Select(Said))) { Evidence = [.. answers.SelectMany(a => ((GateOutcome.Passed)a.Outcome).Evidence)] };
    }

    private static IEnumerable<EvidenceTarget> Targets(JudgedArtifact judged, bool coversPlatforms)
    {
        yield return new EvidenceTarget(judged.Name, judged, judged.Artifact.Digest, judged.Evidence);
        foreach (var manifest in coversPlatforms ? judged.Artifact.Manifests : [])
        {
            yield return new EvidenceTarget($"{judged.Name} {manifest.Platform}", judged, manifest.Digest, judged.PlatformEvidence.GetValueOrDefault(manifest.Digest)
                ?? new Fact<IReadOnlyList<EvidenceItem>>.Unknown($"the evidence of {manifest.Digest} was not read."));
        }
    }

    private static bool IsIndex(Descriptor descriptor) => descriptor.MediaType
        is "application/vnd.oci.image.index.v1+json" or "application/vnd.docker.distribution.manifest.list.v2+json";

    private GateOutcome AskOne(EvidenceTarget target, DateTimeOffset now)
    {
        if (target.Evidence is not Fact<IReadOnlyList<EvidenceItem>>.Known { Value: var items })
        {
            return new GateOutcome.Pending("unreachable", $"Expected {Wanted}; what is attached could not be read: {((Fact<IReadOnlyList<EvidenceItem>>.Unknown)target.Evidence).Reason}");
        }

        var ofKind = items.Where(IsOfKind).ToList();
        if (ofKind.Count == 0)
        {
            return No(IsAboutSignatures ? RejectionCode.SignatureMissing : RejectionCode.NoEvidence, $"Expected {Wanted}; found none attached to {target.Digest}.");
        }

        var conditions = Conditions(target.Judged, now);
        var proven = ofKind.OfType<EvidenceItem.Verified>().Where(v => v.Subject == target.Digest).ToList();
        var meeting = proven.Where(v => conditions.All(c => c(v) is null)).DistinctBy(v => (v.Digest, v.Authority, v.Identity)).ToList();
        var signers = DistinctSigners.Of(meeting);
        return signers.Count >= Threshold ? Weigh?.Invoke(target, meeting)
            ?? new GateOutcome.Passed($"Expected {Wanted}; found it by {string.Join(" and ", signers)}.") { Evidence = meeting }
            : signers.Count > 0 ? No(RejectionCode.ThresholdNotMet, $"Expected {Wanted}, with a signer for each; found {signers.Count} ({string.Join(", ", signers)}).")
            : new EvidenceExplanation(this, conditions, target.Digest).Of(proven, ofKind);
    }

    private bool IsOfKind(EvidenceItem item) => item switch
    {
        EvidenceItem.Verified v => v.Statement is null == IsAboutSignatures,
        // What a bundle that was rejected held is only known by what it claims.
        { Kind: "bundle" } => !IsAboutSignatures || item.PredicateType is null,
        _ => item.Kind == (IsAboutSignatures ? "signature" : "attestation"),
    };

    // The order is that of explaining: the item that meets most of them from the first on says best what is missing. An item of another type
    // meets neither authority nor age: a fresh list of packages is not half of a scan that is too old.
    private List<ItemCondition> Conditions(JudgedArtifact judged, DateTimeOffset now) =>
    [
        OfType, v => OfType(v) ?? Believed(v), .. Content.Select(Guarded), .. Where is { } where ? [v => where(judged, v)] : Array.Empty<ItemCondition>(), .. MaxAge is { } age ? [v => OfType(v) ?? Guarded(i => StatementTime.TooOld(i, age, now))(v)] : Array.Empty<ItemCondition>(),
    ];

    private Rejection? OfType(EvidenceItem.Verified item) => IsAboutSignatures || PredicateTypes.Contains(item.PredicateType) ? null
        : new Rejection(RejectionCode.PredicateTypeMismatch, $"Expected {Wanted}; found {Documents.Shown.Quoted(item.PredicateType ?? "")}.");

    private Rejection? Believed(EvidenceItem.Verified item) => By.Contains(item.Authority) ? null : new Rejection(
        item.IsSignedByKey ? RejectionCode.UntrustedKey : RejectionCode.IdentityMismatch, $"Expected {Wanted}; found one by {item.Authority}.");

    // Attacker-controlled: half a surrogate pair in a text is found only when it is read, and must not hide the other items.
    private static ItemCondition Guarded(ItemCondition condition) => item =>
    {
        try
        {
            return condition(item);
        }
        catch (InvalidOperationException)
        {
            return new Rejection(RejectionCode.Malformed, "The statement holds text that cannot be read.");
        }
    };

    private static GateOutcome.Failed No(RejectionCode code, string reason) => new(Rejection.ToText(code), reason);
}
