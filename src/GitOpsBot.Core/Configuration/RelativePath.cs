using System.Globalization;

namespace GitOpsBot.Core.Configuration;

/// <summary>Paths that documents name; none leaves the folder it is meant in.</summary>
internal static class RelativePath
{
    private const int Longest = 512;
    private const int Deepest = 32;

    /// <summary>A folder without a slash at its end; null when it could lead elsewhere, or not be a path for every tool that checks it out.</summary>
    public static string? Normalize(string path)
    {
        if (path.Length is 0 or > Longest || path.Any(IsForbidden))
        {
            return null;
        }

        var parts = (path.EndsWith('/') ? path[..^1] : path).Split('/');
        return parts.Length > Deepest || Array.Exists(parts, p => p is "" or "." or ".." || IsGit(p)) ? null : string.Join('/', parts);
    }

    /// <summary>A file named in a document, which must lie beside that document or below; null when it could lie elsewhere.</summary>
    public static string? Beside(string document, string file) => Normalize(file) is { } normal && !file.EndsWith('/')
        ? document.LastIndexOf('/') is var slash && slash < 0 ? normal : $"{document[..slash]}/{normal}"
        : null;

    /// <summary>Whether one of two folders is the other, or lies in it.</summary>
    public static bool Overlap(string one, string other) =>
        one == other || one.StartsWith(other + "/", StringComparison.Ordinal) || other.StartsWith(one + "/", StringComparison.Ordinal);

    // Format characters are dropped by some file systems, which makes ".git" of ".g<U+200C>it" (CVE-2014-9390).
    private static bool IsForbidden(char c) => c is '\\' or ':' || char.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;

    private static bool IsGit(string part) => part.TrimEnd(' ', '.').ToLowerInvariant() is ".git" or "git~1";
}
