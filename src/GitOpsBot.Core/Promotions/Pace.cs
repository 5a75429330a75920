using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Promotions;

/// <summary>A person froze an environment, or everything, with a command.</summary>
/// <param name="Environment">Its name, or <see cref="Freeze.Everything"/>.</param>
/// <param name="By">Who.</param>
/// <param name="Until">When it ends; null: when it is lifted.</param>
/// <param name="Reason">Why.</param>
public sealed record AskedFreeze(string Environment, string By, DateTimeOffset? Until, string Reason);

/// <summary>
/// What slows promotions down, or stops them all: freezes, a cap on promotions, the time that what stands somewhere needs. All of it is read from
/// documents, the bot's book and the base branch's history, so it holds while everything else fails; rollbacks are none of its business.
/// </summary>
public static class Pace
{
    /// <summary>Why an environment is frozen, by documents and by people, each with its reason; empty when it is not.</summary>
    public static IReadOnlyList<Objection> Frozen(PromotionEnvironment environment, IReadOnlyList<Freeze> freezes, IReadOnlyList<AskedFreeze> asked, DateTimeOffset now)
    {
        var byDocument = freezes.Where(f => f.Holds(environment, now))
            .Select(f => Pending($"Frozen by the document '{f.Name}': {Documents.Shown.Plain(f.Reason)}; it ends {(f.Until is { } until ? $"at {until.UtcDateTime:u}" : "when the document is removed")}.", f.Until));
        var byPeople = asked.Where(f => (f.Until is null || now < f.Until) && Freeze.Means(f.Environment, environment))
            .Select(f => Pending($"Frozen by {f.By}: {f.Reason}; it ends {(f.Until is { } until ? $"at {until.UtcDateTime:u}, or with" : "with")} /unfreeze {f.Environment}.", f.Until));
        return [.. byDocument.Concat(byPeople)];

        static Objection Pending(string reason, DateTimeOffset? until) => new("freeze", new GateOutcome.Pending("frozen", reason, until), true);
    }

    /// <summary>
    /// Why the cap on promotions keeps this one back, or null. What counts is every landing in an environment of this name, of whatever pipeline, that was
    /// no rollback: a bad release must not run through fifty services at once because each of them moves only once.
    /// </summary>
    /// <param name="environment">The environment.</param>
    /// <param name="landed">When something landed there, in any order; what this pass put there is among it.</param>
    /// <param name="now">The time of the pass.</param>
    public static Objection? Limited(PromotionEnvironment environment, IEnumerable<DateTimeOffset> landed, DateTimeOffset now)
    {
        if (environment.Limit is not { } limit)
        {
            return null;
        }

        var recent = landed.Where(at => at + limit.Per > now).OrderDescending().ToList();
        if (recent.Count < limit.Promotions)
        {
            return null;
        }

        var next = recent[limit.Promotions - 1] + limit.Per;
        return new Objection("limit", new GateOutcome.Pending(
            "limit-reached", $"Expected at most {limit.Promotions} promotion{(limit.Promotions == 1 ? "" : "s")} into {environment.Name} in {StatementTime.Say(limit.Per)}; the next may move at {next.UtcDateTime:u}.",
            next), true);
    }

    /// <summary>Why what stands there must settle first, or null.</summary>
    public static Objection? Settling(PromotionEnvironment environment, Landing? standing, DateTimeOffset now) =>
        standing is not null && environment.Settle > TimeSpan.Zero && now < standing.Since + environment.Settle
            ? new Objection("settle", new GateOutcome.Pending(
                "settling", $"What stands in {environment.Name} has stood there since {standing.Since:u} and settles until {standing.Since + environment.Settle:u}.",
                standing.Since + environment.Settle), false)
            : null;
}
