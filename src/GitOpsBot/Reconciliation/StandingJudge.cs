using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Judges what stands somewhere once more: by its evidence, since an attestation grows too old, a key ends, a scan finds something new; and by the gates that
/// were overridden when it landed, until each has passed. What stood there before the first promotion is nobody's promise.
/// </summary>
internal sealed class StandingJudge(PipelineView view)
{
    /// <summary>The answer; null where nothing that was promoted stands, or nothing is asked of it.</summary>
    public async Task<StandingJudgement?> JudgeAsync(PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var here = view.Histories[environment.Name];
        if (here.Current is not { } current || view.Pipeline.Artifacts.Any(a => current.What.Of(a.Name)?.Digest is null))
        {
            return null;
        }

        var before = here.Landings.Count > 1 ? here.Landings[^2] : null;
        var move = PromotionCommits.Move(view.Pipeline, environment, before?.What, current.What);
        var owed = Owed(environment, current, before, move);
        var policy = view.Documents.PolicyFor(environment);
        policy = policy with { Gates = [.. policy.Gates.Where(g => owed.Left.Contains(g.Name) || (g.IsAboutEvidence && !owed.All.ContainsKey(g.Name)))], Emergency = null };
        if (owed.All.Count == 0 && ((here.Landings.Count == 1 && view.RevertsId(current.Commit) is null) || policy.Gates.Count == 0))
        {
            // What was owed for something that stands here no more is owed no more.
            return view.State.FollowUpIn(view.Pipeline.Name, environment.Name) is null ? null
                : new StandingJudgement(view.Pipeline.Name, environment.Name, current.What, current.Commit, []);
        }

        if (await view.DescribeAsync(environment, current.What, policy, cancellationToken) is not { } described)
        {
            return null;
        }

        // Who has approved since matters only for what is owed.
        var merged = owed.Left.Count == 0 ? null : view.MergedAs(current.Commit, move);
        var verdict = await new GateFactsReader(view).JudgeAsync(policy, environment, move, current.What, described, null, merged, cancellationToken);
        if (owed.All.Count == 0)
        {
            return new StandingJudgement(view.Pipeline.Name, environment.Name, current.What, current.Commit, verdict.Gates);
        }

        var followUp = new FollowUp(
            move.Id, owed.All.Values.First().PullRequest, owed.Until, [.. verdict.Gates.Where(g => owed.Left.Contains(g.Name) && g.Outcome is not GateOutcome.Passed)]);
        return new StandingJudgement(
            view.Pipeline.Name, environment.Name, current.What, current.Commit, [.. verdict.Gates.Where(g => !owed.Left.Contains(g.Name)), .. followUp.Overdue(view.Now)])
        {
            FollowUp = followUp,
        };
    }

    // What was overridden for this very landing, and what of it has not passed since.
    private (IReadOnlyDictionary<string, OverridePage> All, IReadOnlySet<string> Left, DateTimeOffset? Until) Owed(PromotionEnvironment environment, Landing current, Landing? before, Promotion move)
    {
        var all = view.State.OverridesIn(view.Pipeline.Name, environment.Name)
            .Where(o => o.Promotion == move.Id && (before is null || o.At >= before.Since) && current.Since < o.At + o.Expires)
            .GroupBy(o => o.Gate, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var page = view.State.FollowUpIn(view.Pipeline.Name, environment.Name);
        var until = all.Values.Min(o => current.Since + o.FollowUp);
        return (all, (page?.Commit == current.Commit ? page.Gates : [.. all.Keys]).ToHashSet(StringComparer.Ordinal), until);
    }
}
