using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>Reads SPDX 2.x documents in JSON (SPDX 2.3, clauses 6 to 9). Licences that nobody asserts are none.</summary>
internal static class SpdxReader
{
    private const int MostReferences = 1000; // Package URLs and CPEs of one package; the largest known have some fifty.

    /// <summary>The list; <c>malformed</c>, <c>limit</c>, or <c>unsupported</c> for another version.</summary>
    public static Checked<Predicate> Read(JsonElement predicate)
    {
        var walk = new PredicateWalk("The SPDX document");
        var root = walk.Root(predicate);
        var version = walk.Needed(root, "spdxVersion");
        if (walk.Fault is null && !version.StartsWith("SPDX-2.", StringComparison.Ordinal))
        {
            walk.Is(RejectionCode.Unsupported, $"must be of version SPDX-2.x, but is of {Quoted.Text(version)}");
        }

        var packages = walk.Items(root, "packages", Sbom.MostPackages).Select(p => Package(walk, p)).ToList();
        packages.AddRange(walk.Items(root, "files", Sbom.MostPackages).Select(f => Listed(walk, walk.Text(f, "fileName") ?? "", null, null, f)).Where(f => f.Licenses.Count > 0));
        return walk.Done(() => new Sbom(SbomFormat.Spdx, packages));
    }

    private static ListedPackage Package(PredicateWalk walk, JsonElement package)
    {
        PackageUrl? url = null;
        foreach (var reference in walk.Items(package, "externalRefs", MostReferences))
        {
            url ??= reference.Text("referenceType") == "purl" && walk.Text(reference, "referenceLocator") is { } text ? PackageUrl.Parse(text) : null;
        }

        return Listed(walk, walk.Needed(package, "name"), walk.Text(package, "versionInfo"), url, package);
    }

    private static ListedPackage Listed(PredicateWalk walk, string name, string? version, PackageUrl? url, JsonElement element)
    {
        var stated = new List<string>();
        Add(walk.Text(element, "licenseConcluded"));
        Add(walk.Text(element, "licenseDeclared"));
        foreach (var license in walk.Texts(element, "licenseInfoFromFiles", Sbom.MostLicenses).Concat(walk.Texts(element, "licenseInfoInFiles", Sbom.MostLicenses)))
        {
            Add(license);
        }

        return new ListedPackage(name, version, url, stated);

        void Add(string? license)
        {
            if (license is not (null or "" or "NOASSERTION" or "NONE") && !stated.Contains(license))
            {
                stated.Add(license);
            }
        }
    }
}
