using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>Services of a Compose file. (Compose specification, "services".)</summary>
internal sealed class Compose : IKeyKind
{
    public IReadOnlyList<string> Keys { get; } = ["services"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Parent is not null || spot.Document.IsKubernetes || spot.Value is not MarkedMapping services)
        {
            return;
        }

        foreach (var (name, node) in services.Entries)
        {
            if (node is MarkedMapping service && service["image"] is { Followed: MarkedScalar image } at)
            {
                var around = new Spot(spot, services, name, node, spot.Shared ?? services.SharedAs, spot.Document);
                found.AddReference(new Spot(around, service, service.Key("image")!, at, around.Shared, spot.Document), at, image, isSure: true, shared: service.SharedAs);
            }
        }
    }
}
