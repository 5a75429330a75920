using System.Text.RegularExpressions;

namespace GitOpsBot.Doctor;

/// <summary>
/// A file of code owners (GitHub, "About code owners"): lines of a pattern and its owners; the last line that fits decides, and one without owners makes
/// that nobody's. Patterns are those of gitignore without <c>!</c>, <c>[ ]</c> and an escaped <c>#</c>.
/// </summary>
internal sealed class CodeOwners
{
    // GitHub reads no more than 3 MB; a hostile file must not cost more than a moment.
    private const int MostLines = 20_000;

    private readonly List<(Regex Pattern, IReadOnlyList<string> Owners)> lines = [];

    /// <summary>Reads a file; lines that GitHub would not understand either are left out.</summary>
    public CodeOwners(string text)
    {
        foreach (var line in text.Split('\n').Take(MostLines))
        {
            var words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is [var pattern, .. var owners] && !pattern.StartsWith('!') && !pattern.Contains('['))
            {
                lines.Add((Compile(pattern), owners));
            }
        }
    }

    /// <summary>Who has to approve a change of a file; empty for nobody.</summary>
    public IReadOnlyList<string> Of(string path) => lines.FindLast(l => l.Pattern.IsMatch(path)).Owners ?? [];

    private static Regex Compile(string pattern)
    {
        // A pattern with a slash before its end is relative to the root, any other fits at any depth; one that names a folder fits all that is in it.
        var isRooted = pattern.TrimEnd('/').Contains('/', StringComparison.Ordinal);
        var body = Regex.Escape(pattern.Trim('/')).Replace(@"\*\*/", "(?:.*/)?", StringComparison.Ordinal).Replace(@"/\*\*", "/.*", StringComparison.Ordinal)
            .Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal).Replace(@"\?", "[^/]", StringComparison.Ordinal);
        // "docs/*" is what lies in the folder itself, and not deeper.
        var below = pattern.EndsWith("/*", StringComparison.Ordinal) ? "" : pattern.EndsWith('/') ? "/.+" : "(?:/.*)?";
        return new Regex($"\\A{(isRooted || pattern.StartsWith('/') ? "" : "(?:.*/)?")}{body}{below}\\z", RegexOptions.NonBacktracking);
    }
}
