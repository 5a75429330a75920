using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Environments;

namespace GitOpsBot.Core.Promotions;

/// <summary>What was rolled back in an environment is refused there and in every environment after it (SPEC section 3, "Refused"); in waves that stop on failure, in every member.</summary>
/// <param name="Environment">Where it was rolled back.</param>
/// <param name="Commit">The commit that put something else back.</param>
public sealed record Refusal(string Environment, string Commit)
{
    /// <summary>Why these digests are refused in an environment; null when none of them is.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="environment">Where they would go.</param>
    /// <param name="histories">By environment name; what has no history refuses nothing.</param>
    /// <param name="digests">All that would move; one that is refused refuses them together.</param>
    public static Refusal? Of(
        Pipeline pipeline, PromotionEnvironment environment, IReadOnlyDictionary<string, EnvironmentHistory> histories, IEnumerable<Digest> digests)
    {
        var wanted = digests.ToHashSet();
        return pipeline.RefusingFor(environment)
            .Where(histories.ContainsKey)
            .SelectMany(name => histories[name].Refused.Where(r => wanted.Contains(r.Key)).Select(r => new Refusal(name, r.Value)))
            .FirstOrDefault();
    }
}
