using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace GitOpsBot.Core.Artifacts;

/// <summary>
/// Where artifacts lie, without tag or digest: <c>ghcr.io/acme/checkout</c>, <c>127.0.0.1:5000/acme/checkout</c>, or an OCI image layout
/// directory of the bot's settings, <c>oci-layout:NAME[/PATH]</c>. Docker Hub's short forms are the same name as the long one
/// (<c>nginx</c> = <c>docker.io/library/nginx</c>), so two spellings of one place are equal. (Grammar: OCI distribution specification, "Pulling manifests".)
/// </summary>
public sealed record ImageName
{
    private const string LayoutPrefix = "oci-layout:";
    private const int LongestName = 255;

    private static readonly SearchValues<char> Address = SearchValues.Create("0123456789abcdefABCDEF:");
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");

    private ImageName(bool isLayout, string host, string repository) => (IsLayout, Host, Repository) = (isLayout, host, repository);

    /// <summary>Whether this is a folder of the bot's machine rather than a registry.</summary>
    public bool IsLayout { get; }

    /// <summary>Host with port where one was written (<c>docker.io</c> for Docker Hub), or the layout's NAME.</summary>
    public string Host { get; }

    /// <summary>The repository on that host, or the layout's PATH (empty for the layout itself).</summary>
    public string Repository { get; }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">The text is not a name.</exception>
    public static ImageName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException($"'{text}' is not an image name: expected HOST/REPOSITORY in lower case, or oci-layout:NAME[/PATH].");

    /// <summary>Reads a name, or answers false.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageName? name)
    {
        name = null;
        if (string.IsNullOrEmpty(text) || text.Length > LongestName)
        {
            return false;
        }

        if (text.StartsWith(LayoutPrefix, StringComparison.Ordinal))
        {
            var rest = text[LayoutPrefix.Length..];
            var cut = rest.IndexOf('/', StringComparison.Ordinal);
            var (host, path) = cut < 0 ? (rest, "") : (rest[..cut], rest[(cut + 1)..]);
            if (!IsComponent(host) || (cut >= 0 && !IsPath(path)))
            {
                return false;
            }

            name = new ImageName(true, host, path);
            return true;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : text[..slash];
        // The rule of Docker's reference grammar: the first part is a host when it has a dot or a port, or is localhost.
        if (first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost")
        {
            var repository = text[(slash + 1)..];
            if (!IsHostAndPort(first) || !IsPath(repository))
            {
                return false;
            }

            if (first is "index.docker.io" or "docker.io" or "registry-1.docker.io")
            {
                name = new ImageName(false, "docker.io", repository.Contains('/', StringComparison.Ordinal) ? repository : "library/" + repository);
                return true;
            }

            name = new ImageName(false, first, repository);
            return true;
        }

        if (!IsPath(text))
        {
            return false;
        }

        name = new ImageName(false, "docker.io", slash < 0 ? "library/" + text : text);
        return true;
    }

    /// <summary>The name in full.</summary>
    public override string ToString() => IsLayout
        ? Repository.Length == 0 ? LayoutPrefix + Host : $"{LayoutPrefix}{Host}/{Repository}"
        : $"{Host}/{Repository}";

    // Written out, not as patterns: a scan reads tens of thousands of names, and building a pattern takes longer than reading them.
    // Components of a path, separated by slashes.
    private static bool IsPath(ReadOnlySpan<char> text)
    {
        while (true)
        {
            var slash = text.IndexOf('/');
            if (!IsComponent(slash < 0 ? text : text[..slash]))
            {
                return false;
            }

            if (slash < 0)
            {
                return true;
            }

            text = text[(slash + 1)..];
        }
    }

    // [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*
    private static bool IsComponent(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !IsLowerOrDigit(text[0]) || !IsLowerOrDigit(text[^1]))
        {
            return false;
        }

        for (var i = 1; i < text.Length; i++)
        {
            if (IsLowerOrDigit(text[i]))
            {
                continue;
            }

            var from = i;
            while (!IsLowerOrDigit(text[i + 1]))
            {
                i++;
            }

            var separator = text[from..(i + 1)];
            if (separator is not ("." or "_" or "__") && separator.ContainsAnyExcept('-'))
            {
                return false;
            }
        }

        return true;
    }

    // [A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?, or an address in brackets; then perhaps a port.
    private static bool IsHostAndPort(ReadOnlySpan<char> text)
    {
        var colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']'))
        {
            var port = text[(colon + 1)..];
            if (port.Length is 0 or > 5 || port.ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            text = text[..colon];
        }

        if (text.Length > 2 && text[0] == '[' && text[^1] == ']')
        {
            return !text[1..^1].ContainsAnyExcept(Address);
        }

        return text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && !text.ContainsAnyExcept(HostCharacters);
    }

    private static bool IsLowerOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
