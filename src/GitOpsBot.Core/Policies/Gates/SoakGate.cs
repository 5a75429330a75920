using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary><c>soak</c>: the candidate stood in that environment for this long, counted from the commit that put it there until it was replaced.</summary>
internal sealed record SoakGate(GateHeader Header, Reference In, TimeSpan For) : Gate(Header)
{
    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("soak", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("Where and how long it stood.", keys =>
    {
        var where = keys.Required("in", Shapes.Reference, "The environment it stood in.");
        var time = keys.Required("for", Shapes.Duration, "How long.");
        return fields => new Shaped<Func<GateHeader, Gate>>(true, header => new SoakGate(header, fields.Get(where), fields.Get(time)));
    }));

    /// <inheritdoc/>
    public override IReadOnlyList<Reference> Environments => [In];

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        var answers = facts.MembersOf(In.Name).Select(member => Judge(member, facts)).ToList();
        // The one that takes longest says when all are ready.
        return answers.Where(a => a is not GateOutcome.Passed).MaxBy(a => (a as GateOutcome.Pending)?.LookAgain ?? DateTimeOffset.MaxValue) ?? answers[^1];
    }

    private GateOutcome Judge(string environment, GateFacts facts)
    {
        // No sentence tells how long it has stood by now: what people see must not change because time passed (SPEC section 3).
        var needed = StatementTime.Say(For);
        if (!facts.Stays.TryGetValue(environment, out var stay))
        {
            return new GateOutcome.Pending("not-there-yet", $"It must stand in {environment} for {needed}; it never stood there.");
        }

        if (stay.Since > facts.Now)
        {
            return new GateOutcome.Pending("future-time", $"The commit that put it into {environment} says {stay.Since:u}, which is in the future.", stay.Since);
        }

        if (stay.Until > facts.Now)
        {
            // Otherwise a commit dated ahead would lend the time that has not passed yet.
            return new GateOutcome.Pending("future-time", $"The commit that replaced it in {environment} says {stay.Until:u}, which is in the future.", stay.Until);
        }

        var ready = stay.Since + For;
        var stood = (stay.Until ?? facts.Now) - stay.Since;
        if (stood >= For)
        {
            return new GateOutcome.Passed(stay.Until is { } end
                ? $"It must stand in {environment} for {needed}; it stood there from {stay.Since:u} to {end:u}."
                : $"It must stand in {environment} for {needed}; it has stood there since {stay.Since:u}.");
        }

        return stay.Until is { } until
            ? new GateOutcome.Pending("soak-interrupted", $"It must stand in {environment} for {needed}; it was replaced after {Spell(stood)}, at {until:u}, and starts anew when it lands there again.")
            : new GateOutcome.Pending("soaking", $"It must stand in {environment} for {needed}; it has stood there since {stay.Since:u}, and may pass at {ready:u}.", ready);
    }

    // The largest two units: 1d 3h, 2h 5m, 40s.
    private static string Spell(TimeSpan span) => span switch
    {
        { Ticks: < 0 } => "no time",
        { TotalDays: >= 1 } => $"{span.Days}d {span.Hours}h",
        { TotalHours: >= 1 } => $"{span.Hours}h {span.Minutes}m",
        { TotalMinutes: >= 1 } => $"{span.Minutes}m {span.Seconds}s",
        _ => $"{span.Seconds}s",
    };
}
