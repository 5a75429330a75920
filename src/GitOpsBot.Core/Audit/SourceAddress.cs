using System.Text.RegularExpressions;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Audit;

/// <summary>
/// A source repository in a text: as a link only where its address is a plain one (scheme, host, path), since provenance that is believed about one
/// thing may still hold an address that leads somewhere else than it says.
/// </summary>
internal static partial class SourceAddress
{
    private const int Longest = 300;

    /// <summary>The repository: host and path as code, or as harmless text when it is no plain address.</summary>
    public static string Name(string repository) => Parse(repository) is { } plain ? $"`{plain.Host}/{plain.Path}`" : Inert.Markdown(Inert.Cut(repository, 200));

    /// <summary>Where people see the commits between two, as a Markdown link; null when the address is no plain one.</summary>
    public static string? Compare(SourceRange range) => Parse(range.Repository) is { } plain && range.From is { } from
        ? $"[compare]({range.Repository}{Below(plain.Host)}/compare/{from}...{range.To})" : null;

    /// <summary>Where people see one commit, as a Markdown link; null when the address is no plain one.</summary>
    public static string? Commit(string repository, string commit) => Parse(repository) is { } plain ? $"[commit]({repository}{Below(plain.Host)}/commit/{commit})" : null;

    // GitLab keeps the pages of a project apart from its groups; GitHub, Gitea and Forgejo do not.
    private static string Below(string host) => host.Split('.')[0].Equals("gitlab", StringComparison.OrdinalIgnoreCase) ? "/-" : "";

    private static (string Host, string Path)? Parse(string repository) => repository.Length <= Longest && Plain().Match(repository) is { Success: true } match
        && !match.Groups["path"].Value.Split('/').Any(part => part.Trim('.').Length == 0) ? (match.Groups["host"].Value, match.Groups["path"].Value) : null;

    [GeneratedRegex(@"\Ahttps?://(?<host>[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?)/(?<path>[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)+)\z")]
    private static partial Regex Plain();
}
