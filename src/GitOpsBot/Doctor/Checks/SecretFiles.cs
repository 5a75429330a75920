using GitOpsBot.Hosting.Settings;
using GitOpsBot.Hosting.Webhooks;

namespace GitOpsBot.Doctor.Checks;

/// <summary>The files that the settings name can be read and say something; never what they say.</summary>
internal static class SecretFiles
{
    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("files", setUp => [Look.Here("settings", () => Find(setUp.Settings))]);

    private static IReadOnlyList<Finding> Find(BotSettings settings)
    {
        var files = All(settings).ToList();
        List<Finding> wrong = [.. files.Select(f => (f.Key, f.File, Said: WebhookSecrets.Wrong(f.File))).Where(f => f.Said is not null)
            .Select(f => new Finding.ToDo("settings", $"What '{f.Key}' names cannot be used: {f.Said}", $"Put the secret into {f.File.Path}, where the bot's user may read it."))];
        return wrong.Count > 0 ? wrong : [new Finding.Ok("settings", files.Count == 0 ? "The settings are valid." : $"The settings are valid, and what they name for secrets ({files.Count} file{(files.Count == 1 ? "" : "s")}) can be read.")];
    }

    private static IEnumerable<(string Key, SecretFile File)> All(BotSettings settings)
    {
        IEnumerable<(string, SecretFile?)> named =
        [
            ("github.app.privateKeyFile", settings.GitHub?.App?.Key), ("github.tokenFile", settings.GitHub?.Token),
            .. WebhookSecrets.Senders(settings).Select(s => (s.Key, s.File)),
            .. settings.Registries.SelectMany((r, i) => new[]
            {
                ($"registries[{i}].usernameFile", r.Username), ($"registries[{i}].passwordFile", r.Password), ($"registries[{i}].dockerConfigFile", r.DockerConfig),
            }),
            .. settings.Sources.Prometheus.Select(s => ($"sources.prometheus.{s.Key}.tokenFile", s.Value.Token)),
            .. settings.Sources.Webhooks.Select(s => ($"sources.webhooks.{s.Key}.tokenFile", s.Value.Token)),
        ];
        return named.Where(f => f.Item2 is not null).Select(f => (f.Item1, f.Item2!));
    }
}
