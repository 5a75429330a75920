using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Audit;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Registry;

namespace GitOpsBot.Reconciliation;

/// <summary>What landed in one environment since it was last looked at.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Environment">The environment's name.</param>
/// <param name="Judged">The landings that were judged now, oldest first; empty when none had to be.</param>
/// <param name="Unproven">What stands there now, when something would have stopped it; else null.</param>
internal sealed record JudgedLandings(string Pipeline, string Environment, IReadOnlyList<LandingJudgement> Judged, LandingJudgement? Unproven);

/// <summary>
/// Judges what others than the bot put into an environment, once for each landing, as things were when it landed: by the documents that lay on the base
/// branch before it, by what stood where then, by the approvals given until then. What was put back is judged by the rule for rollbacks. What stood
/// there before the first promotion is nobody's promise (SPEC sections 3 and 5).
/// </summary>
internal sealed class LandingJudge(PipelineView view, RepositoryParts parts)
{
    // While the bot was away more may have landed than anybody asks about one by one; the newest are the ones that matter.
    private const int MostLandings = 20;

    // What cannot be asked for a whole day is not proven by waiting longer.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private Pipeline Pipeline => view.Pipeline;

    /// <summary>The answer; null where nothing stands.</summary>
    public async Task<JudgedLandings?> JudgeAsync(PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var here = view.Histories[environment.Name];
        if (here.Current is not { } current)
        {
            return null;
        }

        var key = (Pipeline.Name, environment.Name);
        if (parts.Memory.Landings.TryGet(key, k => k.Commit == current.Commit, out var known))
        {
            return new JudgedLandings(Pipeline.Name, environment.Name, [], known.Unproven);
        }

        var page = view.State.LandedIn(Pipeline.Name, environment.Name);
        var due = Due(environment, here, page?.Commit).ToList();
        if (due.Count == 0)
        {
            known = parts.Memory.Landings.Set(key, new KnownLanding(current.Commit, page is null ? null : Written(environment, current)));
            return new JudgedLandings(Pipeline.Name, environment.Name, [], known.Unproven);
        }

        var judged = new List<LandingJudgement>();
        foreach (var landing in due)
        {
            if (await JudgeAsync(environment, landing, cancellationToken) is not { } one)
            {
                break;
            }

            judged.Add(one);
        }

        return new JudgedLandings(Pipeline.Name, environment.Name, judged, judged.Find(j => j.Commit == current.Commit && !j.IsProven));
    }

    // Those after the one that was judged last; without such a one, what stands there now, when anything was ever promoted there.
    private IEnumerable<Landing> Due(PromotionEnvironment environment, EnvironmentHistory here, string? judged)
    {
        var last = judged is null ? -1 : here.Landings.ToList().FindIndex(l => l.Commit == judged);
        return last >= 0 ? here.Landings.Skip(last + 1).TakeLast(MostLandings)
            : here.Landings.Any(l => IsPromotion(environment, l.Commit)) ? [here.Landings[^1]]
            : [];
    }

    // On a merge commit the trailers stand on what was merged; who squashes may have written another message.
    private bool IsPromotion(PromotionEnvironment environment, string commit)
    {
        var read = parts.Git.ReadCommit(commit);
        return CommitTrailers.Read(read.Message) is not null
            || (read.Parents is [_, var merged] && CommitTrailers.Read(parts.Git.ReadCommit(merged).Message) is not null)
            || view.PullRequests.Any(p => p.MergeSha == commit && p.Head == BranchNames.Promote(environment.Name, Pipeline.Name));
    }

    private LandingJudgement? Written(PromotionEnvironment environment, Landing landing) => view.State.UnprovenBy(Pipeline.Name, environment.Name, landing.Commit) is { } page
        ? new LandingJudgement(Pipeline.Name, environment.Name, landing.What, landing.Commit, landing.Since,
            [.. page.Gates.Select(g => new GateResult(g.Name, GateTiming.Open, new GateOutcome.Failed(g.Code, g.Reason)))])
        : null;

    // Null while somebody is silent who must be asked.
    private async Task<LandingJudgement?> JudgeAsync(PromotionEnvironment environment, Landing landing, CancellationToken cancellationToken)
    {
        var documents = DocumentsBefore(landing, environment);
        // A commit can be dated into the future; what it put there stands there now.
        var at = landing.Since < view.Now ? landing.Since : view.Now;
        var then = await AsOfAsync(at, documents, environment, landing, cancellationToken);
        var stopped = then.All(r => r.Outcome.IsMet)
            ? [] : Aftercare.WouldHaveStopped(then, await AsOfAsync(at - parts.Interval, documents, environment, landing, cancellationToken));
        return stopped.Any(Aftercare.IsSilent) && view.Now < landing.Since + Patience
            ? null : new LandingJudgement(Pipeline.Name, environment.Name, landing.What, landing.Commit, landing.Since, stopped);
    }

