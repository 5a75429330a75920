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
        var needed = StatementTime.Say(For);
        if (!facts.Stays.TryGetValue(In.Name, out var stay))
        {
            return new GateOutcome.Pending("not-there-yet", $"It must stand in {In} for {needed}; it never stood there.");
        }

        if (stay.Since > facts.Now)
        {
            return new GateOutcome.Pending("future-time", $"The commit that put it into {In} says {stay.Since:u}, which is in the future.", stay.Since);
        }

        var ready = stay.Since + For;
        if ((stay.Until ?? facts.Now) >= ready)
        {
            return new GateOutcome.Passed($"It stood in {In} for {needed} and more, from {stay.Since:u}.");
        }

        return stay.Until is { } until
            ? new GateOutcome.Pending("soak-interrupted", $"It must stand in {In} for {needed}; it was replaced there after less, from {stay.Since:u} until {until:u}.")
            : new GateOutcome.Pending("soaking", $"It must stand in {In} for {needed}; it stands there since {stay.Since:u}, so until {ready:u}.", ready);
    }
}
