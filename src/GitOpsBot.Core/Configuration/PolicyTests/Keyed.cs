using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Configuration.PolicyTests;

/// <summary>One entry of a mapping whose keys are names that something else must know, so that each keeps its place.</summary>
/// <param name="Name">The key.</param>
/// <param name="Value">What stands behind it.</param>
internal sealed record Keyed<T>(Reference Name, T Value);

/// <summary>Mappings of such entries.</summary>
internal static class Keyed
{
    /// <summary>Entries in the order they are written.</summary>
    public static Shape<IReadOnlyList<Keyed<T>>> Map<T>(Shape<T> value) => new(
        () => new JsonObject { ["type"] = "object", ["additionalProperties"] = value.Schema() },
        (node, problems) =>
        {
            if (node is not YamlNode.Mapping mapping)
            {
                problems.Add(node.Place.Says($"Expected a mapping, found {Shapes.Kind(node)}."));
                return default;
            }

            var read = mapping.Entries.Select(e => (e.Key, Value: value.Read(e.Value, problems))).ToList();
            return read.TrueForAll(r => r.Value.IsRead)
                ? new Shaped<IReadOnlyList<Keyed<T>>>(true, read.ConvertAll(r => new Keyed<T>(new Reference(r.Key.Text, r.Key.Place), r.Value.Value!)))
                : default;
        });
}
