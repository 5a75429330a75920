using System.Collections.Frozen;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>
/// A way of referring to artifacts by keys of YAML or JSON. Each kind has one class; it holds no state, is asked at its keys only, and puts
/// what it sees into <see cref="FoundPins"/>, which takes every place once.
/// </summary>
internal interface IKeyKind
{
    /// <summary>Keys at which it wants to look; one that begins with <c>*</c> stands for all keys with that ending.</summary>
    IReadOnlyList<string> Keys { get; }

    /// <summary>Looks at an entry. Kinds see outer entries before inner ones.</summary>
    void Look(Spot spot, FoundPins found);
}

/// <summary>A way of referring to artifacts that the lines of a file show, or all of its strings.</summary>
internal interface ITextKind
{
    /// <summary>Looks at a file, after the kinds with keys have seen it.</summary>
    void Look(ManifestReading file, FoundPins found);
}

/// <summary>All kinds. A new way of writing references is a class here, a golden folder, and a line in this list.</summary>
internal static class PinKinds
{
    // Earlier ones have the word about a place that several know.
    private static readonly IKeyKind[] WithKeys =
    [
        new Containers(), new ImageVolume(), new KustomizeImages(), new KustomizePatches(), new ArgoSource(), new FluxOciRepository(), new FluxHelmRelease(),
        new ChartDependencies(), new OciUri(), new Compose(), new CloudFormation(), new GitHubActions(), new HelmImage(), new ImageKey(),
    ];

    /// <summary>Kinds that look at whole files, in this order.</summary>
    public static readonly IReadOnlyList<ITextKind> OfText = [new FluxSetters(), new PlainJson(), new TerraformStrings(), new MarkerComments()];

    private static readonly FrozenDictionary<string, IKeyKind[]> Exact = WithKeys
        .SelectMany(kind => kind.Keys.Where(k => k[0] != '*').Select(key => (key, kind)))
        .GroupBy(p => p.key, p => p.kind, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.Distinct().ToArray(), StringComparer.Ordinal);

    private static readonly (string Ending, IKeyKind Kind)[] Endings =
        [.. WithKeys.SelectMany(kind => kind.Keys.Where(k => k[0] == '*').Select(key => (key[1..], kind)))];

    /// <summary>Shows an entry to all kinds that look at its key.</summary>
    public static void Look(Spot spot, FoundPins found)
    {
        var key = spot.Key.Value;
        if (Exact.TryGetValue(key, out var kinds))
        {
            foreach (var kind in kinds)
            {
                kind.Look(spot, found);
            }
        }

        foreach (var (ending, kind) in Endings)
        {
            if (key.EndsWith(ending, StringComparison.Ordinal))
            {
                kind.Look(spot, found);
            }
        }
    }
}
