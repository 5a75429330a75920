namespace GitOpsBot.Registry;

/// <summary>What the settings say of one registry host.</summary>
/// <param name="Host">Host with port, as image names have it.</param>
/// <param name="PlainHttp">Whether it speaks HTTP without TLS.</param>
/// <param name="Credentials">Reads the credentials for a repository anew each time they are needed; null for anonymous. An <see cref="IOException"/> becomes a <see cref="RegistryException"/>.</param>
public sealed record RegistryHost(string Host, bool PlainHttp, Func<string, RegistryCredentials>? Credentials)
{
    /// <summary>Requests at once, unless the settings say otherwise: as many as image builders and runtimes make.</summary>
    public const int UsualAtOnce = 8;

    /// <summary>PEM of the authorities that are believed for this host beside those of the system; null for none.</summary>
    public string? CaFile { get; init; }

    /// <summary>Hosts beside its own that may be shown the credentials when the registry asks for a token from there.</summary>
    public IReadOnlyList<string> TokenHosts { get; init; } = [];

    /// <summary>Where content by digest is looked for first, in order.</summary>
    public IReadOnlyList<RegistryMirror> Mirrors { get; init; } = [];

    /// <summary>Requests at once.</summary>
    public int AtOnce { get; init; } = UsualAtOnce;

    /// <summary>Requests in a second, evenly spread; null for as many as it answers.</summary>
    public int? PerSecond { get; init; }
}

/// <summary>Another registry that holds the same content: under the same repositories, below a path where one is given.</summary>
/// <param name="Host">Host with port.</param>
/// <param name="Path">What stands before the repository there (<c>hub-cache</c>), or empty.</param>
public sealed record RegistryMirror(string Host, string Path);

/// <summary>What a registry is shown of us. Closed; it prints without what is secret.</summary>
public abstract record RegistryCredentials
{
    private RegistryCredentials() { }

    /// <inheritdoc/>
    public sealed override string ToString() => GetType().Name;

    /// <summary>A user's name and password.</summary>
    public sealed record Password(string User, string Secret) : RegistryCredentials;

    /// <summary>A refresh token, which is shown to the registry's token service only (distribution specification, "OAuth2 token authentication").</summary>
    public sealed record Refresh(string Token) : RegistryCredentials;

    /// <summary>A token that is shown to the registry as it is.</summary>
    public sealed record Bearer(string Token) : RegistryCredentials;
}

/// <summary>Where artifacts may lie; a host that is not named is spoken to over TLS, without credentials.</summary>
/// <param name="Hosts">Only hosts that need something said.</param>
/// <param name="Layouts">Folders of OCI image layouts by name.</param>
public sealed record RegistryOptions(IReadOnlyList<RegistryHost> Hosts, IReadOnlyDictionary<string, string> Layouts)
{
    /// <summary>How long one call may take, tries, body and redirects included: SPEC section 3 says 30 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The folder that content by digest is kept in; null to keep nothing.</summary>
    public string? CacheFolder { get; init; }
}
