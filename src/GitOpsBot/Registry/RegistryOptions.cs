namespace GitOpsBot.Registry;

/// <summary>What the settings say of one registry host.</summary>
/// <param name="Host">Host with port, as image names have it.</param>
/// <param name="PlainHttp">Whether it speaks HTTP without TLS.</param>
/// <param name="Credentials">Reads user name and password anew each time they are needed; null for anonymous. An <see cref="IOException"/> becomes a <see cref="RegistryException"/>.</param>
public sealed record RegistryHost(string Host, bool PlainHttp, Func<(string User, string Password)>? Credentials)
{
    /// <summary>PEM of the authorities that are believed for this host beside those of the system; null for none.</summary>
    public string? CaFile { get; init; }
}

/// <summary>Where artifacts may lie; a host that is not named is spoken to over TLS, without credentials.</summary>
/// <param name="Hosts">Only hosts that need something said.</param>
/// <param name="Layouts">Folders of OCI image layouts by name.</param>
public sealed record RegistryOptions(IReadOnlyList<RegistryHost> Hosts, IReadOnlyDictionary<string, string> Layouts)
{
    /// <summary>How long one call may take, body and redirects included: SPEC section 3 says 30 s.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
