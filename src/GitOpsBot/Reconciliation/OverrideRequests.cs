using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// What <c>/override</c> comes to (SPEC section 6): whoever may is known when this is asked; here it is said which gates may be overridden and what of
/// it is remembered. It is written down for one promotion, with what the gate said, and counts only while the comment stands there unchanged and its
/// writer may still override (<see cref="PullRequestReader.OverridesAsync"/>).
/// </summary>
internal sealed class OverrideRequests(Snapshot seen)
{
    /// <summary>Overrides a gate of what an open pull request proposes.</summary>
    /// <param name="comment">The comment that asks.</param>
    /// <param name="pullRequest">The bot's own pull request that it stands in; its head was looked at.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="gate">The gate's name.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<RequestOutcome> OverrideAsync(
        Comment comment, PullRequest pullRequest, Pipeline pipeline, PromotionEnvironment environment, string gate, string reason, CancellationToken cancellationToken)
    {
        if (BranchNames.Read(pullRequest.Head) is not { IsRollback: false })
        {
            return RequestOutcome.No("A rollback is judged by its own rule, and nobody overrides that.");
        }

        if (seen.Stranger(pipeline) is { } stranger)
        {
            return RequestOutcome.No(seen.SaysOf(stranger));
        }

        var policy = seen.Documents.PolicyFor(environment);
        if (WhyNever(policy, environment, gate) is { } never)
        {
            return RequestOutcome.No(never);
        }

        var observed = await seen.ObserveAsync(pipeline, environment, cancellationToken);
        if (observed.Open is not { Foreign: null, Proposes: { } proposes } open || open.Number != pullRequest.Number || open.HeadSha != pullRequest.HeadSha
            || observed.Candidates.FirstOrDefault(c => c.Promotion.Id == proposes.Id) is not { } judged)
        {
            return RequestOutcome.No($"What pull request {pullRequest.Number} proposes is not the bot's own work, or is not judged now: look at it after the next pass.");
        }

        var outcome = judged.Judgement.Verdict.Gates.First(g => g.Name == gate).Outcome;
        // Who overrides what another person overrode already sees what the gate says itself.
        var said = outcome is GateOutcome.Overridden over ? over.Instead : outcome;
        if (said is GateOutcome.Passed)
        {
            return RequestOutcome.No($"The gate {gate} passes: there is nothing to override.");
        }

        var terms = policy.Emergency!.Terms;
        var page = new OverridePage(
            pullRequest.Number, comment.Id, pullRequest.HeadSha, proposes.Id, gate, said.Code!, said is GateOutcome.Failed, reason, comment.Login, comment.At, terms.Expires, terms.FollowUp);
        var needs = terms is { Approvals: 1, From: null } ? ""
            : $" It needs {terms.Approvals} {(terms.Approvals == 1 ? "person" : "people")}{(terms.From is null ? "" : $" of {string.Join(", ", terms.From)}")} who {(terms.Approvals == 1 ? "agrees" : "agree")}: by the same command, or by approving from now on.";
        return RequestOutcome.Done(
            $"{comment.Login} overrides {gate} ({said.Code}) until {(comment.At + terms.Expires).UtcDateTime:u}, for this very promotion.{needs}",
            (BotState.OverridePath(pipeline.Name, environment.Name, comment.Id, gate), StateBook.Page(page, BotStateJson.Default.OverridePage)));
    }

    private static string? WhyNever(Policy policy, PromotionEnvironment environment, string gate)
    {
        if (policy.Emergency is not { } emergency)
        {
            return $"Nothing can be overridden in {environment.Name}: the environment names no policy as its emergency.";
        }

        if (emergency.Overridable.Contains(gate))
        {
            return null;
        }

        return emergency.Floor.Contains(gate) ? $"The gate {gate} is required everywhere by the bot's settings: no emergency skips it."
            : policy.Gates.Any(g => g.Name == gate) ? $"The gate {gate} may not be overridden: the policy '{policy.Name}' does not say overridable of it."
            : $"There is no gate {Shown.Quoted(gate)} in the policy '{policy.Name}'.{NearestName.Hint(gate, policy.Gates.Select(g => g.Name))}";
    }
}
