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

    /// <summary><c>passed</c>, <c>pending</c> or <c>failed</c>.</summary>
    public string Word => this switch { Passed => "passed", Pending => "pending", _ => "failed" };

    /// <summary>Met, by these facts where it is about evidence.</summary>
    public sealed record Passed(string Because) : GateOutcome(null, Because)
    {
        /// <summary>The evidence it was met by; empty for gates that are about something else.</summary>
        public IReadOnlyList<EvidenceItem.Verified> Evidence { get; init; } = [];
    }

    /// <summary>Not yet.</summary>
    public sealed record Pending(string WaitCode, string Because, DateTimeOffset? LookAgain = null) : GateOutcome(WaitCode, Because);

    /// <summary>No.</summary>
    public sealed record Failed(string FailCode, string Because) : GateOutcome(FailCode, Because);
}
