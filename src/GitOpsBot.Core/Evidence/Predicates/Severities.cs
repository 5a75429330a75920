using System.Globalization;
using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>Reads severities as scanners write them: a word, or a score from 0 to 10 (CVSS v3 and v4, "Qualitative Severity Rating Scale").</summary>
internal static class Severities
{
    /// <summary>A word in any case; unknown for any other.</summary>
    public static Severity OfWord(string? word) => word?.Trim().ToUpperInvariant() switch
    {
        "CRITICAL" => Severity.Critical,
        "HIGH" or "IMPORTANT" => Severity.High,
        "MEDIUM" or "MODERATE" => Severity.Medium,
        "LOW" or "MINOR" or "NEGLIGIBLE" or "NONE" or "INFO" or "INFORMATIONAL" => Severity.Low,
        _ => Severity.Unknown,
    };

    /// <summary>in-toto's <c>{method, score}</c>: the score is a word or a number.</summary>
    public static Severity OfScore(JsonElement entry)
    {
        var score = entry.At("score");
        var text = score.ValueKind switch { JsonValueKind.String => score.GetString(), JsonValueKind.Number => score.GetRawText(), _ => null };
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= 10
            ? OfNumber(number, entry.Text("method") ?? "") : OfWord(text);
    }

    // A number up to 1 may be a probability (EPSS), which is no severity, unless the method says that it is none.
    private static Severity OfNumber(decimal number, string method) => number switch
    {
        >= 9 => Severity.Critical,
        >= 7 => Severity.High,
        >= 4 => Severity.Medium,
        > 1 => Severity.Low,
        _ when method.Contains("cvss", StringComparison.OrdinalIgnoreCase) || method.Equals("nvd", StringComparison.OrdinalIgnoreCase) => Severity.Low,
        _ => Severity.Unknown,
    };
}
