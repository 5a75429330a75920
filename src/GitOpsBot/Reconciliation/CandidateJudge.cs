using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;
using GitOpsBot.Registry;

namespace GitOpsBot.Reconciliation;

/// <summary>Judges one candidate for one environment: the policy's gates, and whatever else objects.</summary>
internal sealed class CandidateJudge(PipelineView view)
{
    private readonly GateFactsReader facts = new(view);

    private Pipeline Pipeline => view.Pipeline;

    /// <summary>The candidate with all answers.</summary>
    public async Task<JudgedCandidate> JudgeAsync(
        PromotionEnvironment environment, Promotion move, Candidate candidate, Asked asked, ObservedPullRequest? open, CancellationToken cancellationToken) =>
        await JudgeAsync(environment, move, candidate, asked, open, await ObjectionsAsync(environment, move, candidate, asked, cancellationToken), cancellationToken);

    /// <summary>
    /// What would stand in the environment when somebody's own change were merged, judged: by the rollback rule when it stood there before, else by
    /// the environment's policy. A person decides order and what was refused; gates, a hold, a freeze and <c>after</c> count as always.
    /// </summary>
    public async Task<(IReadOnlyList<GateResult> Rows, bool MayMerge, bool IsRollback)> JudgeByHandAsync(PromotionEnvironment environment, Standing what, CancellationToken cancellationToken)
    {
        var here = view.Histories[environment.Name];
        if (here.Landings.SkipLast(1).LastOrDefault(l => l.What.Equals(what)) is { } stood)
        {
            IReadOnlyList<GateResult> rows =
            [
                new GateResult("stood-here", GateTiming.Open, new GateOutcome.Passed($"{what} stood in {environment.Name} from {stood.Since:u}.")),
                .. await new RollbackJudge(view).PullableAsync(environment, what, cancellationToken),
            ];
            return (rows, rows.All(r => r.Outcome is GateOutcome.Passed), true);
        }

        var asked = new Asked(here, null, null, view.State.HoldOn(Pipeline.Name, environment.Name));
        (what, var silence) = await view.NamedAsync(what, environment.KeepsTag, cancellationToken);
        var objections = await StandstillAsync(environment, asked, cancellationToken);
        objections.AddRange(silence);
        if (environment.After.Count > 0 && Candidates.MissingBefore(environment, what, view.Histories) is { Count: > 0 } missing)
        {
            objections.Add(new Objection("after", new GateOutcome.Failed("not-before", $"{what} never stood in {missing[0]}, which comes before {environment.Name}."), true));
        }

        var judged = await JudgeAsync(
            environment, PromotionCommits.Move(Pipeline, environment, here.Current?.What, what), new Candidate(what, CandidateOrder.Newer), asked, null, objections, cancellationToken);
        return (judged.Rows, judged.MayMerge, false);
    }

    private async Task<JudgedCandidate> JudgeAsync(
        PromotionEnvironment environment, Promotion move, Candidate candidate, Asked asked, ObservedPullRequest? open, List<Objection> objections, CancellationToken cancellationToken)
    {
        var (isNamed, policy) = (asked.Names(move), view.Documents.PolicyFor(environment));
        var (what, silence) = await view.NamedAsync(candidate.What, environment.After.Any(before => Pipeline.Environment(before.Name)?.KeepsTag == true), cancellationToken);
        objections.AddRange(silence);
        var described = new List<Artifact>();
        if (environment.After.Count == 0)
        {
            // Asked for anyhow, and first: a tag that means the digest says that it is there, too. What fails here is told where it is needed.
            await view.Selection.TryResolveAsync(Pipeline, what, cancellationToken);
        }

        foreach (var artifact in Pipeline.Artifacts)
        {
            var (seen, missing) = await DescribeAsync(artifact, what.Of(artifact.Name)!, environment, policy, cancellationToken);
            objections.AddRange(missing);
            described.Add(seen);
            view.Evidence.Expect(seen.Repository, seen.Digest, DetailOf(artifact, seen.Tag, policy), policy.Gates.Any(g => g.NeedsEvidence));
        }

        var named = new Promotion(move.Pipeline, move.Environment,
            [.. move.Artifacts.Zip(described, (a, seen) => a with { Version = what.Of(a.Name)!.Tag ?? seen.Version, Tag = PromotionCommits.WrittenTag(environment, what.Of(a.Name)!) })]);
        var verdict = await facts.JudgeAsync(policy, environment, named, what, described, isNamed ? asked.Request!.By : null, open, cancellationToken);
        if (environment.After.Count == 0)
        {
            // A tag is asked for once in a pass, and once more before anything moves by it.
            var moves = environment.Merge != MergeMode.Review && !objections.Any(o => o.StopsMerge) && verdict is Verdict.Promote;
            objections.AddRange(await MovedTagsAsync(what, asked, moves ? view.Selection.ResolveAnewAsync : view.Selection.ResolveAsync, cancellationToken));
        }

        var shown = open?.Proposes?.Id == named.Id ? view.PullRequests.First(p => p.Number == open.Number) : null;
        return new JudgedCandidate(new Judgement(named, policy, verdict), objections)
        {
            ForgeSays = shown?.MergeRefusal,
            Unasked = shown?.Unasked,
            Requester = isNamed ? asked.Request!.By : null,
            Trigger = isNamed ? $"requested by {asked.Request!.By}" : environment.After.Count > 0 ? "predecessor" : "selection",
            Choice = candidate.Choice,
        };
    }

