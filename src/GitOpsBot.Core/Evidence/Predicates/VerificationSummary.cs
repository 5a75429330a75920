using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>That somebody else verified the artifact, and what it came to (SLSA v1.0 and later, "Verification Summary Attestation").</summary>
/// <param name="Verifier">Who verified: <c>verifier.id</c>.</param>
/// <param name="Result"><c>PASSED</c> or <c>FAILED</c>.</param>
/// <param name="Levels">Levels that were reached, <c>SLSA_BUILD_LEVEL_3</c>.</param>
/// <param name="Resource">What was verified: <c>resourceUri</c>; null when it is not named.</param>
/// <param name="At">When; null when it does not say.</param>
public sealed record VerificationSummary(string Verifier, string Result, IReadOnlyList<string> Levels, string? Resource, DateTimeOffset? At) : Predicate
{
    private const int MostLevels = 100; // One for each track; there are two tracks today.

    /// <inheritdoc/>
    public override string Says => $"verification by {Verifier}: {Result}{(Levels.Count == 0 ? "" : $" at {string.Join(", ", Levels)}")}";

    internal static Checked<Predicate> Read(JsonElement predicate)
    {
        var walk = new PredicateWalk("The verification summary");
        var root = walk.Root(predicate);
        var verifier = walk.Needed(root.At("verifier"), "id");
        var result = walk.Needed(root, "verificationResult");
        if (walk.Fault is null && result is not ("PASSED" or "FAILED"))
        {
            walk.Is(RejectionCode.Malformed, $"must be PASSED or FAILED, but is {Quoted.Text(result)}");
        }

        var (levels, resource, at) = (walk.Texts(root, "verifiedLevels", MostLevels), walk.Text(root, "resourceUri"), walk.Time(root, "timeVerified"));
        return walk.Done(() => new VerificationSummary(verifier, result, levels, resource, at));
    }
}
