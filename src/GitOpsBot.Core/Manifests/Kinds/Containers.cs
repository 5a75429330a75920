using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>
/// Containers of a pod, wherever a pod's template stands: deployments, cron jobs, Knative services, Argo Rollouts, any custom resource
/// (Kubernetes API, PodSpec).
/// </summary>
internal sealed class Containers : IKeyKind
{
    public IReadOnlyList<string> Keys { get; } = ["containers", "initContainers", "ephemeralContainers"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Value.Followed is not MarkedSequence list)
        {
            return;
        }

        foreach (var item in list.Items)
        {
            if (item.Followed is MarkedMapping container && container.Resolved("image") is MarkedScalar image)
            {
                // What a merge key brings is said at the container that has it so.
                var at = container["image"] ?? container;
                var key = container.Key("image") ?? container.Entries[0].Key;
                found.AddReference(new Spot(spot, container, key, at, spot.Shared, spot.Document), at, image, isSure: true, shared: container.SharedAs ?? list.SharedAs ?? item.SharedAs);
            }
        }
    }
}
