using System.Globalization;
using GitOpsBot.Forge.GitHub;

namespace GitOpsBot.Doctor.GitHub;

/// <summary>What GitHub shows of one repository and of who the bot is there; each thing is asked once, when the first look needs it.</summary>
internal sealed class GitHubFacts : IDisposable
{
    private readonly GitHubClient client;
    private readonly GitHubAsk ask;
    private readonly GitHubAsk? asApp;

    /// <summary>Nothing is asked yet.</summary>
    /// <param name="client">The bot's own client of the repository.</param>
    /// <param name="appId">The App's id; null for a token.</param>
    /// <param name="branch">The base branch.</param>
    /// <param name="handler">The bot's handler for a set of credentials.</param>
    public GitHubFacts(GitHubClient client, long? appId, string branch, Func<IGitHubCredential, GitHubHandler> handler)
    {
        (this.client, AppId) = (client, appId);
        ask = new GitHubAsk(client.Address.Api, handler(client.Credential));
        asApp = client.Credential is InstallationCredential installation ? new GitHubAsk(client.Address.Api, handler(installation.App)) : null;
        App = new(token => asApp!.GetAsync<JsonAppDetails>("app", token));
        Installation = new(token => asApp!.GetAsync<JsonInstallationDetails>(client.Address.Of("installation"), token));
        Hook = new(token => asApp!.GetAsync<JsonHook>("app/hook/config", token));
        Deliveries = new(token => asApp!.GetAsync<List<JsonDelivery>>("app/hook/deliveries?per_page=50", token));
        User = new(token => ask.GetAsync<JsonUser>("user", token));
        Repository = new(token => ask.GetAsync<JsonRepositoryDetails>(client.Address.Of(""), token));
        OwnersErrors = new(token => ask.GetAsync<JsonOwnersErrors>(client.Address.Of($"codeowners/errors?ref={Uri.EscapeDataString(branch)}"), token));
        Base = new(token => GuardAsync(branch, token));
        State = new(token => GuardAsync("gitopsbot/state", token));
    }

    /// <summary>The host of the API.</summary>
    public string Host => client.Address.Api.Authority;

    /// <summary>The API.</summary>
    public Uri Api => client.Address.Api;

    /// <summary><c>owner/name</c>.</summary>
    public string FullName => client.Address.FullName;

    /// <summary>Who the bot is there.</summary>
    public IGitHubCredential Credential => client.Credential;

    /// <summary>The App's id; null for a token.</summary>
    public long? AppId { get; }

    /// <summary>The App; only with one.</summary>
    public Once<GitHubAnswer<JsonAppDetails>> App { get; }

    /// <summary>Where it is installed; only with an App.</summary>
    public Once<GitHubAnswer<JsonInstallationDetails>> Installation { get; }

    /// <summary>Its webhook; only with an App.</summary>
    public Once<GitHubAnswer<JsonHook>> Hook { get; }

    /// <summary>The newest deliveries of that, newest first; only with an App.</summary>
    public Once<GitHubAnswer<List<JsonDelivery>>> Deliveries { get; }

    /// <summary>Whose token it is; only with a token.</summary>
    public Once<GitHubAnswer<JsonUser>> User { get; }

    /// <summary>The repository.</summary>
    public Once<GitHubAnswer<JsonRepositoryDetails>> Repository { get; }

    /// <summary>What GitHub does not understand of the code owners.</summary>
    public Once<GitHubAnswer<JsonOwnersErrors>> OwnersErrors { get; }

    /// <summary>What guards the base branch.</summary>
    public Once<BranchGuard> Base { get; }

    /// <summary>What guards the bot's own branch.</summary>
    public Once<BranchGuard> State { get; }

    /// <summary>Public keys that an account's commits are signed with.</summary>
    public Task<GitHubAnswer<List<JsonSigningKey>>> SigningKeysAsync(string login, CancellationToken cancellationToken) =>
        ask.GetAsync<List<JsonSigningKey>>($"users/{Uri.EscapeDataString(login)}/ssh_signing_keys?per_page=100", cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        ask.Dispose();
        asApp?.Dispose();
    }

    private async Task<BranchGuard> GuardAsync(string branch, CancellationToken cancellationToken)
    {
        var name = Uri.EscapeDataString(branch);
        var shown = await ask.GetAsync<JsonBranch>(client.Address.Of("branches/" + name), cancellationToken);
        var rules = await ask.GetAsync<List<JsonRule>>(client.Address.Of($"rules/branches/{name}?per_page=100"), cancellationToken);
        // Only a branch that is protected in the older way has a protection that could be hidden.
        var classic = shown.OrNull is { Protected: false } or { Protection.Enabled: false } ? null
            : await ask.GetAsync<JsonProtection>(client.Address.Of($"branches/{name}/protection"), cancellationToken);
        var sets = new List<JsonRuleset>();
        foreach (var id in rules.OrNull?.Select(r => r.RulesetId).OfType<long>().Distinct() ?? [])
        {
            if ((await ask.GetAsync<JsonRuleset>(client.Address.Of(string.Create(CultureInfo.InvariantCulture, $"rulesets/{id}")), cancellationToken)).OrNull is { } set)
            {
                sets.Add(set);
            }
        }

        return BranchGuard.Of(branch, shown.OrNull, classic, rules, sets, await WhoAsync(cancellationToken));
    }

    private async Task<BotAccount> WhoAsync(CancellationToken cancellationToken) => AppId is { } id
        ? new BotAccount(id, (await App.GetAsync(cancellationToken)).OrNull?.Slug, null)
        : new BotAccount(null, null, (await User.GetAsync(cancellationToken)).OrNull?.Login);
}
