using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Tests.Audit;

/// <summary>One promotion, judged, as the texts about it are made of it.</summary>
internal static class Promoted
{
    public static readonly Place Here = new("policy.yaml", 1, 1);
    public static readonly Digest Old = Digest.Of("old"u8);
    public static readonly Digest New = Digest.Of("new"u8);
    public static readonly ImageName Checkout = ImageName.Parse("ghcr.io/acme/checkout");
    public static readonly Policy Production = new("production", Here, new string('b', 40), []);
    public static readonly GateResult Signed = new("signed", GateTiming.Open, new GateOutcome.Passed("Expected a signature by ci; found it by ci.")
    {
        Evidence = [new EvidenceItem.Verified(Old, "ci", New.Value, New, null, null)],
    });

    public static readonly GateResult People = new("people", GateTiming.Merge, new GateOutcome.Pending("approvals-missing", "Expected 2 approvals of @acme/release; found 0."));

    public static Promotion Move(string version = "1.4.2", Digest? from = null, string? fromVersion = "1.4.1") =>
        new("checkout", "prod", [new PromotedArtifact("checkout", Checkout, from, New, fromVersion, version, version)]);

    public static PromotionEnvironment Prod(MergeMode merge = MergeMode.Review) => new("prod", "environments/prod", new Reference("production", Here), Here) { Merge = merge };

    public static Verdict Verdict(params GateResult[] gates) => gates.Length == 0 || gates.Any(g => g.Outcome is GateOutcome.Failed) ? new Verdict.Refuse(gates)
        : gates.All(g => g.Outcome.IsMet) ? new Verdict.Promote(gates) : new Verdict.Hold(gates);

    public static JudgedCandidate Judged(Promotion move, GateResult[] gates, params Objection[] objections) => new(new Judgement(move, Production, Verdict(gates)), objections);
}
