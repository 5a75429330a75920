using System.Globalization;
using GitOpsBot.Core.Differences;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Audit;

/// <summary>What changes for a reviewer as sections of Markdown: commits, packages, vulnerabilities, sizes. Everything in it that is a stranger's is inert.</summary>
public static class ChangesText
{
    // What a person reads in a pull request; the rest is counted, and stands in the documents that were compared.
    internal const int MostLines = 50;

    // Packages or licences named in one line.
    private const int MostNamed = 3;

    /// <summary>The sections about one artifact, in the order to show them; none where nothing can be told.</summary>
    /// <param name="difference">What differs.</param>
    /// <param name="isBundle">Whether the promotion moves several artifacts, so that each must be named.</param>
    public static IReadOnlyList<ChangeSection> Write(ArtifactDifference difference, bool isBundle)
    {
        var of = isBundle ? $" of {Inert.Markdown(difference.Name)}" : "";
        ChangeSection?[] all =
        [
            SourceText.Write(difference, $"**Source{of}:**"),
            Told(difference.Packages, ChangeKind.Packages, $"**Packages{of}:**", Packages),
            Told(difference.Vulnerabilities, ChangeKind.Vulnerabilities, $"**Vulnerabilities{of}:**", Vulnerabilities),
            Told(difference.Sizes, ChangeKind.Size, $"**Size to pull{of}:**", Sizes),
        ];
        return [.. all.OfType<ChangeSection>()];
    }

