using System.Globalization;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Hosting.Settings;

/// <summary>
/// Lays <c>GITOPSBOT__SECTION__KEY</c> over the settings file: keys in any case, items of lists by index from 0, an index one past the last
/// adds an item. An empty variable says nothing. The schema of the settings tells how a key is really spelt.
/// </summary>
internal static class EnvironmentOverlay
{
    /// <summary>What the names begin with.</summary>
    public const string Prefix = "GITOPSBOT__";

    /// <summary>The settings with the variables laid over them; what cannot be laid is reported.</summary>
    public static YamlNode Lay(YamlNode root, JsonObject schema, IReadOnlyDictionary<string, string> variables, ICollection<Problem> problems)
    {
        var ours = variables
            .Where(v => v.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && v.Value.Length > 0)
            .Select(v => (Name: v.Key, v.Value, Path: v.Key[Prefix.Length..].Split("__")))
            .OrderBy(v => string.Join("\0", v.Path.Select(Sortable)), StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var twice in ours.GroupBy(v => v.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            problems.Add(At(twice.Key).Says($"The environment variable {twice.Key} is set twice, in different case."));
        }

        foreach (var (name, value, path) in ours)
        {
            if (path.Contains(""))
            {
                problems.Add(At(name).Says("Expected names of keys between double underscores, found nothing."));
                continue;
            }

            root = Set(root, schema, path, new YamlNode.Scalar(value, IsPlain: false, At(name)), problems);
        }

        return root;
    }

    // A variable is no file, so its place is its name and no line.
    private static Place At(string name) => new(name, 0, 0);

    private static string Sortable(string segment) => segment.All(char.IsAsciiDigit) ? segment.PadLeft(9, '0') : segment;

    private static YamlNode Set(YamlNode? node, JsonObject? schema, ReadOnlySpan<string> path, YamlNode.Scalar value, ICollection<Problem> problems)
    {
        if (path.IsEmpty)
        {
            return value;
        }

        return (string?)schema?["type"] == "array"
            ? SetItem(node as YamlNode.Sequence ?? new YamlNode.Sequence([], value.Place), schema!, path, value, problems)
            : SetKey(node as YamlNode.Mapping ?? new YamlNode.Mapping([], value.Place), schema, path, value, problems);
    }

    private static YamlNode.Sequence SetItem(YamlNode.Sequence list, JsonObject schema, ReadOnlySpan<string> path, YamlNode.Scalar value, ICollection<Problem> problems)
    {
        if (!int.TryParse(path[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > list.Items.Count)
        {
            problems.Add(value.Place.Says(string.Create(CultureInfo.InvariantCulture, $"Expected an index from 0 to {list.Items.Count}, found '{path[0]}'.")));
            return list;
        }

        var items = list.Items.ToList();
        var item = Set(items.ElementAtOrDefault(index), schema["items"] as JsonObject, path[1..], value, problems);
        if (index < items.Count)
        {
            items[index] = item;
        }
        else
        {
            items.Add(item);
        }

        return new YamlNode.Sequence(items, list.Place);
    }

    private static YamlNode.Mapping SetKey(YamlNode.Mapping mapping, JsonObject? schema, ReadOnlySpan<string> path, YamlNode.Scalar value, ICollection<Problem> problems)
    {
        var written = path[0];
        var properties = schema?["properties"] as JsonObject;
        // A key the schema does not know is kept as written and found unknown by the shape; names of free mappings are lower case.
        var key = properties?.Select(p => p.Key).FirstOrDefault(k => string.Equals(k, written, StringComparison.OrdinalIgnoreCase))
            ?? (properties is null ? written.ToLowerInvariant() : written);
        var inner = properties is null ? schema?["additionalProperties"] as JsonObject : properties[key] as JsonObject;
        var entries = mapping.Entries.ToList();
        var at = entries.FindIndex(e => string.Equals(e.Key.Text, key, properties is null ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
        var node = Set(at < 0 ? null : entries[at].Value, inner, path[1..], value, problems);
        if (at < 0)
        {
            entries.Add((new YamlNode.Scalar(key, false, value.Place), node));
        }
        else
        {
            entries[at] = (entries[at].Key, node);
        }

        return new YamlNode.Mapping(entries, mapping.Place);
    }
}
