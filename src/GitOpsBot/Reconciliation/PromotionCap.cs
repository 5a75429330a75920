using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Reconciliation;

/// <summary>
/// The cap on promotions (<c>limit</c>, SPEC section 3) of environments that count as one: those of one name in all pipelines, and the members of
/// waves. What landed counts, what this pass is about to move, and what any bot said in the book that it is about to move: whoever moves something
/// takes its place there first, as a compare-and-swap, so that two bots at the same moment never take the last place both.
/// </summary>
internal sealed class PromotionCap(
    RepositoryParts parts, string revision, IReadOnlyList<Pipeline> pipelines,
    Func<Pipeline, CancellationToken, Task<IReadOnlyDictionary<string, EnvironmentHistory>>> histories, DateTimeOffset now)
{
    private readonly HashSet<(string Pipeline, string Environment)> planned = [];

    /// <summary>Remembers that this pass is about to put something into an environment, which the commit that was read does not show.</summary>
    public void Plan(Pipeline pipeline, PromotionEnvironment environment) => planned.Add((pipeline.Name, environment.Name));

    /// <summary>Why the cap keeps this pipeline out of the environment for now, or null.</summary>
    public async Task<Objection?> ReachedAsync(Pipeline pipeline, PromotionEnvironment environment, BotState book, CancellationToken cancellationToken) =>
        environment.Limit is null ? null : Pace.Limited(
            environment,
            [
                .. await LandedAsync(environment, cancellationToken),
                .. Members(environment).Where(IsPlanned).Select(_ => now),
                .. Intended(pipeline, environment, book, revision, IsPlanned),
            ],
            now);

    /// <summary>Takes a place for a promotion that is about to move; why there is none left, or null when it was taken or nothing caps the environment.</summary>
    public async Task<Objection?> TakeAsync(Pipeline pipeline, PromotionEnvironment environment, Promotion move, CancellationToken cancellationToken)
    {
        if (environment.Limit is not { } limit)
        {
            return null;
        }

        var landed = await LandedAsync(environment, cancellationToken);
        Objection? full = null;
        await parts.Book.ChangeAsync($"Intend to move {pipeline.Name} into {environment.Name}", now, book =>
        {
            var pages = new Dictionary<string, ReadOnlyMemory<byte>?>(StringComparer.Ordinal);
            var tip = parts.Git.Tip(parts.Branch) ?? revision;
            full = Pace.Limited(environment, [.. landed, .. LandedSince(environment, tip), .. Intended(pipeline, environment, book, tip, _ => false)], now);
            if (full is null && !(book.IntentFor(pipeline.Name, environment.Name) is { } own && own.Promotion == move.Id && IsAhead(own, limit, environment, tip)))
            {
                pages[BotState.IntentPath(pipeline.Name, environment.Name)] =
                    StateBook.Page(new IntentPage(move.Id, parts.Git.TreeId(tip, environment.Path), now), BotStateJson.Default.IntentPage);
            }

            return pages;
        }, cancellationToken);
        return full;
    }

    /// <summary>Gives the place back of what lost its race and did not move.</summary>
    public async Task GiveBackAsync(Pipeline pipeline, PromotionEnvironment environment, Promotion move, CancellationToken cancellationToken)
    {
        if (environment.Limit is not null)
        {
            await parts.Book.ChangeAsync($"Do not move {pipeline.Name} into {environment.Name}", now, book =>
                book.IntentFor(pipeline.Name, environment.Name)?.Promotion == move.Id
                    ? new Dictionary<string, ReadOnlyMemory<byte>?> { [BotState.IntentPath(pipeline.Name, environment.Name)] = null }
                    : new Dictionary<string, ReadOnlyMemory<byte>?>(), cancellationToken);
        }
    }

    private bool IsPlanned((Pipeline Pipeline, PromotionEnvironment Environment) member) => planned.Contains((member.Pipeline.Name, member.Environment.Name));

    private static string Group(PromotionEnvironment environment) => environment.Wave?.Of ?? environment.Name;

    private IEnumerable<(Pipeline Pipeline, PromotionEnvironment Environment)> Members(PromotionEnvironment environment) =>
        pipelines.SelectMany(p => p.Environments.Where(e => Group(e) == Group(environment)).Select(e => (p, e)));

    private async Task<IReadOnlyList<DateTimeOffset>> LandedAsync(PromotionEnvironment environment, CancellationToken cancellationToken)
    {
        var all = new List<DateTimeOffset>();
        foreach (var (pipeline, member) in Members(environment))
        {
            all.AddRange((await histories(pipeline, cancellationToken))[member.Name].Landings.Where(l => l.Kind != LandingKind.PutBack).Select(l => l.Since));
        }

        return all;
    }

    // Whatever changed a folder after the commit that was judged counts, rollbacks too: the next pass reads what it was.
    private IEnumerable<DateTimeOffset> LandedSince(PromotionEnvironment environment, string tip)
    {
        var folders = Members(environment).Select(m => m.Environment.Path).Distinct(StringComparer.Ordinal).ToList();
        parts.Memory.History.Follow(parts.Git, tip, folders);
        return folders.SelectMany(folder => parts.Memory.History.Changes(folder, tip).Except(parts.Memory.History.Changes(folder, revision))).Select(change => change.Effective);
    }

    private IEnumerable<DateTimeOffset> Intended(
        Pipeline pipeline, PromotionEnvironment environment, BotState book, string tip, Predicate<(Pipeline, PromotionEnvironment)> isCounted) =>
        from member in Members(environment)
        where (member.Pipeline.Name, member.Environment.Name) != (pipeline.Name, environment.Name) && !isCounted(member)
        let page = book.IntentFor(member.Pipeline.Name, member.Environment.Name)
        where page is not null && IsAhead(page, environment.Limit!, member.Environment, tip)
        select page.At;

    // A folder that became another one since is in the history: what was intended is what landed, or it will be judged anew.
    private bool IsAhead(IntentPage page, PromotionLimit limit, PromotionEnvironment environment, string tip) =>
        page.At + limit.Per > now && parts.Git.TreeId(tip, environment.Path) == page.Tree;
}
