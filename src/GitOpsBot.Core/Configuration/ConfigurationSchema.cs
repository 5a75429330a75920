using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration;

/// <summary>The JSON Schema (draft 2020-12) of the documents, made of the same declarations that read them.</summary>
public static class ConfigurationSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The schema as text.</summary>
    public static string Json(IReadOnlyList<GateKind> gates) => new JsonObject
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "GitOpsBot documents",
        ["oneOf"] = new JsonArray([.. DocumentKinds.All(gates).Select(k => (JsonNode)k.Schema())]),
    }.ToJsonString(Indented);
}
