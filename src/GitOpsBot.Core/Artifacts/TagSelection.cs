using System.Diagnostics.CodeAnalysis;
using Semver;

namespace GitOpsBot.Core.Artifacts;

/// <summary>A tag that is a candidate.</summary>
/// <param name="Tag">The tag as it stands in the registry.</param>
/// <param name="Ties">Other candidates that are the same version by precedence (<c>1.0.0</c> and <c>v1.0.0</c>); empty, as it should be, when there are none. They may mean different digests, and then nothing says which is newer.</param>
public sealed record SelectedTag(string Tag, IReadOnlyList<string> Ties);

/// <summary>
/// Which tags are candidates, and which of them comes first: versions within a range in npm's notation (<c>&gt;=1.0.0 &lt;2.0.0</c>, <c>^1.4</c>,
/// <c>1.x</c>), the highest first, or tags that match a pattern, the last in ordinal order first. Prereleases take part only where the range names
/// one of the same version. A tag is a version only when it is whole (<c>1.4.2</c>, <c>v1.4.2</c>): <c>1.4</c> and <c>latest</c> move by design.
/// Tags <c>sha256-…</c> hold attachments and are never candidates.
/// </summary>
public sealed class TagSelection
{
    /// <summary>Characters of a range; longer ones are a mistake or an attack on the parser.</summary>
    public const int LongestRange = 256;

    private readonly Func<IEnumerable<string>, IEnumerable<SelectedTag>> _order;
    private readonly IReadOnlyList<TagPattern> _ignore;

    private TagSelection(Func<IEnumerable<string>, IEnumerable<SelectedTag>> order, IReadOnlyList<string>? ignore) =>
        (_order, _ignore) = (order, [.. (ignore ?? []).Select(TagPattern.Ignoring)]);

    /// <summary>Versions within a range, without the tags that match one of the patterns to ignore.</summary>
    /// <param name="range">The range, in npm's notation.</param>
    /// <param name="ignore">Patterns as <see cref="TagPattern"/> reads them.</param>
    /// <exception cref="FormatException">The range is not one; the sentence is that of <see cref="TryParseRange"/>.</exception>
    public static TagSelection Semver(string range, IReadOnlyList<string>? ignore = null) =>
        ParseRange(range) is { } parsed ? new TagSelection(tags => ByVersion(tags, parsed), ignore) : throw new FormatException(RangeProblem(range));

    /// <summary>Tags that match a pattern, the last in ordinal order (byte by byte) first, without those to ignore.</summary>
    public static TagSelection Matching(TagPattern pattern, IReadOnlyList<string>? ignore = null) =>
        new(tags => tags.Where(pattern.Matches).OrderDescending(StringComparer.Ordinal).Select(tag => new SelectedTag(tag, [])), ignore);

    /// <summary>Whether a text is a range that <see cref="Semver"/> takes; otherwise one sentence that says why not.</summary>
    public static bool TryParseRange(string range, [NotNullWhen(false)] out string? error)
    {
        error = ParseRange(range) is null ? RangeProblem(range) : null;
        return error is null;
    }

    /// <summary>Which of two versions is newer: positive when <paramref name="a"/> is, zero for the same precedence, null when they are not both versions. A leading <c>v</c> is ignored.</summary>
    public static int? CompareVersions(string a, string b) =>
        Version(a) is { } left && Version(b) is { } right ? SemVersion.ComparePrecedence(left, right) : null;

    /// <summary>The candidates, first ones first. Those that tie stand together, in ordinal order: the outcome does not depend on the order of <paramref name="tags"/>.</summary>
    public IReadOnlyList<SelectedTag> Select(IEnumerable<string> tags) =>
        [.. _order(tags.Distinct(StringComparer.Ordinal).Where(tag => !tag.StartsWith("sha256-", StringComparison.Ordinal) && !_ignore.Any(pattern => pattern.Matches(tag))))];

    /// <summary>Whether a whole text matches a pattern, as <see cref="TagPattern"/> reads it.</summary>
    internal static bool Matches(string pattern, string text) => TagPattern.Ignoring(pattern).Matches(text);

    private static IEnumerable<SelectedTag> ByVersion(IEnumerable<string> tags, SemVersionRange range) => tags
        .Select(tag => (Tag: tag, Version: Version(tag)))
        .Where(c => c.Version is not null && range.Contains(c.Version))
        .GroupBy(c => c.Version!, c => c.Tag, SamePrecedence.Instance)
        .OrderByDescending(g => g.Key, SemVersion.PrecedenceComparer)
        .SelectMany(WithTies);

    private static IEnumerable<SelectedTag> WithTies(IEnumerable<string> sameVersion)
    {
        string[] tags = [.. sameVersion.Order(StringComparer.Ordinal)];
        return tags.Select(tag => new SelectedTag(tag, [.. tags.Where(other => other != tag)]));
    }

    private static SemVersion? Version(string tag)
    {
        var text = tag.StartsWith('v') ? tag[1..] : tag;
        return SemVersion.TryParse(text, SemVersionStyles.Strict, out var version) ? version : null;
    }

    private static SemVersionRange? ParseRange(string range) =>
        !string.IsNullOrWhiteSpace(range) && SemVersionRange.TryParseNpm(range, out var parsed, LongestRange) && parsed.Count > 0 ? parsed : null;

    private static string RangeProblem(string range) =>
        $"'{(range.Length > 40 ? range[..40] + "…" : range)}' is not a range of versions: expected npm's notation, such as '>=1.0.0 <2.0.0', '^1.4' or '1.x'.";

    private sealed class SamePrecedence : IEqualityComparer<SemVersion>
    {
        public static readonly SamePrecedence Instance = new();

        public bool Equals(SemVersion? x, SemVersion? y) => SemVersion.PrecedenceComparer.Equals(x!, y!);

        public int GetHashCode(SemVersion obj) => SemVersion.PrecedenceComparer.GetHashCode(obj);
    }
}
