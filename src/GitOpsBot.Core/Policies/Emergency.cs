namespace GitOpsBot.Core.Policies;

/// <summary>What the key <c>emergency</c> of a policy says (SPEC section 3): what it costs to override a gate.</summary>
/// <param name="From">Logins and teams whose agreement counts; null: whoever may override or approve.</param>
/// <param name="Approvals">How many people must agree; whoever overrides is one of them where <paramref name="From"/> names them.</param>
/// <param name="Expires">How long an override lasts.</param>
/// <param name="FollowUp">How long after the landing what was overridden must pass on the same digest; null when nobody asks.</param>
public sealed record EmergencyTerms(IReadOnlyList<string>? From, int Approvals, TimeSpan Expires, TimeSpan? FollowUp);

/// <summary>
/// What may be overridden in one environment, and what that costs. An override stands in the place of one gate's answer and of nothing else: what was
/// rolled back, a freeze, a hold, the order of environments and the cap are no gates, and what the settings require everywhere is never in it.
/// </summary>
/// <param name="Policy">Name of the emergency policy.</param>
/// <param name="Terms">What it says.</param>
/// <param name="Overridable">Names of the gates that may be overridden.</param>
/// <param name="Floor">Names of the gates that the bot's settings require everywhere.</param>
/// <param name="Gates">Asked as soon as a gate is overridden: those that only the emergency policy has, and at last the people who must agree.</param>
public sealed record Emergency(string Policy, EmergencyTerms Terms, IReadOnlySet<string> Overridable, IReadOnlySet<string> Floor, IReadOnlyList<Gate> Gates)
{
    /// <summary>The answers, with those overridden that are not met by themselves and that somebody overrode.</summary>
    public IReadOnlyList<GateResult> Override(IReadOnlyList<GateResult> answers, GateFacts facts) => [.. answers.Select(answer =>
    {
        var isInQuestion = !answer.Outcome.IsMet && Overridable.Contains(answer.Name);
        if (isInQuestion && facts.OverridesUnread is { } why)
        {
            return answer with { Outcome = answer.Outcome with { Reading = $"Whether somebody overrode it could not be asked: {why}" } };
        }

        List<GivenOverride> by = !isInQuestion ? [] : [.. facts.Overrides.Where(o => o.Gate == answer.Name && IsInForce(o, facts.Now) && Covers(o, answer.Outcome))];
        return by.Count == 0 ? answer : answer with { Outcome = new GateOutcome.Overridden(answer.Outcome, by, by.Min(o => o.At) + Terms.Expires) };
    })];

    private bool IsInForce(GivenOverride given, DateTimeOffset now) => given.At <= now && now < given.At + Terms.Expires;

    // Nobody overrode what they could not see: a gate that waited then and says no now, or says no for another reason, is a new question.
    private static bool Covers(GivenOverride given, GateOutcome outcome) => outcome is GateOutcome.Pending || (outcome is GateOutcome.Failed && outcome.Code == given.Failure);
}
