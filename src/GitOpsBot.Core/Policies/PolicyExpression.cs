using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Expressions;
using GitOpsBot.Core.Expressions.Evaluation;
using GitOpsBot.Core.Expressions.Types;

namespace GitOpsBot.Core.Policies;

/// <summary>A condition of a policy in CEL: <c>where</c> or <c>expression</c>. Checked when it is loaded; a missing field or a failed evaluation is a no.</summary>
public sealed class PolicyExpression
{
    private readonly Expression expression;

    private PolicyExpression(Expression expression) => this.expression = expression;

    /// <summary>As it was written.</summary>
    public string Text => expression.Text;

    /// <summary>The same in one line and cut, for a sentence.</summary>
    public string Short => Finding.Cut(Shown.Plain(string.Join(' ', Text.Split((char[])['\n', '\r', '\t', ' '], StringSplitOptions.RemoveEmptyEntries))));

    /// <summary>Whether it must hold of one piece of evidence.</summary>
    public bool IsAboutEvidence => PolicyScope.IsAboutEvidence(expression);

    /// <summary>Whether it asks for the environment or the pipeline.</summary>
    public bool IsAboutPlace => PolicyScope.IsAboutPlace(expression);

    /// <summary>Whether it asks for labels or the time of creation, which only an artifact's configuration and annotations say.</summary>
    public bool IsAboutConfiguration => PolicyScope.IsAboutConfiguration(expression);

    /// <summary>How it is written in a document; its problems stand at their spot within the text.</summary>
    internal static Shape<PolicyExpression> Shape { get; } = new(
        Shapes.Text.Schema,
        (node, problems) =>
        {
            if (Shapes.Text.Read(node, problems) is not { IsRead: true, Value: { } text })
            {
                return default;
            }

            if (Read(text, out var found) is { } read)
            {
                return read;
            }

            foreach (var problem in found)
            {
                problems.Add(((YamlNode.Scalar)node).PlaceOf(problem.Offset).Says($"This condition cannot be used: {problem.Message}"));
            }

            return default;
        });

    /// <summary>Reads a condition; null with everything that is wrong with it.</summary>
    public static PolicyExpression? Read(string text, out IReadOnlyList<ExpressionProblem> problems) => Read(text, CelType.Bool, out problems);

    /// <summary>Reads an expression of any type, to look at its value.</summary>
    public static PolicyExpression? ReadAny(string text, out IReadOnlyList<ExpressionProblem> problems) => Read(text, null, out problems);

    /// <summary>Why it does not hold, as a sentence; null when it holds.</summary>
    /// <param name="facts">What is judged.</param>
    /// <param name="judged">The artifact.</param>
    /// <param name="item">The piece of evidence, or null where it is not about one.</param>
    public string? Objects(GateFacts facts, JudgedArtifact judged, EvidenceItem.Verified? item)
    {
        var bindings = PolicyScope.Bind(facts, judged, item);
        return expression.Evaluate(bindings).IsTrue ? null : $"Expected {Short}; found that {Finding.Of(expression.Explain(bindings))}.";
    }

    /// <summary>Every part with what it comes to.</summary>
    public ExplainedExpression Explain(GateFacts facts, JudgedArtifact judged, EvidenceItem.Verified? item) =>
        Explain(PolicyScope.Bind(facts, judged, item)) with { Artifact = judged.Name, Evidence = item };

    /// <summary>The same on facts that were written down.</summary>
    public ExplainedExpression Explain(PolicyFacts facts) => Explain(facts.Bindings);

    private static PolicyExpression? Read(string text, CelType? type, out IReadOnlyList<ExpressionProblem> problems) =>
        Expression.Compile(text, PolicyScope.Scope, type, out problems) is { } read ? new PolicyExpression(read) : null;

    private ExplainedExpression Explain(Bindings bindings)
    {
        var value = expression.Evaluate(bindings);
        return new ExplainedExpression(null, null, value.IsTrue ? true : value.IsFalse || value.IsError ? false : null, Explanation.Of(expression.Explain(bindings)));
    }
}
