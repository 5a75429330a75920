using GitOpsBot.Hosting.Settings;
using GitOpsBot.Registry;

namespace GitOpsBot.Hosting;

/// <summary>The registries of the settings that are worked with, for as long as this lives: what one pass learnt of them, the next need not ask again.</summary>
internal sealed class KeptRegistries : IDisposable
{
    private readonly Lock gate = new();
    private (BotSettings Of, Registries Registries)? kept;

    /// <summary>The registries of these settings. Other settings than before end those of before.</summary>
    public Registries For(BotSettings settings)
    {
        lock (gate)
        {
            if (kept is not { } before || !ReferenceEquals(before.Of, settings))
            {
                kept?.Registries.Dispose();
                kept = (settings, new Registries(OptionsOf(settings)));
            }

            return kept.Value.Registries;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => kept?.Registries.Dispose();

    /// <summary>The hosts of the settings, as they are spoken to.</summary>
    public static IReadOnlyList<RegistryHost> HostsOf(BotSettings settings) => [.. settings.Registries.Select(HostOf)];

    private static RegistryOptions OptionsOf(BotSettings settings) => new(HostsOf(settings), settings.Layouts)
    {
        CacheFolder = Path.Combine(settings.DataDirectory, "content"),
    };

    private static RegistryHost HostOf(RegistrySettings registry) => new(registry.Host, registry.PlainHttp, CredentialsOf(registry))
    {
        CaFile = registry.CaFile,
        TokenHosts = registry.TokenHosts,
        Mirrors = registry.Mirrors,
        AtOnce = registry.AtOnce,
        PerSecond = registry.PerSecond,
    };

    private static Func<string, RegistryCredentials>? CredentialsOf(RegistrySettings registry) => registry switch
    {
        { Username: { } user, Password: { } password } => _ => new RegistryCredentials.Password(user.Read(), password.Read()),
        { DockerConfig: { } file } => repository => DockerCredentials.Find(file.Read(), registry.Host, repository),
        _ => null,
    };
}
