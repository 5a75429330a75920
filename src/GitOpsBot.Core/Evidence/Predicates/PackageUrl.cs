using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>
/// A package URL (ECMA-427, <c>pkg:type/namespace/name@version?qualifiers#subpath</c>), parts decoded. Names are compared without regard to case:
/// most registries do, and a difference in case alone is a disguise more often than another package.
/// </summary>
public sealed record PackageUrl
{
    private const int Longest = 2048; // The longest honest ones, with qualifiers, stay under 500 characters.

    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();
    private static readonly SearchValues<char> TypeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-+");

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

    /// <summary>Equal for whatever is the same package: type and name as they are compared, without version and qualifiers. Not for people.</summary>
    public string Identity => $"{Type}/{(Type == "pypi" ? Path.Replace('_', '-').Replace('.', '-') : Path).ToUpperInvariant()}";

    /// <summary>Reads one; null when the text is none.</summary>
    public static PackageUrl? Parse(string text)
    {
        if (text.Length > Longest || !text.StartsWith("pkg:", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var end = text.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash ? hash : text.Length;
        var rest = text.AsSpan("pkg:".Length, end - "pkg:".Length).TrimStart('/');
        var question = rest.LastIndexOf('?');
        if ((question < 0 ? None : ReadQualifiers(rest[(question + 1)..].ToString())) is not { } qualifiers)
        {
            return null;
        }

        rest = (question < 0 ? rest : rest[..question]).Trim('/');
        var slash = rest.IndexOf('/');
        // Only behind the last slash: an @ before it begins a scope of npm.
        var at = rest.LastIndexOf('@') is var found && found > rest.LastIndexOf('/') + 1 ? found : rest.Length;
        if (slash <= 0 || slash + 1 >= at || rest[..slash].IndexOfAnyExcept(TypeCharacters) >= 0)
        {
            return null;
        }

        return new PackageUrl(text, rest[..slash].ToString().ToLowerInvariant(), ReadPath(rest[(slash + 1)..at].ToString()), at + 1 < rest.Length ? Decode(rest[(at + 1)..].ToString()) : null, qualifiers);
    }

    /// <summary>Whether this means that package: type and name are the same, and version and qualifiers where this one says them.</summary>
    public bool Covers([NotNullWhen(true)] PackageUrl? other) => other is not null
        && Type == other.Type
        && IsSameName(Type, Path, other.Path)
        && (Version is null || Version == other.Version)
        && Qualifiers.All(q => other.Qualifiers.GetValueOrDefault(q.Key) == q.Value);

    /// <summary>As it was written.</summary>
    public override string ToString() => text;

    // Null when one is written twice: two answers are none.
    private static Dictionary<string, string>? ReadQualifiers(string text)
    {
        var qualifiers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('&'))
        {
            if (pair.Split('=', 2) is [{ Length: > 0 } key, { Length: > 0 } value] && !qualifiers.TryAdd(key.ToLowerInvariant(), Decode(value)))
            {
                return null;
            }
        }

        return qualifiers;
    }

    private static string ReadPath(string path) => path.Contains('/', StringComparison.Ordinal)
        ? string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Decode)) : Decode(path);

    private static string Decode(string text) => text.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;

    // PyPI takes '-', '_' and '.' in a name for the same (PEP 503).
    private static bool IsSameName(string type, string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase)
        || (type == "pypi" && string.Equals(a.Replace('_', '-').Replace('.', '-'), b.Replace('_', '-').Replace('.', '-'), StringComparison.OrdinalIgnoreCase));
}
