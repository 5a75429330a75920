using System.Globalization;

namespace GitOpsBot.Core.Promotions;

/// <summary>
/// How fast a forge lets things be made. When one base image moves three thousand services, a plan says how long that takes, instead of leaving people
/// to wonder why most pull requests are not there yet.
/// </summary>
/// <param name="Forge">What people call it.</param>
/// <param name="PerMinute">Requests that make or change something, a minute.</param>
/// <param name="PerHour">The same, an hour.</param>
public sealed record ForgePace(string Forge, int PerMinute, int PerHour)
{
    // A pull request is opened, labelled, and gets its check; whoever must approve is asked. Pushes are no requests of this kind.
    private const int ToOpen = 3;
    private const int ToShowAnew = 2;

    /// <summary>Requests for each commit: none where commits are pushed.</summary>
    public int PerCommit { get; init; }

    /// <summary>How long so many requests take when none was made in the hour before: the first fit into the minute that begins now.</summary>
    public TimeSpan For(int requests)
    {
        var hours = Math.Max(0, requests - 1) / PerHour;
        return TimeSpan.FromHours(hours) + TimeSpan.FromMinutes(Math.Max(0, requests - 1 - (hours * PerHour)) / PerMinute);
    }

    /// <summary>One sentence about what is planned; null when it takes less than a minute.</summary>
    public string? Says(IReadOnlyCollection<PlanStep> steps)
    {
        var requests = steps.Sum(Requests);
        var time = For(requests);
        if (time < TimeSpan.FromMinutes(1))
        {
            return null;
        }

        var opened = steps.Count(s => s is PlanStep.Open or PlanStep.OpenRollback);
        var others = steps.Count(s => Requests(s) > 0) - opened;
        var what = opened == 0 ? Count(others, "act", "acts") : $"{Count(opened, "pull request", "pull requests")} to open{(others == 0 ? "" : $" and {Count(others, "other act", "other acts")}")}";
        return string.Create(CultureInfo.InvariantCulture, $"{what}: {requests:N0} requests, of which {Forge} lets {PerMinute:N0} through in a minute and {PerHour:N0} in an hour: about {Say(time)}.");
    }

    private int Requests(PlanStep step) => step switch
    {
        PlanStep.Open open => ToOpen + PerCommit + (open.What.Reviewers.Count > 0 ? 1 : 0),
        PlanStep.OpenRollback => ToOpen + PerCommit,
        PlanStep.Supersede or PlanStep.Update { Renew: true } or PlanStep.UpdateRollback { Renew: true } => ToShowAnew + PerCommit,
        PlanStep.Push or PlanStep.PushRollback => PerCommit,
        PlanStep.Update or PlanStep.UpdateRollback or PlanStep.Close => ToShowAnew,
        PlanStep.Merge or PlanStep.MergeRollback or PlanStep.Stop => 1,
        _ => 0,
    };

    private static string Say(TimeSpan time) => time < TimeSpan.FromHours(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h");

    private static string Count(int number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");
}
