using System.Text.RegularExpressions;

namespace GitOpsBot.Git;

/// <summary>Where a repository is. Holds no secret: an address with credentials in it is none. Closed.</summary>
internal abstract partial record RepositoryAddress
{
    private RepositoryAddress() { }

    /// <summary>A bare repository on this machine, opened in place.</summary>
    public sealed record Folder(string Path) : RepositoryAddress
    {
        /// <inheritdoc/>
        public override string ToString() => Path;
    }

    /// <summary>A repository spoken to over HTTP, with TLS or without, as it is written.</summary>
    public sealed record Http(Uri Url) : RepositoryAddress
    {
        /// <inheritdoc/>
        public override string ToString() => Url.AbsoluteUri;
    }

    /// <summary>A repository spoken to through the program <c>ssh</c>.</summary>
    /// <param name="User">The user over there; null for what ssh's own configuration says.</param>
    /// <param name="Host">The host, or a name of ssh's own configuration.</param>
    /// <param name="Port">The port; null for what ssh's own configuration says.</param>
    /// <param name="Path">The path as the server is asked for it: no quotes, spaces or control characters.</param>
    public sealed record Ssh(string? User, string Host, int? Port, string Path) : RepositoryAddress
    {
        /// <inheritdoc/>
        public override string ToString() => $"ssh://{(User is null ? "" : User + "@")}{Host}{(Port is null ? "" : $":{Port}")}{(Path.StartsWith('/') ? "" : "/~/")}{Path}";
    }

    /// <summary>
    /// Reads <c>http(s)://HOST/PATH</c>, <c>ssh://[USER@]HOST[:PORT]/PATH</c> or <c>USER@HOST:PATH</c>. Null, with what is wrong, for anything else;
    /// the sentence never repeats the address, which may hold a password.
    /// </summary>
    public static RepositoryAddress? Parse(string text, out string problem)
    {
        problem = "Expected the address of a repository such as https://github.com/acme/manifests.git or ssh://git@github.com/acme/manifests.git.";
        if (SshUrl().Match(text) is { Success: true } ssh)
        {
            var port = ssh.Groups["port"].Success ? int.Parse(ssh.Groups["port"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : (int?)null;
            return port is null or (> 0 and < 65536) && !HasDots(ssh.Groups["path"].Value)
                ? new Ssh(ssh.Groups["user"] is { Success: true, Value: var user } ? user : null, ssh.Groups["host"].Value, port, ssh.Groups["path"].Value)
                : null;
        }

        if (ScpLike().Match(text) is { Success: true } scp)
        {
            return HasDots(scp.Groups["path"].Value) ? null : new Ssh(scp.Groups["user"].Value, scp.Groups["host"].Value, null, scp.Groups["path"].Value);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            return null;
        }

        problem = url.UserInfo.Length > 0 ? "The address of a repository holds no credentials: they are named by files of their own."
            : url.Query.Length > 0 || url.Fragment.Length > 0 || text.Contains('#', StringComparison.Ordinal) ? "The address of a repository ends with its path, without '?' and '#'."
            : "";
        return problem.Length == 0 ? new Http(new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/'))) : null;
    }

    private static bool HasDots(string path) => path.Split('/').Contains("..");

    // Nothing here can be an option of ssh or mean anything to the shell at the other end.
    [GeneratedRegex(@"\Assh://(?:(?<user>[A-Za-z0-9_][A-Za-z0-9._-]{0,63})@)?(?<host>[A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9a-fA-F:.]{2,45}\])(?::(?<port>[0-9]{1,5}))?(?<path>/[A-Za-z0-9._~][A-Za-z0-9._~/+-]{0,999})\z")]
    private static partial Regex SshUrl();

    [GeneratedRegex(@"\A(?<user>[A-Za-z0-9_][A-Za-z0-9._-]{0,63})@(?<host>[A-Za-z0-9][A-Za-z0-9.-]{0,252}):(?<path>[A-Za-z0-9._~/][A-Za-z0-9._~/+-]{0,999})\z")]
    private static partial Regex ScpLike();
}