    /// <summary>Why these digests are refused here; null when they are not.</summary>
    public Refusal? RefusedIn(PromotionEnvironment environment, IEnumerable<Digest> digests) => Refusal.Of(Pipeline, environment, view.Histories, digests);

    // Freezes, a hold and the cap: they stop whatever moves, whoever moves it.
    private async Task<List<Objection>> StandstillAsync(PromotionEnvironment environment, Asked asked, CancellationToken cancellationToken)
    {
        var found = Pace.Frozen(environment, view.Documents.Freezes, view.State.Freezes, view.Now).ToList();
        if (asked.Hold is { } hold)
        {
            found.Add(new Objection("hold", new GateOutcome.Pending(
                "held", $"Held by {hold.By}{(hold.Reason is null ? "" : $": {hold.Reason}")}; /unhold lifts it."), true));
        }

        if (await view.Cap.ReachedAsync(Pipeline, environment, view.State, cancellationToken) is { } limited)
        {
            found.Add(limited);
        }

        return found;
    }

    private async Task<List<Objection>> ObjectionsAsync(
        PromotionEnvironment environment, Promotion move, Candidate candidate, Asked asked, CancellationToken cancellationToken)
    {
        var found = await StandstillAsync(environment, asked, cancellationToken);
        if (!asked.Names(move))
        {
            if (RefusedIn(environment, candidate.What.Digests) is { } refused)
            {
                found.Add(new Objection("rollback", new GateOutcome.Failed(
                    "rolled-back", $"{move.Version} was rolled back from {refused.Environment} by commit {refused.Commit[..12]}; promoting it by name lifts that."), true));
            }

            if (asked.PausedBy is { } pause)
            {
                found.Add(new Objection("rollback", new GateOutcome.Pending(
                    "paused", $"{environment.Name} was rolled back by commit {pause.Commit[..12]}; /unhold, or promoting by name, lifts the pause."), true));
            }

            if (candidate.Order == CandidateOrder.Unknown)
            {
                found.Add(new Objection("order", new GateOutcome.Pending(
                    "order-unknown", candidate.Doubt ?? $"Nobody can say whether {move.Version} is newer than what stands in {environment.Name}; promote it by name."), true));
            }

            if (Pace.Settling(environment, asked.Here.Current, view.Now) is { } settling)
            {
                found.Add(settling);
            }

            if (await ClosedByPersonAsync(environment, move, asked, cancellationToken) is { } closed)
            {
                found.Add(new Objection("pull-request", new GateOutcome.Failed(
                    "closed-by-person", $"{closed.Login} closed pull request {closed.Number} that proposed it; promote it by name to ask again."), true));
            }
        }

        var pins = view.Folders.Read(view.Revision, Pipeline, environment).Pins;
        found.AddRange(Pipeline.Artifacts.Where(a => !pins.ContainsKey(a.Name)).Select(artifact => new Objection("folder", new GateOutcome.Failed(
            "no-reference", view.Folders.SaysNowhere(view.Revision, environment, artifact)), true)));
        return found;
    }

