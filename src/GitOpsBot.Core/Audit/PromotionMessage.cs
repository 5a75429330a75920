using System.Text;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Promotions;

namespace GitOpsBot.Core.Audit;

/// <summary>The commit message of a promotion: subject, words for people, trailers (SPEC section 5).</summary>
public static class PromotionMessage
{
    /// <summary><c>Promote checkout 1.4.2 to prod</c>.</summary>
    public static string Subject(Promotion promotion) => $"Promote {promotion.Pipeline} {Inert.Prose(promotion.Version, 80)} to {promotion.Environment}";

    /// <summary>The whole message, with a line end at its end.</summary>
    public static string Write(Promotion promotion, Policy policy, Verdict verdict, string trigger, IReadOnlyList<string> approvedBy)
    {
        var text = new StringBuilder(Subject(promotion)).Append("\n\n");
        foreach (var artifact in promotion.Artifacts)
        {
            text.Append(Moves(artifact)).Append('\n');
        }

        var passed = verdict.Gates.Where(g => g.Outcome is GateOutcome.Passed).ToList();
        var overridden = verdict.Gates.Where(g => g.Outcome is GateOutcome.Overridden).ToList();
        foreach (var gate in passed.Concat(overridden))
        {
            text.Append("- ").Append(gate.Name).Append(": ").Append(Inert.Prose(gate.Outcome.Reason)).Append('\n');
        }

        return text.Append('\n').Append(CommitTrailers.Write(new PromotionTrailers(
            promotion.Id, promotion.Version, promotion.Pipeline, promotion.Environment,
            [.. promotion.Artifacts.Select(a => new TrailerArtifact(a.Name, a.Repository, a.To, a.From))])
        {
            Policy = $"{policy.Name}@{policy.Blob}",
            Gates = [.. passed.Select(g => g.Name)],
            Overridden = [.. overridden.Select(g => new OverriddenGate(g.Name, g.Outcome.Code!))],
            Overrides = [.. overridden.SelectMany(g => ((GateOutcome.Overridden)g.Outcome).By.Select(o => new TrailerOverride(g.Name, o.Login, o.Reason)))],
            Evidence = [.. passed.SelectMany(g => ((GateOutcome.Passed)g.Outcome).Evidence).Select(e => $"{e.PredicateType ?? "signature"} {e.Digest}").Distinct()],
            Trigger = trigger,
            ApprovedBy = approvedBy,
        })).ToString();
    }

    /// <summary>One artifact's move as a line.</summary>
    internal static string Moves(PromotedArtifact artifact) => artifact.From is null
        ? $"{artifact.Name}: {Inert.Prose(artifact.Version, 80)}, the first to stand there"
        : $"{artifact.Name}: {Inert.Prose(artifact.FromVersion ?? artifact.From.Short, 80)} to {Inert.Prose(artifact.Version, 80)}";
}

/// <summary>The commit message of a rollback: the sentence Git writes when it reverts, the reason, trailers.</summary>
public static class RollbackMessage
{
    /// <summary><c>Roll back checkout in prod to 1.4.1</c>.</summary>
    public static string Subject(Promotion move) => $"Roll back {move.Pipeline} in {move.Environment} to {Inert.Prose(move.Version, 80)}";

    /// <summary>The whole message, with a line end at its end.</summary>
    /// <param name="move">From what stood to what stands again.</param>
    /// <param name="reverted">The commit that is reverted.</param>
    /// <param name="reason">Why, in a person's words.</param>
    /// <param name="by">Who asked.</param>
    /// <param name="revertsId">Id of the promotion that is reverted, where its commit says one.</param>
    public static string Write(Promotion move, string reverted, string reason, string by, string? revertsId) =>
        $"""
        {Subject(move)}

        This reverts commit {reverted}.

        {Inert.Prose(by, 80)}: {Inert.Prose(reason)}

        {CommitTrailers.Write(new PromotionTrailers(move.Id, move.Version, move.Pipeline, move.Environment, [.. move.Artifacts.Select(a => new TrailerArtifact(a.Name, a.Repository, a.To, a.From))])
        {
            Trigger = $"rollback by {by}",
            Reverts = revertsId,
        })}
        """.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
}
