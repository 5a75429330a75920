using GitOpsBot.Core.Evidence;
using GitOpsBot.Doctor.GitHub;
using GitOpsBot.Hosting.Settings;

namespace GitOpsBot.Doctor.Checks;

/// <summary>The key that signs commits and records can be used, and GitHub knows it where it can.</summary>
internal static class SigningKeys
{
    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("signing key", setUp =>
    [
        Look.Here("settings", () => [new Finding.Ok("settings", setUp.Settings.SigningKey is { } key
            ? $"Commits and records are signed by the key {key.Read().PublicKey.Fingerprint}."
            : $"There is no 'signing.keyFile': {(setUp.Settings.GitHub?.Commits == CommitsBy.Api ? "what GitHub does not make is" : "the bot's commits are")} unsigned.")]),
        .. setUp.OnGitHub.Select(g => new Look(
            g.Facts.Host, g.Repository.Settings.Name,
            token => setUp.Settings.GitHub!.Commits == CommitsBy.Api
                ? Task.FromResult<IReadOnlyList<Finding>>([new Finding.Ok(g.Repository.Settings.Name, "GitHub makes and signs the bot's commits ('github.commits: api').")])
                : OnGitHubAsync(g.Repository.Settings.Name, g.Facts, setUp.Settings.SigningKey?.Read(), token))),
    ]);

    private static async Task<IReadOnlyList<Finding>> OnGitHubAsync(string name, GitHubFacts facts, SigningKey? key, CancellationToken cancellationToken)
    {
        var needs = (await facts.Base.GetAsync(cancellationToken)).NeedsSignatures;
        if (key is null)
        {
            return needs ? [new Finding.ToDo(name, "The base branch demands signatures that GitHub believes, and the bot's commits have none.", "Let GitHub sign: commits made through its API ('github.commits: api').")] : [];
        }

        if (facts.AppId is not null)
        {
            return [needs
                ? new Finding.ToDo(name, "The base branch demands signatures that GitHub believes, and an App has no account that this key could be added to.", "Let GitHub sign: commits made through its API ('github.commits: api').")
                : new Finding.Ok(name, "GitHub shows the App's commits as unverified, since an App has no account to add the key to; 'git verify-commit' and 'audit' do verify them.")];
        }

        if ((await facts.User.GetAsync(cancellationToken)).OrNull?.Login is not { } login)
        {
            return [new Finding.Unseen(name, "Whether GitHub knows the key cannot be seen, since the token is not accepted.", "Mend its credentials first.")];
        }

        var line = SshSignature.PublicLine(key.PublicKey);
        return await facts.SigningKeysAsync(login, cancellationToken) switch
        {
            // A comment may follow the key.
            GitHubAnswer<List<JsonSigningKey>>.Told { Value: var keys } when keys.Any(k => k.Key == line || k.Key.StartsWith(line + " ", StringComparison.Ordinal)) => [new Finding.Ok(name, $"GitHub knows the key as one of {login}'s.")],
            GitHubAnswer<List<JsonSigningKey>>.Told => [new Finding.ToDo(name, $"GitHub does not know the key, so {(needs ? "the base branch refuses the bot's commits" : "the bot's commits are shown as unverified")}.", $"Add it to the account {login} as a signing key: {line}")],
            GitHubAnswer<List<JsonSigningKey>>.Refused refused => [new Finding.Unseen(name, $"Whether GitHub knows the key cannot be seen ({refused.Status}: {refused.Said}).", $"See that the account {login} has it as a signing key: {line}") { IsNeverShown = true }],
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
