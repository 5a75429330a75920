using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary><c>window</c>: only at these hours, and never on those dates. While it is closed it says when it opens next.</summary>
internal sealed record WindowGate(GateHeader Header, IReadOnlyList<WeeklyHours> Allow, IReadOnlyList<DeniedDates> Deny) : Gate(Header)
{
    // Nobody has more, and each is looked through for the next opening.
    private const int MostEntries = 50;

    private static readonly Shape<WeeklyHours> Hours = Shapes.Parsed(
        "window", WeeklyHours.Parse, "days, hours and a known time zone such as 'Mon-Thu 09:00-16:00 Europe/Berlin'");

    private static readonly Shape<DeniedDates> Dates = Shapes.Parsed(
        "range of dates", DeniedDates.Parse, "dates such as 2026-12-24 or 2026-12-20/2027-01-06, the last one included, and perhaps a known time zone behind them");

    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("window", GateTiming.Merge, Shapes.Object<Func<GateHeader, Gate>>("When it may move.", keys =>
    {
        var allow = keys.Optional("allow", Shapes.List(Hours, 1, MostEntries), [], "Hours at which it may; without it, any.");
        var deny = keys.Optional("deny", Shapes.List(Dates, 1, MostEntries), [], "Dates on which it may not, whatever the hour.");
        return fields =>
        {
            if (!fields.Has(allow) && !fields.Has(deny))
            {
                fields.Says("Expected allow, deny or both, found none: such a window is always open.");
                return default;
            }

            return new Shaped<Func<GateHeader, Gate>>(true, header => new WindowGate(header, fields.Has(allow) ? fields.Get(allow) : [WeeklyHours.Always], fields.Get(deny)));
        };
    }));

    private string Wanted => string.Join(" or ", Allow.Select(a => a.Text)) + (Deny.Count == 0 ? "" : $", not on {string.Join(" or ", Deny.Select(d => d.Text))}");

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        var next = Allow.Select(hours => hours.Next(facts.Now, Deny)).Where(n => n is not null).Min();
        return next is null ? new GateOutcome.Pending("window-closed", $"Expected {Wanted}; it never opens.")
            : next <= facts.Now ? new GateOutcome.Passed($"Expected {Wanted}; it is open.")
            : new GateOutcome.Pending("window-closed", $"Expected {Wanted}; it opens next at {next.Value.UtcDateTime:u}.", next.Value.ToUniversalTime());
    }
}
