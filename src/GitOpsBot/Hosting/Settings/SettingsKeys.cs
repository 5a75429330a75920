using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Hosting.Settings;

/// <summary>What several sections of the settings need to say.</summary>
internal static class SettingsKeys
{
    /// <summary>Declares keys of the format that this version does not act on: written, they are a problem, since to ignore them silently would mislead.</summary>
    public static void NotAvailable(this ObjectKeys keys, params string[] names)
    {
        foreach (var name in names)
        {
            keys.Optional<string?>(
                name,
                new Shape<string?>(() => new JsonObject { ["not"] = new JsonObject() }, (node, problems) =>
                {
                    problems.Add(node.Place.Says($"'{name}' is not available yet."));
                    return default;
                }),
                null, "Not available yet.");
        }
    }

    /// <summary>Whether every item is named once; otherwise the names written twice are reported.</summary>
    public static bool NamesOnce<T>(this ObjectFields fields, ObjectKey<IReadOnlyList<T>> key, Func<T, string> name, string what)
    {
        var twice = fields.Get(key).GroupBy(name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
        twice.ForEach(n => fields.Says(key, $"The {what} '{n}' is written twice."));
        return twice.Count == 0;
    }
}
