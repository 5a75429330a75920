using System.Globalization;
using GitOpsBot.Core.Documents;
using GitOpsBot.Doctor.GitHub;

namespace GitOpsBot.Doctor.Checks;

/// <summary>GitHub accepts the bot's credentials, and they reach the repository.</summary>
internal static class Credentials
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("credentials", setUp => setUp.OnGitHub.Select(g => new Look(
        g.Facts.Host, g.Repository.Settings.Name, cancellationToken => LookAsync(g.Repository.Settings.Name, g.Facts, setUp, cancellationToken))));

    private static async Task<IReadOnlyList<Finding>> LookAsync(string name, GitHubFacts facts, SetUp setUp, CancellationToken cancellationToken)
    {
        var who = facts.AppId is null ? await TokenAsync(name, facts, setUp, cancellationToken) : await AppAsync(name, facts, cancellationToken);
        return who is [.., Finding.ToDo] ? who : [.. who, await RepositoryAsync(name, facts, cancellationToken)];
    }

    private static async Task<IReadOnlyList<Finding>> AppAsync(string name, GitHubFacts facts, CancellationToken cancellationToken)
    {
        if (await facts.App.GetAsync(cancellationToken) is not GitHubAnswer<JsonAppDetails>.Told { Value: var app })
        {
            var said = ((GitHubAnswer<JsonAppDetails>.Refused)await facts.App.GetAsync(cancellationToken)).Said;
            return [new Finding.ToDo(name, $"GitHub does not accept what the App {facts.AppId} signed: {said}.", "See that 'github.app.id' is the App's id and 'privateKeyFile' one of its current private keys, and that this machine's clock is right.")];
        }

        var known = new Finding.Ok(name, $"GitHub knows the App {Shown.Plain(app.Name)} ({app.Id}).");
        return await facts.Installation.GetAsync(cancellationToken) switch
        {
            GitHubAnswer<JsonInstallationDetails>.Told { Value.SuspendedAt: { } since } =>
                [known, new Finding.ToDo(name, $"The App's installation on {facts.FullName} is suspended since {since.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.", "Lift the suspension where the App is installed.")],
            GitHubAnswer<JsonInstallationDetails>.Told { Value: var installation } =>
                [known, new Finding.Ok(name, $"It is installed on {facts.FullName}{(installation.RepositorySelection == "all" ? ", and on every repository of its owner; this one alone would be enough" : "")}.")],
            GitHubAnswer<JsonInstallationDetails>.Refused { Said: var said } =>
                [known, new Finding.ToDo(name, $"The App is not installed on {facts.FullName} ({said}).", "Install it there, or correct the repository's address.")],
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<IReadOnlyList<Finding>> TokenAsync(string name, GitHubFacts facts, SetUp setUp, CancellationToken cancellationToken)
    {
        var kind = Kind(await facts.Credential.TokenAsync(cancellationToken));
        if (await facts.User.GetAsync(cancellationToken) is not GitHubAnswer<Forge.GitHub.JsonUser>.Told told)
        {
            var refused = (GitHubAnswer<Forge.GitHub.JsonUser>.Refused)await facts.User.GetAsync(cancellationToken);
            return [new Finding.ToDo(name, $"GitHub does not accept {facts.Credential.Name} ({refused.Status}: {refused.Said}).", "Make a new one, and put it into that file.")];
        }

        var found = new List<Finding>
        {
            new Finding.Ok(name, $"{facts.Credential.Name} is {kind} of {Shown.Plain(told.Value.Login)}. Its check is a commit status, which everyone who may write can set: only a GitHub App's cannot be forged."),
        };
        if (told.TokenEnds is { } text && Ends(text) is { } ends)
        {
            var now = setUp.Clock.GetUtcNow();
            var day = ends.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            found.Add(ends < now + Soon
                ? new Finding.ToDo(name, $"The token ends on {day}.", "Make a new one before that, and put it into the file; the bot takes it at once.")
                : new Finding.Ok(name, $"The token ends on {day}."));
        }

        if (told.Scopes is { } scopes)
        {
            var have = scopes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (!have.Contains("repo") && !have.Contains("public_repo"))
            {
                found.Add(new Finding.ToDo(name, "The token lacks the scope 'repo': nothing can be written.", "Add it to the token."));
            }

            if (!have.Any(s => s is "read:org" or "write:org" or "admin:org"))
            {
                found.Add(new Finding.ToDo(name, "The token lacks the scope 'read:org': whom a team lets in may neither approve nor command.", "Add it to the token."));
            }
        }

        return found;
    }

    private static async Task<Finding> RepositoryAsync(string name, GitHubFacts facts, CancellationToken cancellationToken) => await facts.Repository.GetAsync(cancellationToken) switch
    {
        GitHubAnswer<JsonRepositoryDetails>.Told { Value.Archived: true } => new Finding.ToDo(name, $"{facts.FullName} is archived, so nothing can be written.", "Unarchive it, or take it out of the settings."),
        GitHubAnswer<JsonRepositoryDetails>.Told { Value.Permissions.Push: false } => new Finding.ToDo(name, $"The bot may read {facts.FullName} and not write to it.", "Let it write: 'contents: write' for an App or a fine-grained token, the role Write for the account of a token."),
        GitHubAnswer<JsonRepositoryDetails>.Told => new Finding.Ok(name, $"They reach {facts.FullName}."),
        GitHubAnswer<JsonRepositoryDetails>.Refused refused => new Finding.ToDo(name, $"They do not reach {facts.FullName} ({refused.Status}: {refused.Said}).", "Correct the repository's address, or let the bot see it."),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // GitHub, "GitHub's token formats".
    private static string Kind(string token) => token switch
    {
        _ when token.StartsWith("github_pat_", StringComparison.Ordinal) => "a fine-grained token",
        _ when token.StartsWith("ghp_", StringComparison.Ordinal) => "a classic token",
        _ when token.StartsWith("gho_", StringComparison.Ordinal) || token.StartsWith("ghu_", StringComparison.Ordinal) => "a token that an application made",
        _ when token.StartsWith("ghs_", StringComparison.Ordinal) => "a token of an installation, which ends within the hour,",
        _ => "a token",
    };

    // "2026-12-01 10:00:00 UTC" or with an offset.
    private static DateTimeOffset? Ends(string text) =>
        DateTimeOffset.TryParse(text.Replace("UTC", "+00:00", StringComparison.Ordinal), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
