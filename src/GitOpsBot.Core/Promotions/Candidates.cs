using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;

namespace GitOpsBot.Core.Promotions;

/// <summary>Whether a candidate is newer than what stands.</summary>
public enum CandidateOrder
{
    /// <summary>It is, or nothing stands there.</summary>
    Newer,
    /// <summary>It is not: never proposed, unless a person names it.</summary>
    Older,
    /// <summary>Nobody can tell: it holds.</summary>
    Unknown,
}

/// <summary>Something that could move into an environment, newest first in every list.</summary>
/// <param name="What">The tuple; every artifact of the pipeline with its digest.</param>
/// <param name="Order">How it compares with what stands there.</param>
public sealed record Candidate(Standing What, CandidateOrder Order)
{
    /// <summary>Why its order is unknown, one sentence, where there is more to say than that; null otherwise.</summary>
    public string? Doubt { get; init; }

    /// <summary>Why it was chosen and what it beat; null when nothing was chosen from.</summary>
    public string? Choice { get; init; }
}

/// <summary>
/// Finds candidates (SPEC section 3): with <c>after</c>, what stood in all predecessors since the one that stands here now, newest landing
/// first; without, what the registry's selection found. What stands here is no candidate.
/// </summary>
public static class Candidates
{
    /// <summary>Candidates of an environment that follows others.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="environment">An environment with at least one predecessor.</param>
    /// <param name="histories">By environment name; a predecessor without one has no candidates to give.</param>
    public static IReadOnlyList<Candidate> FromPredecessors(
        Pipeline pipeline, PromotionEnvironment environment, IReadOnlyDictionary<string, EnvironmentHistory> histories)
    {
        var here = histories[environment.Name];
        if (here.Now is FolderState.Unclear || environment.After.Any(a => !histories.ContainsKey(a.Name)))
        {
            return [];
        }

        var current = here.Current?.What;
        var before = environment.After.Select(a => histories[a.Name]).ToList();
        var since = before.ConvertAll(h => Since(h, current));
        return [.. (environment.FollowsAny ? since.SelectMany(l => l) : since.Aggregate((all, next) => [.. all.Where(l => next.Exists(n => n.What.Equals(l.What)))]))
            .Select(l => l.What).Distinct()
            .Where(what => IsWhole(pipeline, what) && !what.Equals(current))
            // Newest landing first: it has landed when it stood in the last of them.
            .OrderByDescending(what => before.Max(h => h.LastOf(what)?.Since))
            .ThenByDescending(what => before.Max(h => h.Landings.ToList().FindLastIndex(l => l.What.Equals(what))))
            .Select(what => new Candidate(what, current is null ? CandidateOrder.Newer : Compare(pipeline, what, current, before)))];
    }

    /// <summary>The environments before this one in which something must have stood before it may move here, and did not; none when it may.</summary>
    public static IReadOnlyList<string> MissingBefore(PromotionEnvironment environment, Standing what, IReadOnlyDictionary<string, EnvironmentHistory> histories)
    {
        var missing = environment.After.Select(a => a.Name).Where(name => histories[name].LastOf(what) is null).ToList();
        return environment.FollowsAny && missing.Count < environment.After.Count ? [] : missing;
    }

    /// <summary>Candidates of an environment that takes straight from the registry.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="here">The environment's history.</param>
    /// <param name="newestFirst">What the selection found, newest first, with the tags it was selected by.</param>
    /// <param name="current">What stands there, its tags corrected by what the registry says; null when nothing does.</param>
    public static IReadOnlyList<Candidate> FromRegistry(Pipeline pipeline, EnvironmentHistory here, IEnumerable<Standing> newestFirst, Standing? current) =>
        here.Now is FolderState.Unclear
            ? []
            : [.. newestFirst
                .Where(what => IsWhole(pipeline, what) && !what.Equals(current))
                .Select(what => new Candidate(what, current is null ? CandidateOrder.Newer : CompareSelected(pipeline, what, current, here)))];

    private static List<Landing> Since(EnvironmentHistory history, Standing? current)
    {
        var from = current is null ? -1 : history.Landings.ToList().FindLastIndex(l => l.What.Equals(current));
        return [.. history.Landings.Skip(from + 1)];
    }

    private static bool IsWhole(Pipeline pipeline, Standing what) => pipeline.Artifacts.All(a => what.Of(a.Name)?.Digest is not null);

    private static CandidateOrder Compare(Pipeline pipeline, Standing what, Standing current, IReadOnlyList<EnvironmentHistory> before)
    {
        var selected = CompareSelections(pipeline, what, current);
        if (selected is CandidateOrder.Newer or CandidateOrder.Older)
        {
            return selected.Value;
        }

        // What was selected by says nothing: the order in which both first stood in a predecessor does.
        foreach (var history in before)
        {
            var landings = history.Landings.ToList();
            var (first, second) = (landings.FindIndex(l => l.What.Equals(current)), landings.FindIndex(l => l.What.Equals(what)));
            if (first >= 0 && second >= 0)
            {
                return second > first ? CandidateOrder.Newer : CandidateOrder.Older;
            }
        }

        return CandidateOrder.Unknown;
    }

    private static CandidateOrder CompareSelected(Pipeline pipeline, Standing what, Standing current, EnvironmentHistory here) => CompareSelections(pipeline, what, current) switch
    {
        CandidateOrder.Older => CandidateOrder.Older,
        CandidateOrder.Newer => CandidateOrder.Newer,
        // A moving tag that went back to what stood here earlier does not take the environment back with it.
        _ when here.LastOf(what) is not null => CandidateOrder.Older,
        null => CandidateOrder.Newer,
        _ => CandidateOrder.Unknown,
    };

    // One older member makes the tuple older, and one of unknown order its order unknown. Null: only moving tags differ, which have no order.
    private static CandidateOrder? CompareSelections(Pipeline pipeline, Standing what, Standing current)
    {
        CandidateOrder? order = null;
        foreach (var artifact in pipeline.Artifacts.Where(a => a.Select is not Selection.MovingTag))
        {
            if (what.Of(artifact.Name) is not { } to || current.Of(artifact.Name) is not { } from || to.Digest == from.Digest)
            {
                continue;
            }

            switch (Compare(artifact.Select, to, from))
            {
                case < 0:
                    return CandidateOrder.Older;
                case > 0:
                    order ??= CandidateOrder.Newer;
                    break;
                default:
                    // The same version or time, and yet another digest, or nothing to compare.
                    order = CandidateOrder.Unknown;
                    break;
            }
        }

        return order;
    }

    private static int? Compare(Selection select, StandingArtifact to, StandingArtifact from) => select switch
    {
        Selection.Semver => to.Tag is { } a && from.Tag is { } b ? TagSelection.CompareVersions(a, b) : null,
        // A tag that is not one of them has no place among them.
        Selection.Lexical lexical => to.Tag is { } a && from.Tag is { } b && lexical.Tags.Matches(a) && lexical.Tags.Matches(b) ? string.CompareOrdinal(a, b) : null,
        Selection.Newest => to.Created is { } a && from.Created is { } b ? a.CompareTo(b) : null,
        _ => null,
    };
}
