using System.Text.Json;

namespace GitOpsBot.Core.Artifacts;

/// <summary>A manifest or an index, as far as it is used.</summary>
/// <param name="MediaType">Its media type.</param>
/// <param name="ArtifactType">What it says it is, or null.</param>
/// <param name="Config">The configuration; null for an index.</param>
/// <param name="Layers">Layers of a manifest; empty for an index.</param>
/// <param name="Manifests">Entries of an index; empty for a manifest.</param>
/// <param name="Subject">What it is attached to, or null.</param>
/// <param name="Annotations">Its annotations.</param>
public sealed record OciManifest(
    string MediaType, string? ArtifactType, Descriptor? Config, IReadOnlyList<Descriptor> Layers, IReadOnlyList<Descriptor> Manifests, Descriptor? Subject,
    IReadOnlyDictionary<string, string> Annotations);

/// <summary>Reads manifests and indexes (OCI image specification), and their Docker predecessors. Attacker-controlled.</summary>
public static class ManifestReader
{
    /// <summary>Bytes of a manifest (OCI distribution specification, "Pushing Manifests": registries accept at least 4 MiB).</summary>
    public const int Largest = 4 * 1024 * 1024;

    private const int MostEntries = 1000;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>The manifest; null when it is none, or has too many entries.</summary>
    public static OciManifest? Read(ReadOnlyMemory<byte> bytes, string mediaType)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            var root = document.RootElement;
            // The manifest must not say something else of itself than the registry did (CVE-2021-41190).
            if (root.ValueKind != JsonValueKind.Object || (root.TryGetProperty("mediaType", out var own) && own.GetString() != mediaType))
            {
                return null;
            }

            return new OciManifest(
                mediaType, Text(root, "artifactType"), root.TryGetProperty("config", out var config) ? One(config) : null, Many(root, "layers"), Many(root, "manifests"),
                root.TryGetProperty("subject", out var subject) && subject.ValueKind != JsonValueKind.Null ? One(subject) : null, Annotations(root));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Descriptor[] Many(JsonElement root, string key) =>
        !root.TryGetProperty(key, out var list) || list.ValueKind == JsonValueKind.Null ? []
        : list.GetArrayLength() > MostEntries ? throw new FormatException("too many entries")
        : [.. list.EnumerateArray().Select(One)];

    private static Descriptor One(JsonElement element) => new(
        Text(element, "mediaType") ?? "application/octet-stream", Digest.Parse(Text(element, "digest") ?? ""), element.GetProperty("size").GetInt64())
    {
        ArtifactType = Text(element, "artifactType"),
        Platform = element.TryGetProperty("platform", out var p) && p.ValueKind == JsonValueKind.Object
            ? new Platform(Text(p, "os") ?? "unknown", Text(p, "architecture") ?? "unknown", Text(p, "variant")) : null,
        Annotations = Annotations(element),
    };

    private static string? Text(JsonElement element, string key) => element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Dictionary<string, string> Annotations(JsonElement element) =>
        element.TryGetProperty("annotations", out var all) && all.ValueKind == JsonValueKind.Object
            ? all.EnumerateObject().Where(a => a.Value.ValueKind == JsonValueKind.String).ToDictionary(a => a.Name, a => a.Value.GetString()!, StringComparer.Ordinal)
            : [];
}
