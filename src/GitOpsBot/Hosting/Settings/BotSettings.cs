using System.Net;
using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Evidence.Sigstore.Trust;
using GitOpsBot.Git;
using GitOpsBot.Registry;

namespace GitOpsBot.Hosting.Settings;

/// <summary>The bot's own settings (SPEC section 3), read from <c>gitopsbot.yaml</c> and the environment by <see cref="SettingsReader"/>. All paths are absolute.</summary>
/// <param name="DataDirectory">Holds caches only; may be deleted at any time.</param>
/// <param name="Interval">How often each repository is looked at when nothing told the bot to.</param>
/// <param name="Listen">Where health is served.</param>
/// <param name="Repositories">Manifest repositories, names unique.</param>
/// <param name="Registries">Hosts that need something said, each once.</param>
/// <param name="Layouts">OCI image layout directories by the NAME of <c>oci-layout:NAME</c>.</param>
/// <param name="PolicyFolders">More folders of documents, known to every repository.</param>
/// <param name="Committer">Who commits.</param>
internal sealed record BotSettings(
    string DataDirectory,
    TimeSpan Interval,
    IPEndPoint Listen,
    IReadOnlyList<RepositorySettings> Repositories,
    IReadOnlyList<RegistrySettings> Registries,
    IReadOnlyDictionary<string, string> Layouts,
    IReadOnlyList<string> PolicyFolders,
    CommitIdentity Committer)
{
    /// <summary>The key that signs commits and promotion records; null when nothing is signed.</summary>
    public SigningKeyFile? SigningKey { get; init; }

    /// <summary>The secret of webhooks that no other section has one for: Alertmanager's. Without it none is accepted.</summary>
    public SecretFile? WebhookSecret { get; init; }

    /// <summary>How GitHub is reached; null when no repository is there.</summary>
    public GitHubSettings? GitHub { get; init; }

    /// <summary>What documents may name.</summary>
    public SourceSettings Sources { get; init; } = SourceSettings.None;

    /// <summary>Whom authorities believe that name no Sigstore root of their own.</summary>
    public TrustedRoot TrustedRoot { get; init; } = TrustedRoot.PublicGood;

    /// <summary>
    /// Whether a repository may promote from there: what its <c>artifacts</c> say; without them, any place that needs no credentials, so that
    /// documents cannot borrow the bot's.
    /// </summary>
    public bool MayPromote(RepositorySettings repository, ImageName name) => repository.Artifacts is { } prefixes
        ? prefixes.Any(prefix => IsWithin(name.ToString(), prefix))
        : name.IsLayout || !Registries.Any(r => r.HasCredentials && string.Equals(r.Host, name.Host, StringComparison.OrdinalIgnoreCase));

    // Whole path segments: ghcr.io/acme must not admit ghcr.io/acme-evil.
    private static bool IsWithin(string name, string prefix) =>
        name == prefix || name.StartsWith(prefix.EndsWith('/') ? prefix : prefix + "/", StringComparison.Ordinal);
}

/// <summary>One manifest repository.</summary>
/// <param name="Name">What it is called in commands and logs.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Branch">The only branch configuration and policy are read from.</param>
/// <param name="Directory">Where the documents lie in it.</param>
/// <param name="Artifacts">Prefixes of what it may promote; null when nothing is said, and empty means nothing.</param>
/// <param name="Require">Policies added to every environment.</param>
internal sealed record RepositorySettings(
    string Name, RepositoryAddress Address, string Branch, string Directory, IReadOnlyList<string>? Artifacts, IReadOnlyList<string> Require)
{
    /// <summary>Where its pull requests are.</summary>
    public ForgeKind Forge { get; init; } = ForgeKind.Local;
}

/// <summary>Where pull requests are.</summary>
internal enum ForgeKind
{
    /// <summary>github.com or GitHub Enterprise Server.</summary>
    GitHub,
    /// <summary>In a bare repository on this machine.</summary>
    Local,
}

/// <summary>How GitHub is reached; exactly one of <paramref name="App"/> and <paramref name="Token"/>.</summary>
/// <param name="Api">The REST API as written, with a slash at its end.</param>
/// <param name="App">Id and private key of a GitHub App.</param>
/// <param name="Token">A token's file.</param>
/// <param name="WebhookSecret">The secret that webhooks are signed with; without it none is accepted.</param>
internal sealed record GitHubSettings(Uri Api, (long Id, SecretFile Key)? App, SecretFile? Token, SecretFile? WebhookSecret)
{
    /// <summary>How the bot's commits get there.</summary>
    public CommitsBy Commits { get; init; } = CommitsBy.Git;
}

/// <summary>How the bot's commits get to a forge.</summary>
internal enum CommitsBy
{
    /// <summary>Made here and pushed.</summary>
    Git,
    /// <summary>Made by the forge, through its API, so that it signs them.</summary>
    Api,
}

/// <summary>One registry host that needs something said.</summary>
/// <param name="Host">Host, with port where it has one.</param>
/// <param name="PlainHttp">Whether it is spoken to without TLS.</param>
/// <param name="Username">File of the user's name, or null.</param>
/// <param name="Password">File of the password or token; given exactly when <paramref name="Username"/> is.</param>
/// <param name="DockerConfig">A Docker <c>config.json</c> with the host's credentials, or null.</param>
internal sealed record RegistrySettings(string Host, bool PlainHttp, SecretFile? Username, SecretFile? Password, SecretFile? DockerConfig)
{
    /// <summary>PEM of the authorities believed for this host beside those of the system, or null.</summary>
    public string? CaFile { get; init; }

    /// <summary>The secret of the host's webhooks; without it none is accepted.</summary>
    public SecretFile? WebhookSecret { get; init; }

    /// <summary>Hosts beside its own that may be shown the credentials for a token.</summary>
    public IReadOnlyList<string> TokenHosts { get; init; } = [];

    /// <summary>Where content by digest is looked for first.</summary>
    public IReadOnlyList<RegistryMirror> Mirrors { get; init; } = [];

    /// <summary>Requests at once.</summary>
    public int AtOnce { get; init; } = RegistryHost.UsualAtOnce;

    /// <summary>Requests in a second, or null.</summary>
    public int? PerSecond { get; init; }

    /// <summary>Whether the bot would show credentials there.</summary>
    public bool HasCredentials => Password is not null || DockerConfig is not null;
}
