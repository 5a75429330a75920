using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;

namespace GitOpsBot.Core.Configuration;

/// <summary>Keys of which exactly one is written: said to editors in the schema, and asked for when reading.</summary>
internal static class ExactlyOne
{
    /// <summary>The shape, describing itself with such a choice; several calls make several choices.</summary>
    public static Shape<T> WithOneOf<T>(this Shape<T> shape, params IEnumerable<string> names) => new(
        () =>
        {
            var schema = shape.Schema();
            if (schema["allOf"] is not JsonArray all)
            {
                schema["allOf"] = all = [];
            }

            all.Add((JsonNode)new JsonObject
            {
                ["oneOf"] = new JsonArray([.. names.Select(n => (JsonNode)new JsonObject { ["required"] = new JsonArray((JsonNode)n) })]),
            });
            return schema;
        },
        shape.Read);

    /// <summary>Whether exactly one of the keys is written; otherwise that is a problem at the object.</summary>
    public static bool HasOne(this ObjectFields fields, params IReadOnlyList<(string Name, bool IsWritten)> keys)
    {
        var written = keys.Where(k => k.IsWritten).Select(k => k.Name).ToList();
        if (written.Count != 1)
        {
            fields.Says($"Expected exactly one of {string.Join(", ", keys.Select(k => k.Name))}, found {(written.Count == 0 ? "none" : string.Join(" and ", written))}.");
        }

        return written.Count == 1;
    }
}
