using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>Judges a rollback that was asked for by its own rule: it stood here before and can still be pulled; of the policy only the gates marked <c>on: rollback</c>.</summary>
internal sealed class RollbackJudge(PipelineView view)
{
    private Pipeline Pipeline => view.Pipeline;

    /// <summary>The rollback, or null when none was asked for, or what it was about does not stand here any more.</summary>
    public async Task<JudgedRollback?> JudgeAsync(PromotionEnvironment environment, EnvironmentHistory here, ObservedPullRequest? open, CancellationToken cancellationToken)
    {
        // Any other move ends the request: it was about what stood there then.
        if (view.State.RollbackOf(Pipeline.Name, environment.Name) is not { } asked || here.Current is not { } current || current.Commit != asked.Reverts)
        {
            return null;
        }

        // A person who closes it takes the request back.
        foreach (var closed in view.PullRequests.Where(p => p.State == PullRequestState.Closed && p.Number > asked.After && p.Head == BranchNames.Rollback(environment.Name, Pipeline.Name)))
        {
            if (await view.PullRequestReader.WhoClosedAsync(closed.Number, cancellationToken) is not null)
            {
                return null;
            }
        }

        var target = here.Landings.LastOrDefault(l => l.Commit == asked.To);
        var to = target?.What ?? current.What;
        if (Pipeline.Artifacts.Any(a => to.Of(a.Name)?.Digest is null))
        {
            return null;
        }

        var rows = new List<GateResult>
        {
            new("stood-here", GateTiming.Open, target is null || to.Equals(current.What)
                ? new GateOutcome.Failed("not-there-before", $"What commit {asked.To[..12]} put into {environment.Name} is not what could be put back.")
                : new GateOutcome.Passed($"{to} stood in {environment.Name} from {target.Since:u}.")),
        };
        rows.AddRange(await PullableAsync(environment, to, cancellationToken));
        var move = PromotionCommits.Move(Pipeline, environment, current.What, to);
        rows.AddRange(await MarkedAsync(environment, move, to, asked.By, open, cancellationToken));
        return new JudgedRollback(move, asked.Reverts, asked.Reason, asked.By, rows) { RevertsId = view.RevertsId(asked.Reverts) };
    }

    /// <summary>For each artifact, whether what would stand there again can still be pulled from where the environment pulls it.</summary>
    public async Task<IReadOnlyList<GateResult>> PullableAsync(PromotionEnvironment environment, Standing to, CancellationToken cancellationToken)
    {
        var rows = new List<GateResult>();
        foreach (var artifact in Pipeline.Artifacts)
        {
            var name = environment.PullsFrom(artifact);
            rows.Add(new GateResult($"pullable{(Pipeline.Artifacts.Count > 1 ? "-" + artifact.Name : "")}", GateTiming.Open,
                to.Of(artifact.Name)?.Digest is not { } digest
                    ? new GateOutcome.Failed("no-digest", $"What stood there of {artifact.Name} has no known digest.")
                    : await view.Evidence.ExistsAsync(name, digest, cancellationToken) switch
                    {
                        Fact<bool>.Known { Value: true } => new GateOutcome.Passed($"{name} still holds {digest}."),
                        Fact<bool>.Unknown no => new GateOutcome.Pending("unreachable", no.Reason),
                        _ => new GateOutcome.Failed("not-found", $"{name} no longer holds {digest}."),
                    }));
        }

        return rows;
    }

    private async Task<IReadOnlyList<GateResult>> MarkedAsync(
        PromotionEnvironment environment, Promotion move, Standing to, string by, ObservedPullRequest? open, CancellationToken cancellationToken)
    {
        var policy = view.Documents.PolicyFor(environment);
        var marked = policy with { Gates = [.. policy.Gates.Where(g => g.Header.IsOnRollback)], Emergency = null };
        if (marked.Gates.Count == 0)
        {
            return [];
        }

        var (named, silence) = await view.NamedAsync(to, environment.KeepsTag, cancellationToken);
        if (silence.Count > 0)
        {
            return [.. silence.Select(s => new GateResult(s.Name, GateTiming.Open, s.Outcome))];
        }

        var described = new List<Artifact>();
        foreach (var artifact in Pipeline.Artifacts)
        {
            var what = named.Of(artifact.Name)!;
            described.Add(await view.Evidence.DescribeAsync(artifact.Repository, what.Digest!, cancellationToken) is Fact<Artifact?>.Known { Value: { } seen }
                ? seen with { Tag = what.Tag }
                : new Artifact(artifact.Repository, new Descriptor("application/octet-stream", what.Digest!, 0)) { Tag = what.Tag });
        }

        return (await new GateFactsReader(view).JudgeAsync(marked, environment, move, to, described, by, open, cancellationToken)).Gates;
    }
}
