namespace GitOpsBot.Core.Policies;

/// <summary>Judges one candidate by a policy: every gate answers, not only the first bad one; without gates it refuses.</summary>
public static class PolicyEvaluator
{
    /// <summary>All gates.</summary>
    public static Verdict Evaluate(Policy policy, GateFacts facts) => Sum([.. policy.Gates.Select(g => Ask(g, facts))]);

    /// <summary>Only the gates about evidence; the others are listed as pending and do not count (SPEC section 4, <c>verify</c>).</summary>
    public static Verdict EvaluateEvidence(Policy policy, GateFacts facts)
    {
        var counted = Sum([.. policy.Gates.Where(g => g.IsAboutEvidence).Select(g => Ask(g, facts))]);
        IReadOnlyList<GateResult> all = [.. policy.Gates.Select(g => counted.Gates.FirstOrDefault(r => r.Name == g.Name)
            ?? new GateResult(g.Name, g.Header.Before, new GateOutcome.Pending("not-judged", "Only evidence is judged here.")))];
        return counted switch { Verdict.Promote => new Verdict.Promote(all), Verdict.Hold => new Verdict.Hold(all), _ => new Verdict.Refuse(all) };
    }

    private static GateResult Ask(Gate gate, GateFacts facts)
    {
        try
        {
            return new GateResult(gate.Name, gate.Header.Before, gate.Evaluate(facts));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Hostile evidence that trips a gate must never count as passed.
            return new GateResult(gate.Name, gate.Header.Before, new GateOutcome.Failed("internal-error", $"The gate could not be judged ({e.GetType().Name})."));
        }
    }

    private static Verdict Sum(IReadOnlyList<GateResult> all) =>
        all.Count == 0 || all.Any(g => g.Outcome is GateOutcome.Failed) ? new Verdict.Refuse(all)
        : all.All(g => g.Outcome is GateOutcome.Passed) ? new Verdict.Promote(all)
        : new Verdict.Hold(all);
}
