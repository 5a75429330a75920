using System.Diagnostics.CodeAnalysis;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>
/// A package URL (ECMA-427, <c>pkg:type/namespace/name@version?qualifiers#subpath</c>), parts decoded. Names are compared without regard to case:
/// most registries do, and a difference in case alone is a disguise more often than another package.
/// </summary>
public sealed record PackageUrl
{
    private const int Longest = 2048; // The longest honest ones, with qualifiers, stay under 500 characters.

    private readonly string text;

    private PackageUrl(string text, string type, string path, string? version, IReadOnlyDictionary<string, string> qualifiers) =>
        (this.text, Type, Path, Version, Qualifiers) = (text, type, path, version, qualifiers);

    /// <summary>The type, lower case: <c>npm</c>.</summary>
    public string Type { get; }

    /// <summary>Namespace and name: <c>@scope/name</c>.</summary>
    public string Path { get; }

    /// <summary>The version, or null.</summary>
    public string? Version { get; }

    /// <summary>The qualifiers by their lower-case names.</summary>
    public IReadOnlyDictionary<string, string> Qualifiers { get; }

    /// <summary>Reads one; null when the text is none.</summary>
    public static PackageUrl? Parse(string text)
    {
        if (text.Length > Longest || !text.StartsWith("pkg:", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = text["pkg:".Length..].Split('#', 2)[0].TrimStart('/');
        var question = rest.LastIndexOf('?');
        var qualifiers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in question < 0 ? [] : rest[(question + 1)..].Split('&'))
        {
            if (pair.Split('=', 2) is [{ Length: > 0 } key, { Length: > 0 } value] && !qualifiers.TryAdd(key.ToLowerInvariant(), Uri.UnescapeDataString(value)))
            {
                return null;
            }
        }

        rest = (question < 0 ? rest : rest[..question]).Trim('/');
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        // Only behind the last slash: an @ before it begins a scope of npm.
        var at = rest.LastIndexOf('@') is var found && found > rest.LastIndexOf('/') + 1 ? found : rest.Length;
        if (slash <= 0 || slash + 1 >= at || !rest[..slash].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+'))
        {
            return null;
        }

        var path = string.Join('/', rest[(slash + 1)..at].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString));
        return new PackageUrl(text, rest[..slash].ToLowerInvariant(), path, at + 1 < rest.Length ? Uri.UnescapeDataString(rest[(at + 1)..]) : null, qualifiers);
    }

    /// <summary>Whether this means that package: type and name are the same, and version and qualifiers where this one says them.</summary>
    public bool Covers([NotNullWhen(true)] PackageUrl? other) => other is not null
        && Type == other.Type
        && IsSameName(Type, Path, other.Path)
        && (Version is null || Version == other.Version)
        && Qualifiers.All(q => other.Qualifiers.GetValueOrDefault(q.Key) == q.Value);

    /// <summary>As it was written.</summary>
    public override string ToString() => text;

    // PyPI takes '-', '_' and '.' in a name for the same (PEP 503).
    private static bool IsSameName(string type, string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase)
        || (type == "pypi" && string.Equals(a.Replace('_', '-').Replace('.', '-'), b.Replace('_', '-').Replace('.', '-'), StringComparison.OrdinalIgnoreCase));
}
