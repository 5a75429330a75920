using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>Gathers all facts that a policy's gates are judged on, for one move into one environment, and has them judged.</summary>
/// <param name="view">The pipeline.</param>
/// <param name="asOf">Approvals that were given later than this do not count; null: all do.</param>
internal sealed class GateFactsReader(PipelineView view, DateTimeOffset? asOf = null)
{
    // What reconciles an environment reports on the newest commit it saw; further back than this nobody looks.
    private const int MostCommits = 100;

    private Pipeline Pipeline => view.Pipeline;

    /// <summary>Judges a move.</summary>
    /// <param name="policy">The gates to judge it by.</param>
    /// <param name="environment">Where to.</param>
    /// <param name="move">The move.</param>
    /// <param name="what">What would stand there.</param>
    /// <param name="described">Each artifact as the registry showed it, in the pipeline's order.</param>
    /// <param name="requester">Who asked for it, or null.</param>
    /// <param name="open">The pull request that proposes it, or null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Verdict> JudgeAsync(
        Policy policy, PromotionEnvironment environment, Promotion move, Standing what, IReadOnlyList<Artifact> described, string? requester, ObservedPullRequest? open,
        CancellationToken cancellationToken)
    {
        var (overrides, unread) = await OverridesAsync(policy, environment, move, open, cancellationToken);
        IReadOnlyList<Gate> gates = [.. policy.Asked(overrides.Count > 0)];
        var judged = new List<JudgedArtifact>();
        foreach (var (artifact, seen) in Pipeline.Artifacts.Zip(described))
        {
            var platforms = new Dictionary<Digest, Fact<IReadOnlyList<EvidenceItem>>>();
            foreach (var manifest in gates.Any(g => g.NeedsPlatformEvidence) ? seen.Manifests : [])
            {
                platforms[manifest.Digest] = await view.Evidence.EvidenceAsync(artifact.Repository, manifest.Digest, [], cancellationToken);
            }

            // A gate that reads what it does not say it needs waits for ever, rather than pass on nothing.
            var attached = gates.Any(g => g.NeedsEvidence)
                ? await view.Evidence.EvidenceAsync(artifact.Repository, seen.Digest, policy.SourceRepositories, cancellationToken)
                : new Fact<IReadOnlyList<EvidenceItem>>.Unknown("no gate asks for what is attached.");
            judged.Add(new JudgedArtifact(artifact.Name, seen, attached) { PlatformEvidence = platforms });
        }

        var facts = new GateFacts(
            view.Now, Pipeline.Name, environment.Name, judged, Stays(what), await ApprovalsAsync(policy, overrides.Count > 0, environment, move, requester, open, cancellationToken),
            gates.Any(g => g.NeedsWayBack) ? await WayBackAsync(environment, cancellationToken) : new Fact<WayBack>.Unknown("no gate asks for it."))
        {
            Waves = Pipeline.Waves,
            Overrides = overrides,
            OverridesUnread = unread,
        };
        var needs = gates.SelectMany(g => g.Needs(facts)).ToList();
        return PolicyEvaluator.Evaluate(policy, needs.Count == 0 ? facts : facts with
        {
            Outside = await view.Facts.GatherAsync(needs, need => CommitsOf(need.Environment, what), cancellationToken),
        });
    }

    private IReadOnlyDictionary<string, Stay> Stays(Standing what) => view.Histories
        .Select(h => (h.Key, Landing: h.Value.LastOf(what)))
        .Where(h => h.Landing is not null)
        .ToDictionary(h => h.Key, h => new Stay(h.Landing!.Since, h.Landing.Until), StringComparer.Ordinal);

    // The commit that put it there, and later ones with the same folder, newest first.
    private IReadOnlyList<string> CommitsOf(string environment, Standing what) =>
        view.Histories[environment].LastOf(what) is { } landing ? view.History.SameFolder(Pipeline.Environment(environment)!, landing.Commit, MostCommits) : [];

    // What cannot be asked of the forge overrides nothing.
    private async Task<(IReadOnlyList<GivenOverride> Given, string? Unread)> OverridesAsync(
        Policy policy, PromotionEnvironment environment, Promotion move, ObservedPullRequest? open, CancellationToken cancellationToken)
    {
        if (policy.Emergency is not { } emergency || open is not { Foreign: null } || open.Proposes?.Id != move.Id)
        {
            return ([], null);
        }

        try
        {
            return (await view.PullRequestReader.OverridesAsync(view.PullRequests.First(p => p.Number == open.Number), move, Pipeline, environment, emergency.Terms.From, cancellationToken), null);
        }
        catch (ForgeException e)
        {
            return ([], e.Message);
        }
    }

    private async Task<Fact<ApprovalFacts>> ApprovalsAsync(
        Policy policy, bool isEmergency, PromotionEnvironment environment, Promotion move, string? requester, ObservedPullRequest? open, CancellationToken cancellationToken)
    {
        var gates = policy.Asked(isEmergency).ToList();
        IReadOnlyList<Approval> given = [];
        string? unread = null;
        // Where no gate asks for people, nobody is asked about them.
        if (gates.Exists(g => g.NeedsPullRequest) && open?.Proposes?.Id == move.Id && open is { Foreign: null })
        {
            try
            {
                var teams = gates.SelectMany(g => g.Teams).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
                (given, unread) = await view.PullRequestReader.ApprovalsAsync(view.PullRequests.First(p => p.Number == open.Number), move, Pipeline, environment, teams, cancellationToken);
                given = [.. given.Where(a => asOf is null || a.At <= asOf)];
            }
            catch (ForgeException e)
            {
                return new Fact<ApprovalFacts>.Unknown(e.Message);
            }
        }

        // Nobody's approval depends on the authors while nobody approved or overrode.
        var authors = (given.Count > 0 || isEmergency) && gates.Any(g => g.NeedsAuthors)
            ? await AuthorsAsync(policy, move, cancellationToken)
            : new Fact<IReadOnlyList<string>>.Unknown("nobody asked for the authors of the source.");
        return new Fact<ApprovalFacts>.Known(new ApprovalFacts(given, requester, authors) { Unread = unread });
    }

    private async Task<Fact<IReadOnlyList<string>>> AuthorsAsync(Policy policy, Promotion move, CancellationToken cancellationToken)
    {
        var all = new List<string>();
        foreach (var (artifact, moved) in Pipeline.Artifacts.Zip(move.Artifacts).Where(a => a.Second.From != a.Second.To))
        {
            var from = moved.From is null ? null : await BuiltAsync(policy, artifact, moved.From, cancellationToken);
            if (await BuiltAsync(policy, artifact, moved.To, cancellationToken) is not { } to || (moved.From is not null && from?.Repository != to.Repository))
            {
                return new Fact<IReadOnlyList<string>>.Unknown($"verified provenance does not say which commits {artifact.Name} {moved.Version} brings.");
            }

            try
            {
                var authors = await view.Forge.ListAuthorsAsync(new SourceRange(to.Repository, from?.Commit, to.Commit), cancellationToken);
                if (authors is not Fact<IReadOnlyList<string>>.Known { Value: var logins })
                {
                    return authors;
                }

                all.AddRange(logins);
            }
            catch (ForgeException e)
            {
                return new Fact<IReadOnlyList<string>>.Unknown(e.Message);
            }
        }

        return new Fact<IReadOnlyList<string>>.Known([.. all.Distinct(StringComparer.OrdinalIgnoreCase)]);
    }

    private async Task<(string Repository, string Commit)?> BuiltAsync(Policy policy, PipelineArtifact artifact, Digest digest, CancellationToken cancellationToken) =>
        await view.Evidence.EvidenceAsync(artifact.Repository, digest, policy.SourceRepositories, cancellationToken) is Fact<IReadOnlyList<EvidenceItem>>.Known { Value: var evidence } ? SourceRange.Built(evidence) : null;

    private async Task<Fact<WayBack>> WayBackAsync(PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        foreach (var stands in view.Histories[environment.Name].Current?.What.Artifacts ?? [])
        {
            var name = environment.PullsFrom(Pipeline.Artifacts.First(a => a.Name == stands.Name));
            if (stands.Digest is null)
            {
                return new Fact<WayBack>.Known(new WayBack(false, $"what {stands.Name} stands for now has no known digest"));
            }

            switch (await view.Evidence.ExistsAsync(name, stands.Digest, cancellationToken))
            {
                case Fact<bool>.Unknown no:
                    return new Fact<WayBack>.Unknown(no.Reason);
                case Fact<bool>.Known { Value: false }:
                    return new Fact<WayBack>.Known(new WayBack(false, $"{name} no longer holds {stands.Digest}, which runs now"));
            }
        }

        return new Fact<WayBack>.Known(new WayBack(true, view.Histories[environment.Name].Current is null ? "nothing runs there yet" : "what runs now can still be pulled"));
    }
}
