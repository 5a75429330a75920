using System.Globalization;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>A vulnerability that people decided to live with for a while.</summary>
/// <param name="Id">Its identifier or an alias.</param>
/// <param name="Until">When that ends; from then on it counts again.</param>
/// <param name="Reason">Why.</param>
internal sealed record VulnerabilityException(string Id, DateTimeOffset Until, string Reason);

/// <summary>
/// <c>vulnerabilities</c>: a scan by one of these authorities, young enough, with at most so many findings of each severity. What is excepted, or
/// cleared by VEX of an authority named for it, does not count; what has no known severity counts as the worst that is limited. The newest scan of
/// each scanner of each authority counts, and no older one: a clean scan of yesterday does not outweigh what was found today.
/// </summary>
internal sealed record VulnerabilitiesGate(
    GateHeader Header, IReadOnlyList<Reference> By, IReadOnlyDictionary<Severity, int> AtMost, TimeSpan? MaxAge, IReadOnlyList<Reference> VexBy,
    IReadOnlyList<VulnerabilityException> Except, bool OnlyFixable) : Gate(Header)
{
    private static readonly Shape<IReadOnlyDictionary<Severity, int>> Limits = Shapes.Object<IReadOnlyDictionary<Severity, int>>("How many findings of each severity there may be.", keys =>
    {
        var limits = Enum.GetValues<Severity>().OrderDescending().Select(s => (Severity: s, Key: keys.Optional(
            Word(s), Shapes.Number(0, VulnerabilityScan.MostFindings), 0, s == Severity.Unknown ? "Findings that have no severity; without this limit they count for every other." : $"Findings that are {Word(s)}."))).ToList();
        return fields =>
        {
            var written = limits.Where(l => fields.Has(l.Key)).ToDictionary(l => l.Severity, l => fields.Get(l.Key));
            if (written.Count > 0)
            {
                return new Shaped<IReadOnlyDictionary<Severity, int>>(true, written);
            }

            fields.Says("Expected a limit for at least one of critical, high, medium, low, unknown.");
            return default;
        };
    });

    private static readonly Shape<VulnerabilityException> Exception = Shapes.Object<VulnerabilityException>("A vulnerability that does not count for a while.", keys =>
    {
        var id = keys.Required("id", Shapes.Text, "Its identifier or an alias.");
        var until = keys.Required("until", Shapes.Instant, "When it counts again.");
        var reason = keys.Required("reason", Shapes.Text, "Why it does not count.");
        return fields => new VulnerabilityException(fields.Get(id), fields.Get(until), fields.Get(reason));
    });

    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("vulnerabilities", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("What a scan may have found.", keys =>
    {
        var by = keys.Required("by", Shapes.List(Shapes.Reference, 1), "The authorities whose scans are believed.");
        var atMost = keys.Required("atMost", Limits, "How many findings of each severity there may be.");
        var maxAge = keys.Optional("maxAge", Shapes.Duration, default, "How old the scan may be, by its verified time and its own, whichever is older.");
        var vexBy = keys.Optional("vexBy", Shapes.List(Shapes.Reference, 1), [], "The authorities whose VEX statements are believed.");
        var except = keys.Optional("except", Shapes.List(Exception), [], "What does not count for a while.");
        var onlyFixable = keys.Optional("onlyFixable", Shapes.Flag, false, "Whether what is known to have no fix does not count.");
        return fields => new Shaped<Func<GateHeader, Gate>>(true, header => new VulnerabilitiesGate(
            header, fields.Get(by), fields.Get(atMost), fields.Has(maxAge) ? fields.Get(maxAge) : null, fields.Get(vexBy), fields.Get(except), fields.Get(onlyFixable)));
    }));

    /// <inheritdoc/>
    public override bool IsAboutEvidence => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Reference> Authorities => [.. By, .. VexBy];

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        return new EvidenceQuestion([.. By.Select(b => b.Name)], 1, PredicateTypes.Scans)
        {
            Called = "a vulnerability scan",
            Content = [ReadPredicates.Unless<VulnerabilityScan>],
            MaxAge = MaxAge,
            Weigh = (target, scans) => Weigh(target, scans, facts.Now),
        }.Ask(facts);
    }

    private GateOutcome Weigh(EvidenceTarget target, IReadOnlyList<EvidenceItem.Verified> scans, DateTimeOffset now)
    {
        var vex = new VexJudgement(target, [.. VexBy.Select(v => v.Name)], now);
        var tallies = NewestScans.Of(scans).Select(scan => new FindingTally(this, scan.Authority, ReadPredicates.As<VulnerabilityScan>(scan)!, vex, now)).ToList();
        return tallies.Find(t => t.TooMany is not null) is { TooMany: { } sentence }
            ? new GateOutcome.Failed(Rejection.ToText(RejectionCode.PredicateValue), sentence)
            : new GateOutcome.Passed(string.Join(' ', tallies.Select(t => t.Sentence).Distinct())) { Evidence = [.. NewestScans.Of(scans), .. vex.Used] };
    }

    /// <summary>A severity as policies write it.</summary>
    internal static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>The limits for people: <c>at most 0 critical, 5 high</c>.</summary>
    internal string Wanted => "at most " + string.Join(", ", AtMost.OrderByDescending(l => l.Key).Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Value} {(l.Key == Severity.Unknown ? "of unknown severity" : Word(l.Key))}")))
        + (OnlyFixable ? " that can be fixed" : "");
}
