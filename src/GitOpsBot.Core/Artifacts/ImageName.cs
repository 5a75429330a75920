using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace GitOpsBot.Core.Artifacts;

/// <summary>
/// Where artifacts lie, without tag or digest: <c>ghcr.io/acme/checkout</c>, <c>127.0.0.1:5000/acme/checkout</c>, or an OCI image layout
/// directory of the bot's settings, <c>oci-layout:NAME[/PATH]</c>. Docker Hub's short forms are the same name as the long one
/// (<c>nginx</c> = <c>docker.io/library/nginx</c>), so two spellings of one place are equal. (Grammar: OCI distribution specification, "Pulling manifests".)
/// </summary>
public sealed partial record ImageName
{
    private const string LayoutPrefix = "oci-layout:";
    private const int LongestName = 255;

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
            if (!PathComponent().IsMatch(host) || (cut >= 0 && !RepositoryPath().IsMatch(path)))
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
            if (!HostAndPort().IsMatch(first) || !RepositoryPath().IsMatch(repository))
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

        if (!RepositoryPath().IsMatch(text))
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

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex PathComponent();

    [GeneratedRegex(@"\A(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?\z", RegexOptions.NonBacktracking)]
    private static partial Regex HostAndPort();
}
