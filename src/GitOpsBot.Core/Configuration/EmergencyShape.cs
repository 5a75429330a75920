using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Environments;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Configuration;

/// <summary>The key <c>emergency</c> of a policy, and what comes of it for an environment that names the policy.</summary>
internal static class EmergencyShape
{
    private static readonly TimeSpan UsualExpiry = TimeSpan.FromHours(4);

    /// <summary>How it is written.</summary>
    public static Shape<EmergencyTerms> Shape { get; } = Shapes.Object<EmergencyTerms>("What it costs to override a gate where an environment names this policy as its emergency.", keys =>
    {
        var from = keys.Optional("from", Shapes.List(ApprovalsGate.Who, 1), null!, "Logins and teams whose agreement counts; without it, whoever may override or approve.");
        var approvals = keys.Optional("approvals", Shapes.Number(1, 20), 1, "How many people must agree, whoever overrides among them; 1 unless it says otherwise.");
        var expires = keys.Optional("expires", Shapes.Duration, UsualExpiry, "How long an override lasts; 4h unless it says otherwise.");
        var followUp = keys.Optional("followUp", Shapes.Duration, default, "How long after the landing what was overridden must pass on the same digest.");
        return fields =>
        {
            if (fields.Get(expires) <= TimeSpan.Zero)
            {
                fields.Says(expires, "An override that lasts no time overrides nothing: expected a time longer than 0s.");
                return default;
            }

            return ApprovalsGate.IsReachable(fields, approvals, from)
                ? new EmergencyTerms(fields.Has(from) ? fields.Get(from) : null, fields.Get(approvals), fields.Get(expires), fields.Has(followUp) ? fields.Get(followUp) : null)
                : default(Shaped<EmergencyTerms>);
        };
    });

    /// <summary>What may be overridden in an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="own">Its policy.</param>
    /// <param name="gates">All that is demanded of it, in the order it is asked.</param>
    /// <param name="policy">Its emergency policy, which has terms.</param>
    /// <param name="required">Policies that the settings demand everywhere: no repository can have them overridden, whatever their gates say.</param>
    public static Emergency Of(PromotionEnvironment environment, Policy own, IReadOnlyList<Gate> gates, Policy policy, IReadOnlyList<Policy> required)
    {
        bool IsFloor(Gate gate) => !own.Gates.Contains(gate, ReferenceEqualityComparer.Instance) || required.Any(r => r.Gates.Contains(gate, ReferenceEqualityComparer.Instance));
        var more = policy.Gates.Where(g => !gates.Any(other => ReferenceEquals(other, g))).ToList();
        // Who may not approve a promotion may not agree to its emergency either.
        var people = gates.Concat(more).OfType<ApprovalsGate>().ToList();
        var names = gates.Select(g => g.Name).ToHashSet(StringComparer.Ordinal);
        string Free(string name) => names.Add(name) ? name : $"{policy.Name}/{name}";
        return new Emergency(policy.Name, policy.Terms!,
            gates.Where(g => g.Header.IsOverridable && !IsFloor(g)).Select(g => g.Name).ToHashSet(StringComparer.Ordinal), gates.Where(IsFloor).Select(g => g.Name).ToHashSet(StringComparer.Ordinal),
        [
            .. more.Select(g => g with { Header = g.Header with { Name = Free(g.Name) } }),
            new ConsentGate(
                new GateHeader(Free("emergency"), environment.Emergency!.Place, GateTiming.Merge, false), policy.Terms!, people.Exists(p => p.NotByRequester), people.Exists(p => p.NotByAuthors)),
        ]);
    }
}
