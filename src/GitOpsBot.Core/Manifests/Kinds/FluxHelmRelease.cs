using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>A chart named by its source and a version.</summary>
internal sealed record ChartUse(string Source, string Chart, Place Place);

/// <summary>A chart repository in a registry.</summary>
internal sealed record ChartSource(string Name, string Repository);

/// <summary>
/// Charts that Flux asks for by version: a HelmRelease or HelmChart, and the HelmRepository of type <c>oci</c> it names, perhaps in another file.
/// A version cannot hold a digest, so what means our artifact is said. (The values in a HelmRelease are Helm's, and found as such.)
/// </summary>
internal sealed class FluxHelmRelease : IKeyKind
{
    public IReadOnlyList<string> Keys { get; } = ["kind"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Mapping.Resolved("spec") is not MarkedMapping spec)
        {
            return;
        }

        switch (spot.Scalar?.Value)
        {
            case "HelmRepository" when spec.Text("url") is { } url && url.StartsWith("oci://", StringComparison.Ordinal)
                && spot.Mapping.Resolved("metadata") is MarkedMapping metadata && metadata.Text("name") is { } name:
                found.ChartSources.Add(new ChartSource(name, url[6..].TrimEnd('/')));
                break;
            case "HelmRelease" when spec.Resolved("chart") is MarkedMapping template && template.Resolved("spec") is MarkedMapping chart:
                Add(chart, found);
                break;
            case "HelmChart":
                Add(spec, found);
                break;
        }
    }

    /// <summary>Doubts about charts whose source, in whichever file, lies in a registry.</summary>
    public static IEnumerable<PinProblem> Doubts(IEnumerable<ChartUse> uses, IEnumerable<ChartSource> sources)
    {
        var byName = sources.ToLookup(s => s.Name, s => s.Repository, StringComparer.Ordinal);
        foreach (var use in uses)
        {
            foreach (var repository in byName[use.Source].Distinct(StringComparer.Ordinal))
            {
                if (ImageName.TryParse($"{repository}/{use.Chart}", out var name))
                {
                    yield return new PinProblem(name, use.Place.Says("This chart is asked for by version, which cannot hold a digest; name it by 'chartRef' and an OCIRepository."));
                }
            }
        }
    }

    private static void Add(MarkedMapping chart, FoundPins found)
    {
        if (chart.Text("chart") is { } name && chart.Resolved("sourceRef") is MarkedMapping source && source.Text("name") is { } from)
        {
            found.ChartUses.Add(new ChartUse(from, name, (chart["version"] ?? chart["chart"] ?? chart).Place));
        }
    }
}
