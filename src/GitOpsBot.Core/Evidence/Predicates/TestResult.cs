using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>What tests came to (in-toto attestation framework, <c>spec/predicates/test-result.md</c>, v0.1).</summary>
/// <param name="Result"><c>PASSED</c>, <c>WARNED</c> or <c>FAILED</c>.</param>
/// <param name="Passed">Names of the tests that passed, where they are listed.</param>
/// <param name="Warned">Names of those that warned.</param>
/// <param name="Failed">Names of those that failed.</param>
public sealed record TestResult(string Result, IReadOnlyList<string> Passed, IReadOnlyList<string> Warned, IReadOnlyList<string> Failed) : Predicate
{
    /// <summary>Names of one list: a large suite has some ten thousand tests.</summary>
    public const int MostTests = 100_000;

    /// <inheritdoc/>
    public override string Says => $"tests {Result}" + (Passed.Count + Warned.Count + Failed.Count == 0 ? "" : $", {Passed.Count} passed, {Warned.Count} warned, {Failed.Count} failed");

    internal static Checked<Predicate> Read(JsonElement predicate)
    {
        var walk = new PredicateWalk("The test result");
        var root = walk.Root(predicate);
        var result = walk.Needed(root, "result");
        if (walk.Fault is null && result is not ("PASSED" or "WARNED" or "FAILED"))
        {
            walk.Is(RejectionCode.Malformed, $"must be PASSED, WARNED or FAILED, but is {Quoted.Text(result)}");
        }

        var (passed, warned, failed) = (walk.Texts(root, "passedTests", MostTests), walk.Texts(root, "warnedTests", MostTests), walk.Texts(root, "failedTests", MostTests));
        return walk.Done(() => new TestResult(result, passed, warned, failed));
    }
}
