using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>
/// Reads cosign's vulnerability scans. Their <c>scanner.result</c> is the scanner's own report: Trivy's and Grype's JSON are read, and a list as
/// in-toto has it. Any other report is unsupported: what cannot be read must not look like "nothing found".
/// </summary>
internal static class CosignScanReader
{
    private const int MostTargets = 10_000; // Trivy lists each lock file and jar of an image as one.

    /// <summary>The scan; <c>malformed</c>, <c>limit</c> or <c>unsupported</c>.</summary>
    public static Checked<Predicate> Read(JsonElement predicate)
    {
        var walk = new PredicateWalk("The scan");
        var scanner = walk.Root(predicate).At("scanner");
        var uri = walk.Text(scanner, "uri");
        var findings = Report(walk, scanner.At("result")).Take(VulnerabilityScan.MostFindings + 1).ToList();
        if (findings.Count > VulnerabilityScan.MostFindings)
        {
            walk.Is(RejectionCode.Limit, $"may have at most {VulnerabilityScan.MostFindings} findings, but has more");
        }

        return walk.Done(() => VulnerabilityScan.Of(uri, findings));
    }

    private static IEnumerable<Finding> Report(PredicateWalk walk, JsonElement report)
    {
        switch (report.ValueKind)
        {
            case JsonValueKind.Object when report.At("matches").ValueKind == JsonValueKind.Array:
                return walk.Items(report, "matches", VulnerabilityScan.MostFindings).Select(m => Grype(walk, m));
            // Trivy leaves Results out when it found no package at all; its version says that the report is Trivy's.
            case JsonValueKind.Object when report.At("Results").ValueKind == JsonValueKind.Array || report.At("SchemaVersion").ValueKind == JsonValueKind.Number:
                return walk.Items(report, "Results", MostTargets).SelectMany(t => Trivy(walk, t));
            case JsonValueKind.Array when report.GetArrayLength() > 0 && report.EnumerateArray().All(t => t.Text("Target") is not null):
                return walk.Entries(report, "scanner.result", MostTargets).SelectMany(t => Trivy(walk, t));
            case JsonValueKind.Array:
                return InTotoScanReader.Findings(walk, report);
            default:
                walk.Is(RejectionCode.Unsupported, "must have the report of Trivy or Grype, or a list, in 'scanner.result', but has something else");
                return [];
        }
    }

    private static IEnumerable<Finding> Trivy(PredicateWalk walk, JsonElement target) =>
        walk.Items(target, "Vulnerabilities", VulnerabilityScan.MostFindings).Select(v => new Finding(
            walk.Needed(v, "VulnerabilityID"), walk.Texts(v, "VendorIDs", VulnerabilityScan.MostAliases), Severities.OfWord(walk.Text(v, "Severity")),
            walk.Text(v.At("PkgIdentifier"), "PURL") ?? Named(walk.Text(v, "PkgName"), walk.Text(v, "InstalledVersion")), walk.Text(v, "FixedVersion") is { Length: > 0 }));

    private static Finding Grype(PredicateWalk walk, JsonElement match)
    {
        var (vulnerability, package) = (match.At("vulnerability"), match.At("artifact"));
        var related = walk.Items(match, "relatedVulnerabilities", VulnerabilityScan.MostAliases).Select(r => walk.Needed(r, "id")).ToList();
        return new Finding(
            walk.Needed(vulnerability, "id"), related, Severities.OfWord(walk.Text(vulnerability, "severity")),
            walk.Text(package, "purl") is { Length: > 0 } purl ? purl : Named(walk.Text(package, "name"), walk.Text(package, "version")),
            walk.Text(vulnerability.At("fix"), "state") switch { "fixed" => true, "not-fixed" or "wont-fix" => false, _ => null });
    }

    private static string? Named(string? name, string? version) => name is null ? null : version is null ? name : $"{name}@{version}";
}
