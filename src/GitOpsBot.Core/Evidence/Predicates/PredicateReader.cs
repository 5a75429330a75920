using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>Reads what a statement says, by its type.</summary>
public static class PredicateReader
{
    /// <summary>
    /// Reads the predicate; hostile bytes give <c>malformed</c>, <c>unsupported</c> or <c>limit</c> with a sentence, never an exception.
    /// A type without a reader of its own stays plain JSON.
    /// </summary>
    public static Checked<Predicate> Read(InTotoStatement statement)
    {
        try
        {
            return ReadTyped(statement.PredicateType, statement.Predicate);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, where the statement did not come through StrictJson.
            return new Rejection(RejectionCode.Malformed, "The statement holds text that cannot be read.");
        }
    }

    private static Checked<Predicate> ReadTyped(string type, JsonElement predicate) => type switch
    {
        PredicateTypes.TestResult => TestResult.Read(predicate),
        PredicateTypes.ProvenanceV1 or PredicateTypes.ProvenanceV02 => SlsaProvenance.Read(type, predicate),
        PredicateTypes.VerificationSummary => VerificationSummary.Read(predicate),
        PredicateTypes.CosignScan => CosignScanReader.Read(predicate),
        _ when PredicateTypes.Scans.Contains(type) => InTotoScanReader.Read(predicate),
        _ when PredicateTypes.Spdx.Contains(type) => SpdxReader.Read(predicate),
        _ when PredicateTypes.CycloneDx.Contains(type) => CycloneDxReader.Read(predicate),
        _ when PredicateTypes.Vex.Contains(type) => OpenVexReader.Read(predicate),
        _ => new PlainPredicate(predicate),
    };
}
