using System.Globalization;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>A commit status of a <c>deployed</c> gate's context, as a test writes it.</summary>
/// <param name="State">What it says.</param>
/// <param name="By">Who created it.</param>
/// <param name="In">The member of an environment promoted in waves; null for every one.</param>
/// <param name="At">When; null for the order of the list.</param>
internal sealed record WrittenStatus(ReportedState State, string By, Reference? In, DateTimeOffset? At)
{
    private const int HexOfACommit = 40;

    /// <summary>How it is written.</summary>
    public static Shape<WrittenStatus> Shape { get; } = Shapes.Object<WrittenStatus>("A commit status of the gate's context.", keys =>
    {
        var state = keys.Required("state", Shapes.Choice(("success", ReportedState.Success), ("failure", ReportedState.Failure), ("pending", ReportedState.Pending)), "What it says.");
        var by = keys.Required("by", Shapes.Text, "The login of who created it.");
        var where = keys.Optional("in", Shapes.Reference, null!, "The member, where the environment is promoted in waves; without it, every one.");
        var at = keys.Optional("at", Shapes.Instant, default, "When; without it, now, and later than those before it in the list.");
        return fields => new WrittenStatus(fields.Get(state), fields.Get(by), fields.Get(where), fields.Has(at) ? fields.Get(at) : null);
    });

    /// <summary>Those of one environment as the forge would tell them.</summary>
    public static IReadOnlyList<ReportedStatus> Reported(IReadOnlyList<WrittenStatus> written, string environment, DateTimeOffset now) =>
        [.. written.Where(s => s.In is null || s.In.Name == environment).Select((s, i) => new ReportedStatus(
            WrittenEvidence.Of(string.Create(CultureInfo.InvariantCulture, $"status {i}")).Hex[..HexOfACommit], s.State, s.By, s.At ?? now.AddTicks(i)))];
}