    /// <summary>A number with its noun.</summary>
    internal static string Count(int number, string noun, string? nouns = null) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? noun : nouns ?? noun + "s")}");

    private static ChangeSection? Told<T>(Fact<T>? fact, ChangeKind kind, string title, Func<T, (string Head, IReadOnlyList<string>[] Groups)> write)
    {
        switch (fact)
        {
            case Fact<T>.Known { Value: var value }:
                var (head, groups) = write(value);
                var lines = Share(groups);
                return new ChangeSection(kind, $"{title} {head}", lines, groups.Sum(g => g.Count) - lines.Count);
            case Fact<T>.Unknown { Reason: var reason }:
                return new ChangeSection(kind, $"{title} {Inert.Markdown(Inert.Cut(reason, 300))}", [], 0);
            default:
                return null;
        }
    }

    private static (string, IReadOnlyList<string>[]) Packages(SbomDifference difference)
    {
        var head = Sum(
            (difference.NewLicenses.Count, "new licence", "new licences"), (difference.Added.Count, "added", "added"), (difference.Removed.Count, "removed", "removed"),
            (difference.Changed.Count, "in another version", "in other versions"), (difference.Relicensed.Count, "under another licence", "under other licences"));
        return (head.Length == 0 ? "the same on both sides." : head + ".",
        [
            new Rendered<NewLicense>(difference.NewLicenses, l => $"**new licence** {Named([l.License])} of {Named(l.Packages)}"),
            new Rendered<PackageChange>(difference.Added, p => $"**added** {Named([p.Package])}{Versions(" ", p.To)}"),
            new Rendered<PackageChange>(difference.Removed, p => $"**removed** {Named([p.Package])}{Versions(" ", p.From)}"),
            new Rendered<PackageChange>(difference.Changed, p => $"**changed** {Named([p.Package])} {Move(p.From, p.To, "no longer", "also")}"),
            new Rendered<PackageChange>(difference.Relicensed, p => $"**licence** of {Named([p.Package])}: {Move(p.From, p.To, "no longer", "now also")}"),
        ]);
    }

    private static (string, IReadOnlyList<string>[]) Vulnerabilities(ScanDifference difference)
    {
        var worst = string.Join(", ", difference.New.GroupBy(v => v.Severity).OrderByDescending(g => g.Key).Select(g => $"{g.Count()} {Word(g.Key)}"));
        var head = Sum((difference.New.Count, "new", "new"), (difference.Fixed.Count, "fixed", "fixed"), (difference.Still.Count, "still there", "still there"), (difference.Uncounted.Count, "not counted", "not counted"));
        var times = (difference.FromAt, difference.ToAt) is ({ } from, { } to) ? $" (scans of {Time(from)} and {Time(to)} UTC)" : "";
        return ($"{(head.Length == 0 ? "none on either side" : head)}{(worst.Length == 0 ? "" : $"; new are {worst}")}{times}.",
        [
            new Rendered<KnownVulnerability>(difference.New, v => $"**new** {About(v)}"),
            new Rendered<KnownVulnerability>(difference.Uncounted, v => $"**not counted** {About(v)}: {Inert.Markdown(Inert.Cut(v.Why ?? "", 200))}"),
            new Rendered<KnownVulnerability>(difference.Fixed, v => $"**fixed** {About(v)}"),
            new Rendered<KnownVulnerability>(difference.Still, v => $"**still there** {About(v)}"),
        ]);
    }

    private static (string, IReadOnlyList<string>[]) Sizes(SizeDifference difference) => difference.Platforms is [var only]
        ? ($"{Size(only)}.", [])
        : ($"{Count(difference.Platforms.Count, "platform")}.", [new Rendered<SizeChange>(difference.Platforms, Size)]);

    private static string Size(SizeChange change)
    {
        // Nothing of a stranger's begins a line: there it could be a list or a rule.
        var platform = change.Platform.Length == 0 ? "" : $"for {Inert.Markdown(Inert.Cut(change.Platform, 80))} ";
        return platform + (change.From, change.To) switch
        {
            ({ } from, { } to) when from == to => $"{Bytes(to)}, unchanged",
            ({ } from, { } to) => $"{Bytes(from)} → {Bytes(to)} ({(to > from ? "+" : "−")}{Bytes(Math.Abs(to - from))})",
            (null, { } to) => $"{Bytes(to)}, not there before",
            _ => "not there any more",
        };
    }

    // Decimal units, as registries show them.
    private static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
    };

    private static string About(KnownVulnerability known) =>
        $"{Word(known.Severity)} {Named([known.Id])}{(known.Packages.Count == 0 ? "" : $" in {Named(known.Packages)}")}";

    private static string Word(Evidence.Predicates.Severity severity) => severity == Evidence.Predicates.Severity.Unknown ? "of unknown severity" : severity.ToString().ToLowerInvariant();

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Sum(params (int Number, string One, string Many)[] parts) =>
        string.Join(", ", parts.Where(p => p.Number > 0).Select(p => Count(p.Number, p.One, p.Many)));

    private static string Move(IReadOnlyList<string> from, IReadOnlyList<string> to, string gone, string come) => (from.Count, to.Count) switch
    {
        (0, _) => $"{come} {Named(to)}",
        (_, 0) => $"{gone} {Named(from)}",
        _ => $"{Named(from)} → {Named(to)}",
    };

    private static string Versions(string before, IReadOnlyList<string> versions) => versions is [] or [""] ? "" : before + Named(versions);

    private static string Named(IReadOnlyList<string> names)
    {
        var shown = names.Take(MostNamed).Select(n => n.Length == 0 ? "without a version" : Inert.Markdown(Inert.Cut(n, 100)));
        return string.Join(", ", shown) + (names.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - MostNamed:N0} more") : "");
    }

    // Each group gets an equal part of the lines; what one leaves goes to the first that need it.
    private static List<string> Share(IReadOnlyList<string>[] groups)
    {
        var part = MostLines / Math.Max(1, groups.Count(g => g.Count > 0));
        var spare = MostLines - groups.Sum(g => Math.Min(g.Count, part));
        var lines = new List<string>();
        foreach (var group in groups)
        {
            var extra = Math.Clamp(group.Count - part, 0, spare);
            spare -= extra;
            lines.AddRange(group.Take(Math.Min(group.Count, part) + extra));
        }

        return lines;
    }

    // Lines that are written only when they are shown: of a hundred thousand packages fifty are.
    private sealed class Rendered<T>(IReadOnlyList<T> items, Func<T, string> write) : IReadOnlyList<string>
    {
        public int Count => items.Count;

        public string this[int index] => write(items[index]);

        public IEnumerator<string> GetEnumerator() => items.Select(write).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
