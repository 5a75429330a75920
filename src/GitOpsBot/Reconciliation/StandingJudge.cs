using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Judges what stands somewhere once more, by its evidence alone: an attestation grows too old, a key ends, a scan finds something new. What stood there
/// before the first promotion is nobody's promise.
/// </summary>
internal sealed class StandingJudge(PipelineView view)
{
    /// <summary>The answer; null where nothing that was promoted stands, or the policy asks for no evidence.</summary>
    public async Task<StandingJudgement?> JudgeAsync(PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var here = view.Histories[environment.Name];
        var policy = view.Documents.PolicyFor(environment);
        policy = policy with { Gates = [.. policy.Gates.Where(g => g.IsAboutEvidence)] };
        if (here.Current is not { } current || policy.Gates.Count == 0 || view.Pipeline.Artifacts.Any(a => current.What.Of(a.Name)?.Digest is null)
            || (here.Landings.Count == 1 && view.RevertsId(current.Commit) is null))
        {
            return null;
        }

        var described = new List<Artifact>();
        foreach (var artifact in view.Pipeline.Artifacts)
        {
            var digest = current.What.Of(artifact.Name)!.Digest!;
            if (await view.Evidence.DescribeAsync(artifact.Repository, digest, cancellationToken) is not Fact<Artifact?>.Known { Value: { } seen })
            {
                return null;
            }

            described.Add(seen);
        }

        var stays = PromotionCommits.Move(view.Pipeline, environment, current.What, current.What);
        var verdict = await new GateFactsReader(view).JudgeAsync(policy, environment, stays, current.What, described, null, null, cancellationToken);
        return new StandingJudgement(view.Pipeline.Name, environment.Name, current.What, current.Commit, verdict.Gates);
    }
}
