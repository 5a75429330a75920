using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Evidence.Predicates;

/// <summary>What somebody says about whether vulnerabilities matter (OpenVEX v0.2.0, and v0.0.1 and v0.0.2 before it).</summary>
/// <param name="Statements">Its statements, in its order.</param>
public sealed record VexDocument(IReadOnlyList<VexStatement> Statements) : Predicate
{
    /// <summary>Statements of one document.</summary>
    public const int MostStatements = 20_000;

    /// <inheritdoc/>
    public override string Says => $"VEX with {Statements.Count} statements";
}

/// <summary>One statement.</summary>
/// <param name="Vulnerability">The vulnerability's name and its aliases.</param>
/// <param name="Status"><c>not_affected</c>, <c>affected</c>, <c>fixed</c> or <c>under_investigation</c>.</param>
/// <param name="Justification">One of OpenVEX's five justifications, or null.</param>
/// <param name="Products">What it is about; none: the subjects of the attestation that holds it.</param>
/// <param name="At">When it was said: its own time, else the document's; null when neither says one.</param>
public sealed record VexStatement(
    IReadOnlyList<string> Vulnerability, string Status, string? Justification, IReadOnlyList<VexProduct> Products, DateTimeOffset? At)
{
    private static readonly string[] Justifications =
    [
        "component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path", "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
    ];

    /// <summary>Whether it says that the vulnerability does not matter: fixed, or not affected with a reason that OpenVEX knows.</summary>
    public bool Clears => Status == "fixed" || (Status == "not_affected" && Justifications.Contains(Justification));
}

/// <summary>A product or component that a statement names.</summary>
/// <param name="Identifiers">Its <c>@id</c> and its package URL, as written.</param>
/// <param name="Sha256">The digest that it gives, or null.</param>
/// <param name="Parts">The components within it that are meant; none: all of it.</param>
public sealed record VexProduct(IReadOnlyList<string> Identifiers, Digest? Sha256, IReadOnlyList<VexProduct> Parts)
{
    /// <summary>
    /// Whether it is this image: by its digest, or by a package URL of type <c>oci</c> whose version is the digest, or that has no version and names
    /// the image's repository in full. A name alone is anybody's.
    /// </summary>
    public bool Is(ImageName image, Digest digest) => (Sha256 is not null && Sha256 == digest)
        || Identifiers.Any(id => id == digest.Value || (PackageUrl.Parse(id) is { Type: "oci" } url && (url.Version is { } version
            ? version == digest.Value && (Sha256 is null || Sha256 == digest)
            : Sha256 is null && url.Qualifiers.GetValueOrDefault("repository_url") is { } repository && IsRepository(repository, url.Path, image))));

    /// <summary>Whether it is the package that a scan names.</summary>
    public bool Covers(string? package) => package is not null
        && Identifiers.Any(id => PackageUrl.Parse(id) is { } url ? url.Covers(PackageUrl.Parse(package)) : id == package);

    // repository_url holds the whole repository, or only what stands before its last name.
    private static bool IsRepository(string url, string name, ImageName image) =>
        string.Equals(url, image.ToString(), StringComparison.OrdinalIgnoreCase) || string.Equals($"{url.TrimEnd('/')}/{name}", image.ToString(), StringComparison.OrdinalIgnoreCase);
}
