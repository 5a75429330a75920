using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Policies;

/// <summary>
/// A gate's answer. Closed. Failed means that only another artifact, new evidence or another policy can change it; Pending means that time
/// or the outside world can. Unreachable is pending, and never passed.
/// </summary>
public abstract record GateOutcome
{
    private GateOutcome(string? code, string reason) => (Code, Reason) = (code, reason);

    /// <summary>A stable code of lower-case words and hyphens; null when passed.</summary>
    public string? Code { get; }

    /// <summary>One sentence with what was expected and what was found.</summary>
    public string Reason { get; }

    /// <summary>
    /// A sentence with what was measured at this moment, where that changes while the answer does not; null otherwise. Plans show it; pull requests do
    /// not, or their text would change with every pass.
    /// </summary>
    public string? Reading { get; init; }

    /// <summary>The reason, and what was measured.</summary>
    public string Told => Reading is null ? Reason : $"{Reason} {Reading}";

    /// <summary><c>passed</c>, <c>overridden</c>, <c>pending</c> or <c>failed</c>.</summary>
    public string Word => this switch { Passed => "passed", Overridden => "overridden", Pending => "pending", _ => "failed" };

    /// <summary>Whether nothing stands against the promotion here: passed, or overridden by people who may.</summary>
    public bool IsMet => this is Passed or Overridden;

    /// <summary>When the answer may change by time alone; null when it does not, or nobody knows.</summary>
    public DateTimeOffset? ChangesAt => this switch { Pending waits => waits.LookAgain, Overridden over => over.Instead.ChangesAt < over.Until ? over.Instead.ChangesAt : over.Until, _ => null };

    /// <summary>Met, by these facts where it is about evidence.</summary>
    public sealed record Passed(string Because) : GateOutcome(null, Because)
    {
        /// <summary>The evidence it was met by; empty for gates that are about something else.</summary>
        public IReadOnlyList<EvidenceItem.Verified> Evidence { get; init; } = [];
    }

    /// <summary>
    /// Not met, and overridden by people who may (SPEC section 6, <c>/override</c>). A case of its own, so that whoever asks whether a gate passed is told no.
    /// </summary>
    public sealed record Overridden : GateOutcome
    {
        /// <summary>In place of what the gate says itself.</summary>
        /// <param name="instead">What it says: pending or failed.</param>
        /// <param name="by">At least one override, all in force.</param>
        /// <param name="until">When the first of them ends.</param>
        public Overridden(GateOutcome instead, IReadOnlyList<GivenOverride> by, DateTimeOffset until)
            : base(instead.Code, $"Overridden until {until.UtcDateTime:u} by {string.Join(", and by ", by.Select(o => $"{o.Login}: {o.Reason.TrimEnd('.')}"))}. Without that: {instead.Reason}") =>
            (Instead, By, Until, Reading) = (instead, by, until, instead.Reading);

        /// <summary>What the gate says itself.</summary>
        public GateOutcome Instead { get; }

        /// <summary>Who overrode it.</summary>
        public IReadOnlyList<GivenOverride> By { get; }

        /// <summary>When the first override ends.</summary>
        public DateTimeOffset Until { get; }
    }

    /// <summary>Not yet.</summary>
    public sealed record Pending(string WaitCode, string Because, DateTimeOffset? LookAgain = null) : GateOutcome(WaitCode, Because);

    /// <summary>No.</summary>
    public sealed record Failed(string FailCode, string Because) : GateOutcome(FailCode, Because);
}
