using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Environments;

/// <summary>Nothing is promoted into these environments, of whatever pipeline, for a time: the document <c>kind: Freeze</c>. Rollbacks go on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Environments">Environments, or <see cref="Everything"/>.</param>
/// <param name="From">When it begins; null: it has begun.</param>
/// <param name="Until">When it ends; null: when it is lifted.</param>
/// <param name="Reason">Why.</param>
public sealed record Freeze(string Name, IReadOnlyList<Reference> Environments, DateTimeOffset? From, DateTimeOffset? Until, string Reason)
{
    /// <summary>Means every environment.</summary>
    public const string Everything = "all";

    /// <summary>Whether an environment is frozen by it at a time.</summary>
    public bool Holds(PromotionEnvironment environment, DateTimeOffset now) =>
        (From is null || now >= From) && (Until is null || now < Until) && Environments.Any(e => Means(e.Name, environment));

    /// <summary>Whether a name of a freeze means an environment: by its own name, by that of its waves, or as everything.</summary>
    public static bool Means(string name, PromotionEnvironment environment) => name == Everything || name == environment.Name || name == environment.Wave?.Of;
}
