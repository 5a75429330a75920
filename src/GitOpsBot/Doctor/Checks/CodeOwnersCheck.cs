using GitOpsBot.Doctor.GitHub;
using GitOpsBot.Forge.GitHub;

namespace GitOpsBot.Doctor.Checks;

/// <summary>Who changes the rules is approved by those who own them: CODEOWNERS covers the documents and itself, and the base branch demands it.</summary>
internal static class CodeOwnersCheck
{
    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("code owners", setUp => setUp.OnGitHub.Select(g => new Look(
        g.Facts.Host, g.Repository.Settings.Name, cancellationToken => LookAsync(g.Repository, g.Facts, cancellationToken)).WithContents()));

    private static async Task<IReadOnlyList<Finding>> LookAsync(ExaminedRepository repository, GitHubFacts facts, CancellationToken cancellationToken)
    {
        var (name, folder) = (repository.Settings.Name, repository.Settings.Directory);
        var contents = await repository.Contents.GetAsync(cancellationToken);
        if (contents.Owners is not { } file)
        {
            return [new Finding.ToDo(name, $"There is no CODEOWNERS, so everyone who may approve can approve a change of the policies below {folder}.", $"Add a file .github/CODEOWNERS with the lines '/{folder}/ @ORG/TEAM' and '/.github/CODEOWNERS @ORG/TEAM'.")];
        }

        var owners = new CodeOwners(file.Text);
        var free = contents.DocumentPaths.Append(file.Path).Where(p => owners.Of(p).Count == 0).ToList();
        var found = new List<Finding>();
        if (free.Count > 0)
        {
            found.Add(new Finding.ToDo(name, $"By {file.Path} nobody owns {string.Join(", ", free.Take(3))}{(free.Count > 3 ? $" and {free.Count - 3} more" : "")}.", $"Add, as its last lines, '/{folder}/ @ORG/TEAM' and '/{file.Path} @ORG/TEAM'."));
        }

        if ((await facts.OwnersErrors.GetAsync(cancellationToken)).OrNull?.Errors is { Count: > 0 } errors)
        {
            found.AddRange(errors.Take(5).Select(e => new Finding.ToDo(name, $"{file.Path}:{e.Line}:{e.Column}: GitHub says: {GitHubConnection.Said(e.Kind)}.", "Correct the line; GitHub overlooks it until then. Owners must be able to write.")));
        }

        var guard = await facts.Base.GetAsync(cancellationToken);
        if (!guard.NeedsOwners)
        {
            found.Add(guard.IsProtectionHidden
                ? new Finding.Unseen(name, $"Whether {guard.Branch} demands that code owners approve cannot be seen.", $"Grant '{WantedPermission.ForDoctor}', or see the branch's protection yourself.")
                : new Finding.ToDo(name, $"{guard.Branch} does not demand that code owners approve, so {file.Path} is only a suggestion.", "Require review from code owners in its protection."));
        }

        return found.Count > 0 ? found : [new Finding.Ok(name, $"{file.Path} covers {folder} and itself, and {guard.Branch} demands it.")];
    }
}
