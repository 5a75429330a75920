namespace GitOpsBot.Registry;

/// <summary>What the settings say of one registry host.</summary>
/// <param name="Host">Host with port, as image names have it.</param>
/// <param name="PlainHttp">Whether it speaks HTTP without TLS.</param>
/// <param name="Credentials">Reads user name and password when they are needed; null for anonymous.</param>
public sealed record RegistryHost(string Host, bool PlainHttp, Func<(string User, string Password)>? Credentials);

/// <summary>Where artifacts may lie.</summary>
/// <param name="Hosts">Only hosts that need something said.</param>
/// <param name="Layouts">Folders of OCI image layouts by name.</param>
public sealed record RegistryOptions(IReadOnlyList<RegistryHost> Hosts, IReadOnlyDictionary<string, string> Layouts);
