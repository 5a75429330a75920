using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>
/// Reads in-toto's vulnerability scans. In v0.1 an entry of <c>scanner.result</c> has its fields under <c>vulnerability</c>, though the
/// specification's own example has not; in v0.2 it has them itself. Both are read in both.
/// </summary>
internal static class InTotoScanReader
{
    private const int MostScores = 100; // One for each rating agency.

    /// <summary>The scan; <c>malformed</c> or <c>limit</c>.</summary>
    public static Checked<Predicate> Read(JsonElement predicate)
    {
        var walk = new PredicateWalk("The scan");
        var scanner = walk.Root(predicate).At("scanner");
        var uri = walk.Text(scanner, "uri");
        var findings = Findings(walk, scanner.At("result")).ToList();
        return walk.Done(() => VulnerabilityScan.Of(uri, findings));
    }

    /// <summary>The entries of such a list.</summary>
    public static IEnumerable<Finding> Findings(PredicateWalk walk, JsonElement result)
    {
        foreach (var entry in walk.Entries(result, "scanner.result", VulnerabilityScan.MostFindings))
        {
            var vulnerability = entry.At("vulnerability") is { ValueKind: JsonValueKind.Object } inner ? inner : entry;
            var severities = walk.Items(vulnerability, "severity", MostScores).Select(Severities.OfScore).ToList();
            yield return new Finding(walk.Needed(vulnerability, "id"), [], severities.Count == 0 ? Severity.Unknown : severities.Max(), null, null);
        }
    }
}
