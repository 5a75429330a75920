using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// <c>deployed</c>: what reconciles an environment said by a commit status that the candidate runs there: on the commit that put it there, or on a later
/// one with the same folder. Only what that one login created counts, and of that the newest: anyone who may write can set a status.
/// </summary>
internal sealed partial record DeployedGate(GateHeader Header, Reference In, string Status, string By) : Gate(Header)
{
    private static readonly Shape<string> Context = Shapes.Parsed(
        "context", t => t.Length is > 0 and <= 255 && !t.Any(char.IsControl) ? t : null, "the context of a commit status such as argocd/checkout");

    private static readonly Shape<string> Login = Shapes.Parsed("login", t => LoginGrammar().IsMatch(t) ? t : null, "a login such as argocd-bot, or NAME[bot] for an app");

    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("deployed", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("Where it was seen to run.", keys =>
    {
        var where = keys.Required("in", Shapes.Reference, "The environment it runs in.");
        var status = keys.Required("status", Context, "The context of the commit status.");
        var by = keys.Required("by", Login, "Who must have created it.");
        return fields => new Shaped<Func<GateHeader, Gate>>(true, header => new DeployedGate(header, fields.Get(where), fields.Get(status), fields.Get(by)));
    }));

    /// <inheritdoc/>
    public override IReadOnlyList<Reference> Environments => [In];

    /// <inheritdoc/>
    public override IEnumerable<FactNeed> Needs(GateFacts facts) => facts.MembersOf(In.Name).Where(facts.Stays.ContainsKey).Select(member => new StatusNeed(member, Status));

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        var answers = facts.MembersOf(In.Name).Select(member => Judge(member, facts)).ToList();
        return answers.Find(a => a is not GateOutcome.Passed) ?? answers[^1];
    }

    private GateOutcome Judge(string environment, GateFacts facts)
    {
        var wanted = $"Expected the status {Shown.Quoted(Status)} by {By} on the commit that put it into {environment}";
        if (!facts.Stays.ContainsKey(environment))
        {
            return new GateOutcome.Pending("not-there-yet", $"{wanted}; it never stood there.");
        }

        if (facts.Outside.Of(new StatusNeed(environment, Status)) is not Fact<IReadOnlyList<ReportedStatus>>.Known { Value: var all })
        {
            return new GateOutcome.Pending(
                "unreachable", $"{wanted}; the forge could not be asked: {((Fact<IReadOnlyList<ReportedStatus>>.Unknown)facts.Outside.Of(new StatusNeed(environment, Status))).Reason}");
        }

        if (all.Where(s => s.Login.Equals(By, StringComparison.OrdinalIgnoreCase)).MaxBy(s => s.At) is { } newest)
        {
            var on = $"{wanted}; found it on {newest.Commit[..12]}";
            return newest.State switch
            {
                ReportedState.Success => new GateOutcome.Passed($"{on}: success."),
                ReportedState.Failure => new GateOutcome.Pending("deployment-failed", $"{on}: failure."),
                _ => new GateOutcome.Pending("deployment-running", $"{on}: pending."),
            };
        }

        return new GateOutcome.Pending("not-reported", all.Count == 0
            ? $"{wanted}; found none."
            : $"{wanted}; found one by {string.Join(", ", all.Select(s => Shown.Plain(s.Login)).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).Take(3))}, which does not count.");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?\z")]
    private static partial Regex LoginGrammar();
}
