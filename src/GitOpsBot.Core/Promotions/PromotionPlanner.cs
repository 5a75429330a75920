using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Promotions;

/// <summary>
/// From what was observed to what is done: pure, and idempotent — planning again after the steps were carried out plans nothing.
/// At most one promotion and one rollback are open for an environment and pipeline, and an environment moves at most one step in a pass.
/// </summary>
/// <param name="show">What a pull request that proposes this shows to people.</param>
/// <param name="showRollback">What a pull request that rolls back shows.</param>
public sealed class PromotionPlanner(Func<JudgedCandidate, PullRequestFace> show, Func<JudgedRollback, PullRequestFace> showRollback)
{
    /// <summary>Plans one environment.</summary>
    public EnvironmentPlan Plan(ObservedEnvironment seen)
    {
        var cleaning = seen.StaleBranches.Select(b => new PlanStep.DeleteBranch(b));
        var plan = seen.Rollback is { Word: not "refuse" } || seen.OpenRollback is not null ? PlanRollback(seen)
            : seen.Rollback is { } refused ? Told(refused, PlanPromotion(seen))
            : PlanPromotion(seen);
        plan = plan with { LookAgain = LookAgain(seen) };
        // A branch that a step is about to use again is not stale.
        return plan.Steps.Any(s => s is PlanStep.Open or PlanStep.OpenRollback) ? plan : plan with { Steps = [.. plan.Steps, .. cleaning] };
    }

    // What has failed does not begin to pass by time: its other gates are not waited for.
    private static DateTimeOffset? LookAgain(ObservedEnvironment seen) => seen.Candidates.Select(c => c.Rows).Append(seen.Rollback?.Rows ?? [])
        .Where(rows => !rows.Any(r => r.Outcome is GateOutcome.Failed))
        .SelectMany(rows => rows.Select(r => r.Outcome.ChangesAt)).Where(at => at is not null).Min();

    private EnvironmentPlan PlanRollback(ObservedEnvironment seen)
    {
        var steps = new List<PlanStep>();
        if (seen.Rollback is not { } rollback)
        {
            steps.Add(new PlanStep.Close(seen.OpenRollback!, "What this would put back stands there already, or nobody asks for it any more."));
            return new EnvironmentPlan([], steps);
        }

        // One that still waits to be opened closes nothing; nothing else is merged meanwhile either.
        var isReady = seen.Environment.Merge == MergeMode.Push ? rollback.MayMerge : rollback.MayOpen;
        if (seen.Open is { } promotion && (isReady || seen.OpenRollback is not null))
        {
            steps.Add(new PlanStep.Close(promotion, $"A rollback of {seen.Environment.Name} was asked for by {rollback.By}."));
        }

        var action = PlanAction.None;
        switch (seen.OpenRollback)
        {
            case null when !isReady:
                break;
            case null when seen.Environment.Merge == MergeMode.Push:
                steps.Add(new PlanStep.PushRollback(rollback));
                action = PlanAction.Push;
                break;
            case null:
                steps.Add(new PlanStep.OpenRollback(rollback));
                action = PlanAction.Open;
                break;
            case { Foreign: { } foreign } open:
                AddStop(steps, open, foreign);
                break;
            case { } open when open.NeedsRenewal || open.Proposes?.Id != rollback.Move.Id:
                steps.Add(new PlanStep.UpdateRollback(open, rollback, true));
                action = PlanAction.Update;
                break;
            case { } open:
                if (!open.Face.Shows(showRollback(rollback)))
                {
                    steps.Add(new PlanStep.UpdateRollback(open, rollback, false));
                    action = PlanAction.Update;
                }

                if (rollback.MayMerge && seen.Environment.Merge != MergeMode.Review)
                {
                    steps.Add(new PlanStep.MergeRollback(open, rollback));
                    action = PlanAction.Merge;
                }

                break;
        }

        return new EnvironmentPlan([new PlannedPromotion(rollback.Move, rollback.Word, rollback.Rows, action, seen.OpenRollback?.Number)], steps);
    }

    // What can no longer be pulled is not rolled back to silently: it is said, and stands in nobody's way.
    private static EnvironmentPlan Told(JudgedRollback refused, EnvironmentPlan plan) => plan with
    {
        Promotions = [new PlannedPromotion(refused.Move, refused.Word, refused.Rows, PlanAction.None, null), .. plan.Promotions.Take(1)],
    };

