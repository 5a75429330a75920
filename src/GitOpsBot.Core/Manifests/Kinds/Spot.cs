using GitOpsBot.Core.Manifests.Reading;

namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>One document of a file.</summary>
/// <param name="Source">The file.</param>
/// <param name="Root">What the document holds.</param>
/// <param name="Format">How it was read.</param>
internal sealed record ManifestDocument(ManifestSource Source, MarkedNode Root, ManifestFormat Format)
{
    /// <summary>Whether it is an object of a Kubernetes API.</summary>
    public bool IsKubernetes { get; } = Root is MarkedMapping mapping && mapping["apiVersion"] is MarkedScalar && mapping["kind"] is MarkedScalar;

    /// <summary>Whether it is a kustomization (Kustomize's, or Flux's object of that name).</summary>
    public bool IsKustomization { get; } = Root is MarkedMapping mapping && ((mapping["kind"] as MarkedScalar)?.Value is "Kustomization" or "Component"
        || (mapping["kind"] is null && Path.GetFileNameWithoutExtension(Source.Name).Equals("kustomization", StringComparison.OrdinalIgnoreCase)));
}

/// <summary>An entry of a mapping, and what is around it.</summary>
/// <param name="Parent">The entry whose value holds this mapping, through lists or not; null at the root.</param>
/// <param name="Mapping">The mapping that holds the entry.</param>
/// <param name="Key">The entry's key.</param>
/// <param name="Value">Its value as written: an alias is not followed.</param>
/// <param name="Shared">The anchor by which the mapping, or something around it, stands elsewhere too; null when there is none.</param>
/// <param name="Document">The document.</param>
internal sealed record Spot(Spot? Parent, MarkedMapping Mapping, MarkedScalar Key, MarkedNode Value, string? Shared, ManifestDocument Document)
{
    /// <summary>The value as text, through an alias.</summary>
    public MarkedScalar? Scalar => Value.Followed as MarkedScalar;

    /// <summary>A key on the way to this value, its own included, that stands twice where it stands; null when there is none.</summary>
    public string? Twice
    {
        get
        {
            for (var spot = this; spot is not null; spot = spot.Parent)
            {
                if (spot.Mapping.HasTwice(spot.Key.Value))
                {
                    return spot.Key.Value;
                }
            }

            return null;
        }
    }
}
