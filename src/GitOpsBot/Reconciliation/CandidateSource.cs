using System.Runtime.CompilerServices;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>Where an environment's candidates come from: what a person named, the environments before it, or the registry.</summary>
internal sealed class CandidateSource(PipelineView view)
{
    /// <summary>
    /// What a pull request proposes that is no candidate now, with the tags that it came by, as far as the registry or the environments before it still know;
    /// and what came straight from the registry and is not among what is selected any more.
    /// </summary>
    public async Task<(Standing What, IReadOnlyList<Objection> Lost)> ProposedAsync(PromotionEnvironment environment, Promotion proposed, CancellationToken cancellationToken)
    {
        var what = new Standing([.. proposed.Artifacts.Select(a => new StandingArtifact(a.Name, a.To, a.Tag))]);
        if (environment.After.Count > 0)
        {
            return (environment.After.Select(before => view.Histories[before.Name].LastOf(what)?.What).FirstOrDefault(stood => stood is not null) ?? what, []);
        }

        var tags = await view.Selection.SelectedTagsAsync(view.Pipeline, what, cancellationToken);
        return (what.With(tags), [.. what.Artifacts.Zip(tags).Where(a => a.Second is null).Select(a => new Objection("selection", new GateOutcome.Failed("not-selected",
            $"No selected tag of {view.Pipeline.Artifacts.First(p => p.Name == a.First.Name).Repository} means {a.First.Digest} any more: it was moved or removed, or the pipeline selects others now."), true))]);
    }

    /// <summary>Candidates, newest first; nobody is asked for those that nobody looks at.</summary>
    public async IAsyncEnumerable<Candidate> ComingAsync(PromotionEnvironment environment, Asked asked, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var current = asked.Here.Current?.What;
        if (asked.Named is { } named)
        {
            // By name lifts age and order, not `after`.
            if (environment.After.Count == 0 || Candidates.MissingBefore(environment, named, view.Histories).Count == 0)
            {
                yield return new Candidate(named, CandidateOrder.Newer);
            }

            yield break;
        }

        if (environment.After.Count > 0)
        {
            foreach (var candidate in Candidates.FromPredecessors(view.Pipeline, environment, view.Histories))
            {
                yield return candidate;
            }

            yield break;
        }

        var known = current is null ? null : await view.Selection.NameAsync(view.Pipeline, current, cancellationToken);
        await foreach (var (what, choice, doubt) in view.Selection.NewestFirstAsync(view.Pipeline, cancellationToken))
        {
            foreach (var candidate in Candidates.FromRegistry(view.Pipeline, asked.Here, [what], known))
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
}
