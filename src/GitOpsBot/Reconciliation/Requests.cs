using System.Text.Json.Serialization.Metadata;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;
using GitOpsBot.Forge;

namespace GitOpsBot.Reconciliation;

/// <summary>What a person's request comes to: an answer for people, and what is written into the bot's book when it is accepted.</summary>
/// <param name="Reaction">Done, denied or not understood.</param>
/// <param name="Answer">One line.</param>
/// <param name="Pages">Files of the book to write; null removes one. Empty when nothing is accepted.</param>
internal sealed record RequestOutcome(Reaction Reaction, string Answer, IReadOnlyDictionary<string, ReadOnlyMemory<byte>?> Pages)
{
    /// <summary>Accepted.</summary>
    public static RequestOutcome Done(string answer, params (string Path, ReadOnlyMemory<byte>? Page)[] pages) =>
        new(Reaction.Done, answer, pages.ToDictionary(p => p.Path, p => p.Page, StringComparer.Ordinal));

    /// <summary>Not understood, or not possible, for this reason.</summary>
    public static RequestOutcome No(string reason) => new(Reaction.NotUnderstood, reason, new Dictionary<string, ReadOnlyMemory<byte>?>());
}

/// <summary>
/// What people ask for, the same for slash commands and for the terminal: checks it against what stands, and says what to remember. It moves
/// nothing by itself; the pass does, by the same judgement as always.
/// </summary>
internal sealed class Requests(Snapshot seen)
{
    /// <summary>Nothing moves here by itself or by request until it is lifted.</summary>
    public static RequestOutcome Hold(Pipeline pipeline, PromotionEnvironment environment, string? reason, string login, DateTimeOffset at) => RequestOutcome.Done(
        $"{pipeline.Name} in {environment.Name} is held.",
        (BotState.HoldPath(pipeline.Name, environment.Name), Page(new Hold(login, at, reason), BotStateJson.Default.Hold)));

    /// <summary>Lifts a hold, and the pause that followed a rollback.</summary>
    public async Task<RequestOutcome> UnholdAsync(Pipeline pipeline, PromotionEnvironment environment, bool isRollbackOpen, string login, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var here = (await seen.HistoriesAsync(pipeline, cancellationToken))[environment.Name];
        var pages = new List<(string, ReadOnlyMemory<byte>?)> { (BotState.HoldPath(pipeline.Name, environment.Name), null) };
        if (isRollbackOpen && here.Current is { } replaced)
        {
            pages.Add((BotState.LiftPath(pipeline.Name, environment.Name), Page(new Lift(null, replaced.Commit, login, at), BotStateJson.Default.Lift)));
        }
        else if (here.PausedBy is { } pause)
        {
            pages.Add((BotState.LiftPath(pipeline.Name, environment.Name), Page(new Lift(pause.Commit, null, login, at), BotStateJson.Default.Lift)));
        }

        return RequestOutcome.Done($"{pipeline.Name} in {environment.Name} is held no more.", [.. pages]);
    }

    /// <summary>Asks for a digest or a version by name; it must have stood in every predecessor, or lie in the registry where there is none.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="environment">Where to.</param>
    /// <param name="what">A version or digest; null for what an open pull request proposes, else for the newest candidate.</param>
    /// <param name="login">Who asks.</param>
    /// <param name="at">When.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<RequestOutcome> PromoteAsync(
        Pipeline pipeline, PromotionEnvironment environment, string? what, string login, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (seen.Stranger(pipeline) is { } stranger)
        {
            return RequestOutcome.No(seen.SaysOf(stranger));
        }

        var histories = await seen.HistoriesAsync(pipeline, cancellationToken);
        var (named, why) = what is null ? await NewestAsync(pipeline, environment, cancellationToken)
            : environment.After.Count > 0 ? FromPredecessors(pipeline, environment, histories, what)
            : await FromRegistryAsync(pipeline, histories[environment.Name], what, cancellationToken);
        if (named is null)
        {
            return RequestOutcome.No(why);
        }

        if (named.Equals(histories[environment.Name].Current?.What))
        {
            return RequestOutcome.No($"{named} stands in {environment.Name} already.");
        }

        var tagged = what is null || Digest.TryParse(what, out _) ? [] : named.Artifacts.Where(a => a.Tag is not null);
        var request = new Request(
            named.Artifacts.ToDictionary(a => a.Name, a => a.Digest!.Value, StringComparer.Ordinal),
            tagged.ToDictionary(a => a.Name, a => a.Tag!, StringComparer.Ordinal),
            histories[environment.Name].Current?.Commit, Newest, login, at);
        var pages = new List<(string, ReadOnlyMemory<byte>?)>
        {
            (BotState.RequestPath(pipeline.Name, environment.Name), Page(request, BotStateJson.Default.Request)),
            // Whoever names what shall stand here wants no rollback of it any more.
            (BotState.RollbackPath(pipeline.Name, environment.Name), null),
        };
        if (histories[environment.Name].PausedBy is { } pause)
        {
            pages.Add((BotState.LiftPath(pipeline.Name, environment.Name), Page(new Lift(pause.Commit, null, login, at), BotStateJson.Default.Lift)));
        }

