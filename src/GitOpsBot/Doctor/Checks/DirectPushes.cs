using GitOpsBot.Core.Environments;
using GitOpsBot.Forge.GitHub;

namespace GitOpsBot.Doctor.Checks;

/// <summary>Where an environment says <c>merge: push</c>, the base branch lets the bot push.</summary>
internal static class DirectPushes
{
    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("merge: push", setUp => setUp.OnGitHub.Select(g => new Look(g.Facts.Host, g.Repository.Settings.Name, async cancellationToken =>
    {
        var name = g.Repository.Settings.Name;
        var pushed = (await g.Repository.Contents.GetAsync(cancellationToken)).Documents.Pipelines
            .SelectMany(p => p.Environments.Where(e => e.Merge == MergeMode.Push).Select(e => $"{p.Name} in {e.Name}")).ToList();
        if (pushed.Count == 0)
        {
            return [new Finding.Ok(name, "No environment says 'merge: push'.")];
        }

        var guard = await g.Facts.Base.GetAsync(cancellationToken);
        return guard.AgainstBot.Count > 0
            ? [new Finding.ToDo(name, $"The bot may not push to {guard.Branch} for {string.Join(", ", pushed)}: {string.Join("; ", guard.AgainstBot)}.", "Let the bot bypass that, or write 'merge: auto' there.")]
            : guard.IsProtectionHidden
                ? [new Finding.Unseen(name, $"Whether {guard.Branch} lets the bot push for {string.Join(", ", pushed)} cannot be seen in full.", $"Grant '{WantedPermission.ForDoctor}', or see the branch's protection yourself.")]
                : [new Finding.Ok(name, $"{guard.Branch} lets the bot push for {string.Join(", ", pushed)}.")];
    }).WithContents()));
}
