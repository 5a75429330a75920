using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// <c>expression</c>: a condition in CEL that holds of every artifact of the candidate. One that asks for <c>statement</c>, <c>predicate</c>, <c>signer</c> or
/// <c>times</c> must hold of one and the same piece of verified evidence about the artifact, whoever of the authorities signed it: such an expression names
/// the type and the signer it means, or, better, stands as <c>where</c> in a gate that does.
/// </summary>
internal sealed record ExpressionGate(GateHeader Header, PolicyExpression Expression) : Gate(Header)
{
    /// <summary>The code of an expression that is not true of an artifact.</summary>
    public const string IsFalse = "expression-false";

    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("expression", GateTiming.Open, new(
        () =>
        {
            var schema = PolicyExpression.Shape.Schema();
            schema["description"] = "A condition in CEL that holds of every artifact.";
            return schema;
        },
        (node, problems) => PolicyExpression.Shape.Read(node, problems) is { IsRead: true, Value: { } expression }
            ? new(true, header => new ExpressionGate(header, expression)) : default));

    /// <inheritdoc/>
    public override bool IsAboutEvidence => Expression is { IsAboutEvidence: true, IsAboutPlace: false };

    /// <inheritdoc/>
    public override bool NeedsEvidence => Expression.IsAboutEvidence;

    /// <inheritdoc/>
    public override GateCondition? Condition => new(Expression, null);

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        if (facts.Artifacts.Count == 0)
        {
            return new GateOutcome.Failed(IsFalse, $"Expected {Expression.Short}; found no artifact to judge.");
        }

        var evidence = new List<EvidenceItem.Verified>();
        GateOutcome? waits = null;
        foreach (var judged in facts.Artifacts)
        {
            switch (Expression.IsAboutEvidence ? OfEvidence(facts, judged) : OfArtifact(facts, judged))
            {
                case GateOutcome.Passed passed:
                    evidence.AddRange(passed.Evidence);
                    break;
                case GateOutcome.Failed failed:
                    return new GateOutcome.Failed(failed.FailCode, Named(facts, judged, failed.Because));
                case GateOutcome.Pending pending:
                    waits ??= new GateOutcome.Pending(pending.WaitCode, Named(facts, judged, pending.Because));
                    break;
            }
        }

        return waits ?? new GateOutcome.Passed($"Expected {Expression.Short}; it holds{(facts.Artifacts.Count > 1 ? " of every artifact" : "")}.") { Evidence = evidence };
    }

    private static string Named(GateFacts facts, JudgedArtifact judged, string reason) => facts.Artifacts.Count > 1 ? $"{judged.Name}: {reason}" : reason;

    private GateOutcome OfArtifact(GateFacts facts, JudgedArtifact judged) => Expression.Objects(facts, judged, null) is { } why
        ? new GateOutcome.Failed(IsFalse, why) : new GateOutcome.Passed("");

    private GateOutcome OfEvidence(GateFacts facts, JudgedArtifact judged)
    {
        if (judged.Evidence is not Fact<IReadOnlyList<EvidenceItem>>.Known { Value: var items })
        {
            return new GateOutcome.Pending("unreachable", $"Expected {Expression.Short}; what is attached could not be read: {((Fact<IReadOnlyList<EvidenceItem>>.Unknown)judged.Evidence).Reason}");
        }

        var proven = items.OfType<EvidenceItem.Verified>().Where(v => v.Subject == judged.Artifact.Digest).ToList();
        if (proven.Count == 0)
        {
            return new GateOutcome.Failed(Rejection.ToText(RejectionCode.NoEvidence), $"Expected {Expression.Short}; found nothing verified about {judged.Artifact.Digest}.");
        }

        string? first = null;
        foreach (var item in proven)
        {
            if (Expression.Objects(facts, judged, item) is not { } why)
            {
                return new GateOutcome.Passed("") { Evidence = [item] };
            }

            first ??= why;
        }

        return new GateOutcome.Failed(Rejection.ToText(RejectionCode.PredicateValue), proven.Count == 1 ? first! : $"{first} It holds of none of {proven.Count} pieces of evidence.");
    }
}
