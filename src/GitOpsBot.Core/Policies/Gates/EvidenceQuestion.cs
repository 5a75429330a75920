using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>One condition on one verified item: why it is not met, or null.</summary>
internal delegate Rejection? ItemCondition(EvidenceItem.Verified item);

/// <summary>
/// How gates look for evidence: every condition must be met by one and the same verified item about the very digest, and a threshold counts
/// different authorities. What is rejected counts for nothing, but says why nothing was found.
/// </summary>
internal sealed record EvidenceQuestion(string Kind, IReadOnlyList<string> By, int Threshold, IReadOnlyList<ItemCondition> Conditions)
{
    /// <summary>Asks it of every artifact of a candidate; of each platform's manifest too when they are covered.</summary>
    public GateOutcome Ask(GateFacts facts, bool coversPlatforms = false)
    {
        var met = new List<EvidenceItem>();
        var said = new List<string>();
        foreach (var artifact in facts.Artifacts)
        {
            var asked = new List<(string Name, Digest Digest, Fact<IReadOnlyList<EvidenceItem>> Evidence)> { (artifact.Name, artifact.Artifact.Digest, artifact.Evidence) };
            if (coversPlatforms)
            {
                asked.AddRange(artifact.Artifact.Manifests.Select(m => (
                    $"{artifact.Name} {m.Platform}", m.Digest,
                    artifact.PlatformEvidence.GetValueOrDefault(m.Digest) ?? new Fact<IReadOnlyList<EvidenceItem>>.Unknown($"the evidence of {m.Digest} was not read"))));
            }

            foreach (var (name, digest, evidence) in asked)
            {
                switch (AskOne(digest, evidence))
                {
                    case GateOutcome.Passed passed:
                        met.AddRange(passed.Evidence);
                        said.Add(asked.Count > 1 || facts.Artifacts.Count > 1 ? $"{name}: {passed.Because}" : passed.Because);
                        break;
                    case GateOutcome.Pending pending:
                        return pending with { Because = $"{name}: {pending.Because}" };
                    case GateOutcome.Failed failed:
                        return asked.Count > 1 || facts.Artifacts.Count > 1 ? new GateOutcome.Failed(failed.FailCode, $"{name}: {failed.Because}") : failed;
                }
            }
        }

        return facts.Artifacts.Count == 0
            ? new GateOutcome.Failed(Rejection.ToText(RejectionCode.NoEvidence), "There is no artifact to judge.")
            : new GateOutcome.Passed(string.Join(' ', said)) { Evidence = [.. met.OfType<EvidenceItem.Verified>()] };
    }

    private GateOutcome AskOne(Digest digest, Fact<IReadOnlyList<EvidenceItem>> evidence)
    {
        if (evidence is not Fact<IReadOnlyList<EvidenceItem>>.Known { Value: var items })
        {
            return new GateOutcome.Pending("unreachable", $"What is attached could not be read: {((Fact<IReadOnlyList<EvidenceItem>>.Unknown)evidence).Reason}");
        }

        var ofKind = items.Where(i => i.Kind == Kind).ToList();
        if (ofKind.Count == 0)
        {
            return No(Kind == "signature" ? RejectionCode.SignatureMissing : RejectionCode.NoEvidence, $"No {Kind} is attached to {digest}.");
        }

        var proven = ofKind.OfType<EvidenceItem.Verified>().Where(v => v.Subject == digest).ToList();
        var believed = proven.Where(v => By.Contains(v.Authority)).ToList();
        if (believed.Count == 0)
        {
            return Explain(ofKind, proven);
        }

        var meeting = believed.Where(v => Conditions.All(c => c(v) is null)).ToList();
        var authorities = meeting.Select(v => v.Authority).Distinct(StringComparer.Ordinal).ToList();
        if (authorities.Count >= Threshold)
        {
            return new GateOutcome.Passed($"By {string.Join(" and ", authorities)}.") { Evidence = meeting };
        }

        if (authorities.Count > 0)
        {
            return No(RejectionCode.ThresholdNotMet, $"{Threshold} different authorities are needed; found {authorities.Count} ({string.Join(", ", authorities)}).");
        }

        var unmet = Conditions.Where(c => believed.All(v => c(v) is not null)).ToList();
        if (unmet.Count == 0)
        {
            return No(RejectionCode.NoSingleItemSatisfies, $"Every condition is met by some {Kind}, but all of them by none of the {believed.Count}.");
        }

        // The item that got furthest says best what is missing.
        var best = believed.MaxBy(v => Conditions.TakeWhile(c => c(v) is null).Count())!;
        var rejection = Conditions.Select(c => c(best)).First(r => r is not null)!;
        return new GateOutcome.Failed(rejection.CodeText, rejection.Reason);
    }

    private GateOutcome Explain(IReadOnlyList<EvidenceItem> ofKind, IReadOnlyList<EvidenceItem.Verified> proven)
    {
        if (proven.Count > 0)
        {
            return No(RejectionCode.UntrustedKey, $"Signed by {string.Join(", ", proven.Select(v => v.Authority).Distinct())}; expected {string.Join(" or ", By)}.");
        }

        var rejected = ofKind.OfType<EvidenceItem.Rejected>().ToList();
        var nearest = rejected.Find(r => r.Authority is not null && By.Contains(r.Authority)) ?? rejected.Find(r => r.Rejection.Code != RejectionCode.UntrustedKey) ?? rejected.FirstOrDefault();
        return nearest is null
            ? No(RejectionCode.SubjectMismatch, $"What is attached is about another digest.")
            : new GateOutcome.Failed(nearest.Rejection.CodeText, rejected.Count == 1 ? nearest.Rejection.Reason : $"{nearest.Rejection.Reason} ({rejected.Count} of this kind, none believed)");
    }

    private static GateOutcome.Failed No(RejectionCode code, string reason) => new(Rejection.ToText(code), reason);
}
