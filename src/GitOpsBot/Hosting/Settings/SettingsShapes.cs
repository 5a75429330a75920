using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Git;

namespace GitOpsBot.Hosting.Settings;

/// <summary>The shape of <c>gitopsbot.yaml</c>; <paramref name="folder"/> is what relative paths are relative to.</summary>
internal sealed partial class SettingsShapes(string folder)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    // Longer is never: a timer of more than 49 days cannot be set.
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(30);

    /// <summary>The whole file.</summary>
    public Shape<BotSettings> Settings()
    {
        var paths = new SettingsPaths(folder);
        return Shapes.Object<BotSettings>("The bot's own settings.", keys =>
        {
            var data = keys.Optional("dataDir", paths.Anything, Path.Combine(folder, "data"), "Caches; may be deleted at any time.");
            var interval = keys.Optional("interval", Interval, TimeSpan.FromMinutes(1), "How often each repository is looked at.");
            var http = keys.Optional("http", Http(paths), new HttpKeys(new IPEndPoint(IPAddress.Loopback, 8080), null), "Health and webhooks.");
            var repositories = keys.Optional("repositories", Shapes.List(RepositoryShape.Of(paths)), [], "The manifest repositories.");
            var registries = keys.Optional("registries", Shapes.List(RegistryShape.Of(paths)), [], "Hosts that need something said.");
            var sources = keys.Optional("sources", SourceSettings.Shape(paths), SourceSettings.None, "What documents may name.");
            var policies = keys.Optional("policies", Shapes.List(paths.Folder), [], "More folders of documents, known to every repository.");
            var committer = keys.Optional("committer", Committer, new CommitIdentity("GitOpsBot", "gitopsbot@localhost"), "Who commits.");
            var signing = keys.Optional("signing", SigningKeyFile.Shape(paths), null!, "The key that signs.");
            var github = keys.Optional("github", GitHubShape.Of(paths), null!, "How GitHub is reached.");
            var trust = keys.Optional("trust", Trust(paths), TrustedRoot.PublicGood, "Whose signatures are believed.");
            keys.NotAvailable("cluster");
            return fields =>
            {
                var once = fields.NamesOnce(repositories, r => r.Name, "repository") & fields.NamesOnce(registries, r => r.Host, "registry host");
                if (!fields.Has(github) && fields.Get(repositories).Any(r => r.Forge == ForgeKind.GitHub))
                {
                    fields.Says("A repository with 'forge: github', the default, needs the section 'github' with 'app' or 'tokenFile'.");
                    return default;
                }

                return once
                    ? new BotSettings(
                        fields.Get(data), fields.Get(interval), fields.Get(http).Listen, fields.Get(repositories), fields.Get(registries),
                        fields.Get(sources).Layouts, fields.Get(policies), fields.Get(committer))
                    {
                        SigningKey = fields.Get(signing),
                        GitHub = fields.Get(github),
                        Sources = fields.Get(sources),
                        TrustedRoot = fields.Get(trust),
                        WebhookSecret = fields.Get(http).WebhookSecret,
                    }
                    : default(Shaped<BotSettings>);
            };
        });
    }

    private static Shape<TimeSpan> Interval { get; } = new(Shapes.Duration.Schema, (node, problems) =>
    {
        var read = Shapes.Duration.Read(node, problems);
        if (read.IsRead && (read.Value < ShortestInterval || read.Value > LongestInterval))
        {
            problems.Add(node.Place.Says("Expected an interval from 1s to 30d."));
            return default;
        }

        return read;
    });

    private sealed record HttpKeys(IPEndPoint Listen, SecretFile? WebhookSecret);

    private static Shape<HttpKeys> Http(SettingsPaths paths) => Shapes.Object<HttpKeys>("Where it listens.", keys =>
    {
        var listen = keys.Optional("listen", Shapes.Parsed("address", EndPoint, "an address and a port such as 127.0.0.1:8080 or [::]:8080"),
            new IPEndPoint(IPAddress.Loopback, 8080), "Address and port.");
        var webhook = keys.Optional("webhookSecretFile", paths.Secret, null!, "The secret of Alertmanager's webhook, at /webhooks/alertmanager.");
        return fields => new HttpKeys(fields.Get(listen), fields.Get(webhook));
    });

    private static Shape<TrustedRoot> Trust(SettingsPaths paths) => Shapes.Object<TrustedRoot>("Whose signatures are believed.", keys =>
    {
        var root = keys.Optional("sigstoreTrustedRootFile", paths.TrustedRoot, TrustedRoot.PublicGood, "Sigstore TrustedRoot JSON; otherwise the public good instance's, as shipped.");
        return fields => fields.Get(root);
    });

    private static Shape<CommitIdentity> Committer { get; } = Shapes.Object<CommitIdentity>("Who commits.", keys =>
    {
        var name = keys.Required("name", Shapes.Parsed("name", t => Person().IsMatch(t) ? t : null, "a name in one line without < and >"), "The name.");
        var email = keys.Required("email", Shapes.Parsed("address", t => Email().IsMatch(t) ? t : null, "an e-mail address"), "The e-mail address.");
        return fields => new CommitIdentity(fields.Get(name), fields.Get(email));
    });

    private static IPEndPoint? EndPoint(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && (text[..colon] == "localhost" ? IPAddress.Loopback : Address(text[..colon])) is { } address
            ? new IPEndPoint(address, port) : null;
    }

    // Without brackets, 1::2:80 would be an address and no port.
    private static IPAddress? Address(string text) =>
        IPAddress.TryParse(text, out var address) && text.StartsWith('[') == text.Contains(':', StringComparison.Ordinal) ? address : null;

    [GeneratedRegex(@"\A[^<>\p{C}\s](?:[^<>\p{C}]{0,98}[^<>\p{C}\s])?\z")]
    private static partial Regex Person();

    [GeneratedRegex(@"\A[^<>@\p{C}\s]{1,64}@[^<>@\p{C}\s]{1,190}\z")]
    private static partial Regex Email();
}
