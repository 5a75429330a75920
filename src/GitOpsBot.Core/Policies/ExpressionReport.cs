using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Expressions.Evaluation;

namespace GitOpsBot.Core.Policies;

/// <summary>The condition in CEL that a gate asks.</summary>
/// <param name="Expression">The condition.</param>
/// <param name="PredicateType">The type of the statements it is asked of; null for any.</param>
public sealed record GateCondition(PolicyExpression Expression, string? PredicateType);

/// <summary>What an expression came to on one artifact, and one piece of its evidence.</summary>
/// <param name="Artifact">The artifact's name; null where facts were written down.</param>
/// <param name="Evidence">The piece of evidence; null where it is about none.</param>
/// <param name="Holds">Whether it is true; null for a value that is neither true nor false.</param>
/// <param name="Parts">Every part with its value, the whole first; literals are left out.</param>
public sealed record ExplainedExpression(string? Artifact, EvidenceItem.Verified? Evidence, bool? Holds, IReadOnlyList<ExplainedPart> Parts);

/// <summary>An expression, and what it came to wherever it is asked.</summary>
/// <param name="Expression">As it was written.</param>
/// <param name="Explanations">One for each artifact, or for each piece of evidence; empty when there is nothing to ask it of.</param>
public sealed record ExpressionReport(string Expression, IReadOnlyList<ExplainedExpression> Explanations)
{
    /// <summary>Explains a gate's condition on all that the gate would ask it of.</summary>
    public static ExpressionReport Of(GateCondition condition, GateFacts facts) => new(condition.Expression.Text,
        [.. facts.Artifacts.SelectMany(judged => Items(condition, judged).Select(item => condition.Expression.Explain(facts, judged, item)))]);

    private static IEnumerable<EvidenceItem.Verified?> Items(GateCondition condition, JudgedArtifact judged)
    {
        if (condition.PredicateType is null && !condition.Expression.IsAboutEvidence)
        {
            // It asks nothing of evidence: the artifact alone is looked at.
            return new EvidenceItem.Verified?[1];
        }

        return judged.Evidence is Fact<IReadOnlyList<EvidenceItem>>.Known { Value: var items }
            ? items.OfType<EvidenceItem.Verified>().Where(v => v.Subject == judged.Artifact.Digest && (condition.PredicateType is null || v.PredicateType == condition.PredicateType))
            : [];
    }
}
