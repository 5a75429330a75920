using System.Text.RegularExpressions;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Registry;

namespace GitOpsBot.Hosting.Settings;

/// <summary>The shape of one entry of <c>registries</c>.</summary>
internal static partial class RegistryShape
{
    /// <summary>The shape.</summary>
    public static Shape<RegistrySettings> Of(SettingsPaths paths) => Shapes.Object<RegistrySettings>("A registry host.", keys =>
    {
        var host = keys.Required("host", HostName, "Host and port.");
        var plain = keys.Optional("plainHttp", Shapes.Flag, false, "Without TLS.");
        var user = keys.Optional("usernameFile", paths.Secret, null!, "File of the user's name.");
        var password = keys.Optional("passwordFile", paths.Secret, null!, "File of the password or token.");
        var docker = keys.Optional("dockerConfigFile", paths.Secret, null!, "A Docker config.json with 'auths'; no credential helper is run.");
        var ca = keys.Optional("caFile", paths.File, null!, "PEM of the authorities believed for this host beside those of the system.");
        var webhook = keys.Optional("webhookSecretFile", paths.Secret, null!, "The secret of its webhooks, at /webhooks/registry/HOST.");
        var tokens = keys.Optional("tokenHosts", Shapes.List(HostName), [], "Hosts beside its own that may be shown the credentials when it asks for a token from there.");
        var mirrors = keys.Optional("mirrors", Shapes.List(Mirror), [], "HOST[/PATH] that content by digest is looked for at first, in order; tags always mean what this host says.");
        var atOnce = keys.Optional("concurrency", Shapes.Number(1, 64), RegistryHost.UsualAtOnce, "Requests at once.");
        var perSecond = keys.Optional<int?>("requestsPerSecond", Rate, null, "Requests in a second; without it as many as it answers.");
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

            return new RegistrySettings(fields.Get(host), fields.Get(plain), fields.Get(user), fields.Get(password), fields.Get(docker))
            {
                CaFile = fields.Get(ca),
                WebhookSecret = fields.Get(webhook),
                TokenHosts = fields.Get(tokens),
                Mirrors = fields.Get(mirrors),
                AtOnce = fields.Get(atOnce),
                PerSecond = fields.Get(perSecond),
            };
        };
    });

    private static Shape<string> HostName { get; } = Shapes.Parsed("host", t => Host().IsMatch(t) ? t : null, "a host such as ghcr.io or 127.0.0.1:5000, without http://");

    private static Shape<RegistryMirror> Mirror { get; } = Shapes.Parsed<RegistryMirror>("mirror", t =>
    {
        var slash = t.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (t, "") : (t[..slash], t[(slash + 1)..]);
        return Host().IsMatch(host) && ImageName.TryParse($"{host}/{(path.Length == 0 ? "x" : path)}", out var name) && !name.IsLayout && name.Host == host ? new RegistryMirror(host, path) : null;
    }, "HOST or HOST/PATH, such as mirror.example or harbor.example/hub-cache, without http://");

    private static Shape<int?> Rate { get; } = new(Shapes.Number(1, 10_000).Schema, (node, problems) =>
        Shapes.Number(1, 10_000).Read(node, problems) is { IsRead: true, Value: var number } ? new Shaped<int?>(true, number) : default);

    [GeneratedRegex(@"\A(?:\[[0-9a-fA-F:.]{2,45}\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,250}[a-zA-Z0-9])?)(?::[0-9]{1,5})?\z")]
    private static partial Regex Host();
}
