using GitOpsBot.Core.Artifacts;
using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>Dependencies of a Helm chart that lie in a registry (<c>Chart.yaml</c>): they are asked for by version, which cannot hold a digest.</summary>
internal sealed class ChartDependencies : IKeyKind
{
    public IReadOnlyList<string> Keys { get; } = ["dependencies"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Value.Followed is not MarkedSequence dependencies)
        {
            return;
        }

        foreach (var item in dependencies.Items)
        {
            if (item.Followed is MarkedMapping dependency && dependency.Text("name") is { } chart && dependency.Text("repository") is { } repository
                && repository.StartsWith("oci://", StringComparison.Ordinal) && ImageName.TryParse($"{repository[6..].TrimEnd('/')}/{chart}", out var name))
            {
                found.AddDoubt(name, (dependency["version"] ?? dependency).Place, "A chart's dependency is asked for by version, which cannot hold a digest; promote the chart that depends on it, or name this one in an OCIRepository.");
            }
        }
    }
}
