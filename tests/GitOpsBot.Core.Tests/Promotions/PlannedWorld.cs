using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Tests.Promotions;

/// <summary>A world of one environment in memory: what the planner sees, and what becomes of it when its steps are carried out.</summary>
internal sealed class PlannedWorld(PromotionEnvironment environment)
{
    private static readonly Place Here = new("pipeline.yaml", 1, 1);
    private int number = 7;

    public List<JudgedCandidate> Candidates { get; set; } = [];

    public ObservedPullRequest? Open { get; set; }

    public JudgedRollback? Rollback { get; set; }

    public ObservedPullRequest? OpenRollback { get; set; }

    public HashSet<string> RefusedIds { get; } = [];

    public List<string> StaleBranches { get; set; } = [];

    public List<PlanStep> Done { get; } = [];

    public static PromotionEnvironment Environment(MergeMode merge, Supersede supersede = Supersede.UntilApproved) =>
        new("prod", "environments/prod", new Reference("production", Here), Here) { Merge = merge, Supersede = supersede };

    public static Promotion Move(int to) => new("checkout", "prod",
        [new PromotedArtifact("checkout", ImageName.Parse("ghcr.io/acme/checkout"), null, Digest.Of([(byte)to, 1]), null, $"1.{to}.0", $"1.{to}.0")]);

    public static JudgedCandidate Candidate(int to, GateOutcome open, GateOutcome merge, params Objection[] objections)
    {
        GateResult[] gates = [new("signed", GateTiming.Open, open), new("people", GateTiming.Merge, merge)];
        Verdict verdict = gates.Any(g => g.Outcome is GateOutcome.Failed) ? new Verdict.Refuse(gates)
            : gates.All(g => g.Outcome.IsMet) ? new Verdict.Promote(gates)
            : new Verdict.Hold(gates);
        return new JudgedCandidate(new Judgement(Move(to), new Policy("production", Here, new string('0', 40), []), verdict), objections);
    }

    public static JudgedCandidate Good(int to) => Candidate(to, new GateOutcome.Passed("yes"), new GateOutcome.Passed("yes"));

    public static PullRequestFace Show(JudgedCandidate what) =>
        new($"Promote {what.Promotion.Version}", string.Join('\n', what.Rows.Select(r => $"{r.Name} {r.Outcome.Word}")), ["promotion"],
            (what.MayMerge ? "success" : "pending", "said"));

    public static PullRequestFace Show(JudgedRollback what) => new($"Roll back {what.Move.Version}", what.Word, ["promotion/rollback"], ("success", "said"));

    public ObservedPullRequest PullRequest(JudgedCandidate what) =>
        new(number, new string('a', 40), what.Promotion, null, NeedsRenewal: false, ApprovedBy: [], Show(what));

    public EnvironmentPlan Plan() => new PromotionPlanner(Show, Show).Plan(new ObservedEnvironment(
        environment, Candidates, Open, Rollback, OpenRollback, move => RefusedIds.Contains(move.Id), StaleBranches));

    public void Do(EnvironmentPlan plan)
    {
        foreach (var step in plan.Steps)
        {
            Done.Add(step);
            switch (step)
            {
                case PlanStep.Merge merge when Open?.Proposes?.Id != merge.What.Promotion.Id:
                    throw new InvalidOperationException("A pull request is merged that proposes something else.");
                case PlanStep.Push or PlanStep.Merge:
                    (Candidates, Open) = ([], null);
                    break;
                case PlanStep.Open open:
                    Assert.Null(Open);
                    number++;
                    Open = PullRequest(open.What);
                    break;
                case PlanStep.Update update:
                    Open = Open! with { Face = Show(update.What), NeedsRenewal = Open.NeedsRenewal && !update.Renew };
                    break;
                case PlanStep.Supersede supersede:
                    Open = PullRequest(supersede.What);
                    break;
                case PlanStep.Close { PullRequest: var closed }:
                    (Open, OpenRollback) = (closed == Open ? null : Open, closed == OpenRollback ? null : OpenRollback);
                    break;
                case PlanStep.Stop stop when stop.PullRequest == Open:
                    Open = Open! with { Face = Open.Face with { Status = ("failure", stop.Reason) } };
                    break;
                case PlanStep.Stop stop:
                    OpenRollback = OpenRollback! with { Face = OpenRollback.Face with { Status = ("failure", stop.Reason) } };
                    break;
                case PlanStep.MergeRollback merge when OpenRollback?.Proposes?.Id != merge.What.Move.Id:
                    throw new InvalidOperationException("A rollback is merged that proposes something else.");
                case PlanStep.PushRollback or PlanStep.MergeRollback:
                    (Rollback, OpenRollback, Candidates) = (null, null, []);
                    break;
                case PlanStep.OpenRollback open:
                    Assert.Null(OpenRollback);
                    OpenRollback = new ObservedPullRequest(++number, new string('b', 40), open.What.Move, null, false, [], Show(open.What));
                    break;
                case PlanStep.UpdateRollback update:
                    OpenRollback = OpenRollback! with { Proposes = update.What.Move, Face = Show(update.What), NeedsRenewal = false };
                    break;
                case PlanStep.DeleteBranch branch:
                    StaleBranches = [.. StaleBranches.Where(b => b != branch.Branch)];
                    break;
            }
        }
    }
}
