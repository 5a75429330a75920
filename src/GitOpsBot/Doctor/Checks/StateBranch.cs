using GitOpsBot.Doctor.GitHub;
using GitOpsBot.Forge.GitHub;

namespace GitOpsBot.Doctor.Checks;

/// <summary>The bot's book, the branch <c>gitopsbot/state</c>, is for the bot alone (SPEC section 5).</summary>
internal static class StateBranch
{
    private const string Advice = "Protect gitopsbot/state: restrict updates and deletions, forbid force pushes, and let the bot alone bypass that (a ruleset with the App in its bypass list).";

    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("state branch", setUp => setUp.OnGitHub.Select(g => new Look(g.Facts.Host, g.Repository.Settings.Name, async cancellationToken =>
        Find(g.Repository.Settings.Name, await g.Facts.State.GetAsync(cancellationToken)))));

    /// <summary>What is found of the branch.</summary>
    public static IReadOnlyList<Finding> Find(string name, BranchGuard guard)
    {
        if (!guard.IsForSomeOnly)
        {
            return [guard.IsProtectionHidden
                ? new Finding.Unseen(name, $"Who may write to {guard.Branch} cannot be seen.", $"Grant '{WantedPermission.ForDoctor}', or see its protection yourself.")
                : new Finding.ToDo(name, $"Everyone who may write can change {guard.Branch}, the bot's book of holds, freezes and records.", Advice)];
        }

        var found = new List<Finding>();
        if (guard.AgainstBot.Count > 0)
        {
            found.Add(new Finding.ToDo(name, $"The bot itself may not write to {guard.Branch}: {string.Join("; ", guard.AgainstBot)}.", Advice));
        }

        if (guard.Passers.Count > 0)
        {
            found.Add(new Finding.ToDo(name, $"Beside the bot these may write to {guard.Branch}: {string.Join(", ", guard.Passers)}.", Advice));
        }

        if (!guard.ForbidsForce || !guard.ForbidsDeletion)
        {
            found.Add(new Finding.ToDo(name, $"{guard.Branch} can be {string.Join(" and ", ((string[])[guard.ForbidsForce ? "" : "force pushed", guard.ForbidsDeletion ? "" : "deleted"]).Where(w => w.Length > 0))}: it is only ever to be appended to.", Advice));
        }

        if (guard.HiddenSets.Count > 0)
        {
            found.Add(new Finding.Unseen(name, $"Who else may bypass the ruleset of {guard.Branch} GitHub shows only to those who may change it.", "See its bypass list yourself.") { IsNeverShown = true });
        }

        return found.Count > 0 ? found : [new Finding.Ok(name, $"{guard.Branch} is for the bot alone.")];
    }
}
