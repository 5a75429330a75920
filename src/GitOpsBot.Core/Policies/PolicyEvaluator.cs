namespace GitOpsBot.Core.Policies;

/// <summary>Judges one candidate by a policy: every gate answers, not only the first bad one; without gates it refuses.</summary>
public static class PolicyEvaluator
{
    /// <summary>The code of a gate that is not asked where only evidence is.</summary>
    public const string NotJudged = "not-judged";

    /// <summary>All gates; where people overrode some that may be, also what that costs.</summary>
    public static Verdict Evaluate(Policy policy, GateFacts facts)
    {
        IReadOnlyList<GateResult> all = [.. policy.Gates.Select(g => Ask(g, facts))];
        if (policy.Emergency is { } emergency && (facts.Overrides.Count > 0 || facts.OverridesUnread is not null))
        {
            all = emergency.Override(all, facts);
            IReadOnlyList<GivenOverride> used = [.. all.Select(g => g.Outcome).OfType<GateOutcome.Overridden>().SelectMany(o => o.By)];
            // What would have passed by itself costs nothing.
            all = used.Count == 0 ? all : [.. all, .. emergency.Gates.Select(g => Ask(g, facts with { Overrides = used }))];
        }

        return Sum(all, all);
    }

    /// <summary>Only the gates about evidence; the others are listed as pending and do not count; without any it refuses (SPEC section 4, <c>verify</c>).</summary>
    public static Verdict EvaluateEvidence(Policy policy, GateFacts facts)
    {
        IReadOnlyList<(bool Counts, GateResult Result)> all = [.. policy.Gates.Select(g => g.IsAboutEvidence
            ? (true, Ask(g, facts))
            : (false, new GateResult(g.Name, g.Header.Before, new GateOutcome.Pending(NotJudged, "Only evidence is judged here."))))];
        return Sum([.. all.Select(a => a.Result)], [.. all.Where(a => a.Counts).Select(a => a.Result)]);
    }

    private static GateResult Ask(Gate gate, GateFacts facts)
    {
        try
        {
            return new GateResult(gate.Name, gate.Header.Before, gate.Evaluate(facts) ?? new GateOutcome.Failed("internal-error", "The gate did not answer."));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Hostile evidence that trips a gate must never count as passed.
            return new GateResult(gate.Name, gate.Header.Before, new GateOutcome.Failed("internal-error", $"The gate could not be judged ({e.GetType().Name})."));
        }
    }

    private static Verdict Sum(IReadOnlyList<GateResult> all, IReadOnlyList<GateResult> counted) =>
        counted.Count == 0 || counted.Any(g => g.Outcome is GateOutcome.Failed) ? new Verdict.Refuse(all)
        : counted.All(g => g.Outcome.IsMet) ? new Verdict.Promote(all)
        : new Verdict.Hold(all);
}
