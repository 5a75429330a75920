using GitOpsBot.Forge.GitHub;

namespace GitOpsBot.Doctor.Checks;

/// <summary>Every permission that the App wants (SPEC section 3): what it has, what it needs, and what does not work without it.</summary>
internal static class Permissions
{
    private const string Advice = "Add it in the App's settings (Permissions and events) and accept the change where the App is installed.";

    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("permissions", setUp => setUp.OnGitHub.Select(g => new Look(g.Facts.Host, g.Repository.Settings.Name, async cancellationToken =>
    {
        var name = g.Repository.Settings.Name;
        if (g.Facts.AppId is null)
        {
            return [new Finding.Ok(name, $"GitHub does not list what a token may do. It needs: {string.Join(", ", WantedPermission.ForWork)}; a classic token repo and read:org.")];
        }

        return (await g.Facts.Installation.GetAsync(cancellationToken)).OrNull?.Permissions is not { } granted
            ? [new Finding.Unseen(name, "The App's permissions cannot be seen, since its installation cannot.", "Mend its credentials first.")]
            : Find(name, granted);
    })));

    /// <summary>A finding for each permission.</summary>
    public static IReadOnlyList<Finding> Find(string name, IReadOnlyDictionary<string, string> granted) =>
    [
        .. WantedPermission.ForWork.Select(p => p.IsIn(granted)
            ? new Finding.Ok(name, $"{p}.")
            : (Finding)new Finding.ToDo(name, $"{p.Name}: has {granted.GetValueOrDefault(p.Name, "nothing")}, needs {p.Level}; without it {p.Without}.", Advice)),
        WantedPermission.ForDoctor is var more && more.IsIn(granted)
            ? new Finding.Ok(name, $"{more}.")
            : new Finding.Unseen(name, $"{more.Name}: has {granted.GetValueOrDefault(more.Name, "nothing")}; the work needs none, but without {more.Level} {more.Without}.", Advice),
    ];
}
