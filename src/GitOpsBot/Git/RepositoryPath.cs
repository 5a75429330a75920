using System.Globalization;

namespace GitOpsBot.Git;

/// <summary>Which paths of a repository are read and written: none that could leave it, name Git's own folder, or look like something else in a terminal.</summary>
internal static class RepositoryPath
{
    // Long enough for every manifest, short enough for every file system; it also bounds how deep folders nest.
    private const int Longest = 1024;

    /// <summary>What is wrong with a path, or null.</summary>
    public static string? Problem(string path) => IsFine(path) ? null : $"'{Printable(path)}' is not a path that is read or written.";

    // Asked of every file and folder of every pass.
    private static bool IsFine(ReadOnlySpan<char> path)
    {
        if (path.Length is 0 or > Longest || HasOdd(path))
        {
            return false;
        }

        foreach (var range in path.Split('/'))
        {
            if (path[range] is "" or "." or ".." || IsGit(path[range]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A path with everything that a terminal could take for something else made visible.</summary>
    public static string Printable(string path) => string.Concat(
        (path.Length > Longest ? path[..Longest] : path).Select(c => c != '\\' && IsOdd(c) ? $"\\u{(int)c:x4}" : c.ToString()));

    private static bool HasOdd(ReadOnlySpan<char> path)
    {
        // Nearly all are of printable ASCII.
        for (var rest = path; ; rest = rest[1..])
        {
            var at = rest.IndexOfAnyExceptInRange(' ', '~');
            if (rest[..(at < 0 ? rest.Length : at)].Contains('\\'))
            {
                return true;
            }

            if (at < 0)
            {
                return false;
            }

            rest = rest[at..];
            if (IsOdd(rest[0]))
            {
                return true;
            }
        }
    }

    // U+FFFD stands for bytes that are not UTF-8: two names of one folder could read the same. Surrogates in pairs are letters like others.
    private static bool IsOdd(char c) => c is '\\' or '\ufffd' || CharUnicodeInfo.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    // What file systems of other machines take for ".git" (CVE-2014-9390, CVE-2019-1352).
    private static bool IsGit(ReadOnlySpan<char> part)
    {
        var end = part.IndexOf(':');
        var name = (end < 0 ? part : part[..end]).TrimEnd(" .");
        return name.Equals(".git", StringComparison.OrdinalIgnoreCase) || name.Equals("git~1", StringComparison.OrdinalIgnoreCase);
    }
}
