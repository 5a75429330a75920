using GitOpsBot.Core.Manifests.Kinds;

namespace GitOpsBot.Core.Manifests;

/// <summary>Which references entries of Kustomize's <c>images</c> replace: those of their name, letter by letter, in files that their kustomization builds from.</summary>
internal sealed class ReplacedReferences
{
    private readonly ILookup<string, Kustomization> files;
    private readonly ILookup<string, Kustomization> replacing;
    private readonly ILookup<string, ImagePin> written;

    public ReplacedReferences(PinScan scan)
    {
        // By name and file, not by entry: a hostile file can hold thousands of equal ones.
        files = scan.Kustomizations.ToLookup(k => k.File, StringComparer.Ordinal);
        replacing = scan.Pins.Where(p => p.ReplacesText is not null).DistinctBy(p => (p.ReplacesText, p.Place.File))
            .SelectMany(p => files[p.Place.File].Select(k => (Name: p.ReplacesText!, Kustomization: k)))
            .ToLookup(e => e.Name, e => e.Kustomization, StringComparer.Ordinal);
        written = scan.Pins.Where(p => p.Written is not null).ToLookup(p => p.Written!, StringComparer.Ordinal);
    }

    /// <summary>Whether an entry has the last word about this reference.</summary>
    public bool IsReplaced(ImagePin pin) => pin.Written is { } name && replacing[name].Any(k => k.Builds(pin.Place.File));

    /// <summary>The references that an entry replaces.</summary>
    public IReadOnlyList<ImagePin> RenamedBy(ImagePin entry) =>
        [.. written[entry.ReplacesText!].Where(p => files[entry.Place.File].Any(k => k.Builds(p.Place.File)))];
}
