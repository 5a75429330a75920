namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>A format of SBOMs.</summary>
public enum SbomFormat
{
    /// <summary>SPDX 2.x, JSON.</summary>
    Spdx,
    /// <summary>CycloneDX 1.x, JSON.</summary>
    CycloneDx,
}

/// <summary>One package, component or file that a list names.</summary>
/// <param name="Name">Its name, with its group before it where it has one (<c>group/name</c>).</param>
/// <param name="Version">Its version, or null.</param>
/// <param name="Url">Its package URL, or null when it has none that can be read.</param>
/// <param name="Licenses">Licence expressions (SPDX) and names, all that are stated of it; empty when none is.</param>
public sealed record ListedPackage(string Name, string? Version, PackageUrl? Url, IReadOnlyList<string> Licenses)
{
    /// <inheritdoc/>
    public override string ToString() => Url?.ToString() ?? (Version is null ? Name : $"{Name}@{Version}");
}

/// <summary>A list of what the artifact is made of.</summary>
/// <param name="Format">Its format.</param>
/// <param name="Packages">All that it names, in its order.</param>
public sealed record Sbom(SbomFormat Format, IReadOnlyList<ListedPackage> Packages) : Predicate
{
    /// <summary>Packages of one list: the largest images have some ten thousand; with files, some more.</summary>
    public const int MostPackages = 100_000;

    /// <summary>Licences of one package.</summary>
    internal const int MostLicenses = 1000;

    /// <inheritdoc/>
    public override string Says => $"SBOM ({(Format == SbomFormat.Spdx ? "SPDX" : "CycloneDX")}) of {Packages.Count} packages";
}
