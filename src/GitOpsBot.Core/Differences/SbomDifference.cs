using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Differences;

/// <summary>A package whose versions, or licences, differ. Text is a stranger's.</summary>
/// <param name="Package">Type and name of its package URL, <c>npm/@acme/cart</c>; its plain name when it has none.</param>
/// <param name="From">What only the old list says of it, in ordinal order; the empty text for a package without a version.</param>
/// <param name="To">What only the new list says of it.</param>
public sealed record PackageChange(string Package, IReadOnlyList<string> From, IReadOnlyList<string> To);

/// <summary>A licence that the old list states of no package at all.</summary>
/// <param name="License">The licence, or licence expression.</param>
/// <param name="Packages">The packages that it is stated of, in ordinal order.</param>
public sealed record NewLicense(string License, IReadOnlyList<string> Packages);

/// <summary>
/// What two lists of packages differ in, matched by package URL without version and qualifiers: what is built for another platform or distribution is
/// the same package. All lists are in ordinal order of the package, whatever order the documents have. Time and memory grow with the packages listed.
/// </summary>
/// <param name="Added">Packages that only the new list names.</param>
/// <param name="Removed">Packages that only the old list names.</param>
/// <param name="Changed">Packages of both, in other versions.</param>
/// <param name="NewLicenses">Licences that are new altogether.</param>
/// <param name="Relicensed">Packages of both, under other licences; none where one of the lists states no licences at all.</param>
public sealed record SbomDifference(
    IReadOnlyList<PackageChange> Added, IReadOnlyList<PackageChange> Removed, IReadOnlyList<PackageChange> Changed,
    IReadOnlyList<NewLicense> NewLicenses, IReadOnlyList<PackageChange> Relicensed)
{
    /// <summary>Compares what is listed on one side with what is listed on the other.</summary>
    public static SbomDifference Between(IReadOnlyList<Sbom> from, IReadOnlyList<Sbom> to)
    {
        var (before, after) = (Index(from), Index(to));
        var both = after.Where(a => before.ContainsKey(a.Key)).Select(a => (Before: before[a.Key], After: a.Value)).ToList();
        var hasLicenses = before.Values.Any(p => p.Licenses.Count > 0) && after.Values.Any(p => p.Licenses.Count > 0);
        return new SbomDifference(
            Sorted(after.Where(a => !before.ContainsKey(a.Key)).Select(a => new PackageChange(a.Value.Name, [], Ordered(a.Value.Versions)))),
            Sorted(before.Where(b => !after.ContainsKey(b.Key)).Select(b => new PackageChange(b.Value.Name, Ordered(b.Value.Versions), []))),
            Sorted(both.Select(p => Differ(p.After.Name, p.Before.Versions, p.After.Versions, StringComparer.Ordinal)).OfType<PackageChange>()),
            hasLicenses ? New(before, after) : [],
            hasLicenses ? Sorted(both.Select(p => Differ(p.After.Name, p.Before.Licenses, p.After.Licenses, StringComparer.OrdinalIgnoreCase)).OfType<PackageChange>()) : []);
    }

    private static List<NewLicense> New(Dictionary<string, Listed> before, Dictionary<string, Listed> after)
    {
        var known = before.Values.SelectMany(p => p.Licenses).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. after.Values.SelectMany(p => p.Licenses.Distinct(StringComparer.OrdinalIgnoreCase).Select(l => (License: l, p.Name))).Where(l => !known.Contains(l.License))
                .GroupBy(l => l.License, StringComparer.OrdinalIgnoreCase)
                .Select(same => new NewLicense(same.Select(l => l.License).Min(StringComparer.Ordinal)!, Ordered(same.Select(l => l.Name))))
                .OrderBy(l => l.License, StringComparer.Ordinal),
        ];
    }

    private static Dictionary<string, Listed> Index(IReadOnlyList<Sbom> lists)
    {
        var packages = new Dictionary<string, Listed>(StringComparer.Ordinal);
        foreach (var package in lists.SelectMany(l => l.Packages).Where(p => !IsImage(p)))
        {
            var name = package.Url is { } url ? $"{url.Type}/{url.Path}" : package.Name;
            var key = package.Url?.Identity ?? $":{package.Name.ToUpperInvariant()}";
            if (!packages.TryGetValue(key, out var listed))
            {
                packages[key] = listed = new Listed(name);
            }

            // The same spelling whichever of several the document has first.
            listed.Name = string.CompareOrdinal(name, listed.Name) < 0 ? name : listed.Name;
            listed.Versions.Add(package.Version ?? package.Url?.Version ?? "");
            listed.Licenses.AddRange(package.Licenses.Select(l => LicenseExpression.Canonical(l.Trim())));
        }

        return packages;
    }

    // The image that is described is in its own list, under a digest that always differs.
    private static bool IsImage(ListedPackage package) => package.Url is { Type: "oci" or "docker", Version: { } version } && version.StartsWith("sha256:", StringComparison.Ordinal);

    private static PackageChange? Differ(string name, List<string> from, List<string> to, StringComparer comparer)
    {
        if (from.Count == 1 && to.Count == 1 && from[0] == to[0])
        {
            return null;
        }

        var (only, others) = (Except(from, to, comparer), Except(to, from, comparer));
        return only.Count + others.Count == 0 ? null : new PackageChange(name, only, others);
    }

    private static List<string> Except(List<string> some, List<string> without, StringComparer comparer) => [.. some.Except(without, comparer).Order(StringComparer.Ordinal)];

    private static List<string> Ordered(IEnumerable<string> texts) => [.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static List<PackageChange> Sorted(IEnumerable<PackageChange> changes) => [.. changes.OrderBy(c => c.Package, StringComparer.Ordinal)];

    private sealed class Listed(string name)
    {
        public string Name { get; set; } = name;

        public List<string> Versions { get; } = [];

        public List<string> Licenses { get; } = [];
    }
}