        return RequestOutcome.Done($"{named} is asked for in {environment.Name}; its gates are judged as always.", [.. pages]);
    }

    /// <summary>Asks to put back what stood there before, or the last time this digest did.</summary>
    public async Task<RequestOutcome> RollbackAsync(
        Pipeline pipeline, PromotionEnvironment environment, string reason, Digest? to, string login, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (seen.Stranger(pipeline) is { } stranger)
        {
            return RequestOutcome.No(seen.SaysOf(stranger));
        }

        var here = (await seen.HistoriesAsync(pipeline, cancellationToken))[environment.Name];
        if (here.Current is not { } current)
        {
            return RequestOutcome.No($"Nothing that the bot can name stands in {environment.Name}.");
        }

        var before = to is null ? here.Before : here.Landings.SkipLast(1).LastOrDefault(l => !l.What.Equals(current.What) && l.What.Digests.Contains(to));
        if (before is null)
        {
            return RequestOutcome.No(to is not null ? $"{to} never stood in {environment.Name} before."
                : here.Refused.Count == 0 ? $"Nothing else ever stood in {environment.Name}."
                : $"Nothing stood in {environment.Name} before that was not rolled back itself; name a digest that did.");
        }

        if (await WhyNotPulledAsync(pipeline, environment, before.What, cancellationToken) is { } gone)
        {
            return RequestOutcome.No(gone);
        }

        var request = new RollbackRequest(before.Commit, current.Commit, Newest, reason, login, at);
        return RequestOutcome.Done(
            $"{pipeline.Name} in {environment.Name} goes back to {before.What}.",
            (BotState.RollbackPath(pipeline.Name, environment.Name), Page(request, BotStateJson.Default.RollbackRequest)),
            // Whoever was about to promote something here asked before this.
            (BotState.RequestPath(pipeline.Name, environment.Name), null));
    }

    private int Newest => seen.PullRequests.Select(p => p.Number).DefaultIfEmpty(0).Max();

    // A registry that does not answer now may later; one that says no has said it.
    private async Task<string?> WhyNotPulledAsync(Pipeline pipeline, PromotionEnvironment environment, Standing what, CancellationToken cancellationToken)
    {
        foreach (var artifact in pipeline.Artifacts)
        {
            var name = environment.PullsFrom(artifact);
            if (what.Of(artifact.Name)?.Digest is not { } digest)
            {
                return $"What stood in {environment.Name} of {artifact.Name} has no known digest to go back to.";
            }

            if (await seen.ExistsAsync(name, digest, cancellationToken) is Fact<bool>.Known { Value: false })
            {
                return $"{name} no longer holds {digest}, which stood in {environment.Name} before; name another digest that did.";
            }
        }

        return null;
    }

    private async Task<(Standing? What, string Why)> NewestAsync(Pipeline pipeline, PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var observed = await seen.ObserveAsync(pipeline, environment, cancellationToken);
        var move = observed.Open?.Proposes ?? observed.Candidates.FirstOrDefault()?.Promotion;
        return move is null
            ? (null, $"There is nothing newer than what stands in {environment.Name}.")
            : (new Standing([.. move.Artifacts.Select(a => new StandingArtifact(a.Name, a.To, a.Tag ?? a.Version))]), "");
    }

    private static (Standing? What, string Why) FromPredecessors(
        Pipeline pipeline, PromotionEnvironment environment, IReadOnlyDictionary<string, EnvironmentHistory> histories, string what)
    {
        // One of several is enough where any of them is; where all count, the first has it or nothing does.
        var found = environment.After.Take(environment.FollowsAny ? environment.After.Count : 1)
            .Select(a => histories[a.Name].Landings.LastOrDefault(l => Matches(l.What, what))).FirstOrDefault(l => l is not null);
        if (found is null || pipeline.Artifacts.Any(a => found.What.Of(a.Name)?.Digest is null))
        {
            return (null, $"{what} never stood in {environment.After[0].Name}, which comes before {environment.Name}.");
        }

        return Candidates.MissingBefore(environment, found.What, histories) is [var missing, ..]
            ? (null, $"{what} never stood in {missing}, which comes before {environment.Name}.")
            : (found.What, "");
    }

    private async Task<(Standing? What, string Why)> FromRegistryAsync(Pipeline pipeline, EnvironmentHistory here, string what, CancellationToken cancellationToken)
    {
        if (Digest.TryParse(what, out var digest))
        {
            if (here.Landings.LastOrDefault(l => l.What.Digests.Contains(digest)) is { } stood && pipeline.Artifacts.All(a => stood.What.Of(a.Name)?.Digest is not null))
            {
                return (stood.What, "");
            }

            if (pipeline.Artifacts is not [var only])
            {
                return (null, $"{pipeline.Name} moves several artifacts together: name a version, or a digest that stood here before.");
            }

            return await seen.ExistsAsync(only.Repository, digest, cancellationToken) switch
            {
                Fact<bool>.Known { Value: true } => (new Standing([new StandingArtifact(only.Name, digest, null)]), ""),
                Fact<bool>.Unknown no => (null, no.Reason),
                _ => (null, $"{only.Repository} does not hold {digest}."),
            };
        }

        if (!ImageReference.IsTag(what))
        {
            return (null, $"'{what}' is neither a version nor a digest.");
        }

        var tuple = new List<StandingArtifact>();
        foreach (var artifact in pipeline.Artifacts)
        {
            if (await seen.ResolveAsync(artifact.Repository, what, cancellationToken) is not { } means)
            {
                return (null, $"{artifact.Repository} has no tag {what}.");
            }

            tuple.Add(new StandingArtifact(artifact.Name, means, what));
        }

        return (new Standing(tuple), "");
    }

    private static bool Matches(Standing what, string name) =>
        Digest.TryParse(name, out var digest) ? what.Digests.Contains(digest) : what.Artifacts.All(a => a.Tag == name);

    private static ReadOnlyMemory<byte>? Page<T>(T value, JsonTypeInfo<T> type) => StateBook.Page(value, type);
}
