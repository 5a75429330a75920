namespace GitOpsBot.Core.Configuration;

/// <summary>Paths that documents name; none leaves the folder it is meant in.</summary>
internal static class RelativePath
{
    /// <summary>A folder without slashes at its ends; null when it could lead elsewhere.</summary>
    public static string? Normalize(string path)
    {
        var parts = path.TrimEnd('/').Split('/');
        return path.Length is > 0 and <= 512 && !path.Any(c => char.IsControl(c) || c == '\\')
            && !Array.Exists(parts, p => p is "" or "." or ".." || p.TrimEnd(' ', '.').Equals(".git", StringComparison.OrdinalIgnoreCase))
            ? string.Join('/', parts)
            : null;
    }

    /// <summary>A file named in a document, which must lie beside that document or below; null when it could lie elsewhere.</summary>
    public static string? Beside(string document, string file) => Normalize(file) is { } normal && !file.EndsWith('/')
        ? document.LastIndexOf('/') is var slash && slash < 0 ? normal : $"{document[..slash]}/{normal}"
        : null;
}
