using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// Gathers what the planner needs of one environment: candidates, newest first and no more than needed, each judged; the open pull requests;
/// what people asked for. Decides nothing that Core decides.
/// </summary>
internal sealed class EnvironmentObserver(
    Pipeline pipeline,
    IReadOnlyDictionary<string, EnvironmentHistory> histories,
    DocumentSet documents,
    BotState state,
    IReadOnlyList<PullRequest> pullRequests,
    PullRequestReader reader,
    RegistrySelection selection,
    EvidenceReader evidence,
    FolderReader folders,
    Func<string, string?> revertsId,
    string revision,
    DateTimeOffset now)
{
    // A registry full of artifacts that no policy wants must not cost more than this in one pass; the newest are the ones that matter.
    private const int MostJudged = 50;

    /// <summary>Observes one environment.</summary>
    public async Task<ObservedEnvironment> ObserveAsync(PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var here = histories[environment.Name];
        var promote = BranchNames.Promote(environment.Name, pipeline.Name);
        var rollback = BranchNames.Rollback(environment.Name, pipeline.Name);
        var open = await OpenAsync(promote, environment, cancellationToken);
        var openRollback = await OpenAsync(rollback, environment, cancellationToken);
        var asked = new Asked(
            here, state.RequestFor(pipeline.Name, environment.Name), state.LiftOf(pipeline.Name, environment.Name), state.HoldOn(pipeline.Name, environment.Name));
        var rolled = await RollbackAsync(environment, here, cancellationToken);
        // A rollback goes before everything else, so nothing else need be judged; one that cannot be is in nobody's way.
        var candidates = rolled is { Word: not "refuse" } || openRollback is not null ? [] : await CandidatesAsync(environment, here, asked, open, cancellationToken);
        return new ObservedEnvironment(
            environment, candidates, open, rolled, openRollback,
            move => asked.Named is not { } named || !move.Artifacts.All(a => named.Of(a.Name)?.Digest == a.To) ? RefusedIn(environment, move.Artifacts.Select(a => a.To)) is not null : false,
            []);
    }

    /// <summary>
    /// What would stand in the environment when somebody's own change were merged, judged: by the rollback rule when it stood there before, else by
    /// the environment's policy. A person decides order and what was refused; gates, a hold and <c>after</c> count as always.
    /// </summary>
    public async Task<(IReadOnlyList<GateResult> Rows, bool MayMerge, bool IsRollback)> JudgeByHandAsync(PromotionEnvironment environment, Standing what, CancellationToken cancellationToken)
    {
        var here = histories[environment.Name];
        if (here.Landings.SkipLast(1).LastOrDefault(l => l.What.Equals(what)) is { } stood)
        {
            IReadOnlyList<GateResult> rows =
            [
                new GateResult("stood-here", GateTiming.Open, new GateOutcome.Passed($"{what} stood in {environment.Name} from {stood.Since:u}.")),
                .. await PullableAsync(environment, what, cancellationToken),
            ];
            return (rows, rows.All(r => r.Outcome is GateOutcome.Passed), true);
        }

        var hold = state.HoldOn(pipeline.Name, environment.Name);
        var objections = new List<Objection>();
        if (hold is not null)
        {
            objections.Add(Held(hold));
        }

        if (environment.After.FirstOrDefault(a => histories[a.Name].LastOf(what) is null) is { } missing)
        {
            objections.Add(new Objection("after", new GateOutcome.Failed("not-before", $"{what} never stood in {missing.Name}, which comes before {environment.Name}."), true));
        }

        var judged = await JudgeAsync(
            environment, PromotionCommits.Move(pipeline, environment, here.Current?.What, what), new Candidate(what, CandidateOrder.Newer), new Asked(here, null, null, hold), null,
            cancellationToken, objections);
        return (judged.Rows, judged.MayMerge, false);
    }

    private async Task<ObservedPullRequest?> OpenAsync(string branch, PromotionEnvironment environment, CancellationToken cancellationToken) =>
        pullRequests.FirstOrDefault(p => p.State == PullRequestState.Open && p.Head == branch) is { } open
            ? await reader.ReadAsync(open, pipeline, environment, cancellationToken)
            : null;

    private async Task<IReadOnlyList<JudgedCandidate>> CandidatesAsync(
        PromotionEnvironment environment, EnvironmentHistory here, Asked asked, ObservedPullRequest? open, CancellationToken cancellationToken)
    {
        if (here.Now is FolderState.Unclear)
        {
            return [];
        }

        var judged = new List<JudgedCandidate>();
        var current = here.Current?.What;
        var isOpenJudged = open?.Proposes is null;
        await foreach (var candidate in ComingAsync(environment, here, asked, current, cancellationToken))
        {
            var move = PromotionCommits.Move(pipeline, environment, current, candidate.What);
            // Older candidates are none (SPEC section 3), however many the registry still lists.
            if (candidate.Order == CandidateOrder.Older && asked.Named?.Equals(candidate.What) != true)
            {
                continue;
            }

            var next = await JudgeAsync(environment, move, candidate, asked, open, cancellationToken);
            isOpenJudged = isOpenJudged || next.Promotion.Id == open!.Proposes!.Id;
            judged.Add(next);
            if (judged.Count >= MostJudged || (environment.Merge == MergeMode.Push ? next.MayMerge && next.MayOpen : next.MayOpen))
            {
                break;
            }
        }

        if (!isOpenJudged)
        {
            var what = new Standing([.. open!.Proposes!.Artifacts.Select(a => new StandingArtifact(a.Name, a.To, a.Tag ?? a.Version))]);
            judged.Add(await JudgeAsync(environment, open.Proposes, new Candidate(what, CandidateOrder.Newer), asked, open, cancellationToken));
        }

        return judged;
    }

    private async IAsyncEnumerable<Candidate> ComingAsync(
        PromotionEnvironment environment, EnvironmentHistory here, Asked asked, Standing? current,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (environment.After.Count > 0)
        {
            var found = Candidates.FromPredecessors(pipeline, environment, histories);
            if (asked.Named is { } wanted)
            {
                // By name lifts age and order, not `after`: it must have stood in every predecessor.
                if (environment.After.All(a => histories[a.Name].LastOf(wanted) is not null))
                {
                    yield return new Candidate(wanted, CandidateOrder.Newer);
                }

                yield break;
            }

            foreach (var candidate in found)
            {
                yield return candidate;
            }

            yield break;
        }

        if (asked.Named is { } named)
        {
            yield return new Candidate(named, CandidateOrder.Newer);
            yield break;
        }

        var known = current is null ? null : await selection.NameAsync(pipeline, current, cancellationToken);
        await foreach (var (what, choice, doubt) in selection.NewestFirstAsync(pipeline, cancellationToken))
        {
            foreach (var candidate in Candidates.FromRegistry(pipeline, here, [what], known))
            {
                yield return candidate with { Order = doubt is null ? candidate.Order : CandidateOrder.Unknown, Doubt = doubt, Choice = choice };
            }

            // Everything further down is older than what stands, or than what nobody can place.
            if (what.Equals(known) || doubt is not null)
            {
                yield break;
            }
        }
    }

    private async Task<JudgedCandidate> JudgeAsync(
        PromotionEnvironment environment, Promotion move, Candidate candidate, Asked asked, ObservedPullRequest? open, CancellationToken cancellationToken,
        List<Objection>? byHand = null)
    {
        var what = candidate.What;
        var policy = documents.PolicyFor(environment);
        var objections = byHand ?? await ObjectionsAsync(environment, move, candidate, asked, cancellationToken);
        var judged = new List<JudgedArtifact>();
        foreach (var artifact in pipeline.Artifacts)
        {
            var digest = what.Of(artifact.Name)!.Digest!;
            var (described, missing) = await DescribeAsync(artifact, what.Of(artifact.Name)!, environment, cancellationToken);
            objections.AddRange(missing);
            var platforms = new Dictionary<Digest, Fact<IReadOnlyList<Core.Evidence.EvidenceItem>>>();
            foreach (var manifest in policy.Gates.Any(g => g.NeedsPlatformEvidence) ? described.Manifests : [])
            {
                platforms[manifest.Digest] = await evidence.EvidenceAsync(artifact.Repository, manifest.Digest, cancellationToken);
            }

            judged.Add(new JudgedArtifact(artifact.Name, described, await evidence.EvidenceAsync(artifact.Repository, digest, cancellationToken))
            {
                PlatformEvidence = platforms,
            });
        }

        if (environment.After.Count == 0)
        {
            objections.AddRange(await MovedTagsAsync(what, asked, cancellationToken));
        }

        var named = new Promotion(move.Pipeline, move.Environment,
            [.. move.Artifacts.Zip(judged, (a, j) => a with { Version = what.Of(a.Name)!.Tag ?? j.Artifact.Version })]);
        var facts = new GateFacts(
            now, pipeline.Name, environment.Name, judged, Stays(what), await ApprovalsAsync(environment, named, asked, open, cancellationToken),
            await WayBackAsync(environment, cancellationToken));
        return new JudgedCandidate(new Judgement(named, policy, PolicyEvaluator.Evaluate(policy, facts)), objections)
        {
            ForgeSays = open?.Proposes?.Id == named.Id ? pullRequests.First(p => p.Number == open.Number).MergeRefusal : null,
            Trigger = asked.Named?.Equals(what) == true ? $"requested by {asked.Request!.By}" : environment.After.Count > 0 ? "predecessor" : "selection",
            Choice = candidate.Choice,
        };
    }

    private static Objection Held(Hold hold) =>
        new("hold", new GateOutcome.Pending("held", $"Held by {hold.By}{(hold.Reason is null ? "" : $": {hold.Reason}")}; /unhold lifts it."), true);

    private async Task<List<Objection>> ObjectionsAsync(
        PromotionEnvironment environment, Promotion move, Candidate candidate, Asked asked, CancellationToken cancellationToken)
    {
        var (what, found) = (candidate.What, new List<Objection>());
        var isNamed = asked.Named?.Equals(what) == true;
        if (asked.Hold is { } hold)
        {
            found.Add(Held(hold));
        }

        if (!isNamed)
        {
            if (RefusedIn(environment, what.Digests) is { } refused)
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

            if (asked.Here.Current is { } standing && environment.Settle > TimeSpan.Zero && now < standing.Since + environment.Settle)
            {
                found.Add(new Objection("settle", new GateOutcome.Pending(
                    "settling", $"What stands in {environment.Name} has stood there since {standing.Since:u} and settles until {standing.Since + environment.Settle:u}.",
                    standing.Since + environment.Settle), false));
            }

            if (await ClosedByPersonAsync(environment, move, asked, cancellationToken) is { } closed)
            {
                found.Add(new Objection("pull-request", new GateOutcome.Failed(
                    "closed-by-person", $"{closed.Login} closed pull request {closed.Number} that proposed it; promote it by name to ask again."), true));
            }
        }

        var pins = folders.Read(revision, pipeline, environment).Pins;
        foreach (var artifact in pipeline.Artifacts.Where(a => !pins.ContainsKey(a.Name)))
        {
            found.Add(new Objection("folder", new GateOutcome.Failed(
                "no-reference", $"The folder {environment.Path} has no reference to {environment.PullsFrom(artifact)}; add one for the digest to stand in."), true));
        }

        return found;
    }

    private async Task<(Artifact Artifact, IReadOnlyList<Objection> Missing)> DescribeAsync(
        PipelineArtifact artifact, StandingArtifact what, PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var digest = what.Digest!;
        var unknown = new Artifact(artifact.Repository, new Descriptor("application/octet-stream", digest, 0)) { Tag = what.Tag };
        var missing = new List<Objection>();
        if (environment.PullsFrom(artifact) is { } pulled && pulled != artifact.Repository)
        {
            missing.AddRange(await evidence.ExistsAsync(pulled, digest, cancellationToken) switch
            {
                Fact<bool>.Known { Value: true } => [],
                Fact<bool>.Unknown no => [Waits("unreachable", no.Reason)],
                _ => [Waits("not-found", $"{pulled} does not hold {digest} yet, and {environment.Name} pulls from there.")],
            });
        }

        switch (await evidence.DescribeAsync(artifact.Repository, digest, cancellationToken))
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

    private async Task<IReadOnlyList<Objection>> MovedTagsAsync(Standing what, Asked asked, CancellationToken cancellationToken)
    {
        var moved = new List<Objection>();
        foreach (var artifact in pipeline.Artifacts)
        {
            var stands = what.Of(artifact.Name)!;
            if (stands.Tag is { } tag && (asked.Named is null || asked.IsByTag(artifact.Name))
                && await selection.ResolveAnewAsync(artifact.Repository, tag, cancellationToken) is var means && means != stands.Digest)
            {
                moved.Add(new Objection("tag", new GateOutcome.Failed(
                    "tag-moved", $"The tag {tag} of {artifact.Repository} means {means?.Value ?? "nothing"} now, and not {stands.Digest} any more."), true));
            }
        }

        return moved;
    }

    private IReadOnlyDictionary<string, Stay> Stays(Standing what) => histories
        .Select(h => (h.Key, Landing: h.Value.LastOf(what)))
        .Where(h => h.Landing is not null)
        .ToDictionary(h => h.Key, h => new Stay(h.Landing!.Since, h.Landing.Until), StringComparer.Ordinal);

    private async Task<Fact<ApprovalFacts>> ApprovalsAsync(
        PromotionEnvironment environment, Promotion move, Asked asked, ObservedPullRequest? open, CancellationToken cancellationToken)
    {
        IReadOnlyList<Approval> given = [];
        if (open?.Proposes?.Id == move.Id && open is { Foreign: null })
        {
            try
            {
                var teams = documents.PolicyFor(environment).Gates.SelectMany(g => g.Teams).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
                given = await reader.ApprovalsAsync(pullRequests.First(p => p.Number == open.Number), move, pipeline, environment, teams, cancellationToken);
            }
            catch (ForgeException e)
            {
                return new Fact<ApprovalFacts>.Unknown(e.Message);
            }
        }

        var requester = asked.Named is { } named && move.Artifacts.All(a => named.Of(a.Name)?.Digest == a.To) ? asked.Request!.By : null;
        return new Fact<ApprovalFacts>.Known(new ApprovalFacts(
            given, requester, new Fact<IReadOnlyList<string>>.Unknown("nobody can say who the authors of the source are")));
    }

    private async Task<Fact<WayBack>> WayBackAsync(PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        foreach (var stands in histories[environment.Name].Current?.What.Artifacts ?? [])
        {
            var name = environment.PullsFrom(pipeline.Artifacts.First(a => a.Name == stands.Name));
            if (stands.Digest is null)
            {
                return new Fact<WayBack>.Known(new WayBack(false, $"what {stands.Name} stands for now has no known digest"));
            }

            switch (await evidence.ExistsAsync(name, stands.Digest, cancellationToken))
            {
                case Fact<bool>.Unknown no:
                    return new Fact<WayBack>.Unknown(no.Reason);
                case Fact<bool>.Known { Value: false }:
                    return new Fact<WayBack>.Known(new WayBack(false, $"{name} no longer holds {stands.Digest}, which runs now"));
            }
        }

        return new Fact<WayBack>.Known(new WayBack(true, histories[environment.Name].Current is null ? "nothing runs there yet" : "what runs now can still be pulled"));
    }

    private async Task<JudgedRollback?> RollbackAsync(PromotionEnvironment environment, EnvironmentHistory here, CancellationToken cancellationToken)
    {
        // Any other move ends the request: it was about what stood there then.
        if (state.RollbackOf(pipeline.Name, environment.Name) is not { } asked || here.Current is not { } current || current.Commit != asked.Reverts)
        {
            return null;
        }

        // A person who closes it takes the request back.
        foreach (var closed in pullRequests.Where(p => p.State == PullRequestState.Closed && p.Number > asked.After && p.Head == BranchNames.Rollback(environment.Name, pipeline.Name)))
        {
            if (await reader.WhoClosedAsync(closed.Number, cancellationToken) is not null)
            {
                return null;
            }
        }

        var rows = new List<GateResult>();
        var target = here.Landings.LastOrDefault(l => l.Commit == asked.To);
        var to = target?.What ?? current.What;
        rows.Add(new GateResult("stood-here", GateTiming.Open, target is null || to.Equals(current.What)
            ? new GateOutcome.Failed("not-there-before", $"What commit {asked.To[..12]} put into {environment.Name} is not what could be put back.")
            : new GateOutcome.Passed($"{to} stood in {environment.Name} from {target.Since:u}.")));
        rows.AddRange(await PullableAsync(environment, to, cancellationToken));
        return pipeline.Artifacts.Any(a => to.Of(a.Name)?.Digest is null)
            ? null
            : new JudgedRollback(PromotionCommits.Move(pipeline, environment, current.What, to), asked.Reverts, asked.Reason, asked.By, rows)
            {
                RevertsId = revertsId(asked.Reverts),
            };
    }

    private async Task<IReadOnlyList<GateResult>> PullableAsync(PromotionEnvironment environment, Standing to, CancellationToken cancellationToken)
    {
        var rows = new List<GateResult>();
        foreach (var artifact in pipeline.Artifacts)
        {
            var name = environment.PullsFrom(artifact);
            var digest = to.Of(artifact.Name)?.Digest;
            rows.Add(new GateResult($"pullable{(pipeline.Artifacts.Count > 1 ? "-" + artifact.Name : "")}", GateTiming.Open,
                digest is null
                    ? new GateOutcome.Failed("no-digest", $"What stood there of {artifact.Name} has no known digest.")
                    : await evidence.ExistsAsync(name, digest, cancellationToken) switch
                    {
                        Fact<bool>.Known { Value: true } => new GateOutcome.Passed($"{name} still holds {digest}."),
                        Fact<bool>.Unknown no => new GateOutcome.Pending("unreachable", no.Reason),
                        _ => new GateOutcome.Failed("not-found", $"{name} no longer holds {digest}."),
                    }));
        }

        return rows;
    }

    private async Task<(int Number, string Login)?> ClosedByPersonAsync(PromotionEnvironment environment, Promotion move, Asked asked, CancellationToken cancellationToken)
    {
        foreach (var closed in pullRequests.Where(p => p.State == PullRequestState.Closed
            && p.Head == BranchNames.Promote(environment.Name, pipeline.Name) && p.Number > (asked.Request?.After ?? 0)))
        {
            // Where the head is not in this repository any more, the text still names the promotion.
            var isThis = reader.Carried(closed.HeadSha, pipeline, environment) is { } carried
                ? move.Artifacts.All(a => carried.Of(a.Name)?.Digest == a.To)
                : closed.Body.Contains($"Promotion `{move.Id}`", StringComparison.Ordinal);
            if (isThis && await reader.WhoClosedAsync(closed.Number, cancellationToken) is { } login)
            {
                return (closed.Number, login);
            }
        }

        return null;
    }

    private Refusal? RefusedIn(PromotionEnvironment environment, IEnumerable<Digest> digests) => Refusal.Of(pipeline, environment, histories, digests);
}
