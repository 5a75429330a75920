using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;
using GitOpsBot.Core.Policies.Gates;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>What the outside says to the gates of a policy, as a test writes it: by kind of gate, and by the gate's name. Where nothing is written, there is nothing.</summary>
/// <param name="Slo">What is measured; null when the key is left out.</param>
/// <param name="Deployed">Commit statuses.</param>
/// <param name="Webhook">The document that is answered.</param>
internal sealed record WrittenOutside(
    IReadOnlyList<Keyed<WrittenMetrics>>? Slo, IReadOnlyList<Keyed<IReadOnlyList<WrittenStatus>>>? Deployed, IReadOnlyList<Keyed<JsonNode>>? Webhook)
{
    /// <summary>Nothing is written.</summary>
    public static WrittenOutside None { get; } = new(null, null, null);

    /// <summary>With what is left out taken from others.</summary>
    public WrittenOutside Over(WrittenOutside common) => new(Slo ?? common.Slo, Deployed ?? common.Deployed, Webhook ?? common.Webhook);

    /// <summary>The facts that a policy's gates ask for.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="facts">All else that is known of the candidate.</param>
    /// <param name="silence">Why what gates of such a kind ask cannot be reached; null when it can.</param>
    /// <param name="problems">Where it is reported that something is written for a gate that the policy does not have, or that asks for something else.</param>
    public OutsideFacts Facts(Policy policy, GateFacts facts, Func<Type, string?> silence, List<Problem> problems)
    {
        Check(Slo, policy, "slo", g => g is SloGate, problems);
        Check(Deployed, policy, "deployed", g => g is DeployedGate, problems);
        Check(Webhook, policy, "webhook", g => g is WebhookGate, problems);

        var answers = new Dictionary<FactNeed, object>();
        foreach (var gate in policy.Gates)
        {
            var why = silence(gate.GetType());
            foreach (var (need, isWritten, fact) in Answers(gate, facts, why, problems))
            {
                // Two gates may ask the same: what is written for one of them is the answer to both.
                if (isWritten || !answers.ContainsKey(need))
                {
                    answers[need] = fact;
                }
            }
        }

        return new OutsideFacts(answers);
    }

    private IEnumerable<(FactNeed Need, bool IsWritten, object Fact)> Answers(Gate gate, GateFacts facts, string? silence, List<Problem> problems)
    {
        switch (gate)
        {
            case SloGate slo:
                var said = Of(Slo, gate)?.Answers(slo, facts.Now, problems).ToList() ?? [];
                return slo.Needs(facts).OfType<MetricNeed>().Select(need =>
                    ((FactNeed)need, said.Exists(s => s.Need == need), Say(said.Find(s => s.Need == need).Answer ?? new MetricAnswer([]), silence)));
            case DeployedGate deployed:
                var statuses = Of(Deployed, gate) ?? [];
                var members = facts.MembersOf(deployed.In.Name);
                problems.AddRange(statuses.Select(s => s.In).OfType<Reference>().Where(r => !members.Contains(r.Name))
                    .Select(r => r.Place.Says($"The gate '{gate.Name}' asks nothing of an environment '{r.Name}'.{NearestName.Hint(r.Name, members)}")));
                return deployed.Needs(facts).OfType<StatusNeed>().Select(need =>
                    ((FactNeed)need, statuses.Count > 0, Say(WrittenStatus.Reported(statuses, need.Environment, facts.Now), silence)));
            case WebhookGate webhook:
                var body = Of(Webhook, gate)?.ToJsonString();
                return webhook.Needs(facts).OfType<WebhookNeed>().Select(need =>
                    ((FactNeed)need, body is not null, Say(body ?? "", body is null ? silence ?? "the test says no answer of it." : silence)));
            default:
                return [];
        }
    }

    private static object Say<T>(T value, string? silence) => silence is null ? new Fact<T>.Known(value) : new Fact<T>.Unknown(silence);

    private static T? Of<T>(IReadOnlyList<Keyed<T>>? written, Gate gate) where T : class => written?.FirstOrDefault(w => w.Name.Name == gate.Name)?.Value;

    private static void Check<T>(IReadOnlyList<Keyed<T>>? written, Policy policy, string kind, Func<Gate, bool> isOfKind, List<Problem> problems)
    {
        foreach (var name in (written ?? []).Select(w => w.Name).Where(n => !policy.Gates.Any(g => g.Name == n.Name && isOfKind(g))))
        {
            var known = policy.Gates.Where(isOfKind).Select(g => g.Name).ToList();
            problems.Add(name.Place.Says($"The policy '{policy.Name}' has no gate {Shown.Quoted(name.Name)} of the kind {kind}.{NearestName.Hint(name.Name, known)}"));
        }
    }
}
