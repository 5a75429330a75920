using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Hosting.Settings;

/// <summary>The shape of one entry of <c>registries</c>.</summary>
internal static partial class RegistryShape
{
    /// <summary>The shape.</summary>
    public static Shape<RegistrySettings> Of(SettingsPaths paths) => Shapes.Object<RegistrySettings>("A registry host.", keys =>
    {
        var host = keys.Required("host", Shapes.Parsed("host", t => Host().IsMatch(t) ? t : null, "a host such as ghcr.io or 127.0.0.1:5000, without http://"), "Host and port.");
        var plain = keys.Optional("plainHttp", Shapes.Flag, false, "Without TLS.");
        var user = keys.Optional("usernameFile", paths.Secret, null!, "File of the user's name.");
        var password = keys.Optional("passwordFile", paths.Secret, null!, "File of the password or token.");
        var docker = keys.Optional("dockerConfigFile", paths.Secret, null!, "A Docker config.json.");
        var ca = keys.Optional("caFile", paths.File, null!, "PEM of the authorities believed for this host beside those of the system.");
        var webhook = keys.Optional("webhookSecretFile", paths.Secret, null!, "The secret of its webhooks, at /webhooks/registry/HOST.");
        return fields =>
        {
            if (fields.Has(user) != fields.Has(password))
            {
                fields.Says(fields.Has(user) ? user : password, "Expected both 'usernameFile' and 'passwordFile', found one of them.");
                return default;
            }

            if (fields.Has(docker) && fields.Has(user))
            {
                fields.Says(docker, "Expected either 'dockerConfigFile' or 'usernameFile' and 'passwordFile', found both.");
                return default;
            }

            return new RegistrySettings(fields.Get(host), fields.Get(plain), fields.Get(user), fields.Get(password), fields.Get(docker)) { CaFile = fields.Get(ca), WebhookSecret = fields.Get(webhook) };
        };
    });

    [GeneratedRegex(@"\A(?:\[[0-9a-fA-F:.]{2,45}\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,250}[a-zA-Z0-9])?)(?::[0-9]{1,5})?\z")]
    private static partial Regex Host();
}
