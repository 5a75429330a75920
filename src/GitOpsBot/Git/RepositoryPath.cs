using System.Globalization;

namespace GitOpsBot.Git;

/// <summary>Which paths of a repository are read and written: none that could leave it, name Git's own folder, or look like something else in a terminal.</summary>
internal static class RepositoryPath
{
    // Long enough for every manifest, short enough for every file system; it also bounds how deep folders nest.
    private const int Longest = 1024;

    /// <summary>What is wrong with a path, or null.</summary>
    public static string? Problem(string path) =>
        path.Length is 0 or > Longest || path.Any(IsOdd) || path.Split('/').Any(part => part is "" or "." or ".." || IsGit(part))
            ? $"'{Printable(path)}' is not a path that is read or written."
            : null;

    /// <summary>A path with everything that a terminal could take for something else made visible.</summary>
    public static string Printable(string path) => string.Concat(
        (path.Length > Longest ? path[..Longest] : path).Select(c => c != '\\' && IsOdd(c) ? $"\\u{(int)c:x4}" : c.ToString()));

    // U+FFFD stands for bytes that are not UTF-8: two names of one folder could read the same. Surrogates in pairs are letters like others.
    private static bool IsOdd(char c) => c is '\\' or '\ufffd' || CharUnicodeInfo.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    // What file systems of other machines take for ".git" (CVE-2014-9390, CVE-2019-1352).
    private static bool IsGit(string part)
    {
        var name = part.Split(':')[0].TrimEnd(' ', '.');
        return name.Equals(".git", StringComparison.OrdinalIgnoreCase) || name.Equals("git~1", StringComparison.OrdinalIgnoreCase);
    }
}
