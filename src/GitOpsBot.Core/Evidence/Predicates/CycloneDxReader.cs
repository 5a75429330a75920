using System.Text.Json;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>Reads CycloneDX 1.x documents in JSON (ECMA-424): components with those within them, and the component that is described itself.</summary>
internal static class CycloneDxReader
{
    /// <summary>The list; <c>malformed</c>, <c>limit</c>, or <c>unsupported</c> for another version.</summary>
    public static Checked<Predicate> Read(JsonElement predicate)
    {
        var walk = new PredicateWalk("The CycloneDX document");
        var root = walk.Root(predicate);
        if (walk.Needed(root, "bomFormat") is not ("" or "CycloneDX") and var format)
        {
            walk.Is(RejectionCode.Malformed, $"must have the bomFormat CycloneDX, but has {Quoted.Text(format)}");
        }

        if (walk.Text(root, "specVersion") is not (null or ['1', '.', ..]) and var version)
        {
            walk.Is(RejectionCode.Unsupported, $"must be of version 1.x, but is of {Quoted.Text(version)}");
        }

        var packages = new List<ListedPackage>();
        if (root.At("metadata").At("component") is { ValueKind: JsonValueKind.Object } described)
        {
            Add(walk, described, packages);
        }

        AddAll(walk, root, packages);
        return walk.Done(() => new Sbom(SbomFormat.CycloneDx, packages));
    }

    // As deep as the JSON, which is bounded when it is parsed.
    private static void AddAll(PredicateWalk walk, JsonElement parent, List<ListedPackage> packages)
    {
        foreach (var component in walk.Items(parent, "components", Sbom.MostPackages))
        {
            if (packages.Count >= Sbom.MostPackages)
            {
                walk.Is(RejectionCode.Limit, $"may have at most {Sbom.MostPackages} components, but has more");
                return;
            }

            Add(walk, component, packages);
        }
    }

    private static void Add(PredicateWalk walk, JsonElement component, List<ListedPackage> packages)
    {
        var name = walk.Needed(component, "name");
        var group = walk.Text(component, "group");
        var licenses = Licenses(walk, component).Concat(Licenses(walk, component.At("evidence"))).OfType<string>().Where(l => l.Length > 0).Distinct();
        packages.Add(new ListedPackage(
            string.IsNullOrEmpty(group) ? name : $"{group}/{name}", walk.Text(component, "version"), walk.Text(component, "purl") is { } url ? PackageUrl.Parse(url) : null, [.. licenses]));
        AddAll(walk, component, packages);
    }

    private static IEnumerable<string?> Licenses(PredicateWalk walk, JsonElement owner) => walk.Items(owner, "licenses", Sbom.MostLicenses)
        .SelectMany<JsonElement, string?>(l => [walk.Text(l, "expression"), walk.Text(l.At("license"), "id"), walk.Text(l.At("license"), "name")]);
}
