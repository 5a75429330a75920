using GitOpsBot.Core.Documents;

namespace GitOpsBot.Hosting.Settings;

/// <summary>The shape of <c>github</c>.</summary>
internal static class GitHubShape
{
    private static readonly Uri PublicApi = new("https://api.github.com/");

    /// <summary>The shape.</summary>
    public static Shape<GitHubSettings> Of(SettingsPaths paths) => Shapes.Object<GitHubSettings>("How GitHub is reached.", keys =>
    {
        var api = keys.Optional("apiUrl", Shapes.Parsed("address", Api, "an address such as https://api.github.com/ or https://HOST/api/v3/"), PublicApi, "The REST API, used as written.");
        var app = keys.Optional("app", App(paths), null!, "A GitHub App.");
        var token = keys.Optional("tokenFile", paths.Secret, null!, "File of a token.");
        var webhook = keys.Optional("webhookSecretFile", paths.Secret, null!, "File of the secret that webhooks are signed with.");
        var commits = keys.Optional("commits", Shapes.Choice(("git", CommitsBy.Git), ("api", CommitsBy.Api)), CommitsBy.Git, "How commits get there: 'api' lets GitHub make and sign them, for repositories that demand signatures.");
        return fields =>
        {
            if (fields.Has(app) == fields.Has(token))
            {
                fields.Says($"Expected one of 'app' and 'tokenFile', found {(fields.Has(app) ? "both" : "neither")}.");
                return default;
            }

            return new GitHubSettings(
                fields.Get(api), fields.Has(app) ? (fields.Get(app).Id, fields.Get(app).Key) : null, fields.Get(token), fields.Get(webhook)) { Commits = fields.Get(commits) };
        };
    });

    private sealed record AppKey(long Id, SecretFile Key);

    private static Shape<AppKey> App(SettingsPaths paths) => Shapes.Object<AppKey>("A GitHub App.", keys =>
    {
        var id = keys.Required("id", Shapes.Number(1, int.MaxValue), "The App's id.");
        var key = keys.Required("privateKeyFile", paths.Secret, "Its private key, a PEM file.");
        return fields => new AppKey(fields.Get(id), fields.Get(key));
    });

    // Credentials are sent there: no user info that would end in a log, nothing that a path is put behind.
    private static Uri? Api(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0
            ? address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/") : null;
}
