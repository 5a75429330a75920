using GitOpsBot.Doctor.GitHub;
using GitOpsBot.Forge.GitHub;

namespace GitOpsBot.Doctor.Checks;

/// <summary>The base branch demands <c>gitopsbot/promotion</c>, and of the App alone: a commit status of that name everyone who may write can set.</summary>
internal static class RequiredCheck
{
    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("required check", setUp => setUp.OnGitHub.Select(g => new Look(g.Facts.Host, g.Repository.Settings.Name, async cancellationToken =>
        [Find(g.Repository.Settings.Name, await g.Facts.Base.GetAsync(cancellationToken), g.Facts.AppId)])));

    /// <summary>What is found of a branch.</summary>
    /// <param name="name">The repository's name.</param>
    /// <param name="guard">What guards the base branch.</param>
    /// <param name="app">The App's id; null for a token.</param>
    public static Finding Find(string name, BranchGuard guard, long? app)
    {
        var ours = guard.Checks.Where(c => c.Context == GitHubForge.Check).ToList();
        var pin = app is null ? "" : " and choose the App as its source";
        if (ours.Count == 0)
        {
            return guard.IsProtectionHidden
                ? new Finding.Unseen(name, $"Whether {guard.Branch} demands {GitHubForge.Check} cannot be seen.", $"Grant '{WantedPermission.ForDoctor}', or see the branch's protection yourself.")
                : new Finding.ToDo(name, $"{guard.Branch} does not demand the check {GitHubForge.Check}: a pull request can be merged before the bot has judged it.", $"Make {GitHubForge.Check} a required check of {guard.Branch}{pin}.");
        }

        if (app is null)
        {
            return ours.Any(c => c.App is not null)
                ? new Finding.ToDo(name, $"{guard.Branch} demands {GitHubForge.Check} of an App, and the bot works with a token: its commit status never counts.", "Let the check come from any source, or let the bot be that App.")
                : new Finding.Ok(name, $"{guard.Branch} demands {GitHubForge.Check}. It is a commit status: everyone who may write can set it, so it advises and does not guard.");
        }

        return ours.FirstOrDefault(c => c.App != app && c.App is not null) is { App: { } other }
            ? new Finding.ToDo(name, $"{guard.Branch} demands {GitHubForge.Check} of the App {other}, and the bot is the App {app}: its check never counts.", "Choose the bot's App as the check's source.")
            : ours.Any(c => c.App == app)
                ? new Finding.Ok(name, $"{guard.Branch} demands {GitHubForge.Check} of the App alone.")
                : new Finding.ToDo(name, $"{guard.Branch} demands {GitHubForge.Check} from any source: everyone who may write can set a commit status of that name.", "Choose the App as the check's source.");
    }
}
