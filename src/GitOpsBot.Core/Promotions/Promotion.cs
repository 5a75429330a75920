using System.Security.Cryptography;
using System.Text;
using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Promotions;

/// <summary>The move of one artifact within a promotion.</summary>
/// <param name="Name">Its name in the pipeline.</param>
/// <param name="Repository">Where the environment pulls it from.</param>
/// <param name="From">What stands there now; null when nothing does, or nothing with a known digest.</param>
/// <param name="To">What shall stand there.</param>
/// <param name="FromVersion">What people call <paramref name="From"/>; null when nobody knows.</param>
/// <param name="Version">What people call <paramref name="To"/>.</param>
/// <param name="Tag">The tag to write where a tag stands beside the digest; null keeps the tag.</param>
public sealed record PromotedArtifact(string Name, ImageName Repository, Digest? From, Digest To, string? FromVersion, string Version, string? Tag);

/// <summary>The move of a candidate into an environment.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Environment">The environment's name.</param>
/// <param name="Artifacts">In the pipeline's order; several are a bundle.</param>
public sealed record Promotion(string Pipeline, string Environment, IReadOnlyList<PromotedArtifact> Artifacts)
{
    /// <summary>
    /// <c>Promotion-Id</c>: 64 lower-case hexadecimal digits, SHA-256 over pipeline, environment and from → to of every artifact, a line each
    /// (SPEC section 3). Approvals belong to it: the same move is the same promotion, whatever commit carries it.
    /// </summary>
    public string Id { get; } = Hash(Pipeline, Environment, Artifacts);

    /// <summary>What people call it: the version all artifacts share, else each with its name.</summary>
    public string Version => Artifacts.Select(a => a.Version).Distinct().Count() == 1
        ? Artifacts[0].Version
        : string.Join(", ", Artifacts.Select(a => $"{a.Name} {a.Version}"));

    private static string Hash(string pipeline, string environment, IReadOnlyList<PromotedArtifact> artifacts)
    {
        var text = new StringBuilder("gitopsbot.dev/promotion/v1\n").Append(pipeline).Append('\n').Append(environment).Append('\n');
        foreach (var artifact in artifacts.OrderBy(a => a.Name, StringComparer.Ordinal))
        {
            text.Append(artifact.Name).Append(' ').Append(artifact.From?.Value ?? "none").Append(' ').Append(artifact.To.Value).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
