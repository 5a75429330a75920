using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Configuration;

/// <summary>Keys of the format that this version does not act on yet: written, they are a problem. To ignore a safeguard silently would be the worst of all.</summary>
internal static class NotBuiltYet
{
    /// <summary>Declares such keys.</summary>
    public static void NotYet(this ObjectKeys keys, params IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            keys.Optional<string?>(
                name,
                new Shape<string?>(() => new JsonObject { ["not"] = new JsonObject() }, (node, problems) =>
                {
                    problems.Add(node.Place.Says(Message(name)));
                    return default;
                }),
                null, "Not available yet.");
        }
    }

    /// <summary>The sentence.</summary>
    public static string Message(string what) => $"'{what}' is not available yet.";
}
