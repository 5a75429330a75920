using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;

namespace GitOpsBot.Core.Configuration;

/// <summary>
/// An environment promoted in waves: one folder for each member (tenant, region, device group), <see cref="Placeholder"/> in its path standing for the
/// member. Every member becomes an environment of its own, called ENVIRONMENT-MEMBER, with its own history, pull requests and refusals; the members
/// move in the order they are written, so many at once, and the next begin with what stood in all of those before them. Whatever names the
/// environment itself (<c>after</c>, gates, freezes) means all of its members.
/// </summary>
/// <param name="Of">The members, in order.</param>
/// <param name="AtOnce">How many move at once.</param>
/// <param name="StopsOnFailure">Whether what is refused in one member is refused in all; otherwise only in those that come after it.</param>
internal sealed record Waves(IReadOnlyList<string> Of, int AtOnce, bool StopsOnFailure)
{
    /// <summary>Stands in the path for the member.</summary>
    public const string Placeholder = "{wave}";

    private const int LongestName = 63;

    /// <summary>How they are written.</summary>
    public static Shape<Waves> Shape { get; } = Shapes.Object<Waves>("Many folders, promoted in order.", keys =>
    {
        var of = keys.Required("of", Shapes.List(Shapes.Name, 1), "The members, in order; {wave} in the path stands for each.");
        var atOnce = keys.Optional("atOnce", Shapes.Number(1, Shapes.LongestList), 1, "How many move at once.");
        var stop = keys.Optional("stopOn", Shapes.Choice(("failure", true)), false, "failure: what is refused in one is refused in all; without it, in those that come after.");
        return fields => new Waves(fields.Get(of), fields.Get(atOnce), fields.Get(stop));
    });

    /// <summary>What a member is called as an environment.</summary>
    public static string MemberName(string environment, string member) => $"{environment}-{member}";

    /// <summary>The members as environments; null, with a problem, when the path or a name does not allow it.</summary>
    public static IReadOnlyList<PromotionEnvironment>? Expand(PromotionEnvironment environment, Waves? waves, Action<string> says)
    {
        if (environment.Path.Contains(Placeholder, StringComparison.Ordinal) != waves is not null)
        {
            says(waves is null
                ? $"The path '{environment.Path}' holds {Placeholder}, which only an environment with waves has."
                : $"The path '{environment.Path}' of an environment with waves must hold {Placeholder}, which stands for the member.");
            return null;
        }

        if (waves is null)
        {
            return [environment];
        }

        var names = waves.Of.Select(member => MemberName(environment.Name, member)).ToList();
        if (names.Find(n => n.Length > LongestName) is { } tooLong)
        {
            says($"The member '{tooLong}' has a name of more than {LongestName} characters.");
            return null;
        }

        var wave = new WaveMember(environment.Name, names, waves.StopsOnFailure);
        return [.. names.Select((name, i) => environment with
        {
            Name = name,
            Path = environment.Path.Replace(Placeholder, waves.Of[i], StringComparison.Ordinal),
            After = i < waves.AtOnce ? environment.After : Batch(names, (i / waves.AtOnce) - 1, waves.AtOnce, environment.Place),
            FollowsAny = environment.FollowsAny && i < waves.AtOnce,
            Wave = wave,
        })];
    }

    /// <summary>All environments, with every mention of an environment promoted in waves in <c>after</c> replaced by its members.</summary>
    public static IReadOnlyList<PromotionEnvironment> Resolve(IReadOnlyList<PromotionEnvironment> environments)
    {
        var members = environments.Where(e => e.Wave is not null).GroupBy(e => e.Wave!.Of, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Wave!.Members, StringComparer.Ordinal);
        return members.Count == 0 ? environments : [.. environments.Select(e => e with
        {
            After = [.. e.After.SelectMany(a => members.TryGetValue(a.Name, out var all) ? all.Select(m => new Reference(m, a.Place)) : [a])],
        })];
    }

    private static List<Reference> Batch(List<string> names, int batch, int size, Place place) =>
        [.. names.Skip(batch * size).Take(size).Select(n => new Reference(n, place))];
}
