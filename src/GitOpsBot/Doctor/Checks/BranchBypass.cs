using GitOpsBot.Doctor.GitHub;
using GitOpsBot.Forge.GitHub;

namespace GitOpsBot.Doctor.Checks;

/// <summary>Nobody gets past the protection of the base branch, and its history stays.</summary>
internal static class BranchBypass
{
    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("bypass", setUp => setUp.OnGitHub.Select(g => new Look(g.Facts.Host, g.Repository.Settings.Name, async cancellationToken =>
        Find(g.Repository.Settings.Name, await g.Facts.Base.GetAsync(cancellationToken)))));

    /// <summary>What is found of a branch.</summary>
    public static IReadOnlyList<Finding> Find(string name, BranchGuard guard)
    {
        var found = new List<Finding>();
        if (guard.Passers.Count > 0)
        {
            found.Add(new Finding.ToDo(name, $"Past the protection of {guard.Branch} get: {string.Join(", ", guard.Passers)}.", "Let nobody bypass it (\"Do not allow bypassing\" in a branch's protection, the bypass list of a ruleset); what is put there past the bot it only finds afterwards."));
        }

        if (!guard.IsProtectionHidden)
        {
            if (!guard.ForbidsForce)
            {
                found.Add(new Finding.ToDo(name, $"{guard.Branch} can be force pushed: history, which is the audit trail, can be rewritten.", "Forbid force pushes in its protection."));
            }

            if (!guard.ForbidsDeletion)
            {
                found.Add(new Finding.ToDo(name, $"{guard.Branch} can be deleted.", "Forbid deletions in its protection."));
            }
        }
        else
        {
            found.Add(new Finding.Unseen(name, $"Who gets past the protection of {guard.Branch}, and whether it can be force pushed or deleted, cannot be seen.", $"Grant '{WantedPermission.ForDoctor}', or see the branch's protection yourself."));
        }

        if (guard.HiddenSets.Count > 0)
        {
            found.Add(new Finding.Unseen(name, $"Who may bypass the ruleset {string.Join(", ", guard.HiddenSets.Select(Core.Documents.Shown.Quoted))} GitHub shows only to those who may change it.", "See its bypass list yourself.") { IsNeverShown = true });
        }

        return found.Count > 0 ? found : [new Finding.Ok(name, $"Nobody gets past the protection of {guard.Branch}; it can be neither force pushed nor deleted.")];
    }
}
