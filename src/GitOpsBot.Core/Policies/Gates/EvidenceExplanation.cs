using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>Says why no item meets a question: by the item that came nearest, else by the rejection that tells most.</summary>
internal sealed record EvidenceExplanation(EvidenceQuestion Question, IReadOnlyList<ItemCondition> Conditions, Digest Digest)
{
    // From what came furthest to what was not even read; codes that are not here stand between, at the gap.
    private static readonly RejectionCode[] Far = [RejectionCode.SubjectMismatch, RejectionCode.TooOld, RejectionCode.KeyExpired, RejectionCode.NoTrustedTime];
    private static readonly RejectionCode[] Near =
    [
        RejectionCode.IdentityMismatch, RejectionCode.IssuerMismatch, RejectionCode.SignatureInvalid, RejectionCode.UntrustedKey, RejectionCode.SignatureCount,
        RejectionCode.SignatureMissing, RejectionCode.PayloadType, RejectionCode.ContentDigestMismatch, RejectionCode.Malformed, RejectionCode.Limit, RejectionCode.Unsupported,
    ];

    /// <summary>The answer, when none of <paramref name="proven"/> meets all conditions.</summary>
    public GateOutcome.Failed Of(IReadOnlyList<EvidenceItem.Verified> proven, IReadOnlyList<EvidenceItem> ofKind)
    {
        var rejected = ofKind.Where(i => i is not EvidenceItem.Verified v || v.Subject != Digest).Select(AsRejected).ToList();
        if (proven.Count == 0)
        {
            return Told(rejected);
        }

        if (Conditions.All(c => proven.Any(v => c(v) is null)))
        {
            return new GateOutcome.Failed(Rejection.ToText(RejectionCode.NoSingleItemSatisfies),
                $"Expected {Question.Wanted}, one item that meets every condition; found {proven.Count}, of which each condition is met by some, but all of them by none.");
        }

        var nearest = proven.MaxBy(v => Conditions.TakeWhile(c => c(v) is null).Count())!;
        var rejection = Conditions.Select(c => c(nearest)).First(r => r is not null)!;
        // One of the type asked for that is not believed says more than a believed one of another type.
        return rejection.Code == RejectionCode.PredicateTypeMismatch && rejected.FindAll(IsOfType) is { Count: > 0 } claimed ? Told(claimed)
            : new GateOutcome.Failed(rejection.CodeText, rejection.Reason);
    }

    private GateOutcome.Failed Told(List<EvidenceItem.Rejected> rejected)
    {
        var best = rejected.OrderByDescending(IsOfType).ThenBy(r => r.Authority is not null && !Question.By.Contains(r.Authority)).ThenBy(r => Rank(r.Rejection.Code)).First();
        var counted = string.Join(", ", rejected.GroupBy(r => r.Rejection.Code).OrderBy(g => Rank(g.Key)).Select(g => $"{g.Count()} {Rejection.ToText(g.Key)}"));
        return new GateOutcome.Failed(best.Rejection.CodeText, $"Expected {Question.Wanted}; found {rejected.Count} not believed ({counted}): {best.Rejection.Reason}");
    }

    private EvidenceItem.Rejected AsRejected(EvidenceItem item) => item as EvidenceItem.Rejected ?? new EvidenceItem.Rejected(
        item.Digest, item.Kind, item.PredicateType, ((EvidenceItem.Verified)item).Authority,
        new Rejection(RejectionCode.SubjectMismatch, $"It is about {((EvidenceItem.Verified)item).Subject}; expected {Digest}."));

    private bool IsOfType(EvidenceItem.Rejected item) => item.PredicateType is { } claimed && Question.PredicateTypes.Contains(claimed);

    private static int Rank(RejectionCode code) => Array.IndexOf(Far, code) is >= 0 and var far ? far
        : Array.IndexOf(Near, code) is >= 0 and var near ? Far.Length + 1 + near : Far.Length;
}
