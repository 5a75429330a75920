using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Predicates;

namespace GitOpsBot.Core.Policies.Gates;

/// <summary>
/// <c>sbom</c>: a list of what the artifact is made of, by one of these authorities, in one of these formats; and none of their lists names a
/// licence or package that is denied. Every list counts that is believed: one that leaves a package out does not outweigh one that names it.
/// </summary>
internal sealed record SbomGate(
    GateHeader Header, IReadOnlyList<Reference> By, IReadOnlyList<SbomFormat> Formats, IReadOnlyList<string> Licenses, IReadOnlyList<PackageUrl> Packages) : Gate(Header)
{
    private sealed record Denied(IReadOnlyList<string> Licenses, IReadOnlyList<PackageUrl> Packages);

    private static readonly Shape<Denied> Deny = Shapes.Object<Denied>("What may not be in it.", keys =>
    {
        var licenses = keys.Optional("licenses", Shapes.List(Shapes.Text, 1), [], "SPDX identifiers; * stands for anything, NOASSERTION for a package of which no licence is stated.");
        var packages = keys.Optional("packages", Shapes.List(Shapes.Parsed("package URL", PackageUrl.Parse, "one such as pkg:npm/event-stream@3.3.6, or without the version for all of them"), 1), [], "Package URLs, with or without a version.");
        return fields =>
        {
            if (fields.Has(licenses) || fields.Has(packages))
            {
                return new Denied(fields.Get(licenses), fields.Get(packages));
            }

            fields.Says("Expected at least one of licenses, packages.");
            return default;
        };
    });

    /// <summary>How it is written.</summary>
    public static GateKind Kind { get; } = new("sbom", GateTiming.Open, Shapes.Object<Func<GateHeader, Gate>>("What it is made of.", keys =>
    {
        var by = keys.Required("by", Shapes.List(Shapes.Reference, 1), "The authorities whose lists are believed.");
        var formats = keys.Optional("formats", Shapes.List(Shapes.Choice(("spdx", SbomFormat.Spdx), ("cyclonedx", SbomFormat.CycloneDx)), 1), [SbomFormat.Spdx, SbomFormat.CycloneDx], "Formats that count; without it, both.");
        var deny = keys.Optional("deny", Deny, new Denied([], []), "What may not be in it.");
        return fields => new Shaped<Func<GateHeader, Gate>>(true, header => new SbomGate(
            header, fields.Get(by), [.. fields.Get(formats).Distinct()], fields.Get(deny).Licenses, fields.Get(deny).Packages));
    }));

    /// <inheritdoc/>
    public override bool IsAboutEvidence => true;

    /// <inheritdoc/>
    public override IReadOnlyList<Reference> Authorities => By;

    /// <inheritdoc/>
    public override GateOutcome Evaluate(GateFacts facts)
    {
        var refusals = new DeniedLicenses(Licenses);
        return new EvidenceQuestion([.. By.Select(b => b.Name)], 1, [.. Formats.SelectMany(f => f == SbomFormat.Spdx ? PredicateTypes.Spdx : PredicateTypes.CycloneDx)])
        {
            Called = $"an SBOM ({string.Join(" or ", Formats.Select(f => f == SbomFormat.Spdx ? "SPDX" : "CycloneDX"))})",
            Content = [ReadPredicates.Unless<Sbom>],
            Weigh = (_, lists) => lists.Select(l => (l.Authority, Why: Objects(ReadPredicates.As<Sbom>(l)!, refusals))).FirstOrDefault(l => l.Why is not null) is { Why: { } why, Authority: var authority }
                ? new GateOutcome.Failed(Rejection.ToText(RejectionCode.PredicateValue), $"{why} in the SBOM by {authority}.")
                : new GateOutcome.Passed($"Expected {Wanted}; found it by {string.Join(" and ", lists.Select(l => l.Authority).Distinct())}.") { Evidence = lists },
        }.Ask(facts);
    }

    private string Wanted => $"an SBOM by {string.Join(" or ", By)}" + (Licenses.Count, Packages.Count) switch
    {
        (0, 0) => "",
        (_, 0) => $" without {string.Join(", ", Licenses)}",
        (0, _) => $" without {string.Join(", ", Packages)}",
        _ => $" without {string.Join(", ", Licenses)}, {string.Join(", ", Packages)}",
    };

    private string? Objects(Sbom list, DeniedLicenses refusals)
    {
        if (Licenses.Count + Packages.Count == 0)
        {
            return null;
        }

        if (list.Packages.Count == 0)
        {
            // Nothing listed is not nothing inside.
            return $"Expected {Wanted}; found no package at all";
        }

        foreach (var package in list.Packages)
        {
            if (Packages.FirstOrDefault(p => IsDenied(p, package)) is { } denied)
            {
                return $"Expected no {denied}; found {Shown.Quoted(package.ToString())}";
            }

            if (refusals.Of(package) is { } license)
            {
                return $"Expected no licence {string.Join(", ", Licenses)}; found {Shown.Quoted(license)} of {Shown.Quoted(package.ToString())}";
            }
        }

        return null;
    }

    // A package without a URL is known by its name alone, and could be the denied one.
    private static bool IsDenied(PackageUrl denied, ListedPackage package) => package.Url is { } url ? denied.Covers(url)
        : (denied.Version is null || package.Version is null || denied.Version == package.Version)
            && (IsSame(denied.Path, package.Name) || IsSame(denied.Path.Split('/')[^1], package.Name) || IsSame(denied.Path, package.Name.Replace(':', '/')));

    private static bool IsSame(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    /// <summary>Licences that are denied; an expression is judged once, however many packages have it.</summary>
    private sealed class DeniedLicenses(IReadOnlyList<string> denied)
    {
        private const string Unstated = "NOASSERTION";
        private readonly Dictionary<string, bool> known = new(StringComparer.Ordinal);
        private readonly List<string> patterns = [.. denied.Select(d => LicenseExpression.Canonical(d).ToUpperInvariant())];

        /// <summary>What is stated of the package and denied; null when nothing is.</summary>
        public string? Of(ListedPackage package) => denied.Count == 0 ? null
            : package.Licenses.Count == 0 ? IsDenied(Unstated) ? Unstated : null
            : package.Licenses.FirstOrDefault(IsDenied);

        private bool IsDenied(string expression) => known.TryGetValue(expression, out var answer) ? answer
            : known[expression] = LicenseExpression.IsRefused(expression, license => Matches(license.ToUpperInvariant()));

        // Whoever may choose version 3 or later has, while there is no later one, version 3.
        private bool Matches(string license) => patterns.Exists(p => TagSelection.Matches(p, license))
            || (license.EndsWith("-OR-LATER", StringComparison.Ordinal) && patterns.Contains(license[..^"-OR-LATER".Length] + "-ONLY"));
    }
}
