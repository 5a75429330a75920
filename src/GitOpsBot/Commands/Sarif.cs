using System.Reflection;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Manifests;

namespace GitOpsBot.Commands;

/// <summary>What <c>lint</c> found as SARIF 2.1.0 (OASIS), which code scanning takes.</summary>
internal static class Sarif
{
    private const string Rule = "not-pinned-by-digest";

    /// <summary>One run with a result for each reference. Columns count UTF-16 units.</summary>
    public static JsonObject Of(IReadOnlyList<UnpinnedReference> references) => new()
    {
        ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
        ["version"] = "2.1.0",
        ["runs"] = new JsonArray(new JsonObject
        {
            ["tool"] = new JsonObject
            {
                ["driver"] = new JsonObject
                {
                    ["name"] = "gitopsbot",
                    ["semanticVersion"] = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3),
                    ["rules"] = new JsonArray(new JsonObject
                    {
                        ["id"] = Rule,
                        ["name"] = "NotPinnedByDigest",
                        ["shortDescription"] = new JsonObject { ["text"] = "An image reference is not pinned by digest." },
                        ["fullDescription"] = new JsonObject { ["text"] = "A tag can be moved: what runs then is not what was judged. A digest names the very bytes." },
                        ["defaultConfiguration"] = new JsonObject { ["level"] = "warning" },
                    }),
                },
            },
            ["columnKind"] = "utf16CodeUnits",
            ["results"] = new JsonArray([.. references.Select(Result)]),
        }),
    };

    private static JsonObject Result(UnpinnedReference reference) => new()
    {
        ["ruleId"] = Rule,
        ["ruleIndex"] = 0,
        ["level"] = "warning",
        ["message"] = new JsonObject { ["text"] = $"{reference.Reference} is not pinned by digest." },
        ["locations"] = new JsonArray(new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject { ["uri"] = string.Join('/', reference.Place.File.Split('/').Select(Uri.EscapeDataString)) },
                ["region"] = new JsonObject { ["startLine"] = reference.Place.Line, ["startColumn"] = reference.Place.Column },
            },
        }),
    };
}
