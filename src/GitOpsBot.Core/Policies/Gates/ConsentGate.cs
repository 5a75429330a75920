namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// The people an emergency needs: for each overridden gate as many as the emergency policy says. Whoever overrode that gate agrees, and whoever approved
/// the promotion since; an approval from before was given to a promotion whose gates would hold. It is no kind of gate that documents write.
/// </summary>
internal sealed record ConsentGate(GateHeader Header, EmergencyTerms Terms, bool NotByRequester, bool NotByAuthors) : Gate(Header)
{
    private ApprovalsGate People => new(Header, Terms.Approvals, Terms.From, NotByRequester, NotByAuthors);

    /// <inheritdoc/>
    public override bool NeedsPullRequest => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Teams => People.Teams;

    /// <inheritdoc/>
    public override bool NeedsAuthors => NotByAuthors;

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        var agreed = new List<string>();
        foreach (var gate in facts.Overrides.GroupBy(o => o.Gate, StringComparer.Ordinal))
        {
            var since = gate.Min(o => o.At);
            var asked = facts.Approvals is not Fact<ApprovalFacts>.Known { Value: var known } ? facts : facts with
            {
                Approvals = new Fact<ApprovalFacts>.Known(known with
                {
                    Given = [.. known.Given.Where(a => a.At >= since), .. gate.Select(o => new Approval(o.Login, o.Teams, o.At))],
                }),
            };
            switch (People.Evaluate(asked))
            {
                case GateOutcome.Passed passed:
                    agreed.Add($"{gate.Key}: {passed.Reason}");
                    break;
                case var missing:
                    return new GateOutcome.Pending(missing.Code!, $"To override {gate.Key}: {missing.Reason}");
            }
        }

        return agreed.Count == 0 ? new GateOutcome.Failed("not-overridden", "Nobody overrode anything.") : new GateOutcome.Passed($"To override {string.Join(" To override ", agreed)}");
    }
}