    /// <summary>How much of an artifact has to be read to judge it: for its version, where no tag says it, and for what gates and platforms ask.</summary>
    public static ArtifactDetail DetailOf(PipelineArtifact artifact, string? tag, Policy policy) =>
        tag is null || policy.NeedsConfiguration ? ArtifactDetail.Configuration : artifact.Platforms.Count > 0 ? ArtifactDetail.Platforms : ArtifactDetail.Manifest;

    /// <summary>An artifact as the registry shows it, and what is missing: the artifact itself, a platform, the copy that the environment pulls.</summary>
    public async Task<(Artifact Artifact, IReadOnlyList<Objection> Missing)> DescribeAsync(
        PipelineArtifact artifact, StandingArtifact what, PromotionEnvironment environment, Policy policy, CancellationToken cancellationToken)
    {
        var digest = what.Digest!;
        var unknown = new Artifact(artifact.Repository, new Descriptor("application/octet-stream", digest, 0)) { Tag = what.Tag };
        var missing = new List<Objection>();
        if (environment.PullsFrom(artifact) is { } pulled && pulled != artifact.Repository)
        {
            missing.AddRange(await view.Evidence.ExistsAsync(pulled, digest, cancellationToken) switch
            {
                Fact<bool>.Known { Value: true } => [],
                Fact<bool>.Unknown no => [Waits("unreachable", no.Reason)],
                _ => [Waits("not-found", $"{pulled} does not hold {digest} yet, and {environment.Name} pulls from there.")],
            });
        }

        switch (await view.Evidence.DescribeAsync(artifact.Repository, digest, DetailOf(artifact, what.Tag, policy), cancellationToken))
        {
            case Fact<Artifact?>.Known { Value: { } found }:
                found = found with { Tag = what.Tag };
                if (PlatformCheck.Missing(found, artifact.Platforms) is { Count: > 0 } platforms)
                {
                    missing.Add(new Objection("platforms", new GateOutcome.Failed(
                        "platform-missing", $"{artifact.Name} {found.Version} lacks {string.Join(", ", platforms)}."), true));
                }

                return (found, missing);
            case Fact<Artifact?>.Unknown no:
                return (unknown, [.. missing, Waits("unreachable", no.Reason)]);
            default:
                return (unknown, [.. missing, Waits("not-found", $"{artifact.Repository} does not hold {digest}.")]);
        }

        static Objection Waits(string code, string reason) => new("artifact", new GateOutcome.Pending(code, reason), true);
    }

    private async Task<IReadOnlyList<Objection>> MovedTagsAsync(
        Standing what, Asked asked, Func<ImageName, string, CancellationToken, Task<Digest?>> resolve, CancellationToken cancellationToken)
    {
        var moved = new List<Objection>();
        foreach (var artifact in Pipeline.Artifacts)
        {
            var stands = what.Of(artifact.Name)!;
            if (stands.Tag is { } tag && (asked.Named is null || asked.IsByTag(artifact.Name))
                && await resolve(artifact.Repository, tag, cancellationToken) is var means && means != stands.Digest)
            {
                moved.Add(new Objection("tag", new GateOutcome.Failed(
                    "tag-moved", $"The tag {tag} of {artifact.Repository} means {means?.Value ?? "nothing"} now, and not {stands.Digest} any more."), true));
            }
        }

        return moved;
    }

    private async Task<(int Number, string Login)?> ClosedByPersonAsync(PromotionEnvironment environment, Promotion move, Asked asked, CancellationToken cancellationToken)
    {
        foreach (var closed in view.PullRequests.Where(p => p.State == PullRequestState.Closed
            && p.Head == BranchNames.Promote(environment.Name, Pipeline.Name) && p.Number > (asked.Request?.After ?? 0)))
        {
            // Where the head is not in this repository any more, the text still names the promotion.
            var isThis = view.PullRequestReader.Carried(closed.HeadSha, Pipeline, environment) is { } carried
                ? move.Artifacts.All(a => carried.Of(a.Name)?.Digest == a.To)
                : closed.Body.Contains($"Promotion `{move.Id}`", StringComparison.Ordinal);
            if (isThis && await view.PullRequestReader.WhoClosedAsync(closed.Number, cancellationToken) is { } login)
            {
                return (closed.Number, login);
            }
        }

        return null;
    }
}