    private EnvironmentPlan PlanPromotion(ObservedEnvironment seen)
    {
        if (seen.Environment.Merge == MergeMode.Push && seen.Open is null)
        {
            var pushed = seen.Candidates.FirstOrDefault(c => c.Objections.Count == 0 && c.MayMerge);
            return Report(seen, pushed, pushed is null ? PlanAction.None : PlanAction.Push, pushed is null ? [] : [new PlanStep.Push(pushed)]);
        }

        if (seen.Open is not { } open)
        {
            var opened = seen.Candidates.FirstOrDefault(c => c.MayOpen);
            return Report(seen, opened, opened is null ? PlanAction.None : PlanAction.Open, opened is null ? [] : [new PlanStep.Open(opened)]);
        }

        if (open.Foreign is { } foreign)
        {
            var stopped = new List<PlanStep>();
            AddStop(stopped, open, foreign);
            return Report(seen, Find(seen, open), PlanAction.None, stopped);
        }

        if (open.Proposes is not { } proposes)
        {
            return Report(seen, null, PlanAction.Close, [new PlanStep.Close(open, "What this proposes stands there already, or cannot be read.")]);
        }

        if (seen.IsRefused(proposes))
        {
            var reason = $"{proposes.Version} was rolled back here or in an environment before, and is refused.";
            var refused = new GateResult("rollback", GateTiming.Open, new GateOutcome.Failed("rolled-back", reason));
            return new EnvironmentPlan(
                [new PlannedPromotion(proposes, "refuse", [refused], PlanAction.Close, open.Number)], [new PlanStep.Close(open, reason)]);
        }

        var current = Find(seen, open);
        var newer = seen.Candidates.TakeWhile(c => !ReferenceEquals(c, current)).FirstOrDefault(c => c.MayOpen);
        if (newer is not null && MayTakeOver(seen.Environment.Supersede, open, current))
        {
            return Report(seen, newer, PlanAction.Supersede, [new PlanStep.Supersede(open, newer)]);
        }

        if (current is null)
        {
            return Report(seen, null, PlanAction.None, []);
        }

        var steps = new List<PlanStep>();
        if (open.NeedsRenewal)
        {
            return Report(seen, current, PlanAction.Update, [new PlanStep.Update(open, current, true)]);
        }

        var action = PlanAction.None;
        if (!open.Face.Shows(show(current)))
        {
            steps.Add(new PlanStep.Update(open, current, false));
            action = PlanAction.Update;
        }

        if (current.MayMerge && seen.Environment.Merge != MergeMode.Review)
        {
            steps.Add(new PlanStep.Merge(open, current));
            action = PlanAction.Merge;
        }

        return Report(seen, current, action, steps);
    }

    private static bool MayTakeOver(Supersede when, ObservedPullRequest open, JudgedCandidate? current) => when switch
    {
        Supersede.Always => true,
        Supersede.Never => false,
        // Who overrides a gate wants this very promotion, no less than who approves it.
        _ => open.ApprovedBy.Count == 0 && current?.Judgement.Verdict.IsEmergency != true,
    };

    private static JudgedCandidate? Find(ObservedEnvironment seen, ObservedPullRequest open) =>
        open.Proposes is { } proposes ? seen.Candidates.FirstOrDefault(c => c.Promotion.Id == proposes.Id) : null;

    private static void AddStop(List<PlanStep> steps, ObservedPullRequest open, string reason)
    {
        if (open.Face.Status != ("failure", reason))
        {
            steps.Add(new PlanStep.Stop(open, reason));
        }
    }

    private static EnvironmentPlan Report(ObservedEnvironment seen, JudgedCandidate? proposed, PlanAction action, IReadOnlyList<PlanStep> steps)
    {
        var promotions = new List<PlannedPromotion>();
        if (proposed is not null)
        {
            promotions.Add(Line(seen, proposed, action, action is PlanAction.Open or PlanAction.Push ? null : seen.Open?.Number));
        }

        if (seen.Candidates is [var newest, ..] && newest.Promotion.Id != proposed?.Promotion.Id)
        {
            promotions.Add(Line(seen, newest, PlanAction.None, null));
        }

        return new EnvironmentPlan(promotions, steps);
    }

    private static PlannedPromotion Line(ObservedEnvironment seen, JudgedCandidate judged, PlanAction action, int? number) =>
        new(judged.Promotion, judged.Word, judged.Rows, action, number) { Choice = judged.Choice, NextStep = NextStep.Of(judged, seen.Environment) };
}