    // A change of policy does not apply to the commit that brings it; where the pipeline itself is new with it, there is no earlier policy.
    private DocumentSet DocumentsBefore(Landing landing, PromotionEnvironment environment) =>
        parts.Git.ReadCommit(landing.Commit).Parents.Take(1).Append(landing.Commit)
            .Select(commit => parts.Git.TreeId(commit, parts.Documents) == parts.Git.TreeId(view.Revision, parts.Documents)
                ? view.Documents : RepositoryDocuments.Read(parts.Git, commit, parts.Documents, parts.Known))
            .FirstOrDefault(d => Find(d, environment) is not null) ?? view.Documents;

    private PromotionEnvironment? Find(DocumentSet documents, PromotionEnvironment environment) =>
        documents.Pipelines.FirstOrDefault(p => p.Name == Pipeline.Name || Pipeline.Aliases.Contains(p.Name))?.Environment(environment.Name);

    private async Task<IReadOnlyList<GateResult>> AsOfAsync(
        DateTimeOffset at, DocumentSet documents, PromotionEnvironment environment, Landing landing, CancellationToken cancellationToken)
    {
        var past = view with
        {
            Now = at,
            Documents = documents,
            Histories = view.Histories.ToDictionary(h => h.Key, h => h.Value.AsOf(at, h.Key == environment.Name ? landing.Commit : null), StringComparer.Ordinal),
            Facts = new FactsReader(parts.Sources, parts.Forge, at, asOf: at),
            Evidence = new EvidenceReader(new ArtifactReader(parts.Registries), (_, _) => false, parts.Forge, documents.Authorities, at),
        };
        if (Pipeline.Artifacts.FirstOrDefault(a => landing.What.Of(a.Name)?.Digest is null) is { } unknown)
        {
            return [new GateResult("artifact", GateTiming.Open, new GateOutcome.Failed("no-digest", $"Nobody knows which digest of {unknown.Name} was put there."))];
        }

        var policy = documents.PolicyFor(Find(documents, environment)!);
        var rows = new List<GateResult>();
        if (landing.Kind == LandingKind.PutBack)
        {
            rows.AddRange(await new RollbackJudge(past).PullableAsync(environment, landing.What, cancellationToken));
            policy = policy with { Gates = [.. policy.Gates.Where(g => g.Header.IsOnRollback)] };
        }
        else if (environment.After.Count > 0 && Candidates.MissingBefore(environment, landing.What, past.Histories) is [var missing, ..])
        {
            rows.Add(new GateResult("after", GateTiming.Open, new GateOutcome.Failed("not-before", $"{landing.What} had never stood in {missing}, which comes before {environment.Name}.")));
        }

        var (named, silence) = await past.NamedAsync(landing.What, environment.KeepsTag, cancellationToken);
        rows.AddRange(silence.Select(s => new GateResult(s.Name, GateTiming.Open, s.Outcome)));
        var described = new List<Artifact>();
        foreach (var artifact in Pipeline.Artifacts)
        {
            var (seen, objections) = await new CandidateJudge(past).DescribeAsync(artifact, named.Of(artifact.Name)!, environment, policy, cancellationToken);
            described.Add(seen);
            rows.AddRange(landing.Kind == LandingKind.PutBack ? [] : objections.Select(o => new GateResult(o.Name, GateTiming.Open, o.Outcome)));
        }

        if (policy.Gates.Count == 0)
        {
            // To a rollback nothing but its own rule applies then; anything else is refused.
            return landing.Kind == LandingKind.PutBack ? rows
                : [.. rows, new GateResult("policy", GateTiming.Open, new GateOutcome.Failed("no-gates", $"The policy '{policy.Name}' has no gates, and such a policy lets nothing through."))];
        }

        var move = PromotionCommits.Move(Pipeline, environment, past.Histories[environment.Name].Current?.What, landing.What);
        var verdict = await new GateFactsReader(past, asOf: at).JudgeAsync(
            policy, environment, move, landing.What, described, Requester(environment, move, past.Histories[environment.Name]), view.MergedAs(landing.Commit, move), cancellationToken);
        return [.. rows, .. verdict.Gates];
    }

    // Who had asked for this very move by name.
    private string? Requester(PromotionEnvironment environment, Promotion move, EnvironmentHistory before) =>
        view.State.RequestFor(Pipeline.Name, environment.Name) is { } asked && asked.Standing == before.Current?.Commit
        && move.Artifacts.All(a => asked.Artifacts.GetValueOrDefault(a.Name) == a.To.Value) ? asked.By : null;
}
