using System.Globalization;

namespace GitOpsBot.Git;

/// <summary>Which paths of a repository are read and written: none that could leave it, name Git's own folder, or look like something else in a terminal.</summary>
internal static class RepositoryPath
{
    // Long enough for every manifest, short enough for every file system.
    private const int Longest = 1024;

    /// <summary>What is wrong with a path, or null.</summary>
    public static string? Problem(string path) =>
        path.Length is 0 or > Longest || path.Any(c => char.IsControl(c) || c == '\\' || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format)
        || path.Split('/').Any(part => part is "" or "." or ".." || part.TrimEnd(' ', '.').Equals(".git", StringComparison.OrdinalIgnoreCase))
            ? $"'{Printable(path)}' is not a path that is read or written."
            : null;

    /// <summary>A path with everything that a terminal could take for something else made visible.</summary>
    public static string Printable(string path) => string.Concat(
        (path.Length > Longest ? path[..Longest] : path).Select(c => char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format ? $"\\u{(int)c:x4}" : c.ToString()));
}
